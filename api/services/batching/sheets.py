"""What is in a file of orders: which header, which rows? CSV and XLSX.

A file comes from anybody. It is refused before it is unpacked where unpacking could hurt, and
nothing in it is ever computed or fetched.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

LARGEST_FILE = 20 << 20
MOST_ROWS = 50_000
MOST_COLUMNS = 200
MOST_ORDERS = 10_000

Cell = str | Decimal | date
"""What a cell says: text, or a number or a day where the file itself knows that it is one."""


class FileRefusedError(ValueError):
    """A file cannot be read as orders: what is wrong, and what to do about it."""

    def __init__(self, code: str, detail: str, remedy: str, row: int | None = None) -> None:
        super().__init__(f"{detail} {remedy}")
        self.code, self.detail, self.remedy, self.row = code, detail, remedy, row


@dataclass(frozen=True, slots=True)
class Row:
    """One row as a spreadsheet counts it; `formulas` are columns that compute something."""

    number: int
    cells: tuple[Cell, ...]
    formulas: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that was opened: its header, its other rows, and what had to be assumed."""

    header: tuple[str, ...]
    rows: Iterator[Row]
    assumptions: tuple[str, ...] = ()


def open_sheet(content: bytes, sheet: str | None = None) -> Sheet:
    """The rows of a file, by what it is and not by what it is called. Raises `FileRefusedError`."""
    if len(content) > LARGEST_FILE:
        raise FileRefusedError(
            "file-too-large",
            f"The file has {len(content)} bytes; at most {LARGEST_FILE}.",
            "Split it.",
        )
    if content.startswith(b"PK\x03\x04"):
        from api.services.batching.workbooks import workbook_rows

        return _with_header(workbook_rows(content, sheet))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefusedError(
            "old-or-locked-workbook",
            "The file is an old .xls workbook, or one with a password.",
            "Save it as .xlsx without a password, or as CSV.",
        )
    from api.services.batching.csv_files import csv_rows

    rows, assumptions = csv_rows(content)
    return _with_header(rows, assumptions)


def _with_header(rows: Iterable[Row], assumptions: tuple[str, ...] = ()) -> Sheet:
    """The first row that says something is the header."""
    kept = (row for row in _counted(rows) if any(cell != "" for cell in row.cells))
    first = next(kept, None)
    if first is None:
        raise FileRefusedError("empty-file", "The file has no rows.", "Send one with orders.")
    header = tuple(as_text(cell).strip() for cell in first.cells)
    while header and not header[-1]:
        header = header[:-1]
    if len(header) > MOST_COLUMNS:
        raise FileRefusedError(
            "too-many-columns", f"There are more than {MOST_COLUMNS} columns.", "Remove some."
        )
    if sum(1 for name in header if name) < 2:
        raise FileRefusedError(
            "no-header",
            "The first row is no header of columns.",
            "Begin with a row of column names, separated by comma, semicolon or tab.",
            first.number,
        )
    return Sheet(header, kept, assumptions)


def _counted(rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        if row.number > MOST_ROWS + 1:
            raise FileRefusedError(
                "too-many-rows",
                f"The file has more than {MOST_ROWS} rows.",
                "Split it; in a workbook, delete the empty rows beneath the orders.",
                row.number,
            )
        yield row


def as_text(cell: Cell) -> str:
    """A cell as a person would type it.

    >>> as_text(Decimal("6109100010")), as_text(Decimal("2.50"))
    ('6109100010', '2.50')
    """
    if isinstance(cell, str):
        return cell
    return cell.isoformat() if isinstance(cell, date) else f"{cell:f}"


def letter(column: int) -> str:
    """A column's letter in a spreadsheet.

    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'AA')
    """
    name, rest = "", column + 1
    while rest:
        rest, at = divmod(rest - 1, 26)
        name = chr(65 + at) + name
    return name
