"""What does it cost to ask ten carriers at once, and to wait for none that hangs?

The carriers answer in another thread, as a network would, after a time that is known.
"""

import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from statistics import quantiles
from threading import Event
from typing import Any

from carriers import adapters
from carriers.conformance.recordings import Recording, recordings_of
from carriers.conformance.samples import RATES, adapter_for
from carriers.errors import CarrierError, CarrierUnavailable
from carriers.manifest import Manifest
from carriers.offers import Offer, OfferPart, RateRequest
from carriers.rates import OverTheWire
from carriers.rating import rate_all
from carriers.resilience import Guard
from carriers.resilience.ladder import Ladder
from carriers.wire import Answer, Ask
from data.model.money import money
from tests.bench.rounds import Effort, Figure

CARRIERS, HANGING = 10, (1, 4, 8)
BUDGET_MS = 2500
SLOWEST = 0.2  # seconds, of a carrier that is well


def measure_fanout(folder: Path, effort: Effort) -> list[Figure]:
    """Ten carriers of which three hang, ten that are well, and the adapters' own work."""
    rounds = 3 if effort.quick else effort.rounds
    hanging = [_within_budget() for _ in range(rounds)]
    overheads = [_overhead() * 1e3 for _ in range(rounds * 3)]
    return [
        Figure(
            f"Quote of {CARRIERS - len(HANGING)} carriers while {len(HANGING)} others hang",
            hanging,
            "<=",
            BUDGET_MS / 1000 + 0.1,
            "s",
            f"budget {BUDGET_MS / 1000} s",
        ),
        Figure("Asking ten carriers, over the slowest of them", overheads, "<=", 50, "ms"),
        *_adapters(rounds),
    ]


class _Priced:
    """A carrier whose answer is the price."""

    def __init__(self, code: str) -> None:
        self.code = code

    def ask_rates(self, request: RateRequest) -> tuple[Ask, ...]:
        return (Ask("POST", f"https://{self.code}.example/rates"),)

    def read_rates(self, request: RateRequest, answers: tuple[Answer, ...]) -> tuple[Offer, ...]:
        price = money(answers[0].body.decode(), "EUR")
        part = OfferPart("freight", "Freight", price, "as answered")
        return (Offer(self.code, "plain", "express", price, (part,), "live"),)


def _after(seconds: float) -> Callable[[Ask, float], Answer]:
    def send(ask: Ask, within: float) -> Answer:
        time.sleep(seconds)
        return Answer(200, {}, b"12.00")

    return send


def _within_budget() -> float:
    """Seconds until seven carriers are quoted while three hang."""
    released = Event()

    def hang(ask: Ask, within: float) -> Answer:
        released.wait(within)
        raise CarrierUnavailable("it hung", "timeout_sent")

    carriers = [
        OverTheWire(_Priced(f"c{n}"), hang if n in HANGING else _after(SLOWEST * n / CARRIERS))
        for n in range(CARRIERS)
    ]
    began = time.perf_counter()
    offers, silences = rate_all(carriers, _request(), BUDGET_MS, ladder=_ladder())
    took = time.perf_counter() - began
    released.set()
    if len(offers) != CARRIERS - len(HANGING) or len(silences) != len(HANGING):
        raise AssertionError(f"{len(offers)} offers, {silences}")
    return took


def _overhead() -> float:
    """Seconds beyond the slowest of ten carriers that are well."""
    carriers = [
        OverTheWire(_Priced(f"c{n}"), _after(SLOWEST * (n + 1) / CARRIERS)) for n in range(CARRIERS)
    ]
    began = time.perf_counter()
    offers, _ = rate_all(carriers, _request(), BUDGET_MS, ladder=_ladder())
    took = time.perf_counter() - began
    if len(offers) != CARRIERS:
        raise AssertionError(f"{len(offers)} offers")
    return took - SLOWEST


def _ladder() -> Ladder:
    return Ladder(Guard(fresh_seconds=0))


def _request() -> RateRequest:
    return RATES["two_tees_us_to_de"]


def _adapters(rounds: int) -> Iterator[Figure]:
    """The processor's time of each native adapter for a price: asking, and reading its answers."""
    for module in iter_modules(adapters.__path__):
        found = import_module(f"carriers.adapters.{module.name}")
        manifest: Manifest | None = getattr(found, "MANIFEST", None)
        if manifest is None or "rates" not in manifest.factories:
            continue
        priced = [each for each in recordings_of(manifest) if each.operation == "rates"]
        adapter = adapter_for(manifest, "rates") if priced else None
        work = [_milliseconds(adapter, each) for each in priced for _ in range(rounds * 5)]
        if len(work) > 1:
            name = f"A price of {manifest.name}: asking and reading, p95"
            p95 = quantiles(work, n=20)[-1]
            yield Figure(name, [p95], "<=", 20, "ms", f"{len(priced)} recordings")


def _milliseconds(adapter: Any, recording: Recording) -> float:
    request = RATES[recording.sample]
    began = time.process_time()
    try:
        adapter.ask_rates(request)
        adapter.read_rates(request, recording.answers)
    except CarrierError:
        pass  # an answer that says no is read too
    return (time.process_time() - began) * 1e3
