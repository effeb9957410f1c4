"""What is known about the goods whose duty is being worked out?

A term of an expression takes what it needs from a `Case`. What nobody gave is noted there, so that
one pass over an expression finds every question that it has.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from tariffs.expressions.facts import fact_for

Convert = Callable[[Decimal, str, str], Decimal]
"""An amount in another currency, at the law's rate: (amount, from, to)."""

_PERCENTAGES = frozenset({"alcohol_percent", "sucrose_percent", "polarisation_degrees"})
_HUNDRED = Decimal(100)

# Quantities that follow from others when they are not given themselves: factors and divisor.
DERIVED: dict[str, tuple[tuple[str, ...], Decimal]] = {
    "lpa": (("l", "alcohol_percent"), _HUNDRED),
    "proof_litres": (("l", "alcohol_percent"), Decimal(50)),
    "standard_quality_kg": (("kg",), Decimal(1)),
}


class NoRuleError(ValueError):
    """The expression has no rule for this case: no season on this day, no value to spread over."""


def asked_for(key: str) -> tuple[str, ...]:
    """The facts that a quantity or fact leads to a question about."""
    factors = DERIVED[key][0] if key in DERIVED else (key,)
    return tuple(fact_for(factor) for factor in factors)


class Case:
    """The goods of one line on one day: value, quantities, facts, and what is missing of them."""

    __slots__ = ("convert", "currency", "facts", "missing", "on", "quantities", "unusable", "value")

    def __init__(
        self,
        value: Decimal,
        currency: str,
        quantities: Mapping[str, Decimal],
        facts: Mapping[str, str],
        on: date,
        convert: Convert,
    ) -> None:
        self.value = value
        self.currency = currency
        self.quantities = quantities
        self.facts = facts
        self.on = on
        self.convert = convert
        self.missing: list[str] = []
        self.unusable: list[str] = []

    def take(self, key: str) -> Decimal:
        """A quantity or fact; 1 in its place when it is missing, which is noted.

        A quantity that is given comes before the fact that states it, and that before what
        follows from other quantities.
        """
        given = self.quantities.get(key)
        if given is None:
            name = fact_for(key)
            text = self.facts.get(name)
            if text is not None:
                return self._read(name, text)
            if key in DERIVED:
                factors, divisor = DERIVED[key]
                product = Decimal(1)
                for factor in factors:
                    product *= self.take(factor)
                return product / divisor
            return self._miss(name)
        return given if _sensible(key, given) else self._refuse(fact_for(key), str(given))

    def word(self, name: str) -> str | None:
        """A fact that is a word, None when it is missing, which is noted."""
        text = self.facts.get(name)
        if text is None or not text.strip():
            self._miss(name)
            return None
        return text.strip()

    def has(self, key: str) -> bool:
        """Whether a quantity or fact is given itself."""
        return key in self.quantities or fact_for(key) in self.facts

    def in_currency(self, amount: Decimal, code: str) -> Decimal:
        """An amount of the law's currency in the currency of the case."""
        return amount if code == self.currency else self.convert(amount, code, self.currency)

    def refuse(self, name: str, why: str) -> None:
        """Note that a fact is given and cannot be so."""
        self._miss(name)
        self.unusable.append(f"{name} {why}")

    def _read(self, name: str, text: str) -> Decimal:
        try:
            number = Decimal(text.strip())
        except InvalidOperation:
            return self._refuse(name, text)
        return number if _sensible(name, number) else self._refuse(name, text)

    def _refuse(self, name: str, text: str) -> Decimal:
        self.refuse(name, f"cannot be {text!r}")
        return Decimal(1)

    def _miss(self, name: str) -> Decimal:
        if name not in self.missing:
            self.missing.append(name)
        return Decimal(1)


def _sensible(name: str, number: Decimal) -> bool:
    """Finite, not negative, and no more than 100 of a percentage."""
    if not number.is_finite() or number.is_signed():
        return False
    return name not in _PERCENTAGES or number <= _HUNDRED
