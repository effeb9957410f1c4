import csv
from dataclasses import replace
from datetime import date

import pytest

from data.importing.reports import ImportRefusedError
from data.importing.uk_eu_rates import (
    COLUMNS,
    CONCORDANCE_COLUMNS,
    import_uk_eu_rates,
    read_concordance,
)
from data.loading.sources import Source
from data.model.dated import Law

DAY = date(2021, 7, 12)
SOURCE = Source(
    id="TEST",
    territory="GB",
    format="uk_eu_rates",
    publisher="a publisher",
    title="a table",
    licence="a licence",
    url="https://tariff.example/",
    checked_on=DAY,
    completeness="dated",
    laws={"LAW": Law("LAW", "a law")},
)
NO = ("False",) * 4
REVIEWED = ("True", "True", "False", "False")
LINES = [
    ("09011000", "Kept", "5.0%", "4.0%", "Simplified", *NO),
    ("0901100010", "An exception of the EU's", "6.0%", "4.0%", "Simplified", *NO),
    ("09021000", "Abolished, one rate", "7.0%", "6.0%", "Simplified", *NO),
    ("09029000", "Abolished, EU rates differ", "8.0%", "0.0%", "Liberalised", *NO),
    ("09029090", "Abolished, EU rates differ", "9.0%  + 1 EUR / hl", "0.0%", "Liberalised", *NO),
    ("09031000", "Under review", "5.0%", "4.0%", "Simplified", *REVIEWED),
]
CONCORDANCE = {
    "090110": "090110",
    "090230": "090210",
    "090240": "090210",
    "090280": "090290",
    "090310": "090310",
    "090999": "090999",
}


class Kept:
    def __init__(self):
        self.rows = None

    def replace(self, territory, source, as_of, complete, rows):
        self.rows = list(rows)


@pytest.fixture
def write(tmp_path):
    def write(lines, columns=COLUMNS):
        path = tmp_path / "table.csv"
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([columns, *lines])
        return path

    return write


def imported(location, territory="GB", sink=None, **changes):
    sink = sink or Kept()
    report = import_uk_eu_rates(
        location,
        sink,
        source=replace(SOURCE, territory=territory, **changes),
        as_of=DAY,
        concordance=CONCORDANCE,
        canonical=lambda expression: expression if expression.endswith("%") else None,
    )
    return sink, report


def rates(sink):
    return [(row.code, row.expression, row.confidence) for row in sink.rows]


def test_one_table_gives_the_rates_of_great_britain(write):
    sink, report = imported(write(LINES))
    assert rates(sink) == [
        ("09011000", "4.0%", "secondary"),
        ("090230", "6.0%", "secondary"),
        ("090240", "6.0%", "secondary"),
        ("090280", "0.0%", "secondary"),
        ("09031000", "4.0%", "unconfirmed"),
    ]
    assert report.lines == 6
    assert report.skipped["subheadings of 2022 without a rate"] == 1


def test_an_exception_at_ten_digits_leaves_the_rest_of_its_code_declarable(write):
    sink, _ = imported(write(LINES), "EU")
    assert [(row.code, row.programme, row.expression) for row in sink.rows[:3]] == [
        ("09011000", "third_country", "5.0%"),
        ("0901100010", "third_country", "6.0%"),
        ("0901100000", "supplementary_unit", ""),
    ]


def test_a_ten_digit_code_that_says_what_its_eight_digit_code_says_is_left_to_inherit(write):
    sink, report = imported(write(LINES), "GB")
    assert not [row for row in sink.rows if row.code.startswith("09011000") and len(row.code) > 8]
    assert report.skipped["ten-digit codes that say what their eight-digit code says"] == 1


def test_a_new_subheading_whose_sources_differ_keeps_every_rate_and_is_unconfirmed(write):
    sink, report = imported(write(LINES), "EU")
    assert rates(sink)[-3:] == [
        ("090280", "8.0%", "unconfirmed"),
        ("090280", "9.0% + 1 EUR / hl", "unconfirmed"),
        ("09031000", "5.0%", "secondary"),
    ]
    assert report.skipped["new with a range"] == 1
    assert dict(report.unread) == {"9.0% + 1 EUR / hl": 1}


def test_an_unknown_column_refuses_the_table(write):
    with pytest.raises(ImportRefusedError, match="columns"):
        imported(write(LINES, [*COLUMNS[:-1], "quota"]))


def test_a_truncated_table_is_refused_whole(write):
    sink = Kept()
    with pytest.raises(ImportRefusedError, match="lines: 5 is not within 6 to 6"):
        imported(write(LINES[:-1]), sink=sink, expect={"lines": (6, 6)})
    assert sink.rows is None


def test_a_line_cut_in_the_middle_refuses_the_table(write):
    with pytest.raises(ImportRefusedError, match="line 8 has 3 cells"):
        imported(write([*LINES, ("09041000", "Cut", "5.0%")]))


@pytest.mark.parametrize(
    "line",
    [
        ("0904", "A heading", "5.0%", "4.0%", "Simplified", *NO),
        ("09011000", "A second time", "5.0%", "4.0%", "Simplified", *NO),
        ("09041000", "No rate", "5.0%", "", "Simplified", *NO),
        ("09041000", "A flag that is none", "5.0%", "4.0%", "Simplified", *NO[:3], "maybe"),
    ],
)
def test_a_line_that_is_not_understood_is_reported_with_its_number(write, line):
    with pytest.raises(ImportRefusedError) as refused:
        imported(write([*LINES, line]))
    assert [found.line for found in refused.value.report.refused] == [8]


def test_the_concordance_is_read_strictly(tmp_path):
    path = tmp_path / "concordance.csv"
    header = ",".join(CONCORDANCE_COLUMNS)
    path.write_text(f"{header}\n090230,0902,09,090210,0902,09\n")
    assert read_concordance(path) == {"090230": "090210"}
    path.write_text(f"{header}\n0902,0902,09,090210,0902,09\n")
    with pytest.raises(ValueError, match="no subheadings"):
        read_concordance(path)
    path.write_text("new,old\n")
    with pytest.raises(ValueError, match="columns"):
        read_concordance(path)
