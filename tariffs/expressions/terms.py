"""Of what terms is a duty expression made, and what does each come to?

Every term can say three things: how it is spelled canonically (`spelled`), which facts it may
need (`needs`), and what it comes to in a case (`assess`), with the working beside the amount.
"""

# ruff: noqa: D102 -- `Term` says what its three methods are

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple, Protocol

from tariffs.expressions.case import Case, NoRuleError, asked_for
from tariffs.units import Unit, jewels_beyond

_HUNDRED = Decimal(100)
_ONE = Decimal(1)
_NOTHING = Decimal(0)
_LONG = 16  # digits: beyond it a figure is the rest of a division, not an amount of money


class Worked(NamedTuple):
    """An amount, unrounded, and the working that leads to it."""

    amount: Decimal
    working: str


class Term(Protocol):
    """A part of an expression that comes to an amount."""

    def spelled(self) -> str:
        """The canonical spelling, which reads back to an equal term."""
        ...

    def needs(self) -> Iterator[str]:
        """The facts that it may ask for, in the order of the text."""
        ...

    def assess(self, case: Case) -> Worked:
        """What it comes to. Notes what is missing; raises `NoRuleError`."""
        ...


def plain(number: Decimal) -> str:
    """A number without exponent or idle zeros.

    >>> plain(Decimal("10.200")), plain(Decimal("1E+2"))
    ('10.2', '100')
    """
    return f"{number.normalize():f}"


def shown(number: Decimal) -> str:
    """A figure as a working prints it: whole when short, else to the sixth decimal.

    >>> shown(Decimal("85.50")), shown(Decimal(100) / 3)
    ('85.50', '33.333333')
    """
    text = f"{number:f}"
    return text if len(text) < _LONG else plain(round(number, 6))


def spell_money(amount: Decimal, code: str) -> str:
    """An amount of money with two decimals or as many as it has.

    >>> spell_money(Decimal("35.1"), "EUR"), spell_money(Decimal("0.03306"), "USD")
    ('35.10 EUR', '0.03306 USD')
    """
    text = plain(amount)
    decimals = len(text.partition(".")[2])
    return f"{amount:.2f} {code}" if decimals < 2 else f"{text} {code}"


@dataclass(frozen=True, slots=True)
class Free:
    """No duty. `terms` holds the wording when the schedule makes it depend on terms."""

    terms: str | None = None

    def spelled(self) -> str:
        return self.terms or "Free"

    def needs(self) -> Iterator[str]:
        if self.terms:
            yield "free_terms_met"

    def assess(self, case: Case) -> Worked:
        if self.terms is None:
            return Worked(_NOTHING, "free")
        answer = case.word("free_terms_met")
        if answer in ("no", "false"):
            raise NoRuleError("free on terms that are not met; the rate without them is elsewhere")
        if answer not in (None, "yes", "true"):
            case.refuse("free_terms_met", f"is yes or no, not {answer!r}")
        return Worked(_NOTHING, "free, its terms being met")


@dataclass(frozen=True, slots=True)
class Percent:
    """A percentage of the customs value or, with `basis`, of the value of a part.

    The rate is `numerator` / `denominator`, for "33 1/3%" is no decimal number. `basis` is how the
    part is spelled, `facts` state its value (their sum).
    """

    numerator: Decimal
    denominator: Decimal = _ONE
    basis: str | None = None
    facts: tuple[str, ...] = ()

    @property
    def rate(self) -> Decimal:
        """The percentage as a decimal number, as near as one comes to a third."""
        return self.numerator / self.denominator

    def label(self) -> str:
        """The rate alone: ``12%``, ``33 1/3%``."""
        if self.denominator == 1:
            return f"{plain(self.numerator)}%"
        whole, rest = divmod(self.numerator, self.denominator)
        fraction = f"{plain(rest)}/{plain(self.denominator)}%"
        return f"{plain(whole)} {fraction}" if whole else fraction

    def spelled(self) -> str:
        return f"{self.label()} on the {self.basis}" if self.basis else self.label()

    def needs(self) -> Iterator[str]:
        if self.numerator:
            yield from self.facts

    def assess(self, case: Case) -> Worked:
        if not self.facts:
            base, named = case.value, ""
        elif self.numerator:
            base = sum((case.take(fact) for fact in self.facts), _NOTHING)
            named = f" ({self.basis})"
        else:
            return Worked(_NOTHING, f"0% on the {self.basis}")
        amount = base * self.numerator / (self.denominator * _HUNDRED)
        return Worked(amount, f"{self.label()} × {shown(base)} {case.currency}{named}")


@dataclass(frozen=True, slots=True)
class Amount:
    """Money for each unit of goods; without a unit a sum that is asked once."""

    amount: Decimal
    currency: str
    unit: Unit | None = None

    def spelled(self) -> str:
        money = spell_money(self.amount, self.currency)
        return f"{money} / {self.unit.name}" if self.unit else money

    def needs(self) -> Iterator[str]:
        if self.unit and self.amount:
            for factor in self.unit.measure.factors:
                yield from asked_for(factor)

    def assess(self, case: Case) -> Worked:
        if not self.amount:
            return Worked(_NOTHING, self.spelled())
        amount, working = self.amount, spell_money(self.amount, self.currency)
        unit = self.unit
        if unit is not None:
            if unit.divisor != 1 or len(unit.measure.factors) > 1:
                working = f"{working} / {unit.name}"
            for factor in unit.measure.factors:
                quantity = self._counted(case, factor, unit)
                amount *= quantity
                working = f"{working} × {_counted_as(quantity, factor, unit, case)}"
            amount /= unit.divisor
        if self.currency != case.currency:
            there = case.in_currency(amount, self.currency)
            here, converted = plain(round(amount, 6)), plain(round(there, 6))
            working = f"{working} = {here} {self.currency} → {converted} {case.currency}"
            amount = there
        return Worked(amount, working)

    @staticmethod
    def _counted(case: Case, factor: str, unit: Unit) -> Decimal:
        quantity = case.take(factor)
        if factor == "jewels":
            return max(_NOTHING, quantity - jewels_beyond(unit.measure))
        return quantity


_LABELS = {"alcohol_percent": "% vol", "sucrose_percent": "% sucrose", "jewels": "jewels",
           "small_producer_relief": "relief", "button_lines": "lines", "lpa": "l pure alcohol",
           "watt": "W", "kwh": "kWh", "tj": "TJ", "proof_litres": "proof litres"}  # fmt: skip
_COUNTED = {"item": ("item", "items"), "pair": ("pair", "pairs"), "carat": ("carat", "carats")}


def _counted_as(quantity: Decimal, factor: str, unit: Unit, case: Case) -> str:
    if factor in _COUNTED:
        return f"{shown(quantity)} {_COUNTED[factor][quantity != 1]}"
    if factor in _LABELS:
        label = _LABELS[factor]
    elif len(unit.measure.factors) == 1:
        measure = unit.measure
        label = factor if measure.divisor != 1 else measure.plural or measure.name
    else:
        label = factor
    supposed = (
        " (taken as such)" if factor == "standard_quality_kg" and not case.has(factor) else ""
    )
    return f"{shown(quantity)} {label}{supposed}"


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms added up, or taken away."""

    first: Term
    rest: tuple[tuple[Literal["+", "-"], Term], ...]

    def spelled(self) -> str:
        return self.first.spelled() + "".join(f" {sign} {t.spelled()}" for sign, t in self.rest)

    def needs(self) -> Iterator[str]:
        yield from self.first.needs()
        for _, term in self.rest:
            yield from term.needs()

    def assess(self, case: Case) -> Worked:
        amount, working = self.first.assess(case)
        for sign, term in self.rest:
            part = term.assess(case)
            amount = amount + part.amount if sign == "+" else amount - part.amount
            working = f"{working} {'+' if sign == '+' else '−'} {part.working}"
        return Worked(amount, working)


@dataclass(frozen=True, slots=True)
class Bound:
    """MIN and MAX: ``A MAX B`` is at most B, ``A MIN B`` at least B."""

    kind: Literal["MIN", "MAX"]
    term: Term
    limit: Term

    def spelled(self) -> str:
        return f"{self.term.spelled()} {self.kind} {self.limit.spelled()}"

    def needs(self) -> Iterator[str]:
        yield from self.term.needs()
        yield from self.limit.needs()

    def assess(self, case: Case) -> Worked:
        term, limit = self.term.assess(case), self.limit.assess(case)
        pick, word = (min, "lesser") if self.kind == "MAX" else (max, "greater")
        return Worked(
            pick(term.amount, limit.amount),
            f"the {word} of ({term.working} = {plain(term.amount)}) "
            f"and ({limit.working} = {plain(limit.amount)})",
        )


@dataclass(frozen=True, slots=True)
class NotNegative:
    """A duty is nothing at least, whatever is taken away from it."""

    term: Term

    def spelled(self) -> str:
        return self.term.spelled()

    def needs(self) -> Iterator[str]:
        return self.term.needs()

    def assess(self, case: Case) -> Worked:
        amount, working = self.term.assess(case)
        if amount < 0:
            return Worked(_NOTHING, f"{working}, which is less than nothing: 0")
        return Worked(amount, working)
