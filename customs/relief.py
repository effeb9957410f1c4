"""Is the consignment, or a part of it, too small to be charged?

A relief has a limit on a value (of the goods alone, or with freight), per consignment or per piece,
for some buyers, purposes and goods. It frees a share of each line from duty, tax or fees.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from customs.exchange import Exchange
from customs.territories import Relief, Scope, Territory
from customs.valuation import LineValue
from data.model.consignment import Consignment, GoodsItem, Mode
from data.model.dated import Version
from data.model.money import Money


@dataclass(frozen=True, slots=True)
class Relieved:
    """A relief that applies: to which lines, and how much of each (0 to 1)."""

    relief: Relief
    version: Version[Money]
    shares: tuple[Decimal, ...]

    def frees(self, what: str) -> bool:
        """Whether it frees from ``duty``, ``tax`` or ``fee``, wholly or in part."""
        return what in self.relief.relieves


def reliefs_of(
    territory: Territory,
    consignment: Consignment,
    values: Sequence[LineValue],
    mode: Mode,
    on: date,
    exchange: Exchange,
) -> tuple[Relieved, ...]:
    """Every relief of a territory that frees at least a part of the consignment on a day."""
    found = []
    for relief in territory.reliefs:
        version = relief.limit.on(on)
        if version is None or not in_scope(relief.scope, consignment, mode):
            continue
        shares = _shares(territory, relief, version, consignment, values, exchange)
        if any(shares):
            found.append(Relieved(relief, version, shares))
    return tuple(found)


def in_scope(scope: Scope, consignment: Consignment, mode: Mode) -> bool:
    """Whether a rule is for this kind of buyer, purpose and transport."""
    return (
        (scope.buyer is None or scope.buyer == consignment.buyer.type)
        and (not scope.purposes or consignment.purpose in scope.purposes)
        and (not scope.modes or mode in scope.modes)
    )


def within(value: Decimal, limit: Decimal, scope: Scope) -> bool:
    """Whether a value is inside a limit, which itself may or may not count as inside."""
    return value <= limit if scope.inclusive else value < limit


def value_on(scope: Scope, values: Sequence[LineValue]) -> Decimal:
    """The consignment's value on the basis that a rule looks at."""
    if scope.on == "intrinsic_value":
        return sum((value.intrinsic for value in values), Decimal(0))
    if scope.on == "customs_value":
        return sum((value.customs_value for value in values), Decimal(0))
    raise ValueError(f"no value is called {scope.on!r}")


def is_excise(territory: Territory, item: GoodsItem) -> bool:
    """Whether a line is alcohol or tobacco by its code."""
    return item.hs_code is not None and item.hs_code.startswith(territory.excise_goods)


def _shares(
    territory: Territory,
    relief: Relief,
    version: Version[Money],
    consignment: Consignment,
    values: Sequence[LineValue],
    exchange: Exchange,
) -> tuple[Decimal, ...]:
    scope, limit = relief.scope, version.value
    ceiling = exchange.customs(limit.amount, limit.currency.code, territory.currency)
    eligible = [
        not (scope.except_excise and is_excise(territory, item))
        and (item.country_of_origin or consignment.ship_from.country) not in scope.except_origins
        for item in consignment.items
    ]
    if scope.per == "consignment":
        whole = within(value_on(scope, values), ceiling, scope)
        return tuple(Decimal(whole and fit) for fit in eligible)
    if scope.per == "piece":
        return _pieces(consignment, values, eligible, ceiling)
    raise ValueError(f"no relief is per {scope.per!r}")


def _pieces(
    consignment: Consignment,
    values: Sequence[LineValue],
    eligible: Sequence[bool],
    ceiling: Decimal,
) -> tuple[Decimal, ...]:
    """Whole pieces, cheapest first, as long as together they stay within the limit."""
    freed = [0] * len(values)
    left = ceiling
    each = [v.intrinsic / i.quantity for v, i in zip(values, consignment.items, strict=True)]
    for index in sorted(range(len(values)), key=each.__getitem__):
        quantity = consignment.items[index].quantity
        if not eligible[index]:
            continue
        fitting = quantity if not each[index] else min(quantity, int(left // each[index]))
        freed[index] = fitting
        left -= fitting * each[index]
    return tuple(
        Decimal(count) / item.quantity for count, item in zip(freed, consignment.items, strict=True)
    )
