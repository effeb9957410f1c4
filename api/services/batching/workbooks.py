"""How is an XLSX workbook read without being harmed by it?

A workbook is a ZIP of XML. Sizes are checked before anything is unpacked, no part may declare a
document type (no entity can grow or be fetched), macros are refused, and rows are read one by one.
"""

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import repeat
from typing import Any

from api.services.batching.sheets import MOST_COLUMNS, Cell, FileRefusedError, Row

_MOST_PARTS = 2_000
_LARGEST_UNPACKED = 200 << 20
_STEEPEST = 200
_SMALL = 1 << 20
_LOOKED_AT = 100
_DOES_NOT_COUNT = "A workbook of orders does not look so."


def workbook_rows(content: bytes, sheet: str | None) -> Iterator[Row]:
    """The rows of a workbook's first visible sheet, or of the one named.

    Raises `FileRefusedError`.
    """
    has_formulas = _check_archive(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that nobody reads
            values = _sheet(content, sheet, computed=True)
            formulas = _sheet(content, sheet, computed=False) if has_formulas else repeat(None)
            for number, (cells, sources) in enumerate(zip(values, formulas, strict=False), 1):
                yield _row(number, cells, sources)
    except FileRefusedError:
        raise
    except Exception as error:  # whatever a broken workbook makes the library raise
        raise _broken() from error


def _broken() -> FileRefusedError:
    return FileRefusedError(
        "broken-workbook", "The workbook cannot be read.", "Save it anew, or send it as CSV."
    )


def _check_archive(content: bytes) -> bool:
    """Whether any sheet has formulas, once nothing in the archive can do harm."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_sizes(parts)
            if "xl/workbook.xml" not in archive.namelist():
                raise FileRefusedError(
                    "not-a-workbook", "The file is a ZIP, but no workbook.", "Send CSV or XLSX."
                )
            return any([_scan(archive, part) for part in parts])
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        if isinstance(error, FileRefusedError):
            raise
        raise _broken() from error


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(part.file_size for part in parts)
    steep = any(
        part.file_size > _SMALL and part.file_size > _STEEPEST * max(part.compress_size, 1)
        for part in parts
    )
    if len(parts) > _MOST_PARTS or unpacked > _LARGEST_UNPACKED or steep:
        raise FileRefusedError(
            "zip-bomb",
            f"The workbook would unpack to {unpacked} bytes in {len(parts)} parts.",
            f"{_DOES_NOT_COUNT} Delete empty rows and other sheets, or send CSV.",
        )
    for part in parts:
        if part.filename.lower().endswith("vbaproject.bin"):
            raise FileRefusedError(
                "macros", "The workbook has macros.", "Save it as .xlsx without macros."
            )
        if part.flag_bits & 1:
            raise FileRefusedError(
                "locked-workbook", "The workbook is encrypted.", "Save it without a password."
            )


def _scan(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether a part has formulas; refuses XML that declares types or hides what it declares."""
    name = part.filename.lower()
    if not name.endswith((".xml", ".rels", ".vml")):
        return False
    is_sheet, found, before = name.startswith("xl/worksheets/"), False, b""
    with archive.open(part) as stream:
        while chunk := stream.read(1 << 16):
            if not before and (chunk[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in chunk[:64]):
                raise _hidden(part.filename)
            text = before + chunk
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise _hidden(part.filename)
            found = found or (is_sheet and (b"<f>" in text or b"<f " in text or b"<f/" in text))
            before = text[-16:]
    return found


def _hidden(part: str) -> FileRefusedError:
    return FileRefusedError(
        "xml-declares-types",
        f"The part {part} of the workbook declares types or entities, or hides its letters.",
        f"{_DOES_NOT_COUNT} Save it anew, or send CSV.",
    )


def _sheet(content: bytes, wanted: str | None, *, computed: bool) -> Iterator[tuple[Any, ...]]:
    from openpyxl import load_workbook

    book = load_workbook(
        io.BytesIO(content), read_only=True, data_only=computed, keep_links=False, rich_text=False
    )
    if wanted is not None:
        found = [each for each in book.worksheets if each.title == wanted]
        if not found:
            titles = ", ".join(each.title for each in book.worksheets[:20])
            raise FileRefusedError(
                "no-such-sheet", f"There is no sheet {wanted!r}.", f"There are: {titles}."
            )
    else:
        found = [each for each in book.worksheets if each.sheet_state == "visible"]
        if not found:
            raise FileRefusedError("empty-file", "No sheet is visible.", "Show one, or name it.")
    sheet = found[0]
    sheet.reset_dimensions()  # what a file says of its own size is not believed
    width = 1 + max(
        (at for row in _rows(sheet, MOST_COLUMNS + 1, last=_LOOKED_AT) for at in _filled(row)),
        default=0,
    )
    return _rows(sheet, min(width, MOST_COLUMNS) + 1)


def _rows(sheet: Any, width: int, last: int | None = None) -> Iterator[tuple[Any, ...]]:
    return iter(sheet.iter_rows(max_row=last, max_col=width, values_only=True))


def _filled(row: tuple[Any, ...]) -> Iterator[int]:
    return (at for at, value in enumerate(row) if value is not None)


def _row(number: int, cells: tuple[Any, ...], sources: tuple[Any, ...] | None) -> Row:
    read = tuple(map(_cell, cells[: max(_filled(cells), default=-1) + 1]))
    computing = {
        at
        for at, source in enumerate(sources or ())
        if _is_formula(source) and not (at < len(read) and isinstance(read[at], Decimal | date))
    }
    return Row(number, read, frozenset(computing))


def _is_formula(source: Any) -> bool:
    if isinstance(source, str):
        return source.startswith("=")
    return type(source).__name__ in ("ArrayFormula", "DataTableFormula")


def _cell(value: Any) -> Cell:
    """A cell's value: Excel's numbers are binary, and the shortest decimal is what was typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        number = Decimal(repr(value))
        whole = number == number.to_integral_value() and abs(number) < Decimal("1e15")
        return number.quantize(Decimal(1)) if whole else number
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date | str) else str(value)
