"""A quote is remembered byte for byte, and can be computed again from its own facts."""

import copy
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select, update

from api.services.compiling import load_facts, snapshot_contents
from api.settings import Settings
from data.store.engines import reading, writing
from data.store.tables import QUOTES
from tariffs.snapshot import compile_snapshot
from tariffs.snapshot.compiling import POINTER
from tests.api.real_service import (  # noqa: F401 - fixtures
    Desk,
    answer_check,
    desk_fixture,
    facts_dir_fixture,
    line,
    quote,
)

PATH = "/v1/quotes"
ASK = {**quote("GB", line("120.00", "GBP"), line("80.00", "EUR", unit_weight=None)), "store": True}


def stored_quotes(desk: Desk) -> int:
    with reading(desk.services.storage.engine) as connection:
        return int(connection.execute(select(func.count()).select_from(QUOTES)).scalar_one())


def test_a_quote_is_created_and_read_back_byte_for_byte(desk: Desk) -> None:
    made = desk.ask(PATH, ASK)
    assert made.status_code == 201
    assert made.content_type == "application/json"
    answer = made.get_json()
    assert answer["id"].startswith("qt_")
    assert made.headers["Location"] == f"/v1/quotes/{answer['id']}"
    answer_check(desk.client, PATH, 201)(answer)
    read = desk.ask(made.headers["Location"])
    assert read.status_code == 200
    assert read.get_data() == made.get_data()
    assert answer["created_at"] < answer["expires_at"]


def test_stored_unless_told_otherwise(desk: Desk) -> None:
    body = {key: value for key, value in ASK.items() if key != "store"}
    assert desk.ask(PATH, body).status_code == 201
    unstored = desk.ask(PATH, {**body, "store": False})
    assert unstored.status_code == 200
    assert "Location" not in unstored.headers
    assert desk.ask(f"{PATH}/{unstored.get_json()['id']}").status_code == 404
    assert stored_quotes(desk) == 1


def test_nobody_sees_the_quote_of_another_account(desk: Desk) -> None:
    where = desk.ask(PATH, ASK).headers["Location"]
    for answer in (
        desk.ask(where, account="b"),
        desk.ask(f"{where}/replay", {}, account="b"),
        desk.ask(f"{PATH}/qt_nothing"),
        desk.ask(f"{PATH}/qt_nothing/replay", {}),
    ):
        assert answer.status_code == 404
        assert answer.content_type == "application/problem+json"
    assert desk.ask(where).status_code == 200


def test_the_same_key_and_body_give_the_same_bytes_once_more(desk: Desk) -> None:
    first = desk.ask(PATH, ASK, Idempotency_Key="one")
    again = desk.ask(PATH, ASK, Idempotency_Key="one")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.get_data() == first.get_data()
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert stored_quotes(desk) == 1


def test_the_same_key_with_another_body_is_refused(desk: Desk) -> None:
    desk.ask(PATH, ASK, Idempotency_Key="one")
    other = desk.ask(PATH, {**ASK, "reference": "another"}, Idempotency_Key="one")
    assert other.status_code == 422
    assert other.get_json()["type"].endswith(":idempotency-key-reused")
    assert stored_quotes(desk) == 1


def test_a_key_is_its_accounts_own(desk: Desk) -> None:
    first = desk.ask(PATH, ASK, Idempotency_Key="one")
    other = desk.ask(PATH, ASK, account="b", Idempotency_Key="one")
    assert other.status_code == 201
    assert "Idempotency-Replayed" not in other.headers
    assert other.get_json()["id"] != first.get_json()["id"]


def test_a_request_that_failed_does_not_use_up_its_key(desk: Desk) -> None:
    assert desk.ask(PATH, {**ASK, "lines": []}, Idempotency_Key="one").status_code == 422
    assert desk.ask(PATH, ASK, Idempotency_Key="one").status_code == 201


def test_of_requests_with_one_key_at_once_only_one_is_made(desk: Desk) -> None:
    answers: list[Any] = []
    start = threading.Barrier(4)

    def ask() -> None:
        start.wait()
        answers.append(desk.ask(PATH, ASK, Idempotency_Key="race"))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} <= {201, 409}
    made = {answer.get_data() for answer in answers if answer.status_code == 201}
    assert len(made) == 1
    assert stored_quotes(desk) == 1


REQUESTS = [
    ASK,
    {**quote("DE", seller={"registrations": [{"scheme": "ioss", "number": "IM1"}]}), "store": True},
    {**quote("US", line("90.00", "JPY", country_of_origin=None, hs_code="7326")), "store": True},
    {**quote("IS", locale="en-AU", currency="KWD", carriers=["flat"],
             exchange_rates=[{"from": "EUR", "to": "KWD", "rate": "0.3311"}]), "store": True},
    {**quote("GB BT1 5GS", line("300.00", "GBP"), carriers=["mute", "flat"]), "store": True},
    {**quote("US", line(hs_code="0404100500", country_of_origin="CA"), as_of="2026-09-29",
             ship_from={"country": "CA"}), "store": True},
]  # fmt: skip


@pytest.mark.parametrize("body", REQUESTS)
def test_a_quote_computed_again_is_identical(desk: Desk, body: Any) -> None:
    made = desk.ask(PATH, body)
    assert made.status_code == 201, made.get_data()
    replayed = desk.ask(f"{made.headers['Location']}/replay", {})
    assert replayed.get_json() == {"identical": True, "differences": []}


def test_a_quote_without_a_day_is_replayed_on_the_day_it_was_made(desk: Desk) -> None:
    body = {key: value for key, value in ASK.items() if key != "as_of"}
    made = desk.ask(PATH, body)
    with writing(desk.services.storage.engine) as connection:
        earlier = made.get_json()["as_of"]
        connection.execute(update(QUOTES).values(request=orjson.dumps(body)))
    replayed = desk.ask(f"{made.headers['Location']}/replay", {}).get_json()
    assert replayed["identical"] is True
    assert desk.ask(made.headers["Location"]).get_json()["as_of"] == earlier


@pytest.fixture(scope="module")
def other_facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of snapshots with facts in which Great Britain's VAT is 21 % since this year."""
    facts = load_facts()
    territories = copy.deepcopy(dict(facts.territories))
    versions = territories["GB"]["taxes"]["VAT"]["rates"]["standard"]["versions"]
    versions.append({**versions[-1], "since": "2026-01-01", "value": "21%"})
    contents = snapshot_contents(replace(facts, territories=territories))
    folder = tmp_path_factory.mktemp("other") / "snapshots"
    compile_snapshot(folder, contents)
    return folder


@pytest.fixture
def dated_desk(facts_dir: Path, database_url: str, tmp_path: Path) -> Iterator[Desk]:
    """A desk whose facts may be followed by others."""
    settings = Settings(data_dir=tmp_path / "dated", database_url=database_url)
    copy_snapshots(Settings(data_dir=facts_dir).snapshot_dir, settings.snapshot_dir)
    desk = Desk(settings)
    yield desk
    desk.close()


def copy_snapshots(source: Path, target: Path) -> None:
    """Make the facts of one folder current in another, as a compilation does."""
    target.mkdir(parents=True, exist_ok=True)
    for file in sorted(source.iterdir(), key=lambda file: file.name == POINTER):
        (target / "new").write_bytes(file.read_bytes())
        (target / "new").rename(target / file.name)


@pytest.mark.parametrize("restarted", [True, False])
def test_a_quote_is_replayed_from_its_own_facts_when_others_are_current(
    dated_desk: Desk, other_facts: Path, restarted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tariffs.snapshot.versions._SECONDS_BETWEEN_LOOKS", 0.0)
    desk = dated_desk
    old = desk.ask(PATH, ASK)
    copy_snapshots(other_facts, desk.settings.snapshot_dir)
    if restarted:
        desk.restart()
    new = desk.ask(PATH, ASK)
    assert new.get_json()["facts_version"] != old.get_json()["facts_version"]
    taxes = [a.get_json()["options"][0]["totals"]["taxes"]["amount"] for a in (old, new)]
    assert taxes[0] != taxes[1]
    for made in (old, new):
        assert desk.ask(made.headers["Location"]).get_data() == made.get_data()
        replayed = desk.ask(f"{made.headers['Location']}/replay", {}).get_json()
        assert replayed == {"identical": True, "differences": []}


def test_a_quote_outlives_the_process_that_made_it(desk: Desk) -> None:
    made = desk.ask(PATH, ASK, Idempotency_Key="one")
    desk.restart()
    assert desk.ask(made.headers["Location"]).get_data() == made.get_data()
    assert desk.ask(f"{made.headers['Location']}/replay", {}).get_json()["identical"] is True
    assert desk.ask(PATH, ASK, Idempotency_Key="one").get_data() == made.get_data()


def test_a_quote_that_is_no_longer_what_its_facts_say_is_told_where(desk: Desk) -> None:
    made = desk.ask(PATH, ASK)
    forged = made.get_json()
    forged["options"][0]["totals"]["taxes"]["amount"] = "0.01"
    with writing(desk.services.storage.engine) as connection:
        connection.execute(update(QUOTES).values(answer=orjson.dumps(forged)))
    replayed = desk.ask(f"{made.headers['Location']}/replay", {}).get_json()
    assert replayed["identical"] is False
    (difference,) = replayed["differences"]
    assert difference["pointer"] == "/options/0/totals/taxes/amount"
    assert difference["stored"] == "0.01"
    assert difference["computed"] == made.get_json()["options"][0]["totals"]["taxes"]["amount"]


def test_facts_that_are_no_longer_here_are_said_to_be_missing(
    dated_desk: Desk, other_facts: Path
) -> None:
    desk = dated_desk
    made = desk.ask(PATH, ASK)
    for file in desk.settings.snapshot_dir.glob("*.sqlite"):
        file.unlink()
    copy_snapshots(other_facts, desk.settings.snapshot_dir)
    desk.restart()
    answer = desk.ask(f"{made.headers['Location']}/replay", {})
    assert answer.status_code == 503
    assert answer.content_type == "application/problem+json"
    assert desk.ask(made.headers["Location"]).get_data() == made.get_data()
