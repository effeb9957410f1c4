"""How is a file of a rate card read? Strictly: every mistake is named with its file and line."""

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from data.loading.documents import FactsError


class CardError(FactsError):
    """A rate card says something that cannot be priced."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a CSV file, its cells by column."""

    cells: Mapping[str, str]
    where: str

    def text(self, column: str) -> str:
        """A cell that must say something. Raises `CardError`."""
        if not self.cells[column]:
            raise CardError(f"{self.where}: {column} is empty")
        return self.cells[column]

    def words(self, column: str) -> tuple[str, ...]:
        """The words of a cell, separated by blanks."""
        return tuple(self.cells[column].split())

    def number(self, column: str, empty: Decimal | None = None) -> Decimal:
        """A number that is not negative. Raises `CardError`."""
        if not self.cells[column] and empty is not None:
            return empty
        return number(self.text(column), f"{self.where}: {column}")

    def optional_number(self, column: str) -> Decimal | None:
        """A number, or None for an empty cell. Raises `CardError`."""
        return self.number(column) if self.cells[column] else None

    def whole(self, column: str) -> int:
        """A whole number. Raises `CardError`."""
        cell = self.text(column)
        if not (cell.isascii() and cell.isdigit()):
            raise CardError(f"{self.where}: {column}: {cell!r} is no whole number")
        return int(cell)

    def day(self, column: str) -> date:
        """A day. Raises `CardError`."""
        return day(self.text(column), f"{self.where}: {column}")

    def one_of(self, column: str, words: tuple[str, ...], empty: str | None = None) -> str:
        """One of a few words. Raises `CardError`."""
        cell = self.cells[column] or empty or ""
        if cell not in words:
            raise CardError(f"{self.where}: {column}: {cell!r} is none of {', '.join(words)}")
        return cell


def read_rows(path: Path, columns: tuple[str, ...]) -> Iterator[Row]:
    """The lines of a CSV file whose header is exactly `columns`. Raises `CardError`."""
    where = f"{path.parent.name}/{path.name}"
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            reader = csv.reader(lines, strict=True)
            header = tuple(next(reader, ()))
            if header != columns:
                raise CardError(f"{where}:1: the columns are not {','.join(columns)}")
            for cells in reader:
                here = f"{where}:{reader.line_num}"
                if len(cells) != len(columns):
                    raise CardError(f"{here}: {len(cells)} cells under {len(columns)} columns")
                stripped = (cell.strip() for cell in cells)
                yield Row(dict(zip(columns, stripped, strict=True)), here)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CardError(f"{where}: {error}") from error


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file without floats. Raises `CardError`."""
    where = f"{path.parent.name}/{path.name}"

    def refuse(text: str) -> None:
        raise CardError(f"{where}: {text} is a float; write numbers in quotes")

    try:
        return tomllib.loads(path.read_text("utf-8"), parse_float=refuse)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CardError(f"{where}: {error}") from error


def number(text: str, where: str) -> Decimal:
    """A finite decimal that is not negative. Raises `CardError`."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise CardError(f"{where}: {text!r} is no number") from None
    if not found.is_finite() or found < 0:
        raise CardError(f"{where}: {text!r} is not a number from 0 up")
    return found


def day(text: str, where: str) -> date:
    """A day written YYYY-MM-DD. Raises `CardError`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CardError(f"{where}: {text!r} is no day") from None
