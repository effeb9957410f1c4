"""Which prices can be tried, and at which of them might the law change?

Prices are whole minor units: of the one line, or a common factor of several, each price rounded.
The law may change where a value meets an amount of money that the facts of a territory name,
whatever it is a limit of; which of them it is the engine says.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from customs.exchange import Exchange
from customs.territories import Territory
from data.model.consignment import GoodsItem
from data.model.dated import Dated
from data.model.money import Money, quantum, round_half_up

MOST_LIMITS = 40
_MOST_PIECES = 20
_FACTOR_DIGITS = 6

Prices = tuple[Decimal, ...]


class Ladder:
    """Prices by number, ascending: minor units of the one line, or a factor in fine steps.

    A factor's step is so small that no price moves by more than one minor unit.
    """

    def __init__(self, items: Sequence[GoodsItem]) -> None:
        self._items = items
        self._quanta = [quantum(item.unit_price.currency.code) for item in items]
        self.single = len(items) == 1
        largest = max(i.unit_price.amount / q for i, q in zip(items, self._quanta, strict=True))
        digits = max(_FACTOR_DIGITS, Decimal(largest).adjusted() + 2) if largest else 0
        self._step = Decimal(1).scaleb(-digits)
        self.moves = self.single or bool(largest)

    def factor(self, number: int) -> Decimal | None:
        """The common factor of a number, None where there is one line only."""
        return None if self.single else number * self._step

    def prices(self, number: int) -> Prices:
        """The unit prices of a number."""
        if self.single:
            return (number * self._quanta[0],)
        factor = number * self._step
        return tuple(
            [round_half_up(i.unit_price.amount * factor, i.unit_price.currency.code)
             for i in self._items]
        )  # fmt: skip

    def per_piece(self, limit: Decimal) -> Iterator[Decimal]:
        """Values of the one line at which one of its pieces, two, three… come to a limit."""
        if self.single:
            quantity = self._items[0].quantity
            for pieces in range(1, min(quantity, _MOST_PIECES) + 1):
                yield limit * quantity / pieces

    def totals(self, number: int) -> Mapping[str, Decimal]:
        """What the goods come to at a number, less discounts, by currency."""
        sums: dict[str, Decimal] = {}
        for item, price in zip(self._items, self.prices(number), strict=True):
            code = item.unit_price.currency.code
            sums[code] = sums.get(code, Decimal(0)) + price * item.quantity - item.discount
        return sums


def cuts(
    ladder: Ladder,
    territory: Territory,
    exchange: Exchange,
    beside: Sequence[Money],
    on: date,
    lowest: int,
    highest: int,
) -> list[int]:
    """Numbers after which a value exceeds an amount in the facts, ascending.

    Values are the price of the goods, alone and with what is paid `beside` it (freight,
    insurance); of one line also that of one piece, two pieces, and so on.
    """
    unit = territory.currency
    carriage = [exchange.customs(m.amount, m.currency.code, unit) for m in beside]
    added = {Decimal(0), *carriage, sum(carriage, Decimal(0))}

    def value(number: int) -> Decimal:
        totals = ladder.totals(number)
        return sum((exchange.customs(a, c, unit) for c, a in totals.items()), Decimal(0))

    limits = sorted(
        {exchange.customs(m.amount, m.currency.code, unit) for m in amounts_in(territory, on)}
    )
    least, most = value(lowest), value(highest)
    found: set[int] = set()
    for limit in limits[:MOST_LIMITS]:
        for met in {*(limit - each for each in added), *ladder.per_piece(limit)}:
            if least <= met < most:
                found |= _around(value, met, lowest, highest)
    return sorted(cut for cut in found if lowest <= cut < highest)


def _around(value: Callable[[int], Decimal], met: Decimal, lowest: int, highest: int) -> set[int]:
    """The last number within a limit, and the last before it where it is met exactly."""
    within = last_that(lambda number: value(number) <= met, lowest, highest)
    return {within, within - 1} if value(within) == met else {within}


def last_that(holds: Callable[[int], bool], low: int, high: int | None = None) -> int:
    """The last number for which something holds that holds from `low` up to some number.

    >>> last_that(lambda number: number * number <= 50, 0)
    7
    """
    if high is None:
        step = 1
        while holds(low + step):
            low, step = low + step, step * 2
        high = low + step
    elif holds(high):
        return high
    while high - low > 1:
        middle = (low + high) // 2
        if holds(middle):
            low = middle
        else:
            high = middle
    return low


def amounts_in(rule: Any, on: date) -> Iterator[Money]:
    """Every amount of money in a territory's rules on a day, whatever it is a limit of."""
    if isinstance(rule, Money):
        yield rule
    elif isinstance(rule, Dated):
        version = rule.on(on)
        if version is not None:
            yield from amounts_in(version.value, on)
    elif is_dataclass(rule) and not isinstance(rule, type):
        for field in fields(rule):
            yield from amounts_in(getattr(rule, field.name), on)
    elif isinstance(rule, Mapping):
        for inner in rule.values():
            yield from amounts_in(inner, on)
    elif isinstance(rule, tuple | list):
        for inner in rule:
            yield from amounts_in(inner, on)
