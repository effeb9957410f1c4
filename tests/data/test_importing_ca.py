import csv
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from api.services.compiling import load_facts, snapshot_contents
from api.services.importing import import_schedule
from data.importing.ca_tphs import LINE_COLUMNS, import_ca_tphs
from data.importing.national import missing_chapters, programme_code, written_out
from data.importing.reports import ImportRefusedError
from data.loading.sources import Source, load_sources
from data.model.dated import Law
from data.store.schedules import Schedules
from tariffs.expressions import canonical
from tariffs.snapshot import Snapshot, SnapshotContents, compile_snapshot

DAY = date(2026, 1, 1)
FEED = load_sources()["CA-TPHS"]
TREATMENTS = ("UST", "IT", "CEUT")
SOURCE = Source(
    id="CA-TEST",
    territory="CA",
    format="ca_tphs",
    publisher="a publisher",
    title="a table",
    licence="a licence",
    url="https://tariff.example/",
    checked_on=DAY,
    completeness="full",
    indicators=TREATMENTS,
    laws={"LAW": Law("LAW", "a law")},
)
COLUMNS = ["TARIFF", "EFF_DATE", "DESC1", "DESC2", "UOM", "MFN", "General Tariff", *TREATMENTS]
NEW_YEAR = "2026-01-01"
LINES = [
    ("0901", NEW_YEAR, "A heading", "", "", "", "", "", "", ""),
    ("0901.1", NEW_YEAR, "A group", "", "", "", "", "", "", ""),
    ("0901.10.00", NEW_YEAR, "An item", "", "-", "4.5%", "35%", "Free", "N/A", "2%"),
    ("0901.10.00.10", NEW_YEAR, "First", "of it", "KGM", "", "", "", "", ""),
    ("0901.10.00.90", NEW_YEAR, "Other", "of it", "NMB", "", "", "", "", ""),
    ("0902.20.00", "2026-07-01 00:00:00", "Money", "", "KGM", "2.82¢/kg", "$1.56/kg plus 35%",
     "Free", "1¢/kg but not less than 8.5%", "N/A"),
    ("0902.20.00.00", "2026-07-01", "Money", "", "KGM", "", "", "", "", ""),
]  # fmt: skip


class Kept:
    """A sink that keeps what it is given, whole or not at all."""

    def __init__(self):
        self.rows = None

    def replace(self, territory, source, as_of, complete, rows):
        self.rows = list(rows)


@pytest.fixture
def write(tmp_path):
    def write(lines, columns=COLUMNS):
        path = tmp_path / "tphs.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([columns, *lines])
        return path

    return write


def imported(location, sink=None, *, complete=False, **changes):
    sink = sink or Kept()
    report = import_ca_tphs(
        location,
        sink,
        source=replace(SOURCE, **changes),
        as_of=DAY,
        canonical=canonical,
        complete=complete,
    )
    return sink, report


def whole_table():
    """A table with as many lines as the Customs Tariff must have, in every chapter."""
    rates = ["6.5%", "35%", *("Free" if name == "UST" else "N/A" for name in FEED.indicators)]
    chapters = sorted({f"{n:02}" for n in range(1, 98)} - {"77"})
    items = [f"{chapter}{n:02}.10.00" for chapter in chapters for n in range(1, 61)]
    nothing = [""] * len(rates)
    for item in items:
        yield [item, NEW_YEAR, "An item", "", *rates]
        yield [f"{item}.00", NEW_YEAR, "Of it", "NMB", *nothing]


WHOLE_COLUMNS = ["TARIFF", "EFF_DATE", "DESC1", "UOM", "MFN", "General Tariff", *FEED.indicators]


def test_every_column_of_a_line_becomes_rates_of_its_programme(write):
    sink, report = imported(write(LINES))
    found = {(r.code, r.programme, r.origins, r.expression, r.parsed, r.unit) for r in sink.rows}
    assert found == {
        ("09011000", "third_country", (), "4.5%", "4.5%", None),
        ("09011000", "column_2", (), "35%", "35%", None),
        ("09011000", "preference", ("UST",), "Free", "Free", None),
        ("09011000", "preference", ("CEUT",), "2%", "2%", None),
        ("0901100010", "supplementary_unit", (), "KGM", None, "KGM"),
        ("0901100090", "supplementary_unit", (), "No.", None, "No."),
        ("09022000", "third_country", (), "0.0282 CAD/kg", "0.0282 CAD / kg", "KGM"),
        ("09022000", "column_2", (), "1.56 CAD/kg plus 35%", "1.56 CAD / kg + 35%", None),
        ("09022000", "preference", ("UST",), "Free", "Free", None),
        ("09022000", "preference", ("CA-IT",), "0.01 CAD/kg MIN 8.5%",
         "0.01 CAD / kg MIN 8.5%", None),
        ("0902200000", "supplementary_unit", (), "KGM", None, "KGM"),
    }  # fmt: skip
    assert {row.law for row in sink.rows} == {"LAW"}
    assert (report.lines, report.rows, report.codes) == (7, 11, 3)
    assert report.skipped == {"cells without a rate (N/A)": 2}
    assert report.unread == {}


def test_a_rate_starts_on_the_day_its_line_says(write):
    sink, _ = imported(write(LINES))
    assert {row.since for row in sink.rows if row.code.startswith("0902")} == {date(2026, 7, 1)}
    assert {row.since for row in sink.rows if row.code.startswith("0901")} == {DAY}


def test_the_order_of_columns_and_the_number_of_descriptions_do_not_matter(write):
    def reverse(cells):
        return [*reversed(cells), ""]

    plain, _ = imported(write(LINES))
    turned, _ = imported(write([reverse(line) for line in LINES], [*reversed(COLUMNS), "DESC3"]))
    assert set(turned.rows) == set(plain.rows)


@pytest.mark.parametrize(
    "columns",
    [[*COLUMNS[:-1], "NEWT"], COLUMNS[:-1], [*COLUMNS, "UST"], [*COLUMNS[:-1], "UST"]],
    ids=["unknown", "missing", "twice", "one for another"],
)
def test_other_columns_than_the_known_ones_refuse_the_table(write, columns):
    with pytest.raises(ImportRefusedError, match="the columns are"):
        imported(write([], columns))


ALTERED = {
    "a code that is none": ("0901.1.1.1.1", NEW_YEAR, "", "", "", "1%", "", "", "", ""),
    "a code twice": ("09011000", NEW_YEAR, "", "", "", "1%", "", "", "", ""),
    "a day that reads two ways": ("0905.10.00", "01/07/2026", "", "", "", "1%", "", "", "", ""),
    "a day that is none": ("0905.10.00", "2026-02-30", "", "", "", "1%", "", "", "", ""),
    "a rate at a heading": ("0905", NEW_YEAR, "", "", "", "1%", "", "", "", ""),
    "a unit that is none": ("0905.10.00", NEW_YEAR, "", "", "per kg", "1%", "", "", "", ""),
    "money without an amount": ("0905.10.00", NEW_YEAR, "", "", "", "$/kg", "", "", "", ""),
    "preferences to no rate": ("0905.10.00", NEW_YEAR, "", "", "", "", "", "Free", "", ""),
    "a code under no rate": ("0905.10.00.10", NEW_YEAR, "", "", "KGM", "", "", "", "", ""),
}


@pytest.mark.parametrize("line", ALTERED.values(), ids=ALTERED.keys())
def test_a_line_that_is_not_understood_is_reported_and_refuses_the_table(write, line):
    sink = Kept()
    with pytest.raises(ImportRefusedError) as refused:
        imported(write([*LINES, line]), sink)
    assert [found.line for found in refused.value.report.refused] == [len(LINES) + 2]
    assert sink.rows is None


@pytest.mark.parametrize("line", ALTERED.values(), ids=ALTERED.keys())
def test_a_refused_line_within_the_bounds_is_left_out(write, line):
    plain, _ = imported(write(LINES))
    sink, report = imported(write([*LINES, line]), expect={"refused": (0, 1)})
    assert len(report.refused) == 1
    assert sink.rows == plain.rows


def test_a_rate_that_cannot_be_read_is_kept_and_counted(write):
    line = ("0905.10.00", NEW_YEAR, "", "", "", "5% or as agreed", "", "", "", "")
    sink, report = imported(write([*LINES, line]))
    assert [row.parsed for row in sink.rows if row.code == "09051000"] == [None]
    assert report.unread == {"5% or as agreed": 1}


@pytest.mark.parametrize("left", [0.2, 0.5, 0.8, 0.99])
def test_a_table_cut_anywhere_is_refused_whole(write, left):
    path = write(LINES)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * left)])
    sink = Kept()
    with pytest.raises(ImportRefusedError):
        imported(path, sink, expect={"lines": (len(LINES), len(LINES))})
    assert sink.rows is None


def test_a_table_that_is_no_text_is_refused(write):
    path = write(LINES)
    path.write_bytes(path.read_bytes().replace("¢".encode(), b"\xa2"))
    with pytest.raises(ImportRefusedError, match="utf-8"):
        imported(path)


def test_a_table_that_was_altered_since_it_was_checked_is_refused(write):
    with pytest.raises(ImportRefusedError, match="digest differs"):
        imported(write(LINES), sha256="0" * 64)


def test_a_whole_table_needs_every_chapter(write):
    with pytest.raises(ImportRefusedError, match="no rate in chapters 01, 02"):
        imported(write(LINES), complete=True)
    assert missing_chapters([f"{n:02}" for n in range(1, 97)]) == ["97"]


def test_its_dollars_are_never_read_as_those_of_the_united_states():
    for written in ("$1.56/kg", "156¢/kg", "156 cents/kg"):
        duty = evaluate_kg(written_out(written, "CAD"))
        assert duty == ("CAD", Decimal("1.56"))
    assert written_out("$1,234.50/t", "CAD") == "1234.50 CAD/t"


def evaluate_kg(text):
    """The currency in a canonical expression, and the amount in front of it."""
    amount, currency, *_ = canonical(text).split()
    return currency, Decimal(amount)


def test_a_lowest_rate_in_words_is_the_higher_of_the_two():
    assert canonical(written_out("1¢/kg, but not less than 8.5%", "CAD")) == (
        canonical("0.01 CAD/kg MIN 8.5%")
    )
    assert canonical(written_out("8.5% but not more than 1¢/kg", "CAD")) == (
        canonical("8.5% MAX 0.01 CAD/kg")
    )
    assert canonical(written_out("1¢/kg but not less than 8% or more than 9%", "CAD")) is None


def test_a_treatment_of_two_letters_is_not_taken_for_a_country():
    codes = {programme_code("CA", code) for code in FEED.indicators}
    assert {"CA-IT", "CA-PT", "UST", "CPTPT"} <= codes
    assert not [code for code in codes if len(code) == 2]


def test_an_import_reaches_the_database_and_the_snapshot(write, engine, tmp_path):
    path = write(whole_table(), WHOLE_COLUMNS)
    schedules = Schedules(engine, datetime(2026, 11, 24, tzinfo=UTC))
    report = import_schedule("CA-TPHS", [str(path)], schedules, DAY)
    assert (report.codes, report.programmes["preference"]) == (5760, 5760)
    (made,) = schedules.versions()
    import_schedule("CA-TPHS", [str(path)], schedules, DAY)
    with pytest.raises(ImportRefusedError):
        import_schedule("CA-TPHS", [str(write(LINES))], schedules, DAY)
    assert schedules.versions() == [made]

    contents = snapshot_contents(load_facts(), schedules)
    only = [one for one in contents.schedules if one.territory == "CA"]
    version = compile_snapshot(tmp_path, SnapshotContents(schedules=only))
    schedule = Snapshot.open(tmp_path / f"{version}.sqlite").schedule("CA")
    (commodity,) = schedule.find("0901100000")
    assert {(str(r.programme), r.expression, r.origins) for r in commodity.rates} == {
        ("third_country", "6.5%", ()),
        ("column_2", "35%", ()),
        ("preference", "Free", ("UST",)),
        ("supplementary_unit", "No.", ()),
    }
    assert {rate.law.id for rate in commodity.rates} == {"CA-TARIFF"}
    (steel,) = schedule.find("7201100000")
    assert [measure.heading for measure in steel.measures] == ["surtax-steel"]
    assert "CA" not in contents.documents["measures_without_schedule"]
    assert (schedule.status.source, schedule.status.codes) == ("CA-TPHS", 5760)


def test_the_columns_of_the_feed_are_those_of_the_table():
    assert set(WHOLE_COLUMNS) == {*LINE_COLUMNS, "DESC1", *FEED.indicators}
    assert len(FEED.indicators) == len(set(FEED.indicators)) == 23
