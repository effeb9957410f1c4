"""How does the law round?

Each way of rounding has the name that facts and charges use. The law's rounding is applied once,
where the law says an amount is due; nothing is rounded before.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import cache

from data.model.money import minor_digits

Step = Callable[[Decimal], Decimal]


@dataclass(frozen=True, slots=True)
class Rounding:
    """A way of rounding in a currency: its printed name and what it does to an amount."""

    name: str
    apply: Step


_MODES = {"half up": ROUND_HALF_UP, "down": ROUND_FLOOR, "up": ROUND_CEILING}


@cache
def rounding(name: str, currency: str) -> Rounding:
    """The rounding that a law names, for amounts in a currency.

    ``half up``, ``down`` and ``up`` go to the minor unit; ``down to 100`` and the like to that
    many whole units.

    >>> rounding("down", "GBP").apply(Decimal("2.789"))
    Decimal('2.78')
    >>> rounding("down to 100", "JPY").apply(Decimal("12345"))
    Decimal('12300')
    """
    mode, _, unit = name.partition(" to ")
    if mode not in _MODES or (unit and not unit.isdigit()):
        raise ValueError(f"no rounding is called {name!r}")
    way = _MODES[mode]
    if unit:
        step = Decimal(unit)
        return Rounding(
            name, lambda amount: (_settled(amount) / step).to_integral_value(way) * step
        )
    digits = minor_digits(currency)
    quantum = Decimal(1).scaleb(-digits)
    place = {0: "units", 2: "cents", 3: "mils"}.get(digits, f"{digits} decimals")
    return Rounding(f"{name} to {place}", lambda amount: amount.quantize(quantum, way))


def _settled(amount: Decimal) -> Decimal:
    """An amount without the noise in its last digit that a rate such as 22/78 leaves.

    Cut without this, 2,200 of tax that came out as 2199.999… would lose a step.
    """
    return amount.quantize(_NOISE) if amount.as_tuple().exponent < -12 else amount  # type: ignore[operator]


_NOISE = Decimal("1e-6")
