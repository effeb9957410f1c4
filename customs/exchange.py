"""At which rate is money converted, for customs and for the page?

The law of a territory names a source and a day. Rates that the caller gives come first, then the
law's source, then the ECB's reference rates as an assumption, then an official peg. A pair that
nothing knows is an error, never 1:1.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from data.model.charges import Assumption
from data.model.dated import Confidence, Law, Version
from data.model.records import quick

RateRow = tuple[date, Mapping[str, str]]
"""The day of a row of rates, and what one unit of the source's own currency buys."""
RateRows = Callable[[str, date], RateRow | None]
Purpose = Literal["customs", "presentment"]
Published = dict[
    tuple[str, str, Purpose, date, int], tuple["ExchangeRate", str, Version[str] | None]
]
"""Published rates that were looked up before, each with the publisher that the law names.

By pair, purpose, day and the law's identity; the law is held, so that its id stays its own.
"""
_MOST_PUBLISHED = 4096

BASE_OF_SOURCE = {"ECB": "EUR", "HMRC": "GBP"}
REFERENCE = "ECB"
_A_MONTH = timedelta(days=28)
"""Rates of a publisher that are as old are those of an earlier month, which the law ended."""


class ExchangeRateNeededError(ValueError):
    """No source knows the rate between two currencies on that day."""

    def __init__(self, source: str, target: str, on: date):
        super().__init__(f"no exchange rate from {source} to {target} is known for {on}")
        self.pair = (source, target)


@dataclass(frozen=True, slots=True)
class Peg:
    """A currency that its central bank ties to another: units of it for one of the other."""

    currency: str
    anchor: str
    units: Decimal
    since: date
    until: date | None
    law: Law
    confidence: Confidence


@quick
@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """A rate that was used: one unit of `source_currency` is `rate` of `target`."""

    source_currency: str
    target: str
    rate: Decimal
    on: date
    source: str
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class GivenRate:
    """A rate that the caller gave, used for customs and for the page alike."""

    source_currency: str
    target: str
    rate: Decimal


class Exchange:
    """The rates of one quote, looked up once per pair and remembered in the order of their use."""

    def __init__(
        self,
        rows: RateRows,
        on: date,
        given: Iterable[GivenRate] = (),
        pegs: Iterable[Peg] = (),
        law: Version[str] | None = None,
        published: Published | None = None,
    ):
        """`law` is the version of the territory's exchange-rate rule for customs conversions.

        `published` keeps rates from one quote to the next; all with the same `rows` and `pegs`.
        """
        self._rows = rows
        self._on = on
        self._law = law
        self._given = _both_ways(given)
        self._pegs = pegs
        self._published: Published = {} if published is None else published
        self._used: dict[tuple[str, str, Purpose], ExchangeRate] = {}
        self.assumptions: list[Assumption] = []

    @property
    def on(self) -> date:
        """The day that the rates are read for."""
        return self._on

    @property
    def used(self) -> tuple[ExchangeRate, ...]:
        """Every rate that was used, in the order of first use."""
        return tuple(self._used.values())

    def customs(self, amount: Decimal, source: str, target: str) -> Decimal:
        """An amount at the rate that the territory's law prescribes, unrounded."""
        return amount if source == target else amount * self._rate(source, target, "customs")

    def presentment(self, amount: Decimal, source: str, target: str) -> Decimal:
        """An amount at the rate shown to the buyer, unrounded."""
        return amount if source == target else amount * self._rate(source, target, "presentment")

    def rate(self, source: str, target: str, purpose: Purpose) -> Decimal:
        """The rate between two currencies for a purpose; 1 between a currency and itself."""
        return Decimal(1) if source == target else self._rate(source, target, purpose)

    def _rate(self, source: str, target: str, purpose: Purpose) -> Decimal:
        key = (source, target, purpose)
        found = self._used.get(key)
        if found is None:
            found = self._used[key] = self._find(source, target, purpose)
        return found.rate

    def _find(self, source: str, target: str, purpose: Purpose) -> ExchangeRate:
        given = self._given.get((source, target))
        if given is not None:
            return ExchangeRate(source, target, given, self._on, "given", purpose)
        key = (source, target, purpose, self._on, id(self._law))
        known = self._published.get(key)
        if known is None:
            if len(self._published) >= _MOST_PUBLISHED:
                self._published.clear()
            known = self._published[key] = (*self._look_up(source, target, purpose), self._law)
        found, publisher, _ = known
        if purpose == "customs":
            self._assume(found.source, publisher, found.on)
        return found

    def _look_up(self, source: str, target: str, purpose: Purpose) -> tuple[ExchangeRate, str]:
        """A rate from the published rows, and the publisher that it should be from."""
        day, publisher = self._on, REFERENCE
        if purpose == "customs" and self._law is not None:
            publisher, _, which = self._law.value.partition(" on the ")
            day = legal_day(which, self._on)
        pegs = {peg.currency: peg for peg in self._pegs if _holds(peg, self._on)}
        for name in dict.fromkeys((publisher, REFERENCE)):
            row = self._rows(name, day)
            if row is not None and name != REFERENCE and day - row[0] >= _A_MONTH:
                continue
            rate = _cross(row, BASE_OF_SOURCE[name], source, target, pegs) if row else None
            if row is not None and rate is not None:
                return ExchangeRate(source, target, rate, row[0], name, purpose), publisher
        raise ExchangeRateNeededError(source, target, self._on)

    def _assume(self, name: str, publisher: str, day: date) -> None:
        law = self._law
        if law is None or (name == publisher and law.confidence == "official"):
            return
        if name == publisher:
            what = f"Customs rate: {law.value}"
            assumption = Assumption(what, law.confidence, law.law)
        else:
            what = f"Customs rate: {name} of {day} in place of {publisher}'s, which is not held"
            assumption = Assumption(what, "unconfirmed", law.law)
        if assumption not in self.assumptions:
            self.assumptions.append(assumption)


def legal_day(which: str, on: date) -> date:
    """The day whose rate a law prescribes for an entry on a day.

    >>> legal_day("penultimate Wednesday of the month before", date(2026, 11, 20))
    datetime.date(2026, 10, 21)
    >>> legal_day("same day", date(2026, 11, 20))
    datetime.date(2026, 11, 20)
    """
    if which == "same day":
        return on
    if which == "day before":
        return on - timedelta(days=1)
    words = which.split()
    if words[0] != "penultimate" or words[1] not in _WEEKDAYS or words[2:] != _OF_MONTH_BEFORE:
        raise ValueError(f"no day is called {which!r}")
    year, month = (on.year, on.month - 1) if on.month > 1 else (on.year - 1, 12)
    last = date(year, month, monthrange(year, month)[1])
    back = (last.weekday() - _WEEKDAYS.index(words[1])) % 7 + 7
    return last - timedelta(days=back)


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_OF_MONTH_BEFORE = ["of", "the", "month", "before"]


def _cross(
    row: RateRow, base: str, source: str, target: str, pegs: Mapping[str, Peg]
) -> Decimal | None:
    """One unit of `source` in `target`, through the source's base currency and any peg."""
    per_base = row[1]

    def units(code: str) -> Decimal | None:
        if code == base:
            return Decimal(1)
        if code in per_base:
            return Decimal(per_base[code])
        peg = pegs.get(code)
        if peg is None:
            return None
        anchor = units(peg.anchor)
        return None if anchor is None else anchor * peg.units

    source_units, target_units = units(source), units(target)
    if source_units is None or target_units is None:
        return None
    return target_units / source_units


def _both_ways(given: Iterable[GivenRate]) -> dict[tuple[str, str], Decimal]:
    rates: dict[tuple[str, str], Decimal] = {}
    for rate in given:
        rates[rate.source_currency, rate.target] = rate.rate
        rates.setdefault((rate.target, rate.source_currency), 1 / rate.rate)
    return rates


def _holds(peg: Peg, on: date) -> bool:
    return peg.since <= on and (peg.until is None or on < peg.until)
