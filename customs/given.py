"""What can be said of a border whose rules are not held, from what the caller knows of it?

Where every line brings its own duty expression, and all of them the same tax as a fact, that is
enough for an honest sum: duty on the CIF value, tax on both. It rests on nothing but the caller.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from customs.answers import WrongFactError
from customs.rules import Tax, TaxRate, Territory
from data.model.consignment import GoodsItem
from data.model.dated import Dated, Law, Version

T = TypeVar("T")
TAX_FACT = "tax_percent"
_LAW = Law("GIVEN", "As given in the request")
_ALWAYS = date(1, 1, 1)


def given_territory(country: str, currency: str, items: Sequence[GoodsItem]) -> Territory | None:
    """A territory of the caller's own rates; None where a line lacks its duty or its tax.

    Raises `WrongFactError` for a tax that is no percentage, or not the same on every line.
    """
    if not all(item.duty_expression and TAX_FACT in item.facts for item in items):
        return None
    percent = _percent(items)
    rate = TaxRate("given", _always(percent))
    tax = Tax("tax", "Import tax as given", ("customs_value", "duty"), {"standard": rate})
    return Territory(
        code=country,
        name=country,
        customs_territory=country,
        currency=currency,
        local_currency=currency,
        schedule=None,
        agreements=None,
        checked_on=_ALWAYS,
        customs_value=_always("CIF"),
        exchange_rate=_always("ECB on the same day"),
        no_border_with=None,
        rounding={},
        excise_goods=(),
        reliefs=(),
        flat_duties=(),
        schemes=(),
        taxes=(tax,),
        fees=(),
        not_at_risk=None,
        outside=(),
    )


def _percent(items: Sequence[GoodsItem]) -> Decimal:
    first = items[0].facts[TAX_FACT]
    for index, item in enumerate(items):
        if item.facts[TAX_FACT] != first:
            raise WrongFactError(index, TAX_FACT, "Must be the same on every line")
    try:
        percent = Decimal(first.removesuffix("%").strip())
    except InvalidOperation:
        percent = Decimal(-1)
    if not 0 <= percent <= 1000:
        raise WrongFactError(0, TAX_FACT, f"{first!r} is not a percentage")
    return percent


def _always(value: T) -> Dated[T]:
    return Dated((Version(value, _ALWAYS, None, _LAW, "unconfirmed"),))
