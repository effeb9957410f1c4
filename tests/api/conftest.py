"""An app over parts that need neither files nor a database."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.app import create_app
from api.assembly import Services
from api.auth import Gate
from api.idempotency import Begun, StoredAnswer
from api.metrics import Tally
from api.settings import Settings
from data.model.dated import Law
from data.model.schedule_rows import ScheduleRow
from tariffs.schedule import Measure, Role
from tariffs.snapshot import (
    ScheduleContents,
    ScheduleVersion,
    SnapshotContents,
    Snapshots,
    compile_snapshot,
)

KEYS = {"key-of-anna": "anna", "key-of-ben": "ben"}
LAW = Law("TEST-1", "An invented tariff", "https://example.org/tariff")


class FakeDatabase:
    """A database that is as well as it is told to be."""

    reachable = True
    current = True

    def is_reachable(self) -> bool:
        return self.reachable

    def is_current(self) -> bool:
        return self.current


class RecordsInMemory:
    """Idempotency records that live as long as a test."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str, str], tuple[str, StoredAnswer | None]] = {}

    def begin(self, account: str, key: str, route: str, body_hash: str) -> Begun:
        found = self.kept.setdefault((account, key, route), (body_hash, None))
        if found[0] != body_hash:
            return "other-body"
        if found[1] is not None:
            return found[1]
        if getattr(self, "claimed", None) == (account, key, route):
            return "running"
        self.claimed = (account, key, route)
        return "started"

    def finish(self, account: str, key: str, route: str, answer: StoredAnswer) -> None:
        self.claimed = None
        body_hash, _ = self.kept[account, key, route]
        self.kept[account, key, route] = (body_hash, answer)

    def abandon(self, account: str, key: str, route: str) -> None:
        self.claimed = None
        del self.kept[account, key, route]


def invented_tariff() -> SnapshotContents:
    """A few codes of a territory QQ that is nowhere."""
    since = date(2026, 1, 1)
    rows = [
        ScheduleRow("6109100010", "third_country", "12%", "12%", since, "TEST-1"),
        ScheduleRow("6109100090", "third_country", "12%", "12%", since, "TEST-1"),
        ScheduleRow("6109", "preference", "Free", "0%", since, "TEST-1", origins=("CA", "MX")),
        ScheduleRow("610990", "third_country", "9%", "9%", since, "TEST-1", until=date(2026, 7, 1)),
        ScheduleRow("220830", "third_country", "3 EUR/l", "3 EUR / l", since, "TEST-1"),
    ]
    measure = Measure(
        heading="9999.01",
        programme="retaliation",
        name="An invented measure",
        role=Role.ADD,
        expression="25%",
        law=LAW,
        since=since,
        goods=("6109",),
        origins=("CN",),
    )
    schedule = ScheduleContents(
        territory="QQ",
        source="TEST",
        publisher="Nobody",
        licence="CC0-1.0",
        checked_on=date(2026, 11, 1),
        completeness="full",
        versions=[ScheduleVersion(since, True, lambda: rows, {"TEST-1": LAW})],
        measures=[measure],
    )
    rates = [(date(2026, 11, 19), {"USD": Decimal("1.25"), "GBP": Decimal("0.8")})]
    documents = {"pegs": {"pegs": {}, "laws": {}}}
    return SnapshotContents([schedule], documents, {"ECB": rates})


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a compiled snapshot."""
    folder = tmp_path_factory.mktemp("snapshots")
    compile_snapshot(folder, invented_tariff())
    return folder


@pytest.fixture
def services(compiled: Path, tmp_path: Path) -> Services:
    """Services over the invented tariff."""
    digests = {sha256(key.encode()).digest(): account for key, account in KEYS.items()}
    return Services(
        settings=Settings(data_dir=tmp_path),
        database=FakeDatabase(),
        gate=Gate(digests.get),
        idempotency=RecordsInMemory(),
        snapshots=Snapshots(compiled),
        tally=Tally(),
    )


@pytest.fixture
def app(services: Services) -> Flask:
    """The app over those services."""
    return create_app(services)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client without a key."""
    return app.test_client()


@pytest.fixture
def ask(client: FlaskClient) -> Callable[..., object]:
    """Ask with Anna's key."""

    def ask(path: str, method: str = "GET", key: str = "key-of-anna", **kwargs: object) -> object:
        headers = {"Authorization": f"Bearer {key}", **kwargs.pop("headers", {})}
        return client.open(path, method=method, headers=headers, **kwargs)

    return ask
