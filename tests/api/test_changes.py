"""What changes in the law: between two days, and between two versions of the facts."""

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from api.app import create_app
from api.commands import diffs
from api.services.compiling import load_facts, snapshot_contents
from api.services.dated_rules import rules_in
from api.services.diffing import diff_facts
from api.settings import Settings
from data.model.dated import Law
from data.model.schedule_rows import ScheduleRow
from tariffs.schedule import Measure, Role
from tariffs.snapshot import ScheduleContents, ScheduleVersion, Snapshot, SnapshotContents
from tariffs.snapshot import compile_snapshot as compiled_at
from tests.api.real_service import (  # noqa: F401 - fixtures
    Json,
    answer_check,
    facts_dir_fixture,
    open_app_fixture,
    serve,
    shop_fixture,
)

PATH = "/v1/tariffs/changes"
Ask = Callable[..., TestResponse]


def get(client: Any, **query: str) -> Json:
    answer = client.get(PATH, query_string=query)
    assert answer.status_code == 200, answer.get_data()
    found: Json = answer.get_json()
    return found


# Between two days, of the real facts


def test_the_flat_duty_of_the_union_is_a_change_of_each_of_its_members(shop: Any) -> None:
    found = get(shop, territory="DE", since="2026-07-01", until="2026-07-02")
    changes = {change["what"]: change for change in found["items"]}
    flat = changes["EU.flat_duties.low_value_item"]
    assert (flat["day"], flat["change"], flat["kind"]) == ("2026-07-01", "starts", "rule")
    assert flat["after"]["value"] == "EUR 3"
    assert flat["after"]["law"]["id"] == "EU-2026-382"
    assert flat["before"] is None
    relief = changes["EU.reliefs.low_value"]
    assert (relief["change"], relief["after"]) == ("ends", None)


def test_a_measure_is_a_change_where_no_schedule_is_held_too(shop: Any) -> None:
    found = get(shop, territory="CA", since="2025-09-01", until="2025-09-02")
    surtaxes = {c["what"]: c for c in found["items"] if c["kind"] == "measure"}
    assert set(surtaxes) == {"surtax-steel", "surtax-aluminium", "surtax-vehicles"}
    assert surtaxes["surtax-vehicles"]["codes"] == ["8703", "8704"]
    assert surtaxes["surtax-steel"]["change"] == "starts"


def test_a_new_rate_in_place_of_an_old_one_is_one_change(shop: Any) -> None:
    found = get(shop, territory="DE", since="2020-07-01", until="2020-07-02")
    (vat,) = (c for c in found["items"] if c["what"] == "taxes.VAT.rates.standard")
    assert vat["change"] == "changes"
    assert (vat["before"]["value"], vat["after"]["value"]) == ("19%", "16%")
    assert vat["before"]["until"] == vat["after"]["since"] == "2020-07-01"


@pytest.mark.parametrize(
    ("since", "until", "seen"),
    [
        ("2020-06-01", "2020-07-01", False),
        ("2020-07-01", "2020-07-02", True),
        ("2020-07-02", "2020-08-01", False),
    ],
)
def test_the_first_day_counts_and_the_last_does_not(
    shop: Any, since: str, until: str, seen: bool
) -> None:
    found = get(shop, territory="DE", since=since, until=until)
    assert ("taxes.VAT.rates.standard" in [c["what"] for c in found["items"]]) is seen


def test_pages_follow_each_other_through_all_changes_in_the_order_of_days(shop: Any) -> None:
    items, cursor = [], None
    for _ in range(30):
        query = {"territory": "US", "since": "2026-02-01", "until": "2026-12-31"}
        page = get(shop, **query, **({"cursor": cursor} if cursor else {}))
        items += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert cursor is None
    assert len(items) > 100
    days = [change["day"] for change in items]
    assert days == sorted(days)
    assert len({str(change) for change in items}) == len(items)


def test_with_a_code_only_what_concerns_it_is_shown(shop: Any) -> None:
    query = {"territory": "US", "since": "2026-02-01", "until": "2026-12-31"}
    found = get(shop, code="8517.13", **query)
    assert found["items"]
    for change in found["items"]:
        assert change["kind"] in ("measure", "rate")
        if change["kind"] == "measure" and change["codes"]:
            near = [c for c in change["codes"] if c.startswith("851713"[: len(c)])]
            assert near or change["more_codes"]


def test_answers_are_as_the_document_says(shop: Any) -> None:
    document = shop.get("/openapi.json").get_json()
    described = document["paths"][PATH]["get"]
    assert [p["name"] for p in described["parameters"] if p["required"]] == ["territory"]
    from jsonschema_rs import validator_for

    from tests.api.real_service import _with_null

    schema = {
        **_with_null(described["responses"]["200"]["content"]["application/json"]["schema"]),
        "components": _with_null(document["components"]),
    }
    validator_for(schema).validate(get(shop, territory="US", since="2026-01-01"))


# Between two days, of an invented schedule


def row(code: str, expression: str, since: str, until: str | None = None, **more: Any) -> Any:
    day = date.fromisoformat
    return ScheduleRow(
        code, more.pop("programme", "third_country"), expression, expression, day(since), "T-1",
        until=day(until) if until else None, **more,
    )  # fmt: skip


def measure(**changes: Any) -> Measure:
    words: dict[str, Any] = {
        "heading": "9999.01", "programme": "extra", "name": "An invented measure",
        "role": Role.ADD, "expression": "25%", "law": LAW, "since": date(2026, 3, 1),
        "goods": ("6109",), "except_goods": ("61099020",), "origins": ("CN",),
    }  # fmt: skip
    return Measure(**{**words, **changes})


LAW = Law("T-1", "An invented tariff")
ROWS = [
    row("6109100010", "12%", "2026-01-01", "2026-07-01"),
    row("6109100010", "10%", "2026-07-01"),
    row("6109100090", "12%", "2026-01-01", "2026-07-01"),
    row("6109100090", "10%", "2026-07-01"),
    row("6109902000", "5%", "2026-01-01", "2026-07-01"),
    row("6109902000", "5%", "2026-07-01"),
    row("2208300000", "3 EUR / l", "2026-01-01", "2026-08-01"),
    row("2208300000", "0%", "2026-07-01", programme="preference", origins=("CA",)),
]


def snapshot(folder: Path, rows: Any = ROWS, measures: Any = (), **documents: Any) -> Snapshot:
    schedule = ScheduleContents(
        territory="QQ", source="TEST", publisher="Nobody", licence="CC0-1.0",
        checked_on=date(2026, 11, 1), completeness="full",
        versions=[ScheduleVersion(date(2026, 1, 1), True, lambda: rows, {"T-1": LAW})],
        measures=measures or [measure()],
    )  # fmt: skip
    contents = SnapshotContents([schedule], {"pegs": {"pegs": {}, "laws": {}}, **documents}, {})
    return Snapshot.open(folder / f"{compiled_at(folder, contents)}.sqlite")


@pytest.fixture
def invented(tmp_path: Path) -> Any:
    """A client of a service over that schedule."""
    snapshot(tmp_path / "snapshots")
    return create_app(serve(Settings(data_dir=tmp_path, open=True))).test_client()


def test_codes_with_the_same_change_are_told_together(invented: Any) -> None:
    found = get(invented, territory="QQ", since="2026-07-01", until="2026-07-02")
    base, preference = sorted(found["items"], key=lambda change: change["what"], reverse=True)
    assert base["change"] == "changes"
    assert base["codes"] == ["6109100010", "6109100090"]
    assert (base["before"]["value"], base["after"]["value"]) == ("12%", "10%")
    assert (preference["change"], preference["after"]["origins"]) == ("starts", ["CA"])
    assert preference["codes"] == ["2208300000"]


def test_what_is_said_again_in_the_same_words_is_no_change(invented: Any) -> None:
    found = get(invented, territory="QQ", since="2026-07-01", until="2026-07-02", code="610990")
    assert found["items"] == []


def test_what_nothing_follows_is_an_end(invented: Any) -> None:
    (end,) = get(invented, territory="QQ", since="2026-08-01")["items"]
    assert (end["change"], end["before"]["value"], end["after"]) == ("ends", "3 EUR / l", None)


@pytest.mark.parametrize(
    ("code", "seen"), [("61", True), ("6109100010", True), ("61099020", False), ("22", False)]
)
def test_a_measure_is_shown_for_the_goods_that_its_law_names(
    invented: Any, code: str, seen: bool
) -> None:
    found = get(invented, territory="QQ", since="2026-03-01", until="2026-03-02", code=code)
    assert [change["what"] for change in found["items"]] == ["9999.01"] * seen


@pytest.mark.parametrize(
    ("query", "status", "parameter"),
    [
        ({}, 422, "territory"),
        ({"territory": "ZZ"}, 404, None),
        ({"territory": "QQ", "since": "2026-13-01"}, 422, "since"),
        ({"territory": "QQ", "until": "tomorrow"}, 422, "until"),
        ({"territory": "QQ", "since": "2026-02-01", "until": "2026-02-01"}, 422, "until"),
        ({"territory": "QQ", "code": "6"}, 422, "code"),
        ({"territory": "QQ", "cursor": "5"}, 422, "cursor"),
        ({"territory": "QQ", "cursor": "0123456789ab.100"}, 422, "cursor"),
        ({"territory": "QQ", "cursor": "../secret.1"}, 422, "cursor"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    invented: Any, query: Any, status: int, parameter: str | None
) -> None:
    answer = invented.get(PATH, query_string=query)
    assert answer.status_code == status
    errors = answer.get_json()["errors"]
    assert [error["parameter"] for error in errors] == ([parameter] if parameter else [])


def test_a_rules_name_is_its_place_and_its_versions_end_each_other() -> None:
    document = {
        "name": "Nowhere",
        "fees": {
            "entry": {
                "name": "Entry fee",
                "versions": [
                    {"since": "2026-01-01", "value": "2 EUR", "law": "L"},
                    {"since": "2025-01-01", "until": "2025-06-01", "value": "1 EUR", "law": "L"},
                ],
            }
        },
        "outside": [
            {"since": "2007-01-01", "postal_code": "1", "value": "Here", "law": "L"},
            {"since": "2007-01-01", "postal_code": "2", "value": "There", "law": "L"},
        ],
        "laws": {"L": {"title": "A law"}},
    }
    rules = {rule.place: rule for rule in rules_in(document)}
    assert list(rules) == ["fees.entry", "outside.1", "outside.2"]
    first, second = rules["fees.entry"].versions
    assert (first.value, first.until) == ("1 EUR", date(2025, 6, 1))
    assert (second.value, second.until) == ("2 EUR", None)
    assert rules["fees.entry"].name == "Entry fee"


# Between two versions


def test_versions_alike_do_not_differ(tmp_path: Path) -> None:
    one = snapshot(tmp_path / "a")
    assert list(diff_facts(one, snapshot(tmp_path / "b"))) == []


def test_rates_measures_and_codes_that_differ_are_told_once_each(tmp_path: Path) -> None:
    rows = [replace(r, expression="11%") if r.expression == "10%" else r for r in ROWS[:-2]]
    changed = [
        measure(goods=("6109", "6110"), expression="30%"),
        measure(heading="9999.02"),
    ]
    old = snapshot(tmp_path)
    new = snapshot(tmp_path, [*rows, row("0101210000", "0%", "2026-01-01")], changed)
    found = [(d.kind, d.what, d.before, d.after, d.codes) for d in diff_facts(old, new)]
    since = "since 2026-07-01 (T-1)"
    assert found == [
        ("measure", "9999.01", "expression: 25%; goods: –", "expression: 30%; goods: 6110", ()),
        ("measure", "9999.02", None, "An invented measure: 25% since 2026-03-01 (T-1)", ()),
        ("code", "1 codes", None, "declarable", ("0101210000",)),
        ("code", "1 codes", "declarable", None, ("2208300000",)),
        ("rate", "third_country", f"10% {since}", f"11% {since}", ("6109100010", "6109100090")),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def two_versions(facts_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A data folder with the facts as they are and others, and the names of the two versions."""
    facts = load_facts()
    territories = copy.deepcopy(dict(facts.territories))
    versions = territories["GB"]["taxes"]["VAT"]["rates"]["standard"]["versions"]
    versions.append({**versions[-1], "since": "2026-01-01", "value": "21%"})
    territories["GB"]["reliefs"]["low_value"]["inclusive"] = False
    folder = tmp_path_factory.mktemp("two")
    settings = Settings(data_dir=folder, open=True)
    before = Settings(data_dir=facts_dir).snapshot_dir
    settings.snapshot_dir.mkdir()
    (file,) = before.glob("*.sqlite")
    (settings.snapshot_dir / file.name).write_bytes(file.read_bytes())
    after = compiled_at(
        settings.snapshot_dir, snapshot_contents(replace(facts, territories=territories))
    )
    return settings, file.stem, after


def run(two_versions: Any, *arguments: str) -> Any:
    settings, before, after = two_versions
    runner = create_app(serve(settings)).test_cli_runner()
    return runner.invoke(args=["facts", "diff", before, after, *arguments])


def test_rules_that_differ_are_told_with_their_law(two_versions: Any) -> None:
    told = run(two_versions)
    assert told.exit_code == 0, told.output
    head, *lines = (line.split() for line in told.output.splitlines())
    assert head == ["where", "kind", "what", "before", "after", "codes"]
    rate, scope = lines
    assert rate[:4] == ["GB", "rule", "taxes.VAT.rates.standard", "–"]
    assert rate[4:] == ["21%", "since", "2026-01-01", "(VATA-2)"]
    assert scope == ["GB", "value", "reliefs.low_value.inclusive", "True", "False"]


SKUS = """\
sku,hs_code,origin,destination,price,currency
TEE,6109.10,CN,GB,100.00,GBP
EDGE,6109.10,CN,GB,135.00,GBP
NORTH,6109.10,CN,XI,100.00,GBP
BERLIN,6109.10,CN,DE,100.00,EUR
FAR,6109.10,CN,AQ,100.00,EUR
"""


def test_landed_costs_that_move_are_told_with_what_moved_them(
    two_versions: Any, tmp_path: Path
) -> None:
    (tmp_path / "skus.csv").write_text(SKUS)
    told = run(two_versions, "--skus", str(tmp_path / "skus.csv"), "--on", "2026-11-20")
    assert told.exit_code == 0, told.output
    lines = told.output.splitlines()
    assert lines[-1] == "2 of 5 landed costs on 2026-11-20 differ; 1 cannot be said."
    edge, tee = (line.split() for line in lines[-3:-1])
    assert tee[:8] == ["TEE", "GB", "120.00", "GBP", "121.00", "GBP", "+1.00", "GBP"]
    assert "GB.vat.standard" in tee[8:]
    assert edge[0] == "EDGE"
    assert "GB.third_country" in " ".join(edge)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("sku,price\n", "the columns are sku"),
        (SKUS.replace("6109.10,CN,GB", "shirt,CN,GB"), "skus.csv:2: hs_code"),
        (SKUS.replace("135.00,GBP", "135.00,XYZ"), "skus.csv:3: currency"),
        (SKUS.replace("135.00", "1e3"), "skus.csv:3: price"),
        (SKUS.replace("AQ,100.00,EUR", "AQ"), "skus.csv:6: 6 columns"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_with_its_line(
    two_versions: Any, tmp_path: Path, content: str, said: str
) -> None:
    (tmp_path / "skus.csv").write_text(content)
    told = run(two_versions, "--skus", str(tmp_path / "skus.csv"))
    assert told.exit_code == 1
    assert said in told.output


def test_a_version_that_is_not_held_is_named_with_those_that_are(two_versions: Any) -> None:
    settings, before, after = two_versions
    runner = create_app(serve(settings)).test_cli_runner()
    told = runner.invoke(args=["facts", "diff", "0123456789ab", "current"])
    assert told.exit_code == 1
    assert before in told.output
    assert after in told.output
    assert runner.invoke(args=["facts", "diff", after, "current"]).output.split()[-1] == "codes"


def test_goods_whose_cost_cannot_be_said_are_counted_not_dropped(
    two_versions: Any, tmp_path: Path
) -> None:
    settings, before, after = two_versions
    (tmp_path / "skus.csv").write_text(SKUS)
    rows, told = diffs.repriced(
        serve(settings), before, after, tmp_path / "skus.csv", date(2026, 11, 20),
        datetime(2026, 11, 20, tzinfo=UTC),
    )  # fmt: skip
    assert [row[0] for row in rows] == ["EDGE", "TEE"]
    assert "1 cannot be said" in told
