"""Alive, ready, and when not: why."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from api.app import create_app
from api.assembly import Services
from api.storage import Storage
from tariffs.snapshot import Snapshots


def client_of(services: Services) -> Any:
    return create_app(services).test_client()


def test_a_live_process_says_so_without_asking_anybody(services: Services, tmp_path: Path) -> None:
    nothing = replace(
        services,
        storage=Storage(f"sqlite:///{tmp_path}/none/none.sqlite"),
        snapshots=Snapshots(tmp_path / "none"),
    )
    assert client_of(nothing).get("/health").get_json() == {"status": "ok"}


def test_a_ready_service_says_which_facts_it_answers_from(client: Any, services: Services) -> None:
    answer = client.get("/ready")
    assert answer.status_code == 200
    checks = answer.get_json()["checks"]
    assert (checks["database"], checks["migrations"]) == (True, True)
    assert checks["snapshot"]["version"] == services.snapshots.current().version
    assert checks["snapshot"]["oldest_checked_on"] == "2026-11-01"
    assert checks["snapshot"]["oldest_age_days"] > 0


def test_a_database_that_is_not_migrated_is_not_ready(services: Services, tmp_path: Path) -> None:
    storage = Storage(f"sqlite:///{tmp_path}/empty.sqlite")
    answer = client_of(replace(services, storage=storage)).get("/ready")
    assert answer.status_code == 503
    body = answer.get_json(force=True)
    assert body["type"] == "urn:tidewaiter:problem:not-ready"
    assert "db migrate" in body["detail"]
    assert (body["checks"]["database"], body["checks"]["migrations"]) == (True, False)
    storage.engine.dispose()


def test_a_database_that_does_not_answer_is_not_ready(services: Services, tmp_path: Path) -> None:
    storage = Storage(f"sqlite:///{tmp_path}/none/none.sqlite")
    answer = client_of(replace(services, storage=storage)).get("/ready")
    assert answer.status_code == 503
    body = answer.get_json(force=True)
    assert body["checks"]["database"] is False
    assert "sqlite" not in answer.text.lower()


def test_without_a_snapshot_the_service_is_not_ready(services: Services, tmp_path: Path) -> None:
    answer = client_of(replace(services, snapshots=Snapshots(tmp_path))).get("/ready")
    assert answer.status_code == 503
    assert "tariff compile" in answer.get_json(force=True)["detail"]
