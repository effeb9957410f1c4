"""Parties screened over HTTP, the book kept of it, and those who look. All names are invented."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import orjson
import pytest
from sqlalchemy import insert, select, text, update

from api.app import create_app
from api.clock import today
from api.services.screening import Asked, facts
from api.services.screening_lists import compile_held
from api.settings import Settings
from customs.screening.matching import Party
from customs.screening.snapshot import ListSnapshots
from data.model.listed_parties import BirthDays, Identifier, ListedName, ListedParty
from data.store import screening_lists, screening_records
from data.store.engines import reading, writing
from data.store.keys import digest
from data.store.outbox import take
from data.store.screening_lists import OlderListError
from data.store.tables import API_KEYS, SCREENED_PARTIES, SCREENINGS
from tariffs.snapshot import Snapshots
from tests.api.real_service import (  # noqa: F401 - fixtures
    facts_dir_fixture,
    known_carriers,
    line,
    quote,
)

MOMENT = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = today()
PERSON = ListedParty(
    "UN",
    "DEi.001",
    "person",
    (ListedName("QUERTYUIOP, Zorblax Ivanovich"),),
    births=(BirthDays(date(1970, 12, 5), date(1970, 12, 5)),),
    countries=("RU",),
    identifiers=(Identifier("Passport", "ZZ123456", "RU"),),
    programmes=("DEMO",),
    listed_on=date(2020, 1, 2),
)
COMPANY = ListedParty("UN", "DEe.002", "entity", (ListedName("SYLVANIAN WIDGETS LLC"),))
LATER = ListedParty("UN", "DEi.003", "person", (ListedName("NORDLICHT, Fridtjof"),))
MATCHING = {"name": "Zorblax Ivanovich Quertyuiop", "country": "DE", "date_of_birth": "1970-12-05"}
NEARLY = {"name": "Sylvanian Widgetts"}
CLEAN = {"name": "Fridtjof Nordlicht"}


@pytest.fixture
def services(services):
    return replace(services, watch_lists=ListSnapshots(services.settings.lists_dir))


@pytest.fixture
def hold(services):
    """Hold a list of these entries, as an import would."""

    def hold(*entries, list_id="UN", as_of=TODAY, sha="a"):
        with writing(services.storage.engine) as connection:
            changes = screening_lists.replace_list(
                connection, list_id, as_of, sha * 64, MOMENT, entries
            )
        compile_held(services.storage.engine, services.settings.lists_dir, facts())
        services.watch_lists.forget()
        return changes

    return hold


@pytest.fixture
def held(hold):
    hold(PERSON, COMPANY)


@pytest.fixture
def screen(ask, held):
    def screen(*parties, **kwargs):
        return ask("/v1/screenings", "POST", json={"parties": list(parties)}, **kwargs)

    return screen


@pytest.fixture
def second_key(services):
    """Anna's colleague has a key of the same account."""
    with writing(services.storage.engine) as connection:
        connection.execute(
            insert(API_KEYS).values(
                id="key_colleague",
                account_id="anna",
                name="test",
                prefix="coll",
                sha256=digest("key-of-colleague").hex(),
                created_at=MOMENT,
            )
        )
    return "key-of-colleague"


def test_a_match_says_its_list_its_day_and_what_makes_its_score(screen):
    answer = screen(MATCHING, CLEAN)
    assert answer.status_code == 201
    found = answer.json
    assert answer.headers["Location"] == f"/v1/screenings/{found['id']}"
    assert found["outcome"] == "refused"
    first, second = found["parties"]
    (match,) = first["matches"]
    assert (match["score"], match["level"]) == (1.0, "block")
    assert (match["list"], match["entry"], match["programmes"]) == ("UN", "DEi.001", ["DEMO"])
    assert [part["feature"] for part in match["parts"]] == ["name", "date_of_birth", "country"]
    assert (second["outcome"], second["matches"], second["review"]) == ("clear", [], None)
    (consulted,) = found["lists"]
    assert (consulted["list"], consulted["as_of"]) == ("UN", TODAY.isoformat())
    assert (consulted["age_days"], consulted["old"], consulted["sha256"]) == (0, False, "a" * 64)
    assert "OFAC-SDN" in found["not_held"]
    assert {note["id"] for note in found["not_screened"]} >= {"ownership_us", "ownership_eu"}
    assert found["algorithm"]["settings"]["review"] == 0.7
    assert found["actor"] == "key_anna"


def test_without_a_list_nobody_is_clear(ask):
    answer = ask("/v1/screenings", "POST", json={"parties": [CLEAN]})
    assert (answer.status_code, answer.json["type"]) == (
        503,
        "urn:tidewaiter:problem:not-available",
    )


@pytest.mark.parametrize(
    ("party", "pointer"),
    [
        ({}, "/parties/0/name"),
        ({"name": "X", "nationality": "DE"}, "/parties/0/nationality"),
        ({"name": "X", "date_of_birth": "05.12.1970"}, "/parties/0/date_of_birth"),
        ({"name": "X", "identifiers": [{"type": "passport"}]}, "/parties/0/identifiers/0/number"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_pointer(screen, party, pointer):
    answer = screen(party)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_a_record_is_kept_byte_for_byte_and_is_nobody_elses(screen, ask):
    made = screen(CLEAN)
    path = made.headers["Location"]
    kept = ask(path).json
    chain = kept.pop("chain")
    assert kept.pop("reviews") == []
    assert kept == made.json
    assert chain["number"] == 1
    assert ask(path, key="key-of-ben").status_code == 404


def test_the_same_key_screens_once(screen, services):
    headers = {"Idempotency-Key": "once"}
    first, again = screen(MATCHING, headers=headers), screen(MATCHING, headers=headers)
    assert again.data == first.data
    with reading(services.storage.engine) as connection:
        assert len(connection.execute(select(SCREENINGS)).all()) == 1


@pytest.mark.parametrize(
    "damage",
    [
        update(SCREENINGS).where(SCREENINGS.c.number == 2).values(record=b"{}"),
        update(SCREENINGS).where(SCREENINGS.c.number == 2).values(outcome="clear"),
        text("UPDATE screenings SET number = number + 1 WHERE number > 1"),
    ],
)
def test_a_changed_line_breaks_the_chain(screen, services, app, damage):
    for party in (CLEAN, NEARLY, CLEAN):
        assert screen(party).status_code == 201
    said = app.test_cli_runner().invoke(args=["screen", "verify", "anna"])
    assert said.exit_code == 0, said.output
    with writing(services.storage.engine) as connection:
        if "number + 1" in str(damage):  # SQLite checks each row: from the last one on
            for number in (3, 2):
                moved = update(SCREENINGS).where(SCREENINGS.c.number == number)
                connection.execute(moved.values(number=number + 1))
        else:
            connection.execute(damage)
    with reading(services.storage.engine) as connection:
        assert screening_records.broken_at(connection, "anna") == 2
    said = app.test_cli_runner().invoke(args=["screen", "verify", "anna"])
    assert (said.exit_code, "line 2" in said.output) == (1, True)


def test_an_old_list_is_flagged_or_refuses_everybody(hold, services):
    hold(PERSON, as_of=TODAY - timedelta(days=30))
    body = {"parties": [CLEAN]}
    headers = {"Authorization": "Bearer key-of-anna"}
    flagged = create_app(services).test_client().post("/v1/screenings", json=body, headers=headers)
    assert flagged.json["outcome"] == "clear"
    assert flagged.json["lists"][0]["old"] is True
    assert flagged.json["lists"][0]["age_days"] == 30
    strict = replace(services, settings=replace(services.settings, screening_old_lists="refuse"))
    refused = create_app(strict).test_client().post("/v1/screenings", json=body, headers=headers)
    assert refused.json["outcome"] == "refused"
    assert refused.json["parties"][0]["outcome"] == "clear"


def decide(ask, review, decision="clear", reason="different_date_of_birth", **kwargs):
    body = {"decision": decision, "reason": reason, "note": "looked at the passport"}
    return ask(f"/v1/reviews/{review}", "POST", json=body, **kwargs)


def test_a_match_high_enough_to_refuse_is_cleared_by_two_people(screen, ask, second_key):
    review = screen(MATCHING).json["parties"][0]["review"]
    (waiting,) = ask("/v1/reviews").json["items"]
    assert (waiting["id"], waiting["state"], waiting["needs_two"]) == (review, "waiting", True)
    assert waiting["matches"][0]["entry"] == "DEi.001"
    first = decide(ask, review).json
    assert (first["state"], first["closed_at"]) == ("seconding", None)
    again = decide(ask, review)
    assert (again.status_code, again.json["errors"][0]["pointer"]) == (422, "/decision")
    second = decide(ask, review, key=second_key).json
    assert second["state"] == "cleared"
    assert [each["actor"] for each in second["decisions"]] == ["key_anna", "key_colleague"]
    assert ask("/v1/reviews").json["items"] == []
    assert [each["id"] for each in ask("/v1/reviews?state=cleared").json["items"]] == [review]
    closed = decide(ask, review, decision="confirm", reason="same_party")
    assert "cleared already" in closed.json["detail"]


def test_a_lesser_match_is_cleared_by_one_and_any_is_confirmed_by_one(screen, ask):
    lesser = screen(NEARLY).json["parties"][0]["review"]
    assert decide(ask, lesser, reason="different_name").json["state"] == "cleared"
    higher = screen(MATCHING).json["parties"][0]["review"]
    assert decide(ask, higher, "confirm", "same_party").json["state"] == "confirmed"


def test_a_reason_goes_with_its_decision_and_reviews_are_nobody_elses(screen, ask):
    review = screen(NEARLY).json["parties"][0]["review"]
    wrong = decide(ask, review, "clear", "same_party")
    assert (wrong.status_code, wrong.json["errors"][0]["pointer"]) == (422, "/reason")
    assert decide(ask, review, key="key-of-ben").status_code == 404
    assert ask("/v1/reviews", key="key-of-ben").json["items"] == []
    assert ask("/v1/reviews?state=lost").status_code == 422


def test_decisions_stand_in_the_same_chain(screen, ask, services):
    review = screen(NEARLY).json["parties"][0]["review"]
    decide(ask, review, reason="different_name")
    with reading(services.storage.engine) as connection:
        rows = connection.execute(select(SCREENINGS).order_by(SCREENINGS.c.number)).all()
        assert screening_records.broken_at(connection, "anna") is None
    assert [(row.kind, row.outcome) for row in rows] == [
        ("request", "review"),
        ("decision", "cleared"),
    ]
    assert orjson.loads(rows[1].record)["note"] == "looked at the passport"
    assert ask(f"/v1/screenings/{rows[1].id}").status_code == 404


def test_the_queue_pages_from_the_oldest(services, held):
    for _ in range(3):
        services.screening.screen([Party("Sylvanian Widgetts")], Asked("anna", "key_anna", MOMENT))
    first, following = services.reviews.page("anna", limit=2)
    rest, end = services.reviews.page("anna", limit=2, after=following)
    assert (len(first), len(rest), end) == (2, 1, None)
    assert len({each["id"] for each in first + rest}) == 3


def test_a_changed_list_finds_who_was_clear_and_says_which_entry(screen, hold, services, ask):
    before = screen(CLEAN).json
    assert before["outcome"] == "clear"
    screen(NEARLY)
    assert services.rescreening.once(lambda: MOMENT) == 0
    assert hold(PERSON, COMPANY, LATER, sha="b") == {"added": 1, "changed": 0, "removed": 0}
    assert services.rescreening.once(lambda: MOMENT) == 2
    assert services.rescreening.once(lambda: MOMENT) == 0
    with reading(services.storage.engine) as connection:
        query = select(SCREENINGS).where(SCREENINGS.c.kind == "rescreen")
        (again,) = connection.execute(query).all()
        kinds = [event.kind for event in take(connection, 10)]
    record = orjson.loads(again.record)
    assert record["triggered_by"] == [{"list": "UN", "entry": "DEi.003", "change": "added"}]
    assert (record["subject"], record["outcome"]) == (before["id"], "refused")
    # Whoever resembled an entry that did not change is not asked about twice.
    assert kinds == ["screening.matched", "screening.matched"]
    assert len(ask("/v1/reviews").json["items"]) == 2


def test_a_removed_entry_and_a_party_no_longer_watched_bring_nothing_up(screen, hold, services):
    screen(MATCHING)
    hold(COMPANY, sha="b")
    assert services.rescreening.once(lambda: MOMENT) == 1
    with writing(services.storage.engine) as connection:
        connection.execute(update(SCREENED_PARTIES).values(watched_until=MOMENT))
    hold(PERSON, COMPANY, sha="c")
    assert services.rescreening.once(lambda: MOMENT) == 0


def test_a_party_waits_until_the_lists_are_compiled(screen, services):
    screen(CLEAN)
    with writing(services.storage.engine) as connection:
        screening_lists.replace_list(connection, "UN", TODAY, "b" * 64, MOMENT, [LATER])
    assert services.rescreening.once(lambda: MOMENT) == 0


def test_the_same_file_changes_nothing_and_an_older_one_is_refused(hold, held):
    assert hold(PERSON, COMPANY) is None
    with pytest.raises(OlderListError, match="which is after"):
        hold(PERSON, as_of=TODAY - timedelta(days=1), sha="b")
    changed = replace(COMPANY, addresses=("1 Duck Soup Street",))
    assert hold(changed, LATER, sha="c") == {"added": 1, "changed": 1, "removed": 1}
    assert hold(PERSON, COMPANY) == {"added": 1, "changed": 1, "removed": 1}


@pytest.fixture
def quoted(services, facts_dir):
    """Ask for a quote, or for what became of one, over the facts as they stand."""
    snapshots = Snapshots(Settings(data_dir=facts_dir).snapshot_dir)
    over_facts = replace(services, snapshots=snapshots, carriers=known_carriers("flat"))
    client = create_app(over_facts).test_client()
    headers = {"Authorization": "Bearer key-of-anna"}

    def quoted(path="/v1/quotes", **changes):
        body = {**quote("DE", line("20.00", "EUR"), store=True), **changes}
        answer = client.post(path, json=body if path == "/v1/quotes" else None, headers=headers)
        assert answer.status_code < 300, answer.json
        return answer.json

    return quoted


def findings(answer):
    codes = ("match", "screening-list-old")
    return [each for each in answer["verdict"]["findings"] if each["code"] in codes]


def test_a_quote_for_somebody_on_a_list_is_refused_and_replays(quoted, held, services):
    made = quoted(buyer={"name": MATCHING["name"]})
    (found,) = findings(made)
    assert (found["outcome"], found["party"]) == ("prohibited", "buyer")
    assert found["law"]["id"] == "UN-CHARTER-41"
    assert (made["verdict"]["outcome"], made["options"]) == ("refused", [])
    with reading(services.storage.engine) as connection:
        (row,) = connection.execute(select(SCREENINGS)).all()
    assert (row.kind, row.subject, row.outcome) == ("quote", made["id"], "refused")
    services.watch_lists.forget()
    (services.settings.lists_dir / "current").unlink()  # lists change: a quote stays what it was
    replayed = quoted(f"/v1/quotes/{made['id']}/replay")
    assert replayed == {"identical": True, "differences": []}


def test_a_quote_for_somebody_nearly_on_a_list_is_looked_at(quoted, held):
    made = quoted(seller=NEARLY)
    (found,) = findings(made)
    assert (found["outcome"], found["party"], made["verdict"]["outcome"]) == (
        "match",
        "seller",
        "review",
    )


def test_quotes_that_name_nobody_or_are_not_stored_are_not_written_down(quoted, held, services):
    assert findings(quoted()) == []
    assert len(findings(quoted(buyer={"name": MATCHING["name"]}, store=False))) == 1
    with reading(services.storage.engine) as connection:
        assert connection.execute(select(SCREENINGS)).all() == []


def test_without_lists_a_named_quote_is_as_it_was(quoted, services):
    assert findings(quoted(buyer=CLEAN)) == []
    with reading(services.storage.engine) as connection:
        assert connection.execute(select(SCREENINGS)).all() == []


def test_old_lists_are_said_in_a_quote(quoted, hold):
    hold(PERSON, as_of=TODAY - timedelta(days=30))
    (found,) = findings(quoted(buyer=CLEAN))
    assert (found["code"], found["outcome"]) == ("screening-list-old", "warning")


UN_XML = """<CONSOLIDATED_LIST dateGenerated="{day}T00:00:09.554Z"><INDIVIDUALS><INDIVIDUAL>
<DATAID>1</DATAID><FIRST_NAME>ZORBLAX</FIRST_NAME><SECOND_NAME>QUERTYUIOP</SECOND_NAME>
<UN_LIST_TYPE>Demo</UN_LIST_TYPE><REFERENCE_NUMBER>DEi.001</REFERENCE_NUMBER>
<LISTED_ON>2015-04-07</LISTED_ON></INDIVIDUAL></INDIVIDUALS><ENTITIES/></CONSOLIDATED_LIST>"""


def test_the_command_line_imports_lists_compares_and_rescreens(app, tmp_path, monkeypatch):
    path = tmp_path / "un.xml"
    path.write_text(UN_XML.format(day=TODAY))
    run = app.test_cli_runner().invoke
    refused = run(args=["screen", "import", "UN", str(path)])
    assert "entries: 1 is not within 700 to 3000" in refused.output
    assert "not held" in run(args=["screen", "lists"]).output
    assert "nobody was screened" in run(args=["screen", "name", "Zorblax"]).output
    small = replace(facts(), lists={"UN": replace(facts().lists["UN"], expect={})})
    monkeypatch.setattr("api.commands.screening.facts", lambda: small)
    imported = run(args=["screen", "import", "UN", str(path)])
    assert imported.exit_code == 0, imported.output
    assert "1 entries (1 person)" in imported.output
    assert "1 added, 0 changed, 0 removed" in imported.output
    assert "held already" in run(args=["screen", "import", "UN", str(path)]).output
    assert "no list is called XX" in run(args=["screen", "import", "XX", str(path)]).output
    assert TODAY.isoformat() in run(args=["screen", "lists"]).output
    compared = run(args=["screen", "name", "Zorblax Quertyuiop", "--born", "1970-01-01"])
    assert "Zorblax Quertyuiop: refused" in compared.output
    assert "0 parties were compared again" in run(args=["screen", "rescreen"]).output
    assert "there is no account x" in run(args=["screen", "verify", "x"]).output
