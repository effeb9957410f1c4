"""What did one pound buy in each month, by the customs rates of HM Revenue & Customs?

Rates are fixed on the penultimate Thursday of a month and hold for the whole of the next: each
month's stand under that Thursday, the day that the law names. Two forms are read: the monthly CSV
with its header (`Currency Code`, `Currency Units per £1`, `Start date`, `End date` beside names,
which are read past), and the history without one (currency, first day, last day, units).
"""

import csv
import io
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from data.importing.ecb_rates import DayOfRates
from data.importing.locations import Location, open_location
from data.importing.reports import Check
from data.loading.sources import Source

_HEADER = ("Currency Code", "Currency Units per £1", "Start date", "End date")
_HISTORY = (0, 3, 1, 2)
_THURSDAY = 3


class HmrcRatesError(ValueError):
    """A file does not have the form of these rates, or not as many as it must."""


def read_hmrc_rates(locations: Sequence[Location], source: Source) -> list[DayOfRates]:
    """Every month of some files, oldest first: the day its rates were fixed, and the rates.

    Raises `HmrcRatesError` with the line, for two rates of one currency in a month, and for counts
    (``months``, ``rates``, and ``currencies`` of every month) outside what the source expects.
    """
    months: dict[date, dict[str, Decimal]] = {}
    for location in locations:
        for number, currency, units, first in _lines(location):
            known = months.setdefault(first, {}).setdefault(currency, units)
            if known != units:
                raise HmrcRatesError(f"{location}, line {number}: two rates of {currency}")
    _check(months, source)
    return [(fixed_on(first), months[first]) for first in sorted(months)]


def fixed_on(first: date) -> date:
    """The penultimate Thursday of the month before the one that begins on a day.

    >>> fixed_on(date(2026, 11, 1))
    datetime.date(2026, 10, 22)
    """
    last = first - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - _THURSDAY) % 7 + 7)


def _check(months: dict[date, dict[str, Decimal]], source: Source) -> None:
    counts = {
        "months": len(months),
        "rates": sum(map(len, months.values())),
        "currencies": min(map(len, months.values()), default=0),
    }
    for what, bounds in source.expect.items():
        check = Check(what, counts.get(what, 0), *bounds)
        if not check.holds:
            raise HmrcRatesError(f"{what}: {check.found} is not within {bounds[0]} to {bounds[1]}")


def _lines(location: Location) -> Iterator[tuple[int, str, Decimal, date]]:
    """Line number, currency, units for one pound, first day of the month."""
    with open_location(location) as file:
        reader = csv.reader(io.TextIOWrapper(file, "utf-8-sig", newline=""), strict=True)
        columns: Sequence[int] = _HISTORY
        try:
            for cells in reader:
                where = f"{location}, line {reader.line_num}"
                if reader.line_num == 1 and not _is_rate(cells):
                    columns = _columns(cells, where)
                    continue
                if len(cells) <= max(columns):
                    raise HmrcRatesError(f"{where} has {len(cells)} cells")
                code, units, first, last = (cells[at].strip() for at in columns)
                yield reader.line_num, *_read(code, units, first, last, where)
        except (csv.Error, UnicodeDecodeError) as error:
            raise HmrcRatesError(f"{location}, line {reader.line_num}: {error}") from error


def _is_rate(cells: Sequence[str]) -> bool:
    return len(cells) == len(_HISTORY) and len(cells[0]) == len("GBP")


def _columns(header: Sequence[str], where: str) -> list[int]:
    names = [name.strip() for name in header]
    if missing := [name for name in _HEADER if name not in names]:
        raise HmrcRatesError(f"{where}: no column {', '.join(missing)}")
    return [names.index(name) for name in _HEADER]


def _read(code: str, units: str, first: str, last: str, where: str) -> tuple[str, Decimal, date]:
    if not (len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()):
        raise HmrcRatesError(f"{where}: {code!r} is no currency")
    try:
        rate = Decimal(units)
    except InvalidOperation:
        rate = Decimal(0)
    if not rate.is_finite() or rate <= 0:
        raise HmrcRatesError(f"{where}: {code} is {units!r}")
    since, until = _day(first, where), _day(last, where)
    whole = since.replace(day=monthrange(since.year, since.month)[1])
    if since.day != 1 or until != whole:
        raise HmrcRatesError(f"{where}: {since} to {until} is no calendar month")
    return code, rate, since


def _day(text: str, where: str) -> date:
    """A day as ``2026-11-01`` or ``01/11/2026``."""
    parts = text.split("/")
    try:
        return date.fromisoformat("-".join(reversed(parts)) if len(parts) == 3 else text)
    except ValueError:
        raise HmrcRatesError(f"{where}: {text!r} is no day") from None
