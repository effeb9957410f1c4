"""What does FedEx tell customs about the goods? The shipment's own lines, codes and values."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from carriers import Fault
from carriers.adapters.fedex.parcels import weight
from data.model.consignment import GoodsItem
from data.model.money import Money, money
from data.model.shipment import Shipment

_DESCRIPTION = 450
_LINES = 999
_NO_WEIGHT = Decimal("0.01")
_PURPOSES = {
    "sale": "SOLD",
    "gift": "GIFT",
    "sample": "SAMPLE",
    "return": "NOT_SOLD",
    "repair": "REPAIR_AND_RETURN",
}


def amount(found: Money) -> dict[str, Any]:
    """An amount as FedEx writes it."""
    return {"amount": found.amount, "currency": found.currency.code}


def commodities(items: Sequence[GoodsItem]) -> list[dict[str, Any]]:
    """The lines; the customs value is of the whole line, discounts taken off."""
    return [_commodity(item) for item in items]


def whole_value(items: Sequence[GoodsItem]) -> dict[str, Any]:
    """The customs value of all lines."""
    total = sum((item.price for item in items), Decimal(0))
    return amount(money(total, items[0].unit_price.currency.code))


def invoice(shipment: Shipment) -> dict[str, Any]:
    """What FedEx's commercial invoice says beyond the lines."""
    number = shipment.invoice_number
    found: dict[str, Any] = {
        "shipmentPurpose": _PURPOSES[shipment.purpose],
        "termsOfSale": shipment.terms,
    }
    if number:
        found["customerReferences"] = [{"customerReferenceType": "INVOICE_NUMBER", "value": number}]
    if shipment.freight is not None:
        found["freightCharge"] = amount(shipment.freight)
    if shipment.comments:
        found["comments"] = [shipment.comments]
    return found


def faults_of_goods(shipment: Shipment) -> Iterator[Fault]:
    """What FedEx cannot declare of a shipment's goods."""
    if len(shipment.items) > _LINES:
        yield Fault("/items", f"FedEx takes {_LINES} lines")
    for place, item in enumerate(shipment.items):
        at = f"/items/{place}"
        if not item.description or len(item.description) > _DESCRIPTION:
            said = f"FedEx needs a description of at most {_DESCRIPTION} characters"
            yield Fault(f"{at}/description", said)
        if not item.country_of_origin:
            yield Fault(f"{at}/country_of_origin", "FedEx needs the country of manufacture")


def _commodity(item: GoodsItem) -> dict[str, Any]:
    """One line: the price of a piece is the paid one, so that pieces × price is the value."""
    code = item.unit_price.currency.code
    found: dict[str, Any] = {
        "description": item.description,
        "partNumber": item.sku,
        "harmonizedCode": item.hs_code,
        "countryOfManufacture": item.country_of_origin,
        "numberOfPieces": item.quantity,
        "quantity": item.quantity,
        "quantityUnits": "PCS",
        "weight": weight(max(item.net_weight or _NO_WEIGHT, _NO_WEIGHT)),
        "unitPrice": {"amount": _each(item), "currency": code},
        "customsValue": {"amount": item.price, "currency": code},
    }
    return {name: value for name, value in found.items() if value is not None}


def _each(item: GoodsItem) -> Decimal:
    """The paid price of a piece, to the sixth decimal where a discount does not divide."""
    each = item.price / item.quantity
    return each if each == round(each, 6) else round(each, 6)
