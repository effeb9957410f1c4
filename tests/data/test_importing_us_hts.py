import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import responses

from data.importing.locations import UnreachableSourceError
from data.importing.reports import ImportRefusedError
from data.importing.sinks import FactsSink
from data.importing.us_hts import clean_units, import_us_hts
from data.importing.us_hts_files import CSV_COLUMNS
from data.loading.sources import Source, load_sources
from data.model.dated import Law

DAY = date(2026, 1, 1)
SHARED = Path(__file__).parents[3] / "shared"

SOURCE = Source(
    id="US-TEST",
    territory="US",
    format="us_hts",
    publisher="a publisher",
    title="a schedule",
    licence="public domain",
    url="https://tariff.example/",
    checked_on=DAY,
    completeness="full",
    indicators=("A+", "AU", "JP", "S", "S+"),
    laws={"LAW": Law("LAW", "a law")},
)

LINES = [
    ("0901", "0", "Invented heading:", "", "", "", "", "", ""),
    ("", "1", "Grouped:", "", "", "", "", "", ""),
    (
        "0901.10.00",
        "2",
        "Rated at eight digits",
        "",
        "4.5%",
        "Free (A+, AU) 2% (JP)",
        "20%",
        "",
        "",
    ),
    ("0901.10.00.10", "3", "First", '["m²"," kg"]', "", "", "", "", ""),
    ("0901.10.00.90", "3", "Other", '["No.","\\n"]', "", "", "", "", ""),
    ("0902.20.00.00", "1", "Rated at ten", '["kg"]', "1¢/kg  + 2% ", "", "Free", "", ""),
    ("9802.00.50", "0", "Repairs", "", "Free", "Free, by a note", "", "", ""),
    ("9903.01.02", "0", "Additional", "", "base + 25%", "No change", "base + 25%", "", ""),
    ("9904.03.04", "0", "Safeguard", "", "", "", "", "", "5¢/kg"),
]


class Kept:
    """A sink that keeps what it is given, whole or not at all."""

    def __init__(self):
        self.rows = None

    def replace(self, territory, source, as_of, complete, rows):
        self.rows = list(rows)


def canonical(expression):
    return expression if re.fullmatch(r"Free|[\d.]+%", expression) else None


def split_special(cell):
    groups = re.findall(r"\s*([^()]+?)\s*\(([^()]*)\)", cell)
    if not groups:
        raise ValueError("no indicators")
    return tuple((rate, tuple(re.split(r",\s*", codes))) for rate, codes in groups)


def as_csv(lines, columns=CSV_COLUMNS):
    rows = [",".join(columns)]
    rows += [",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines]
    return "\ufeff" + "\r\n".join(rows) + "\r\n"


def as_json(lines):
    return json.dumps(
        [
            {
                "htsno": code,
                "indent": indent,
                "description": text,
                "superior": None if code else "true",
                "units": json.loads(units or "[]"),
                "general": general,
                "special": special,
                "other": other,
                "footnotes": [],
                "quotaQuantity": None,
                "additionalDuties": None,
                "addiitionalDuties": additional,
            }
            for code, indent, text, units, general, special, other, _, additional in lines
        ]
    )


@pytest.fixture
def write(tmp_path):
    def write(text):
        path = tmp_path / "schedule"
        path.write_text(text, "utf-8")
        return path

    return write


def imported(location, *, sink=None, complete=False, **changes):
    sink = sink or Kept()
    report = import_us_hts(
        location,
        sink,
        source=replace(SOURCE, **changes),
        as_of=DAY,
        canonical=canonical,
        split_special=split_special,
        complete=complete,
    )
    return sink, report


def facts(sink):
    return {(r.code, r.programme, r.origins, r.expression, r.parsed, r.unit) for r in sink.rows}


def test_every_column_of_a_line_becomes_rates_of_its_programme(write):
    sink, report = imported(write(as_csv(LINES)))
    assert facts(sink) == {
        ("09011000", "third_country", (), "4.5%", "4.5%", None),
        ("09011000", "preference", ("A+", "AU"), "Free", "Free", None),
        ("09011000", "preference", ("JP",), "2%", "2%", None),
        ("09011000", "column_2", (), "20%", "20%", None),
        ("0901100010", "supplementary_unit", (), "m2;kg", None, "m2;kg"),
        ("0901100090", "supplementary_unit", (), "No.", None, "No."),
        ("0902200000", "supplementary_unit", (), "kg", None, "kg"),
        ("09022000", "third_country", (), "1¢/kg + 2%", None, "kg"),
        ("09022000", "column_2", (), "Free", "Free", None),
        ("98020050", "third_country", (), "Free", "Free", None),
        ("98020050", "preference", (), "Free, by a note", None, None),
        ("99030102", "additional", (), "base + 25%", None, None),
        ("99030102", "preference", (), "No change", None, None),
        ("99030102", "column_2", (), "base + 25%", None, None),
        ("99040304", "safeguard", (), "5¢/kg", None, None),
    }
    assert {(row.since, row.until, row.law) for row in sink.rows} == {(DAY, None, "LAW")}
    assert (report.lines, report.rows, report.codes) == (9, 15, 3)
    assert report.unread["base + 25%"] == 2


def test_both_official_forms_give_the_same_rows(write):
    from_csv, _ = imported(write(as_csv(LINES)))
    from_json, _ = imported(write(as_json(LINES)))
    assert from_json.rows == from_csv.rows


def test_either_spelling_of_additional_duties_is_read(write):
    right = as_json(LINES).replace('"additionalDuties": null, ', "")
    right = right.replace("addiitionalDuties", "additionalDuties")
    sink, _ = imported(write(right))
    assert ("99040304", "safeguard", (), "5¢/kg", None, None) in facts(sink)


def test_two_different_additional_duties_refuse_the_file(write):
    text = as_json(LINES).replace('"additionalDuties": null', '"additionalDuties": "7¢/kg"')
    with pytest.raises(ImportRefusedError, match="two different additional duties"):
        imported(write(text))


def test_importing_from_an_address_gives_the_same_rows(write):
    text = as_csv(LINES)
    with responses.RequestsMock() as web:
        web.get("https://tariff.example/export", body=text.encode())
        from_address, _ = imported("https://tariff.example/export")
    from_file, _ = imported(write(text))
    assert from_address.rows == from_file.rows


def test_an_address_that_does_not_answer_is_an_error_and_keeps_nothing():
    sink = Kept()
    with responses.RequestsMock() as web:
        web.get("https://tariff.example/export", status=503)
        with pytest.raises(UnreachableSourceError, match="503"):
            imported("https://tariff.example/export", sink=sink)
    assert sink.rows is None


def test_a_path_without_a_file_is_an_error(tmp_path):
    with pytest.raises(UnreachableSourceError, match="no such file"):
        imported(tmp_path / "absent.csv")


def test_an_unknown_column_refuses_the_file(write):
    columns = [*CSV_COLUMNS[:-1], "Extra Duties"]
    with pytest.raises(ImportRefusedError, match="Extra Duties"):
        imported(write(as_csv(LINES, columns)))


def test_an_unknown_key_refuses_the_file(write):
    with pytest.raises(ImportRefusedError, match="record 1 has the keys"):
        imported(write(as_json(LINES).replace('"footnotes"', '"remarks"')))


@pytest.mark.parametrize("form", [as_csv, as_json])
@pytest.mark.parametrize("left", [0.2, 0.5, 0.8, 0.99])
def test_a_file_cut_anywhere_is_refused_whole(write, form, left):
    whole = form(LINES)
    sink = Kept()
    with pytest.raises(ImportRefusedError):
        imported(write(whole[: int(len(whole) * left)]), sink=sink, expect={"lines": (9, 9)})
    assert sink.rows is None


def test_a_file_cut_between_two_lines_is_refused_by_its_counts(write):
    sink = Kept()
    with pytest.raises(ImportRefusedError, match="lines: 8 is not within 9 to 9") as refused:
        imported(write(as_csv(LINES[:-1])), sink=sink, expect={"lines": (9, 9)})
    assert sink.rows is None
    assert [check.what for check in refused.value.report.checks if not check.holds] == ["lines"]


def test_a_whole_schedule_needs_every_chapter(write):
    with pytest.raises(ImportRefusedError, match="no line of chapters 01, 02"):
        imported(write(as_csv(LINES)), complete=True)


def test_a_file_that_was_altered_since_it_was_checked_is_refused(write):
    with pytest.raises(ImportRefusedError, match="digest differs"):
        imported(write(as_csv(LINES)), sha256="0" * 64)


ALTERED = {
    "a code that is none": ("0901.1", "1", "", "", "", "", "", "", ""),
    "a code twice": ("0901.10.00", "2", "", "", "4.5%", "", "", "", ""),
    "a statistical code under no rate": ("0905.10.00.10", "3", "", "", "", "", "", "", ""),
    "a rate at a heading": ("0905", "0", "", "", "4.5%", "", "", "", ""),
    "an indent that is none": ("0905", "x", "", "", "", "", "", "", ""),
    "units that are no list": ("0905", "0", "", "kg", "", "", "", "", ""),
    "an unknown programme": ("0905.10.00", "1", "", "", "", "Free (ZZ)", "", "", ""),
    "a special rate for nobody": ("0905.10.00", "1", "", "", "", "Free", "", "", ""),
}


@pytest.mark.parametrize("line", ALTERED.values(), ids=ALTERED.keys())
def test_a_line_that_is_not_understood_is_reported_with_its_number(write, line):
    with pytest.raises(ImportRefusedError) as refused:
        imported(write(as_csv([*LINES, line])))
    assert [found.line for found in refused.value.report.refused] == [len(LINES) + 2]


def test_refused_lines_within_the_bounds_are_left_out_and_reported(write):
    text = as_csv([*LINES, ALTERED["an unknown programme"]])
    sink, report = imported(write(text), expect={"refused": (0, 1)})
    assert [found.reason for found in report.refused] == ["unknown indicators ZZ"]
    assert not [row for row in sink.rows if row.code.startswith("0905")]


def test_units_are_written_in_one_spelling():
    assert clean_units(["m²", "kg"]) == clean_units(["m2", " kg"]) == "m2;kg"
    assert clean_units(["No. and kg"]) == "No.;kg"
    assert clean_units([""]) is None


def test_facts_are_written_twice_as_the_same_bytes_and_survive_a_refusal(write, tmp_path):
    sink = FactsSink(tmp_path / "facts")
    imported(write(as_csv(LINES)), sink=sink)
    first = {path.name: path.read_bytes() for path in (tmp_path / "facts/US").iterdir()}
    imported(write(as_csv(LINES)), sink=sink)
    with pytest.raises(ImportRefusedError):
        imported(write(as_csv(LINES[:4])), sink=sink, expect={"lines": (9, 9)})
    assert {path.name: path.read_bytes() for path in (tmp_path / "facts/US").iterdir()} == first
    assert first["2026-01-01.codes.csv"].decode().splitlines() == [
        "code,unit,law",
        "0901100010,m2;kg,LAW",
        "0901100090,No.,LAW",
        "0902200000,kg,LAW",
    ]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the source files are not here")
@pytest.mark.parametrize("chapter", ["61", "64", "85"])
def test_official_chapters_in_json_are_read_whole(chapter):
    path = SHARED / f"data/samples/us_hts_json/ch{chapter}.json"
    lines = json.loads(path.read_text("utf-8"))
    _, report = imported(path, indicators=load_sources()["US-HTS"].indicators)
    assert report.lines == len(lines)
    assert report.refused == ()
    assert report.programmes["third_country"] == sum(bool(line["general"]) for line in lines) > 100
    assert report.codes == sum(len(line["htsno"]) == 13 for line in lines)
