"""How are goods declared so that every sum agrees with the invoice?

Carriers multiply a unit price by a quantity. A line whose price after its discount does not divide
evenly among its pieces is declared as two lines of whole minor units that add up to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from data.model.consignment import GoodsItem
from data.model.money import allocate, quantum


@dataclass(frozen=True, slots=True)
class DeclaredLine:
    """Some pieces of an item at one unit price; `place` is the item's index."""

    place: int
    item: GoodsItem
    pieces: int
    unit_price: Decimal

    @property
    def total(self) -> Decimal:
        """What these pieces cost."""
        return self.unit_price * self.pieces

    @property
    def net_weight(self) -> Decimal | None:
        """Net kilograms of these pieces, if a piece's weight is known."""
        weight = self.item.unit_weight
        return None if weight is None else weight * self.pieces


def declared_lines(
    items: Sequence[GoodsItem], decimals: int | None = None
) -> tuple[DeclaredLine, ...]:
    """Items as lines whose unit prices add up to what was paid.

    Unit prices have at most so many `decimals`; the currency's own unless the carrier takes more.
    """
    return tuple(line for place, item in enumerate(items) for line in _lines(place, item, decimals))


def _lines(place: int, item: GoodsItem, decimals: int | None) -> tuple[DeclaredLine, ...]:
    step = quantum(item.unit_price.currency.code)
    each = (item.price / item.quantity).quantize(step if decimals is None else _step(decimals))
    if each * item.quantity == item.price:
        return (DeclaredLine(place, item, item.quantity, each),)
    prices = allocate(item.price, [Decimal(1)] * item.quantity, step)
    return tuple(
        DeclaredLine(place, item, prices.count(price), price) for price in dict.fromkeys(prices)
    )


def _step(decimals: int) -> Decimal:
    return Decimal(1).scaleb(-decimals)
