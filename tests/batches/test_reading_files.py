"""Files of orders are read however they are saved, and refused where they could do harm."""

import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from api.services.batching.sheets import FileRefusedError, Sheet, letter, open_sheet
from tests.batches.order_files import as_csv, as_xlsx, rows

HEAD = ["Order", "Recipient", "City"]
BODY = [["1", "Anne Lefèvre", "Genève"], ["2", "José Núñez", "A Coruña"]]


def refused(content: bytes, sheet: str | None = None) -> FileRefusedError:
    with pytest.raises(FileRefusedError) as found:
        list(open_sheet(content, sheet).rows)
    assert found.value.remedy
    return found.value


def cells(sheet: Sheet) -> list[tuple[Any, ...]]:
    return [row.cells for row in sheet.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_letters_and_separators_are_found_out(encoding: str, separator: str) -> None:
    content = as_csv(BODY, HEAD, separator=separator).decode().encode(encoding)
    sheet = open_sheet(content)
    assert list(sheet.header) == HEAD
    assert cells(sheet) == [tuple(each) for each in BODY]
    doubt = encoding in ("cp1252", "utf-16-le")
    assert any("is read as" in said for said in sheet.assumptions) is doubt
    assert any("separated by" in said for said in sheet.assumptions) is (separator != ",")


def test_a_separator_that_the_file_names_is_taken() -> None:
    sheet = open_sheet(b"sep=;\r\nOrder;Name, first\r\n1;Li, Wei\r\n")
    assert sheet.header == ("Order", "Name, first")
    assert cells(sheet) == [("1", "Li, Wei")]


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    sheet = open_sheet(b'\r\nOrder,Note\r\n1,"two\r\nlines"\r\n,\r\n2,x\r\n')
    assert [(row.number, row.cells[0]) for row in sheet.rows] == [(3, "1"), (5, "2")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b"\r\n,,\r\n", "empty-file"),
        (b"orders\r\n1\r\n", "no-header"),
        (b"a,b\r\n\x81\x8d,\xff\r\n", "unknown-encoding"),
        (b'a,b\r\n"1,2\r\n3,4\r\n', "broken-csv"),
        (b"a,b\r\n" + b'"' + b"x" * 200_000, "broken-csv"),
        (b"a,b\r\n" * 50_002, "too-many-rows"),
        (",".join(f"c{each}" for each in range(201)).encode(), "too-many-columns"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old-or-locked-workbook"),
        (b"PK\x03\x04 and nothing else", "broken-workbook"),
    ],
)
def test_files_that_are_no_tables_are_refused(content: bytes, code: str) -> None:
    assert refused(content).code == code


def test_a_workbook_gives_numbers_and_days_as_they_were_typed() -> None:
    cells = ["A-1", 6109100010, 0.1, 19.99, date(2026, 11, 20), None, True]
    content = as_xlsx([cells], list("abcdefg"))
    (row,) = open_sheet(content).rows
    assert row.number == 2
    assert row.cells == (
        "A-1", Decimal("6109100010"), Decimal("0.1"), Decimal("19.99"), date(2026, 11, 20), "",
        "true",
    )  # fmt: skip


def test_formulas_of_a_workbook_are_values_where_they_are_numbers_and_flagged_elsewhere() -> None:
    part = "xl/worksheets/sheet1.xml"
    content = rewritten(
        as_xlsx([["A-1", 1, 2]], HEAD),
        part,
        lambda xml: xml.replace(b"<v>1</v>", b"<f>1+11</f><v>12</v>").replace(
            b"<v>2</v>", b"<f>HYPERLINK(1)</f><v>0</v>", 1
        ),
    )
    (row,) = open_sheet(content).rows
    assert row.cells[1] == Decimal(12)
    assert row.formulas == frozenset()
    text = rewritten(content, part, lambda xml: xml.replace(b"<f>1+11</f><v>12</v>", b"<f>A1</f>"))
    (row,) = open_sheet(text).rows
    assert row.formulas == {1}


def rewritten(content: bytes, part: str, change: Any, **more: bytes) -> bytes:
    """The workbook with one part changed, and others added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == part else data)
        for name, data in more.items():
            new.writestr(name.replace("__", "/"), data)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("change", "more", "code"),
    [
        (lambda xml: LAUGHS + xml, {}, "xml-declares-types"),
        (lambda xml: b" " * 70_000 + LAUGHS + xml, {}, "xml-declares-types"),
        (lambda xml: xml.decode().encode("utf-16"), {}, "xml-declares-types"),
        (lambda xml: xml + b" " * (30 << 20), {}, "zip-bomb"),
        (lambda xml: xml, {"xl__vbaProject.bin": b"x"}, "macros"),
        (lambda xml: xml[:200], {}, "broken-workbook"),
        (lambda xml: xml.replace(b'r="2"', b'r="1048576"'), {}, "too-many-rows"),
    ],
)
def test_workbooks_that_could_do_harm_are_refused(change: Any, more: Any, code: str) -> None:
    content = as_xlsx([["1", "x", "y"]], HEAD)
    assert refused(rewritten(content, SHEET, change, **more)).code == code


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("orders.csv", "a,b")
    assert refused(out.getvalue()).code == "not-a-workbook"


def test_a_sheet_of_a_million_rows_is_refused_before_it_is_read() -> None:
    head = as_xlsx([], HEAD)
    row = b'<row r="%d"><c r="A%d"><v>1</v></c></row>'
    body = b"".join(row % (at, at) for at in range(2, 120_000))
    content = rewritten(
        head, SHEET, lambda xml: xml.replace(b"</sheetData>", body + b"</sheetData>")
    )
    assert refused(content).code in ("too-many-rows", "zip-bomb")


def test_the_sheet_that_is_named_is_read() -> None:
    content = as_xlsx(rows(1))
    assert open_sheet(content, "Orders").header
    error = refused(content, "Sheet9")
    assert (error.code, "Orders" in error.remedy) == ("no-such-sheet", True)


def test_columns_have_the_letters_of_a_spreadsheet() -> None:
    assert [letter(at) for at in (0, 25, 26, 51, 52, 701, 702)] == [
        "A", "Z", "AA", "AZ", "BA", "ZZ", "AAA",
    ]  # fmt: skip
