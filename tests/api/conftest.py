"""An app over an invented tariff and a database of its own."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert
from werkzeug.test import TestResponse

from api.app import create_app
from api.assembly import Services
from api.auth import Gate
from api.metrics import Tally
from api.settings import Settings
from api.storage import Storage
from carriers.registry import Registry
from data.model.dated import Law
from data.model.schedule_rows import ScheduleRow
from data.store import accounts
from data.store.engines import writing
from data.store.tables import API_KEYS
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


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with two accounts and their keys, to copy."""
    file = tmp_path_factory.mktemp("database") / "tidewaiter.sqlite"
    storage = Storage(f"sqlite:///{file}")
    storage.migrate()
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    with writing(storage.engine) as connection:
        for key, account in KEYS.items():
            accounts.create(connection, account, moment, account)
            made = insert(API_KEYS).values(
                id=f"key_{account}",
                account_id=account,
                name="test",
                prefix=key[:4],
                sha256=sha256(key.encode()).hexdigest(),
                created_at=moment,
            )
            connection.execute(made)
    storage.engine.dispose()
    return file


@pytest.fixture
def services(compiled: Path, migrated: Path, tmp_path: Path) -> Iterator[Services]:
    """Services over the invented tariff and a database of their own."""
    shutil.copy(migrated, tmp_path / "tidewaiter.sqlite")
    settings = Settings(data_dir=tmp_path)
    storage = Storage(settings.database_url)
    yield Services(
        settings=settings,
        storage=storage,
        gate=Gate(storage.account_of),
        snapshots=Snapshots(compiled),
        carriers=Registry(list),
        tally=Tally(),
    )
    storage.engine.dispose()


@pytest.fixture
def app(services: Services) -> Flask:
    """The app over those services."""
    return create_app(services)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client without a key."""
    return app.test_client()


@pytest.fixture
def ask(client: FlaskClient) -> Callable[..., TestResponse]:
    """Ask with Anna's key, or another."""

    def ask(
        path: str, method: str = "GET", key: str = "key-of-anna", **kwargs: Any
    ) -> TestResponse:
        headers = {"Authorization": f"Bearer {key}", **kwargs.pop("headers", {})}
        return client.open(path, method=method, headers=headers, **kwargs)

    return ask
