"""How is USPS asked for a price, with or without what the border will ask?

One request prices one parcel in one mail class. The duty quote comes with the price, where USPS
lets the sender prepay it.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from carriers import Fault, many, member
from carriers.adapters.usps.measures import net_pounds, size
from carriers.adapters.usps.service import CURRENCY
from data.model.consignment import GoodsItem, Parcel
from data.model.places import Place

PATH = "/international-prices/v3/total-rates/search"
DUTIES_PAID = "370"
"""The extra service whose price is USPS's fee for prepaying the border's charges."""

_ITEMS = 30
_CITY = 28
_CODE_LENGTHS = range(6, 15)


def price_query(
    origin: Place, destination: Place, parcel: Parcel, at: int, mail_class: str, on: date
) -> dict[str, Any]:
    """The question for a parcel's price. Raises `RequestRejected` for a parcel without sides."""
    query: dict[str, Any] = {
        "originZIPCode": (origin.postal_code or "")[:5],
        "foreignPostalCode": destination.postal_code,
        "destinationCountryCode": destination.country,
        **size(parcel, at),
        "mailClass": mail_class,
        "mailingDate": on.isoformat(),
    }
    return {name: value for name, value in query.items() if value}


def with_duties(
    query: dict[str, Any], destination: Place, items: Sequence[GoodsItem]
) -> dict[str, Any]:
    """The question with the goods, so that USPS quotes the border's charges too."""
    city = {"destinationCity": destination.city} if destination.city else {}
    return {
        **query,
        **city,
        "extraServices": [int(DUTIES_PAID)],
        "requestDutiesTaxesFees": True,
        "items": [_item(number, item) for number, item in enumerate(items, 1)],
    }


def faults_of_goods(items: Sequence[GoodsItem], destination: Place) -> Iterator[Fault]:
    """What keeps USPS from quoting duties on some goods."""
    if not items:
        yield Fault("/items", "USPS quotes duties for goods, and none are named")
    if len(items) > _ITEMS:
        yield Fault("/items", f"USPS takes {_ITEMS} lines")
    if len(destination.city or "") > _CITY:
        yield Fault("/ship_to/city", f"USPS takes {_CITY} characters for a city")
    for place, item in enumerate(items):
        yield from faults_of_item(item, f"/items/{place}")


def faults_of_item(item: GoodsItem, at: str) -> Iterator[Fault]:
    """What USPS cannot take of one line: another currency, no value, an odd code."""
    if item.unit_price.currency.code != CURRENCY:
        yield Fault(f"{at}/unit_price", "USPS takes values in US dollars")
    elif item.price <= 0:
        yield Fault(f"{at}/unit_price", "USPS needs a value above nothing")
    digits = (item.hs_code or "").replace(".", "")
    if item.hs_code and len(digits) not in _CODE_LENGTHS:
        yield Fault(f"{at}/hs_code", "USPS takes codes of 6 to 14 digits")


def rate_options(body: object) -> list[Any]:
    """The prices in an answer. Raises `bad_reply` where there is no list of them."""
    return many(member(body, "rateOptions"))


def extra_service(option: object, code: str) -> dict[str, Any] | None:
    """An extra service of an option, by its number."""
    for each in many(option.get("extraServices") if isinstance(option, dict) else None):
        if isinstance(each, dict) and str(each.get("extraService")) == code:
            return each
    return None


def _item(number: int, item: GoodsItem) -> dict[str, Any]:
    """One line: USPS counts the value of a piece, discounts taken off."""
    each = item.price / item.quantity
    found: dict[str, Any] = {
        "itemId": str(number),
        "itemValue": _cents(each),
        "itemQuantity": item.quantity,
        "itemWeight": None if item.unit_weight is None else net_pounds(item.unit_weight),
        "countryOfOrigin": item.country_of_origin,
        "HSTariffNumber": item.hs_code,
    }
    return {name: value for name, value in found.items() if value is not None}


def _cents(amount: Decimal) -> Decimal:
    return max(Decimal("0.01"), amount.quantize(Decimal("0.01")))
