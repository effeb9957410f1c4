"""What are the goods worth to the border?

The price paid, converted at the law's rate, with freight and insurance to the border where the law
counts them (CIF) or without (FOB). Freight and insurance are spread over the lines by value, in
whole minor units, and the parts add up.
"""

from dataclasses import dataclass
from decimal import Decimal

from customs.exchange import Exchange
from data.model.consignment import Consignment
from data.model.money import Money, allocate, quantum


@dataclass(frozen=True, slots=True)
class LineValue:
    """What one line is worth, in the territory's currency, unrounded.

    `intrinsic` is the price of the goods alone; `freight` and `insurance` the line's shares.
    """

    intrinsic: Decimal
    freight: Decimal
    insurance: Decimal
    customs_value: Decimal


def customs_values(
    consignment: Consignment,
    freight: Money,
    basis: str,
    currency: str,
    exchange: Exchange,
    part_of_price: Decimal | None = None,
) -> tuple[LineValue, ...]:
    """The customs value of every line, on a valuation basis (``CIF`` or ``FOB``).

    Where the law takes a part of the retail price instead, `part_of_price` is its percentage.
    """
    intrinsic = [
        exchange.customs(item.price, item.unit_price.currency.code, currency)
        for item in consignment.items
    ]
    step = quantum(currency)
    shares = [
        allocate(exchange.customs(cost.amount, cost.currency.code, currency), intrinsic, step)
        if cost is not None and cost.amount
        else [Decimal(0)] * len(intrinsic)
        for cost in (freight, consignment.insurance)
    ]
    counted = basis == "CIF"
    if part_of_price is not None:
        return tuple(
            LineValue(price, carriage, premium, price * part_of_price / 100)
            for price, carriage, premium in zip(intrinsic, *shares, strict=True)
        )
    return tuple(
        LineValue(price, carriage, premium, price + carriage + premium if counted else price)
        for price, carriage, premium in zip(intrinsic, *shares, strict=True)
    )
