import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from api.services.compiling import load_facts, snapshot_contents
from api.services.importing import import_schedule
from data.importing.au_schedule import import_au_schedule, split_rates
from data.importing.reports import ImportRefusedError
from data.loading.sources import Source, load_sources
from data.model.dated import Law
from data.store.schedules import Schedules
from tariffs.expressions import canonical
from tariffs.snapshot import Snapshot, SnapshotContents, compile_snapshot

DAY = date(2026, 4, 1)
FEED = load_sources()["AU-SCHEDULE-3"]
OFFICIAL = Path(__file__).parents[3] / "shared/data/tariff_au/schedule3.json"
HERE = pytest.mark.skipif(not OFFICIAL.is_file(), reason="the source file is not here")
SOURCE = Source(
    id="AU-TEST",
    territory="AU",
    format="au_schedule",
    publisher="a publisher",
    title="a schedule",
    licence="a licence",
    url="https://tariff.example/",
    checked_on=DAY,
    completeness="full",
    indicators=FEED.indicators,
    laws={"LAW": Law("LAW", "a law")},
)
# Reference number, statistical code, unit, duty rate
LINES = [
    ("0901.10", "", "", ""),
    ("\u200b0901.10.00", "21", "No", "5% DCS4% CA Free DCT5%"),
    ("0901.10.00", " \u200b22", "\u200b kg", ""),
    ("0902.20.00*", "", "..", "$0.526/L NZ/PG/FI/DC/ LDC $0.526\u200b/L"),
    ("0903.00.10", "01", "L al and L", "5%, and $107.99/L of alcohol"),
    ("0904.00.00", "01", "Pr", "5% From1July2019 Free"),
    ("0905.00.00", "01", "sm", "5% CAFree From1July20262.5% From 1 July 2027Free\u200b"),
    ("0901.10.00", "21", "No", "5% DCS4% CA Free DCT5%"),
]


class Kept:
    """A sink that keeps what it is given, whole or not at all."""

    def __init__(self):
        self.rows = None

    def replace(self, territory, source, as_of, complete, rows):
        self.rows = list(rows)


def as_json(lines):
    """A schedule with a section for each chapter."""
    chapters = {}
    for code, statistical, unit, rate in lines:
        chapter = code.strip("\u200b")[:2]
        chapters.setdefault(chapter, []).append(
            {
                "referenceNumber": code,
                "statisticalCode": statistical,
                "unit": unit,
                "description": "- Invented",
                "dutyRate": rate,
                "tcoReferences": ["View"],
            }
        )
    return json.dumps(
        [
            {
                "number": "I",
                "title": "",
                "notes": "",
                "chapters": [
                    {
                        "number": int(chapter),
                        "title": f"Chapter {chapter}",
                        "notes": "",
                        "headings": [
                            {"code": f"{chapter}01", "description": "", "classifications": held}
                        ],
                    }
                ],
            }
            for chapter, held in chapters.items()
        ]
    )


@pytest.fixture
def write(tmp_path):
    def write(text):
        path = tmp_path / "schedule3.json"
        path.write_text(text, "utf-8")
        return path

    return write


def imported(location, sink=None, *, complete=False, as_of=DAY, **changes):
    sink = sink or Kept()
    report = import_au_schedule(
        location,
        sink,
        source=replace(SOURCE, **changes),
        as_of=as_of,
        canonical=canonical,
        complete=complete,
    )
    return sink, report


def rates(sink, code):
    return [
        (row.programme, row.origins, row.expression, row.since, row.until)
        for row in sink.rows
        if row.code == code
    ]


def test_a_cell_gives_the_general_rate_and_one_for_each_programme(write):
    sink, report = imported(write(as_json(LINES)))
    assert rates(sink, "09011000") == [
        ("third_country", (), "5%", DAY, None),
        ("preference", ("DCS",), "4%", DAY, None),
        ("preference", ("CA",), "Free", DAY, None),
        ("preference", ("DCT",), "5%", DAY, None),
    ]
    assert {(row.law, row.confidence) for row in sink.rows} == {("LAW", "secondary")}
    assert (report.lines, report.rows, report.codes) == (8, 17, 5)
    assert report.unread == {}


def test_a_statistical_code_makes_the_code_to_declare_with_its_unit(write):
    sink, _ = imported(write(as_json(LINES)))
    declared = {r.code: r.unit for r in sink.rows if r.programme == "supplementary_unit"}
    assert declared == {
        "0901100021": "No.",
        "0901100022": "kg",
        "0903001001": "LPA;l",
        "0904000001": "prs.",
        "0905000001": "m2",
    }


def test_its_dollars_are_australian_and_the_forum_islands_not_finland(write):
    sink, _ = imported(write(as_json(LINES)))
    general, preferred = (row for row in sink.rows if row.code == "09022000")
    assert (general.expression, general.parsed) == ("0.526 AUD/L", "0.526 AUD / l")
    assert preferred.parsed == general.parsed
    assert preferred.origins == ("AU-DC", "AU-FI", "LDC", "NZ", "PG")
    (beer,) = (row for row in sink.rows if row.code == "09030010")
    assert beer.parsed == "5% + 107.99 AUD / LPA"


def test_a_rate_of_later_days_stands_between_its_days(write):
    sink, report = imported(write(as_json(LINES)))
    assert rates(sink, "09040000") == [("third_country", (), "Free", date(2019, 7, 1), None)]
    assert rates(sink, "09050000") == [
        ("third_country", (), "5%", DAY, date(2026, 7, 1)),
        ("preference", ("CA",), "Free", DAY, date(2026, 7, 1)),
        ("third_country", (), "2.5%", date(2026, 7, 1), date(2027, 7, 1)),
        ("third_country", (), "Free", date(2027, 7, 1), None),
    ]
    assert report.skipped == {"rates that had ended": 1, "lines that stand there already": 1}


@pytest.mark.parametrize(
    ("cell", "general", "preferences"),
    [
        ("Free", "Free", ()),
        ("5% DCS4% DCT;5%", "5%", (("4%", ("DCS",)), ("5%", ("DCT",)))),
        ("5% DCSFree CAFree", "5%", (("Free", ("DCS",)), ("Free", ("CA",)))),
        ("$1.220/kg DC$1.220/kg, less 5%", "$1.220/kg", (("$1.220/kg, less 5%", ("DC",)),)),
        ("5%, or, if lower, $0.45/kg TSS", "5%, or, if lower, $0.45/kg TSS", ()),
        ("5%, and $1/L NZ /PG $1/L", "5%, and $1/L", (("$1/L", ("NZ", "PG")),)),
    ],
)
def test_a_cell_is_split_at_its_programmes(cell, general, preferences):
    (part,) = split_rates(cell)
    assert (part.general, part.preferences) == (general, preferences)


@pytest.mark.parametrize("cell", ["CA Free", "5% CAFree From 1 July 2019", "From 1 July 2019"])
def test_a_part_without_a_rate_is_not_split(cell):
    with pytest.raises(ValueError, match="states no rate"):
        split_rates(cell)


def test_days_out_of_order_are_not_split():
    with pytest.raises(ValueError, match="not in order"):
        split_rates("5% From 1 July 2019 4% From 1 July 2018 3%")


def test_alcohol_that_is_counted_in_part_only_stays_unread(write):
    rate = "$1/L of alcohol, calculated on that alcohol content by which it exceeds 1.15"
    _, report = imported(write(as_json([*LINES, ("0906.00.00", "01", "L", rate)])))
    assert list(report.unread) == [rate.replace("$1", "1 AUD")]


ALTERED = {
    "a code that is none": ("906.00", "01", "kg", "5%"),
    "a statistical code that is none": ("0906.00.00", "1", "kg", "5%"),
    "an unknown unit": ("0906.00.00", "01", "Other", "5%"),
    "a rate at a heading": ("0906.00", "", "", "5%"),
    "an unknown programme": ("0906.00.00", "01", "kg", "5% DTC4%"),
    "money without an amount": ("0906.00.00", "01", "kg", "$/kg"),
    "a day that is none": ("0906.00.00", "01", "kg", "5% From 31 June 2019 Free"),
    "no rate to stand under": ("0906.00.00", "01", "kg", ""),
    "a second rate": ("0901.10.00", "23", "No", "4%"),
    "a second unit": ("0901.10.00", "22", "No", ""),
}


@pytest.mark.parametrize("line", ALTERED.values(), ids=ALTERED.keys())
def test_a_line_that_is_not_understood_is_reported_and_refuses_the_file(write, line):
    sink = Kept()
    with pytest.raises(ImportRefusedError) as refused:
        imported(write(as_json([*LINES, line])), sink)
    assert [found.line for found in refused.value.report.refused] == [len(LINES) + 1]
    assert sink.rows is None


@pytest.mark.parametrize("line", ALTERED.values(), ids=ALTERED.keys())
def test_a_refused_line_within_the_bounds_is_left_out(write, line):
    plain, _ = imported(write(as_json(LINES)))
    sink, report = imported(write(as_json([*LINES, line])), expect={"refused": (0, 1)})
    assert len(report.refused) == 1
    assert sink.rows == plain.rows


def test_an_unknown_key_refuses_the_file(write):
    with pytest.raises(ImportRefusedError, match="the keys are"):
        imported(write(as_json(LINES).replace('"dutyRate"', '"rate"')))
    (section,) = json.loads(as_json(LINES))
    section["chapters"] = section["chapters"][0]
    with pytest.raises(ImportRefusedError, match="chapters is no list"):
        imported(write(json.dumps([section])))


@pytest.mark.parametrize("left", [0.2, 0.5, 0.8, 0.99])
def test_a_file_cut_anywhere_is_refused_whole(write, left):
    whole = as_json(LINES)
    sink = Kept()
    with pytest.raises(ImportRefusedError, match="breaks off"):
        imported(write(whole[: int(len(whole) * left)]), sink)
    assert sink.rows is None


def test_a_file_with_lines_left_out_is_refused_by_its_counts(write):
    with pytest.raises(ImportRefusedError, match="lines: 7 is not within 8 to 8"):
        imported(write(as_json(LINES[:-1])), expect={"lines": (8, 8)})


def test_a_file_that_was_altered_since_it_was_checked_is_refused(write):
    with pytest.raises(ImportRefusedError, match="digest differs"):
        imported(write(as_json(LINES)), sha256="0" * 64)


def test_a_whole_schedule_needs_every_chapter(write):
    with pytest.raises(ImportRefusedError, match="no rate in chapters 01, 02"):
        imported(write(as_json(LINES)), complete=True)


def whole_schedule():
    """As many lines as Schedule 3 must have, in every chapter."""
    for chapter in sorted({f"{n:02}" for n in range(1, 98)} - {"77"}):
        for number in range(1, 61):
            reference = f"{chapter}{number:02}.10.00"
            yield (reference, "01", "No", "5% DCS4% From 1 July 2026 $2/kg")
            yield (reference, "02", "kg", "")


def test_an_import_reaches_the_database_and_the_snapshot(write, engine, tmp_path):
    path = write(as_json(whole_schedule()))
    schedules = Schedules(engine, datetime(2026, 11, 24, tzinfo=UTC))
    report = import_schedule("AU-SCHEDULE-3", [str(path)], schedules, DAY)
    assert (report.codes, report.programmes["third_country"]) == (11520, 11520)
    (made,) = schedules.versions()
    import_schedule("AU-SCHEDULE-3", [str(path)], schedules, DAY)
    with pytest.raises(ImportRefusedError):
        import_schedule("AU-SCHEDULE-3", [str(write(as_json(LINES)))], schedules, DAY)
    assert schedules.versions() == [made]

    contents = snapshot_contents(load_facts(), schedules)
    only = [one for one in contents.schedules if one.territory == "AU"]
    version = compile_snapshot(tmp_path, SnapshotContents(schedules=only))
    schedule = Snapshot.open(tmp_path / f"{version}.sqlite").schedule("AU")
    (commodity,) = schedule.find("0901100002")
    assert {
        (str(rate.programme), rate.expression, rate.origins)
        for rate in commodity.rates
        if rate.applies(DAY)
    } == {
        ("third_country", "5%", ()),
        ("preference", "4%", ("DCS",)),
        ("supplementary_unit", "kg", ()),
    }
    later = [r.expression for r in commodity.rates if r.applies(date(2026, 7, 1)) and not r.unit]
    assert "2 AUD/kg" in {rate.expression for rate in commodity.rates}
    assert "4%" not in later
    assert schedule.status.source == "AU-SCHEDULE-3"


@HERE
def test_the_chapters_that_are_here_are_read_whole():
    lines = json.loads(OFFICIAL.read_text("utf-8"))
    count = sum(
        len(heading["classifications"])
        for section in lines
        for chapter in section["chapters"]
        for heading in chapter["headings"]
    )
    sink, report = imported(OFFICIAL, expect={"refused": (2, 2)})
    assert report.lines == count == 7671
    assert [found.reason.split()[0] for found in report.refused] == ["duty", "unit"]
    assert (report.programmes["third_country"], report.programmes["preference"]) == (4999, 1481)
    assert report.codes == 4566
    assert sum(report.unread.values()) == 73
    assert not [row for row in sink.rows if "$" in row.expression or "USD" in (row.parsed or "")]


@HERE
def test_the_file_that_is_here_is_not_taken_for_the_whole_schedule():
    sink = Kept()
    with pytest.raises(ImportRefusedError, match=r"no rate in chapters 28, 30, 32"):
        import_schedule("AU-SCHEDULE-3", [str(OFFICIAL)], sink, DAY)
    assert sink.rows is None
