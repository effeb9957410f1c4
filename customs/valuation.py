"""What are the goods worth to the border?

The price paid, converted at the law's rate, with freight and insurance to the border where the law
counts them (CIF) or without (FOB). Freight and insurance are spread over the lines by value, in
whole minor units, and the parts add up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from customs.exchange import Exchange
from data.model.consignment import Consignment
from data.model.money import Money, allocate, quantum
from data.model.records import quick

NONE = Decimal(0)


@quick
@dataclass(frozen=True, slots=True)
class LineValue:
    """What one line is worth, in the territory's currency, unrounded.

    `intrinsic` is the price of the goods alone; `freight` and `insurance` the line's shares.
    """

    intrinsic: Decimal
    freight: Decimal
    insurance: Decimal
    customs_value: Decimal


def prices_of(consignment: Consignment, currency: str, exchange: Exchange) -> list[Decimal]:
    """The price of each line at the border's rate of exchange."""
    customs = exchange.customs
    return [
        customs(item.price, item.unit_price.currency.code, currency) for item in consignment.items
    ]


def customs_values(
    consignment: Consignment,
    freight: Money,
    basis: str,
    currency: str,
    exchange: Exchange,
    part_of_price: Decimal | None = None,
    prices: Sequence[Decimal] | None = None,
) -> tuple[LineValue, ...]:
    """The customs value of every line, on a valuation basis (``CIF`` or ``FOB``).

    Where the law takes a part of the retail price instead, `part_of_price` is its percentage.
    `prices` are those of `prices_of`, where they are known already.
    """
    if prices is None:
        prices = prices_of(consignment, currency, exchange)
    freights = _spread(freight, prices, currency, exchange)
    premiums = _spread(consignment.insurance, prices, currency, exchange)
    lines = zip(prices, freights, premiums, strict=True)
    if part_of_price is not None:
        return tuple(
            [LineValue(p, carriage, q, p * part_of_price / 100) for p, carriage, q in lines]
        )
    if basis == "CIF":
        return tuple([LineValue(p, carriage, q, p + carriage + q) for p, carriage, q in lines])
    return tuple([LineValue(p, carriage, q, p) for p, carriage, q in lines])


def _spread(
    cost: Money | None, prices: Sequence[Decimal], currency: str, exchange: Exchange
) -> Sequence[Decimal]:
    """The lines' shares of what the parcels' freight or insurance costs."""
    if cost is None or not cost.amount:
        return [NONE] * len(prices)
    amount = exchange.customs(cost.amount, cost.currency.code, currency)
    return allocate(amount, prices, quantum(currency))
