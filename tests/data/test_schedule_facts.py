from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from data.importing.derive import derive
from data.importing.sinks import write_facts
from data.loading.documents import FactsError
from data.loading.schedules import CODE_COLUMNS, read_codes, read_schedule
from data.loading.sources import SOURCES, load_sources
from data.model.schedule_rows import COLUMNS, ScheduleRow
from tariffs.expressions import parse, split_special
from tariffs.schedule import Programme

ROOT = Path(__file__).parents[2]
SCHEDULES = ROOT / "data/facts/schedules"
SHARED = ROOT.parent / "shared/data"
DAY = date(2026, 1, 1)
TWO_MEGABYTES = 2_000_000
GOOD = "09011000,third_country,,,4.5%,=,,,,2026-01-01,,LAW,"

EMBEDDED = [source for source in load_sources().values() if source.as_of]


def canonical(text):
    expression = parse(text)
    return expression.text if expression.readable else None


@pytest.fixture
def schedule(tmp_path):
    def schedule(*lines, name="2026-01-01.csv", columns=COLUMNS):
        (tmp_path / name).write_text("\n".join([",".join(columns), *lines]) + "\n", "utf-8")
        return tmp_path

    return schedule


# What is committed


@pytest.mark.parametrize("source", EMBEDDED, ids=lambda source: source.id)
def test_every_committed_rate_is_of_its_source_and_its_day(source):
    known = {str(word) for word in Programme}
    rows = list(read_schedule(SCHEDULES / source.territory, source.laws))
    assert {row.since for row in rows} == {source.as_of}
    assert {row.programme for row in rows} <= known
    best = {"official"} if source.completeness == "full" else {"secondary", "unconfirmed"}
    assert {row.confidence for row in rows} == best


@pytest.mark.parametrize("path", sorted(SCHEDULES.rglob("*.csv")), ids=lambda path: path.name)
def test_every_committed_file_is_sorted_and_small(path):
    header, *lines = path.read_text("utf-8").splitlines()
    assert header in (",".join(COLUMNS), ",".join(CODE_COLUMNS))
    assert [line.split(",", 1)[0] for line in lines] == sorted(
        line.split(",", 1)[0] for line in lines
    )
    assert len(set(lines)) == len(lines)
    assert path.stat().st_size < TWO_MEGABYTES


def test_the_united_states_schedule_has_every_rate_line_of_the_edition():
    rows = list(read_schedule(SCHEDULES / "US"))
    regular = Counter(row.programme for row in rows if row.code[:2] not in ("98", "99"))
    assert regular["third_country"] == 11_414
    assert regular["column_2"] == 11_415  # 9006.59.15.20 repeats its own
    national = Counter(row.programme for row in rows if row.code[:2] in ("98", "99"))
    assert national["third_country"] + national["additional"] == 2_441
    assert national["safeguard"] == 512


def test_every_statistical_code_of_the_united_states_stands_under_a_rate():
    codes = [declarable.code for declarable in read_codes(SCHEDULES / "US")]
    rated = {row.code for row in read_schedule(SCHEDULES / "US")}
    assert len(codes) == 19_768
    assert [code for code in codes if code not in rated and code[:8] not in rated] == []


@pytest.mark.parametrize(
    ("territory", "code", "expressions"),
    [
        ("US", "61091000", {"16.5%"}),
        ("US", "64039960", {"8.5%"}),
        ("US", "85171300", {"Free"}),
        ("GB", "61091000", {"12.0%"}),
        ("EU", "61091000", {"12.0%"}),
        ("EU", "42022100", {"3.0%"}),
        ("GB", "42022100", {"2.0%"}),
    ],
)
def test_well_known_third_country_duties_are_there(territory, code, expressions):
    rows = read_schedule(SCHEDULES / territory)
    found = {row.expression for row in rows if (row.code, row.programme) == (code, "third_country")}
    assert found == expressions


def test_codes_with_a_range_are_unconfirmed():
    for territory in ("GB", "EU"):
        rows = list(read_schedule(SCHEDULES / territory))
        rates = Counter(row.code for row in rows)
        ranges = [row for row in rows if rates[row.code] > 1]
        assert ranges
        assert {row.confidence for row in ranges} == {"unconfirmed"}
        assert {len(row.code) for row in ranges} == {6}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the source files are not here")
def test_the_committed_schedules_equal_a_fresh_derivation(tmp_path):
    (tmp_path / "sources.toml").write_bytes(SOURCES.read_bytes())
    reports = derive(SHARED, tmp_path, canonical, split_special)
    assert all(report.accepted for report in reports)
    fresh = {path.relative_to(tmp_path): path for path in tmp_path.rglob("*.csv")}
    assert fresh.keys() == {path.relative_to(SCHEDULES.parent) for path in SCHEDULES.rglob("*.csv")}
    different = [
        str(name)
        for name, path in fresh.items()
        if path.read_bytes() != (SCHEDULES.parent / name).read_bytes()
    ]
    assert different == []


# How it is read


def test_a_row_is_read_back_as_it_was_written(tmp_path):
    rows = [
        ScheduleRow("09011000", "column_2", "20%", "20%", DAY, "LAW"),
        ScheduleRow(
            code="0901100010",
            programme="quota",
            expression="5%, or less",
            parsed=None,
            since=DAY,
            law="LAW",
            until=date(2027, 1, 1),
            origins=("2999", "NO"),
            excluded_origins=("RS",),
            unit="No.;kg",
            order_number="050922",
            additional_code="C123",
            confidence="secondary",
        ),
        ScheduleRow("09021000", "third_country", "1¢/kg", "0.01 USD / kg", DAY, "LAW"),
        ScheduleRow("99030102", "additional", "25%", "25%", DAY, "LAW"),
    ]
    write_facts(tmp_path, DAY, rows)
    assert sorted(read_schedule(tmp_path), key=lambda row: row.code) == rows


def test_nothing_is_written_when_the_rows_break_off(tmp_path):
    def rows():
        yield ScheduleRow("09011000", "third_country", "4.5%", "4.5%", DAY, "LAW")
        raise RuntimeError("broke off")

    with pytest.raises(RuntimeError):
        write_facts(tmp_path / "US", DAY, rows())
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (GOOD.replace("09011000", "0901.10"), "2026-01-01.csv:2: '0901.10' is no code"),
        (GOOD.replace("third_country", ""), "programme"),
        (GOOD.replace("2026-01-01", "soon"), "'soon' is no day"),
        (GOOD.replace("2026-01-01,", "2026-01-01,2025-01-01"), "before it starts"),
        (GOOD.replace("LAW", ""), "law"),
        (GOOD.replace("LAW", "OTHER"), "'OTHER' is not declared"),
        (f"{GOOD}perhaps", "confidence 'perhaps'"),
        (f"{GOOD},more", "14 cells"),
    ],
)
def test_a_row_that_is_wrong_is_refused_with_file_and_line(schedule, line, reason):
    with pytest.raises(FactsError, match=reason):
        list(read_schedule(schedule(line), {"LAW"}))


def test_an_unknown_column_is_refused(schedule):
    with pytest.raises(FactsError, match="columns"):
        list(read_schedule(schedule(GOOD, columns=(*COLUMNS[:-1], "surety"))))


def test_a_file_without_a_day_in_its_name_is_refused(schedule):
    with pytest.raises(FactsError, match=r"new\.csv"):
        list(read_schedule(schedule(GOOD, name="new.csv")))


def test_codes_are_read_in_order_with_their_units(schedule):
    name, columns = "2026-01-01.codes.csv", CODE_COLUMNS
    folder = schedule("0901100010,kg,LAW", "0901100090,,LAW", name=name, columns=columns)
    assert [(one.code, one.unit, one.since, one.law) for one in read_codes(folder)] == [
        ("0901100010", "kg", DAY, "LAW"),
        ("0901100090", None, DAY, "LAW"),
    ]
    unit = ScheduleRow("0901100010", "supplementary_unit", "kg", None, DAY, "LAW", unit="kg")
    assert list(read_schedule(folder)) == [unit]
    with pytest.raises(FactsError, match=r"codes\.csv:2: law 'LAW' is not declared"):
        list(read_codes(folder, {"OTHER"}))
    with pytest.raises(FactsError, match=r"codes\.csv:3: 0901100010 stands after"):
        list(
            read_codes(schedule("0901100090,,LAW", "0901100010,kg,LAW", name=name, columns=columns))
        )


# Where it comes from

SOURCE = """
[sources.S]
territory = "US"
format = "us_hts"
publisher = "p"
title = "t"
licence = "l"
url = "u"
checked_on = 2026-11-22
completeness = "full"
expect = { lines = [1, 2] }
laws = { L = { title = "a law" } }
"""


def test_a_source_says_who_publishes_it_and_what_it_must_hold(tmp_path):
    path = tmp_path / "sources.toml"
    path.write_text(SOURCE)
    source = load_sources(path)["S"]
    assert (source.publisher, source.expect["lines"], source.as_of) == ("p", (1, 2), None)
    assert source.laws["L"].title == "a law"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('licence = "l"', "", "licence"),
        ('url = "u"', 'url = "u"\nlink = "u"', "unknown keys link"),
        ('"full"', '"some"', "completeness"),
        ('"us_hts"', '"pdf"', "format"),
        ("2026-11-22", '"2026-11-22"', "no day"),
        ("[1, 2]", "[1]", "lowest, highest"),
        ("[1, 2]", "[2, 1]", "ends before"),
        ('title = "a law"', 'name = "a law"', "law L"),
        ('laws = { L = { title = "a law" } }', "", "cites no law"),
        ("[sources.S]", "[source.S]", "unknown tables"),
        ("[sources.S]", "[sources.S", "sources.toml"),
    ],
)
def test_a_source_that_leaves_something_open_is_refused(tmp_path, old, new, reason):
    path = tmp_path / "sources.toml"
    path.write_text(SOURCE.replace(old, new))
    with pytest.raises(FactsError, match=reason):
        load_sources(path)
