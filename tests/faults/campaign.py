"""How much goes wrong, and what comes of it?

Buyers buy while the carrier misbehaves, workers are killed where it hurts, the whole server is
killed, and the database crashes. Then everything goes right again, what is open is reconciled, and
the carrier's own books are compared with ours.
"""

import random
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread
from typing import Any

import orjson

from api.clock import now
from api.services.carrier_accounts import Vault
from api.storage import Storage
from data.store.credentials import StoredCredentials
from tests.faults.audit import Audit, open_ends
from tests.faults.buyers import Market
from tests.faults.setting import (
    SECRET,
    Postgres,
    Server,
    compile_no_tariff,
    fake_carrier,
    wait_for,
)

_LINE = {
    "description": "Cotton T-shirt",
    "quantity": 2,
    "unit_price": {"amount": "25.00", "currency": "EUR"},
    "hs_code": "6109.10",
    "country_of_origin": "BD",
    "unit_weight": {"value": "0.2", "unit": "kg"},
}
_QUOTE = {
    "ship_from": {"country": "US", "postal_code": "90021"},
    "ship_to": {"country": "DE", "postal_code": "10115"},
    "currency": "EUR",
    "lines": [_LINE],
    "carriers": ["fake"],
    "max_wait_ms": 10_000,
}
_SELLER = {
    "name": "Ben",
    "street": ["1 Main St"],
    "city": "LA",
    "postal_code": "90021",
    "country": "US",
}
_BUYER = {
    "name": "Anna",
    "street": ["Hauptstr. 1"],
    "city": "Berlin",
    "postal_code": "10115",
    "country": "DE",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """How many buy how much, and what goes wrong how often.

    `kill` is the share of a purchase's steps at which its worker dies; a worker is killed at random
    every `worker_every` seconds, the whole server every `server_every`, the database every
    `database_every` (None: never).
    """

    purchases: int
    clients: int
    seed: int
    database: str = "sqlite"
    buying: float = 0.08
    looking: float = 0.05
    kill: float = 0.0008
    worker_every: float | None = 12.0
    server_every: float | None = 45.0
    database_every: float | None = 40.0


def run(plan: Plan, folder: Path) -> dict[str, Any]:
    """Run a campaign in an empty folder, and say what came of it."""
    postgres = Postgres(folder / "postgres") if plan.database == "postgresql" else None
    url = postgres.url if postgres else f"sqlite:///{folder / 'tidewaiter.sqlite'}"
    options = ("--seed", plan.seed, "--buying", plan.buying, "--looking", plan.looking)
    habits = ("--slow", 1.3, "--shown-after", 0.2)
    try:
        with fake_carrier(folder, *map(str, options + habits)) as carrier:
            return _over(plan, folder, url, carrier, postgres)
    finally:
        if postgres:
            postgres.close()


def _over(
    plan: Plan, folder: Path, url: str, carrier: int, postgres: Postgres | None
) -> dict[str, Any]:
    compile_no_tariff(folder / "snapshots")
    storage = Storage(url)
    storage.migrate()
    key = storage.create_key("campaign", "campaign")
    _credentials(storage, key, carrier)
    server = Server(folder, url, carrier, plan.kill, plan.seed)
    try:
        server.start()
        market = Market(server.port, key, {}, plan.seed)
        market.order = _order(market)
        began, kills = time.monotonic(), Counter[str]()
        trouble, ended = (
            Thread(target=_trouble, args=(plan, server, postgres, kills, e := Event())),
            e,
        )
        trouble.start()
        market.run(plan.purchases, plan.clients)
        ended.set()
        trouble.join()
        took = time.monotonic() - began
        faults = _behave(carrier)
        server.calm()
        quiet = time.monotonic()
        wait_for(lambda: open_ends(storage.engine) == 0, "reconciliation", 120)
        settled = time.monotonic() - quiet
    finally:
        server.kill_all()
    audit = Audit(folder / "sales.jsonl", storage.engine, market.outcomes.values())
    found = audit.run()
    storage.engine.dispose()
    return _report(plan, found, market, faults, kills, folder, (took, settled))


def _report(
    plan: Plan,
    found: dict[str, Any],
    market: Market,
    faults: dict[str, int],
    kills: Counter[str],
    folder: Path,
    seconds: tuple[float, float],
) -> dict[str, Any]:
    failpoints = folder / "kills"
    died = Counter(failpoints.read_text().split()) if failpoints.exists() else Counter[str]()
    return {
        "seed": plan.seed,
        "purchases": plan.purchases,
        "database": plan.database,
        "seconds": round(seconds[0], 1),
        "settled_after": round(seconds[1], 1),
        **found,
        "answers": dict(sorted(market.counts.items())),
        "carrier_faults": dict(sorted(faults.items())),
        "carrier_faults_in_all": sum(faults.values()),
        "kills": {**kills, **{f"at {step}": count for step, count in sorted(died.items())}},
        "faults": [*found["faults"], *market.faults],
    }


def _trouble(
    plan: Plan, server: Server, postgres: Postgres | None, kills: Counter[str], ended: Event
) -> None:
    """Kill things, now and then, until the buyers are done."""
    chance = random.Random(f"{plan.seed}:trouble")
    due: dict[str, float] = {}
    every = {"worker": plan.worker_every, "server": plan.server_every}
    if postgres is not None:
        every["database"] = plan.database_every
    while not ended.wait(0.25):
        for what, seconds in every.items():
            if seconds is None:
                continue
            now_ = time.monotonic()
            if now_ < due.setdefault(what, now_ + seconds * chance.uniform(0.5, 1.0)):
                continue
            due[what] = now_ + seconds * chance.uniform(0.7, 1.3)
            kills[what] += 1
            if what == "worker":
                server.kill_worker(chance.choice)
            elif what == "server":
                server.kill_all()
                server.start()
            elif postgres is not None:
                postgres.crash()


def _credentials(storage: Storage, key: str, carrier: int) -> None:
    account = storage.account_of(sha256(key.encode()).digest())
    assert account is not None
    vault = Vault(SECRET)
    settings = {"url": f"http://127.0.0.1:{carrier}", "token": "campaign-token"}
    sealed = vault.seal(settings, account, "fake")
    names = sorted(settings)
    stored = StoredCredentials(account, "fake", vault.key_id, sealed, names, False, now())
    storage.put_credentials(stored)


def _order(market: Market) -> dict[str, Any]:
    status, answer = market.ask("POST", "/v1/quotes", _QUOTE)
    assert status == 201, answer
    quote = orjson.loads(answer)
    return {
        "quote": quote["id"],
        "option": quote["options"][0]["id"],
        "consignor": _SELLER,
        "consignee": _BUYER,
    }


def _behave(carrier: int) -> dict[str, int]:
    """Tell the carrier to behave from now on; what went wrong so far."""
    found: dict[str, int] = {}
    for path in ("/counts", "/behave"):
        with closing(HTTPConnection("127.0.0.1", carrier, timeout=10)) as connection:
            connection.request("POST", path, "{}")
            found = orjson.loads(connection.getresponse().read()) or found
    return found
