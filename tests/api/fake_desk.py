"""Two accounts that buy labels from the fake carrier, over a database of their own.

Fixtures are imported by name where they are needed.
"""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from api.assembly import Services, assemble
from api.settings import Settings
from carriers import Manifest
from carriers.fake import MANIFEST
from carriers.fake.faults import Chances
from carriers.fake.sales import Books
from carriers.fake.server import FakeCarrier, Habits
from carriers.purchase import Policy
from carriers.registry import GROUP, Registry
from carriers.transport import Transport
from tariffs.snapshot import SnapshotContents, compile_snapshot

QUICK = Policy(
    send_seconds=0.4,
    lease=timedelta(seconds=1),
    first_look=timedelta(seconds=0.05),
    longest_wait=timedelta(seconds=0.2),
    misses=2,
    absent_after=timedelta(seconds=0.5),
)
KINDS = ("fake", "by_key", "blind", "prices")
Json = dict[str, Any]
PARTY: Json = {
    "name": "Anna Muster",
    "street": ["Hauptstr. 1"],
    "city": "Berlin",
    "postal_code": "10115",
    "country": "DE",
}
SELLER: Json = {
    "name": "Ben Seller",
    "company": "Seller Inc.",
    "street": ["1 Main St"],
    "city": "Los Angeles",
    "postal_code": "90021",
    "region": "CA",
    "country": "US",
    "tax_ids": {"ein": "12-3456789"},
}
QUOTE: Json = {
    "ship_from": {"country": "US", "region": "CA", "postal_code": "90021"},
    "ship_to": {"country": "DE", "postal_code": "10115"},
    "currency": "EUR",
    "lines": [
        {
            "description": "Cotton T-shirt",
            "quantity": 2,
            "unit_price": {"amount": "25.00", "currency": "EUR"},
            "hs_code": "6109.10",
            "country_of_origin": "BD",
            "unit_weight": {"value": "0.2", "unit": "kg"},
        }
    ],
}


class Announced(EntryPoint):
    """An entry point whose manifest is known."""

    def load(self) -> Manifest:
        """The fake carrier, under its name; `by_key` repeats purchases, `blind` finds none,
        `prices` sells none.
        """
        if self.name == "prices":
            factories = {"rates": "carriers.fake.adapter:Fake"}
            return replace(MANIFEST, code="prices", factories=factories)
        if self.name == "by_key":
            factories = dict.fromkeys(("rates", "books"), "carriers.fake.adapter:FakeByKey")
            return replace(MANIFEST, code="by_key", factories=factories, reconcile="native_key")
        return replace(
            MANIFEST,
            code=self.name,
            reconcile="none" if self.name == "blind" else "lookup_by_reference",
        )


def registry(port: int) -> Registry:
    """The fake carrier in all kinds, all at one port."""
    points = [Announced(code, code, GROUP) for code in KINDS]
    hosts = (f"127.0.0.1:{port}",)
    return Registry(lambda: points, lambda manifest, account: Transport(hosts).send)


@contextmanager
def running(log: Path, chances: Chances, habits: Habits) -> Iterator[FakeCarrier]:
    """The fake carrier on a free port."""
    carrier = FakeCarrier(0, Books(log, sync=False), chances, habits)
    thread = threading.Thread(target=carrier.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield carrier
    carrier.shutdown()
    thread.join()
    carrier.server_close()
    carrier.books.close()


class Desk:
    """Accounts "a" and "b" with keys; "a" has credentials with every kind of the carrier."""

    def __init__(self, services: Services, carrier: FakeCarrier) -> None:
        self.services = services
        self.carrier = carrier
        self.keys = {name: services.storage.create_key(name, "test") for name in "ab"}
        self.client = create_app(services).test_client()
        for code in KINDS:
            self.credentials(code)

    @property
    def url(self) -> str:
        """Where the carrier is."""
        return f"http://127.0.0.1:{self.carrier.server_address[1]}"

    def ask(self, path: str, body: Any = None, *, account: str = "a", **more: Any) -> Any:
        """GET, or POST with a body; another `method` where it is named."""
        headers = {"Authorization": f"Bearer {self.keys[account]}"}
        if key := more.get("key"):
            headers["Idempotency-Key"] = key
        method = more.get("method") or ("GET" if body is None else "POST")
        sent = {} if body is None else {"json": body}
        return self.client.open(path, method=method, headers=headers, **sent)

    def credentials(self, code: str, account: str = "a", **more: str) -> Any:
        """Store credentials with a kind of the carrier."""
        settings = {"url": self.url, "token": "s3cret-canary", **more}
        path = f"/v1/carriers/{code}/credentials"
        return self.ask(path, {"settings": settings}, account=account, method="PUT")

    def order(self, carrier: str = "fake", quote: Json | None = None, **more: Any) -> Json:
        """What asks for a label of the first option of a new quote."""
        answer = self.ask("/v1/quotes", {**(quote or QUOTE), "carriers": [carrier]}).get_json()
        return {
            "quote": answer["id"],
            "option": answer["options"][0]["id"],
            "consignor": SELLER,
            "consignee": PARTY,
            **more,
        }

    def buy(self, key: str, body: Json, **more: Any) -> Any:
        """Ask for a label."""
        return self.ask("/v1/shipments", body, key=key, **more)

    def reconcile_until(self, path: str, *states: str) -> Json:
        """Reconcile until a shipment has one of these states."""
        done = threading.Event()
        for _ in range(100):
            self.services.reconciling.once()
            found: Json = self.ask(path).get_json()
            if found["state"] in states:
                return found
            done.wait(0.05)
        raise AssertionError(f"still {found['state']}")


def compile_no_tariff(folder: Path) -> None:
    """A snapshot of a world without tariffs: quotes have carriers' prices and no duty."""
    documents = {"territories": {}, "pegs": {"pegs": {}, "laws": {}}}
    compile_snapshot(folder, SnapshotContents([], documents, {}))


@contextmanager
def open_desk(database_url: str, folder: Path) -> Iterator[Desk]:
    """A desk over a migrated database."""
    settings = Settings(
        data_dir=folder, database_url=database_url, secret_key="a secret of sixteen"
    )
    compile_no_tariff(settings.snapshot_dir)
    with running(folder / "sales.log", Chances(), Habits(slow=0.6, late=1.5)) as carrier:
        carriers = registry(carrier.server_address[1])
        services = replace(assemble(settings), carriers=carriers, policy=QUICK)
        yield Desk(services, carrier)
        services.storage.engine.dispose()


@pytest.fixture(name="desk")
def desk_fixture(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Desk]:
    """A desk over an empty SQLite database."""
    copied = shutil.copy(migrated_sqlite, tmp_path / "store.db")
    with open_desk(f"sqlite:///{copied}", tmp_path) as desk:
        yield desk


@pytest.fixture(name="both")
def both_fixture(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    """A desk over an empty database, SQLite and PostgreSQL in turn."""
    with open_desk(database_url, tmp_path) as desk:
        yield desk
