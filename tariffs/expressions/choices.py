"""Which of several rates applies: by the season, or by the price at which goods are entered?

Fruit and vegetables of the EU and UK tariffs have rates for parts of the year, and rates for bands
of entry prices. Both are terms like any other; a day or a price that no rate covers, or that two
cover, is an answer of its own and never a guess.
"""

# ruff: noqa: D102 -- `Term` says what its three methods are

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tariffs.expressions.case import Case, NoRuleError
from tariffs.expressions.terms import Term, Worked, spell_money

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")

_Day = tuple[int, int]  # month, day


@dataclass(frozen=True, slots=True)
class Window:
    """A part of every year, first and last day included; it may run over the new year."""

    first: _Day
    last: _Day

    def covers(self, on: date) -> bool:
        """Whether a day lies inside. A window that ends on 28 February includes the 29th."""
        day = (on.month, on.day)
        last = (2, 29) if self.last == (2, 28) else self.last
        if self.first <= last:
            return self.first <= day <= last
        return day >= self.first or day <= last

    def spelled(self) -> str:
        """The canonical spelling, ``01 NOV - 30 APR``."""
        return f"{_spell_day(self.first)} - {_spell_day(self.last)}"


def _spell_day(day: _Day) -> str:
    return f"{day[1]:02} {MONTHS[day[0] - 1]}"


@dataclass(frozen=True, slots=True)
class Season:
    """A rate and the parts of the year in which it applies; none for all the rest of the year."""

    term: Term
    windows: tuple[Window, ...]

    def covers(self, on: date) -> bool:
        """Whether one of its windows includes a day."""
        return any(window.covers(on) for window in self.windows)

    def spelled(self) -> str:
        if not self.windows:
            return self.term.spelled()
        windows = ", ".join(window.spelled() for window in self.windows)
        return f"{self.term.spelled()} ({windows})"


@dataclass(frozen=True, slots=True)
class Seasonal:
    """Rates by the season."""

    seasons: tuple[Season, ...]

    def spelled(self) -> str:
        return ", ".join(season.spelled() for season in self.seasons)

    def needs(self) -> Iterator[str]:
        for season in self.seasons:
            yield from season.term.needs()

    def assess(self, case: Case) -> Worked:
        term = self._season(case.on).term
        amount, working = term.assess(case)
        return Worked(amount, f"{working} (season of {case.on.day} {MONTHS[case.on.month - 1]})")

    def _season(self, on: date) -> Season:
        found = [season for season in self.seasons if season.covers(on)]
        found = found or [season for season in self.seasons if not season.windows]
        if len(found) != 1:
            many = "two seasons cover" if found else "no season covers"
            raise NoRuleError(f"{many} {on.day} {MONTHS[on.month - 1]}")
        return found[0]


@dataclass(frozen=True, slots=True)
class PriceBand:
    """A rate for goods whose price is at least `floor`, in `currency` per 100 kg."""

    floor: Decimal
    currency: str
    term: Term


@dataclass(frozen=True, slots=True)
class PriceBands:
    """Rates by a price, the dearest band first: TARIC conditions V (entry) and L (CIF price)."""

    condition: str
    bands: tuple[PriceBand, ...]

    @property
    def fact(self) -> str:
        """The fact that states the price."""
        return {"V": "entry_price", "L": "cif_price"}[self.condition]

    def spelled(self) -> str:
        return "Cond: " + " ; ".join(
            f"{self.condition} {spell_money(band.floor, band.currency)}/DTN(01): "
            f"{band.term.spelled()}"
            for band in self.bands
        )

    def needs(self) -> Iterator[str]:
        yield self.fact
        for band in self.bands:
            yield from band.term.needs()

    def assess(self, case: Case) -> Worked:
        price = case.take(self.fact)
        if self.fact in case.missing:
            return Worked(Decimal(0), "")
        for band in self.bands:
            if price >= band.floor:
                amount, working = band.term.assess(case)
                floor = spell_money(band.floor, band.currency)
                return Worked(amount, f"{working} (price {price:f}, at least {floor} / 100 kg)")
        raise NoRuleError(f"no rate is stated for a price of {price:f} / 100 kg")
