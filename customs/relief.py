"""Is the consignment, or a part of it, too small to be charged?

A relief has a limit on a value (of the goods alone, or with freight), per consignment, item or
piece, for some buyers, purposes and goods. It frees a share of each line from duty, tax or fees.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from customs.answers import WrongFactError
from customs.exchange import Exchange
from customs.rules import ALL_GOODS, Goods, Relief, Scope, Territory
from customs.valuation import LineValue
from data.model.consignment import Consignment, GoodsItem, Mode
from data.model.dated import Version
from data.model.money import Money
from tariffs.conditions import FALSE, TRUE

NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Relieved:
    """A relief that applies: to which lines, and how much of each (0 to 1)."""

    relief: Relief
    version: Version[Money | None]
    shares: tuple[Decimal, ...]

    def named(self) -> str:
        """Its name, and up to which value it is for."""
        limit = "" if self.version.value is None else f", up to {self.version.spelled()}"
        return f"{self.relief.name}{limit}"

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
    """Whether a rule is for this kind of buyer, seller, purpose, transport and dispatch."""
    dispatch = consignment.ship_from.country
    return (
        (scope.buyer is None or scope.buyer == consignment.buyer.type)
        and (not scope.purposes or consignment.purpose in scope.purposes)
        and (not scope.modes or mode in scope.modes)
        and (not scope.dispatched_from or dispatch in scope.dispatched_from)
        and dispatch not in scope.except_dispatched_from
        and (scope.registration is None or scope.registration in consignment.seller.registrations)
    )


def is_among(goods: Goods, item: GoodsItem, dispatch: str) -> bool:
    """Whether a line is of the goods that a rule is for; dispatch stands in for the origin."""
    if goods is ALL_GOODS:
        return True
    code, origin = item.hs_code or "", item.country_of_origin or dispatch
    return (
        (not goods.codes or code.startswith(goods.codes))
        and not (goods.except_codes and code.startswith(goods.except_codes))
        and (not goods.origins or origin in goods.origins)
        and origin not in goods.except_origins
    )


def spelled_limit(name: str, version: Version[Any]) -> str:
    """A relief or scheme with its limit, as an assumption names it."""
    return name if version.value is None else f"{name}: {version.spelled()}"


def claims(item: GoodsItem, fact: str, index: int) -> bool:
    """Whether a line says of itself that a fact holds. Raises `WrongFactError` for other words."""
    said = item.facts.get(fact, FALSE)
    if said not in (TRUE, FALSE):
        raise WrongFactError(index, fact, f"{said!r} is neither {TRUE} nor {FALSE}")
    return said == TRUE


def within(value: Decimal, limit: Decimal, scope: Scope) -> bool:
    """Whether a value is inside a limit, which itself may or may not count as inside."""
    return value <= limit if scope.inclusive else value < limit


def value_on(scope: Scope, values: Sequence[LineValue]) -> Decimal:
    """The consignment's value on the basis that a rule looks at."""
    if scope.on == "intrinsic_value":
        return sum([value.intrinsic for value in values], NONE)
    return sum([line_value_on(scope, value) for value in values], NONE)


def line_value_on(scope: Scope, value: LineValue) -> Decimal:
    """A line's value on the basis that a rule looks at."""
    if scope.on == "customs_value":
        return value.customs_value
    if scope.on == "intrinsic_value":
        return value.intrinsic
    if scope.on == "freight":
        return value.freight
    return value.intrinsic + value.freight + value.insurance


def is_excise(territory: Territory, item: GoodsItem) -> bool:
    """Whether a line is alcohol or tobacco by its code."""
    return item.hs_code is not None and item.hs_code.startswith(territory.excise_goods)


def eligible_lines(
    territory: Territory, scope: Scope, consignment: Consignment
) -> tuple[bool, ...]:
    """Which lines are of the goods that a rule is for."""
    if scope.goods is ALL_GOODS and not scope.except_excise:
        return (True,) * len(consignment.items)
    dispatch = consignment.ship_from.country
    return tuple(
        not (scope.except_excise and is_excise(territory, item))
        and is_among(scope.goods, item, dispatch)
        for item in consignment.items
    )


def items_within(
    scope: Scope, consignment: Consignment, values: Sequence[LineValue], limit: Decimal
) -> tuple[bool, ...]:
    """Which lines are inside a limit: each by the value of one of its pieces, or all together."""
    if scope.per == "item":
        return tuple(
            within(line_value_on(scope, value) / item.quantity, limit, scope)
            for item, value in zip(consignment.items, values, strict=True)
        )
    return (within(value_on(scope, values), limit, scope),) * len(values)


def _shares(
    territory: Territory,
    relief: Relief,
    version: Version[Money | None],
    consignment: Consignment,
    values: Sequence[LineValue],
    exchange: Exchange,
) -> tuple[Decimal, ...]:
    scope, limit = relief.scope, version.value
    if limit is None:
        fits = eligible_lines(territory, scope, consignment)
        fact = relief.fact or ""
        said = [claims(item, fact, index) for index, item in enumerate(consignment.items)]
        return tuple(Decimal(fit and says) for fit, says in zip(fits, said, strict=True))
    ceiling = exchange.customs(limit.amount, limit.currency.code, territory.currency)
    eligible = eligible_lines(territory, scope, consignment)
    if scope.per == "piece":
        return _pieces(consignment, values, eligible, ceiling)
    if scope.per not in ("consignment", "item"):
        raise ValueError(f"no relief is per {scope.per!r}")
    inside = items_within(scope, consignment, values, ceiling)
    return tuple(Decimal(whole and fit) for whole, fit in zip(inside, eligible, strict=True))


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
