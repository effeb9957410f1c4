"""Which duties follow from another: from a degree, from the base duty, from a table elsewhere?

The US schedule words them, the EU names components of its table for processed agricultural goods.
"""

# ruff: noqa: D102 -- `Term` says what its three methods are

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from tariffs.expressions.case import Case, NoRuleError, asked_for
from tariffs.expressions.terms import Worked, plain, shown, spell_money

_HUNDRED = Decimal(100)
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class DegreeScale:
    """Sugar by its polarisation: so much a kilogram, less for each degree, but not less than.

    Fractions of a degree count in proportion. `full`, `step` and `least` are of `currency` per kg.
    """

    full: Decimal
    step: Decimal
    degrees: Decimal
    least: Decimal
    currency: str

    def spelled(self) -> str:
        def per_kg(amount: Decimal) -> str:
            return f"{spell_money(amount, self.currency)} / kg"

        return (
            f"{per_kg(self.full)} less {per_kg(self.step)} for each degree under "
            f"{plain(self.degrees)} degrees but not less than {per_kg(self.least)}"
        )

    def needs(self) -> Iterator[str]:
        yield from ("polarisation_degrees", *asked_for("kg"))

    def assess(self, case: Case) -> Worked:
        degrees, kg = case.take("polarisation_degrees"), case.take("kg")
        under = max(_NOTHING, self.degrees - degrees)
        rate = max(self.least, self.full - self.step * under)
        amount = case.in_currency(rate * kg, self.currency)
        working = f"{spell_money(rate, self.currency)} at {degrees:f} degrees × {shown(kg)} kg"
        if self.currency != case.currency:
            working = f"{working} → {plain(amount)} {case.currency}"
        return Worked(amount, working)


@dataclass(frozen=True, slots=True)
class BaseDuty:
    """The duty of the goods' own subheading, whole or in proportion to a part of their value.

    `share` names the fact with the value of the part that is dutiable, `less` the fact with the
    value that is not. A proportion turns a specific duty into its ad valorem equivalent.
    """

    share: str | None = None
    less: str | None = None

    def spelled(self) -> str:
        part = self.share or self.less
        if part is None:
            return "base duty"
        words = part.replace("_", " ")
        return f"base duty on {words}" if self.share else f"base duty without {words}"

    def needs(self) -> Iterator[str]:
        yield "base_duty"
        if part := self.share or self.less:
            yield part

    def assess(self, case: Case) -> Worked:
        base = case.take("base_duty")
        working = f"base duty {shown(base)} {case.currency}"
        part = self.share or self.less
        if part is None:
            return Worked(base, working)
        if not case.value:
            raise NoRuleError("the base duty cannot be shared out over a value of nothing")
        given = case.take(part)
        if self.less and given > case.value and part not in case.missing:
            case.refuse(part, f"is {shown(given)}, more than the whole value")
        dutiable = given if self.share else case.value - given
        working = f"{working} × {shown(dutiable)} / {shown(case.value)} {case.currency}"
        return Worked(base * dutiable / case.value, working)


@dataclass(frozen=True, slots=True)
class Referred:
    """A duty that the schedule states elsewhere; the fact `fact` says what it comes to."""

    wording: str
    fact: str = "referenced_duty"

    def spelled(self) -> str:
        return self.wording

    def needs(self) -> Iterator[str]:
        yield self.fact

    def assess(self, case: Case) -> Worked:
        amount = case.take(self.fact)
        return Worked(amount, f"{shown(amount)} {case.currency} ({self.wording})")


@dataclass(frozen=True, slots=True)
class Meursing:
    """A component of the EU table for processed agricultural goods: EA, ADSZ, ADFM and reduced.

    The table gives an amount in EUR per 100 kg net for the additional code of the composition.
    """

    component: str

    @property
    def fact(self) -> str:
        """The fact that states the amount of the component."""
        return f"meursing_{self.component.lower()}"

    def spelled(self) -> str:
        return self.component

    def needs(self) -> Iterator[str]:
        yield from ("meursing_code", self.fact, *asked_for("kg"))

    def assess(self, case: Case) -> Worked:
        # With the amount the code is of no use; without both the code is what an importer knows.
        if not case.has(self.fact) and case.word("meursing_code") is None:
            case.take("kg")
            return Worked(_NOTHING, self.component)
        per_100_kg, kg = case.take(self.fact), case.take("kg")
        amount = case.in_currency(per_100_kg * kg / _HUNDRED, "EUR")
        working = f"{self.component} {spell_money(per_100_kg, 'EUR')} / 100 kg × {shown(kg)} kg"
        if case.currency != "EUR":
            working = f"{working} → {plain(amount)} {case.currency}"
        return Worked(amount, working)
