"""What does a quote cost over HTTP, against the floor, the edge and the naive reference?

One worker on one core, four connections, the client on the other core. The contestants take turns
within each round; a ratio is made of two stretches of the same round.
"""

import shutil
import threading
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from api.assembly import assemble
from api.services.compiling import load_facts, snapshot_contents
from api.settings import Settings
from tariffs.snapshot import compile_snapshot
from tests.bench.carts import cart, http_bytes
from tests.bench.client import Load, ask_once, send_load
from tests.bench.naive import DATABASE, fill_naive
from tests.bench.rounds import Effort, Figure, ratios
from tests.bench.server import serving
from tests.bench.sharing import point

DESTINATIONS = ("US", "DE")
_ON = date(2026, 11, 20)
_CENTS = 2


def prepare(folder: Path) -> Settings:
    """A data folder: migrated database, snapshot of the facts, and the reference's database."""
    settings = Settings(data_dir=folder, open=True)
    assemble(settings).storage.migrate()
    facts = load_facts()
    compile_snapshot(settings.snapshot_dir, snapshot_contents(facts))
    fill_naive(folder / DATABASE, facts, _ON)
    return settings


def measure_web(folder: Path, effort: Effort) -> list[Figure]:
    """Throughput and latency of the quote for both carts, then a change of version under load."""
    settings = prepare(folder)
    with serving(folder) as port:
        figures = []
        for destination in DESTINATIONS:
            figures += _quote_figures(port, destination, effort)
        figures += _swap_figures(port, settings.snapshot_dir, effort)
    return figures


def _requests(destination: str) -> dict[str, bytes]:
    body = cart(destination)
    return {
        "floor": http_bytes(f"/bench/floor/{destination}", body),
        "edge": http_bytes(f"/bench/edge/{destination}", body),
        "quote": http_bytes("/v1/quotes", body),
        "stored": http_bytes("/v1/quotes", cart(destination, store=True)),
        "naive": http_bytes(f"/bench/naive/{destination}", body),
    }


def _quote_figures(port: int, destination: str, effort: Effort) -> list[Figure]:
    requests = _requests(destination)
    _check_answers(port, requests)
    loads: dict[str, list[Load]] = {name: [] for name in requests}
    for request in requests.values():
        send_load(port, request, effort.seconds / 2)
    names = list(requests)
    for _ in range(effort.rounds):
        names.reverse()
        for name in names:
            loads[name].append(_clean(send_load(port, requests[name], effort.seconds)))
    rates = {name: [load.per_second for load in rounds] for name, rounds in loads.items()}
    p99 = {name: [load.p99 for load in rounds] for name, rounds in loads.items()}
    best = {name: f"{max(values):,.0f}/s" for name, values in rates.items()}
    where = f"CN→{destination}"
    return [
        Figure(f"F1 against F0, {where}", ratios(rates["edge"], rates["floor"]), ">=", 0.75,
               note=f"best {best['edge']} and {best['floor']}"),
        Figure(f"Quote against F1, {where}", ratios(rates["quote"], rates["edge"]), ">=", 0.5,
               note=f"best {best['quote']}"),
        Figure(f"Quote against F0, {where}", ratios(rates["quote"], rates["floor"]), ">=", 0.45),
        Figure(f"p99 of the quote against F0's, {where}", ratios(p99["quote"], p99["floor"]), "<=",
               3, note=f"{min(p99['quote']) * 1000:.1f} ms at best"),
        Figure(f"Time of a stored quote against one that is not, {where}",
               ratios(rates["quote"], rates["stored"]), "<=", 1.6),
        Figure(f"Quote against the naive reference, {where}",
               ratios(rates["quote"], rates["naive"]), ">=", 6, note=f"best {best['naive']}"),
    ]  # fmt: skip


def _clean(load: Load) -> Load:
    if load.failures:
        raise RuntimeError(f"{len(load.failures)} requests failed: {load.failures[0]}")
    return load


def _check_answers(port: int, requests: Mapping[str, bytes]) -> None:
    """The contestants must do the same work: no question, three options, equal shape and totals."""
    answers = {name: _body(ask_once(port, request)) for name, request in requests.items()}
    quote = answers["quote"]
    if quote["status"] != "complete" or len(quote["options"]) < 3 or quote["questions"]:
        raise AssertionError(f"not the quote meant: {quote['status']} {quote['questions']}")
    if answers["floor"] != answers["edge"]:
        raise AssertionError("F0 and F1 do not send the same quote")
    for name in ("floor", "naive"):
        if _shape(answers[name]) != _shape(quote):
            raise AssertionError(f"{name} has another shape")
        pairs = zip(answers[name]["options"], quote["options"], strict=True)
        for mine, theirs in pairs:
            apart = _landed_cents(mine) - _landed_cents(theirs)
            if abs(apart) > _CENTS or len(mine["charges"]) != len(theirs["charges"]):
                raise AssertionError(f"{name}: {mine['service']} is {apart} cents apart")


def _body(answer: bytes) -> Any:
    return orjson.loads(answer.partition(b"\r\n\r\n")[2])


def _shape(answer: Mapping[str, Any]) -> tuple[list[str], list[str], list[str]]:
    option = answer["options"][0]
    return sorted(answer), sorted(option), sorted(option["charges"][1])


def _landed_cents(option: Mapping[str, Any]) -> int:
    return int(option["totals"]["landed_cost"]["amount"].replace(".", ""))


def _swap_figures(port: int, snapshots: Path, effort: Effort) -> list[Figure]:
    """Versions change under load: how many requests fail, and how many versions answer."""
    (first,) = (path.stem for path in snapshots.glob("*.sqlite"))
    second = first[::-1] if first != first[::-1] else first[1:] + first[:1]
    shutil.copyfile(snapshots / f"{first}.sqlite", snapshots / f"{second}.sqlite")
    swaps = 3 if effort.quick else 6
    stop = threading.Event()

    def swap() -> None:
        for number in range(swaps):
            point(snapshots, second if number % 2 == 0 else first)
            if stop.wait(1.3):
                return

    seen: set[bytes] = set()

    def read(answer: bytes) -> None:
        seen.add(answer.rpartition(b'"facts_version":"')[2][:12])

    swapping = threading.Thread(target=swap)
    swapping.start()
    try:
        load = send_load(port, http_bytes("/v1/quotes", cart("US")), swaps * 1.3, read)
    finally:
        stop.set()
        swapping.join()
    if len(seen) != 2:
        raise AssertionError(f"the versions {seen} answered, not {first} and {second}")
    slowest = max(load.latencies) * 1000
    return [
        Figure("Requests that failed while versions changed", [len(load.failures)], "<=", 0, "",
               note=f"{len(load.latencies):,} asked, {swaps} changes"),
        Figure("Slowest of them", [slowest], unit="ms"),
    ]  # fmt: skip
