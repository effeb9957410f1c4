"""What does the customs form on a USPS label say? The shipment's own lines, codes and values."""

from collections.abc import Iterator
from typing import Any

from carriers import Fault
from carriers.adapters.usps.measures import net_pounds
from carriers.adapters.usps.quoting import faults_of_item
from data.model.consignment import GoodsItem
from data.model.shipment import Shipment

_DESCRIPTION = 30
_LINES = 30
_REFERENCE = 28
_FIRST_CLASS = "FIRST-CLASS_PACKAGE_INTERNATIONAL_SERVICE"
_CONTENTS = {
    "sale": "MERCHANDISE",
    "gift": "GIFT",
    "sample": "COMMERCIAL_SAMPLE",
    "return": "RETURNED_GOODS",
    "repair": "OTHER",
}


def customs_form(shipment: Shipment, mail_class: str, filing: str) -> dict[str, Any]:
    """The form of goods that `faults_of_form` found no fault with; `filing` is the ITN or so."""
    found: dict[str, Any] = {
        "AESITN": filing,
        "customsContentType": _CONTENTS[shipment.purpose],
        "contentComments": "Goods for repair" if shipment.purpose == "repair" else "",
        "invoiceNumber": shipment.invoice_number,
        "exportersReference": _exporter(shipment, mail_class),
        "importersReference": _importer(shipment),
        "contents": [_content(item) for item in shipment.items],
    }
    return {name: value for name, value in found.items() if value}


def faults_of_form(shipment: Shipment) -> Iterator[Fault]:
    """What USPS's form cannot take of the goods."""
    if len(shipment.items) > _LINES:
        yield Fault("/items", f"USPS takes {_LINES} lines")
    for place, item in enumerate(shipment.items):
        at = f"/items/{place}"
        yield from faults_of_item(item, at)
        if not item.description or len(item.description) > _DESCRIPTION:
            said = f"USPS needs a description of at most {_DESCRIPTION} characters"
            yield Fault(f"{at}/description", said)
        if item.unit_weight is None:
            yield Fault(f"{at}/unit_weight", "USPS needs the net weight of the goods")
    numbers = [*shipment.registrations.values(), *shipment.consignee.tax_ids.values()]
    if any(len(number) > _REFERENCE for number in numbers):
        yield Fault("/registrations", f"USPS takes {_REFERENCE} characters for a number")


def _content(item: GoodsItem) -> dict[str, Any]:
    """One line: its whole value, so that discounts are in it and the sums agree."""
    weight = net_pounds(item.net_weight) if item.net_weight is not None else None
    found: dict[str, Any] = {
        "itemDescription": item.description,
        "itemQuantity": item.quantity,
        "itemTotalValue": item.price,
        "weightUOM": "lb",
        "itemTotalWeight": weight,
        "HSTariffNumber": item.hs_code,
        "countryofOrigin": item.country_of_origin,
    }
    return {name: value for name, value in found.items() if value is not None}


def _exporter(shipment: Shipment, mail_class: str) -> dict[str, str] | None:
    """The seller's scheme number, where USPS has a place for it.

    Never with prepaid duties: USPS then drops the prepayment without a word. Never in First-Class.
    """
    number = shipment.registrations.get("ioss")
    if not number or shipment.terms == "DDP" or mail_class == _FIRST_CLASS:
        return None
    return {"referenceType": "VAT_NUMBER", "reference": number}


def _importer(shipment: Shipment) -> dict[str, str] | None:
    for kind, number in shipment.consignee.tax_ids.items():
        return {
            "referenceType": "VAT_NUMBER" if kind == "vat" else "TAX_CODE",
            "reference": number,
        }
    return None
