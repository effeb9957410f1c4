"""What does UPS print on the invoice, and which papers of our own does it add?

UPS makes the invoice from these fields (form 01; 05 for a return). Papers that were uploaded before
are named by their ids (form 07); an uploaded commercial invoice takes the place of UPS's.
"""

from collections.abc import Iterator
from decimal import Decimal
from textwrap import wrap
from typing import Any

from carriers import BookingRequest, Fault
from carriers.adapters.ups.letters import plain, unprintable
from carriers.adapters.ups.parties import sold_to
from data.model.consignment import GoodsItem
from data.model.shipment import Shipment

_INVOICE, _PARTIAL_INVOICE, _OWN_PAPERS = "01", "05", "07"
_PRODUCTS = 50
_LINES, _LINE = 3, 35
_CODE = (6, 15)
_COMMENT = 150
_NUMBER = 35
_PRICE_DECIMALS = 6
_CHARGE_DECIMALS = 2
_GOODS = 50
_REASONS = {
    "sale": "SALE",
    "gift": "GIFT",
    "sample": "SAMPLE",
    "return": "RETURN",
    "repair": "REPAIR",
}


def international_forms(request: BookingRequest) -> dict[str, Any]:
    """The invoice and the ids of our own papers."""
    shipment = request.shipment
    uploaded = [paper for paper in request.papers if paper.id]
    has_invoice = any(paper.kind == "commercial_invoice" for paper in uploaded)
    kinds = [] if has_invoice else [_PARTIAL_INVOICE if request.is_return else _INVOICE]
    found: dict[str, Any] = {
        "FormType": [*kinds, *([_OWN_PAPERS] if uploaded else [])],
        "Contacts": {"SoldTo": sold_to(shipment)},
        "Product": [_product(number, item) for number, item in enumerate(shipment.items, 1)],
        "InvoiceNumber": shipment.invoice_number or shipment.reference,
        "InvoiceDate": f"{shipment.invoice_day or shipment.on:%Y%m%d}",
        "TermsOfShipment": shipment.terms,
        "ReasonForExport": _REASONS[shipment.purpose],
        "CurrencyCode": shipment.currency,
    }
    if uploaded:
        found["UserCreatedForm"] = {"DocumentID": [paper.id for paper in uploaded]}
    if shipment.comments:
        found["Comments"] = plain(shipment.comments)
    discount = sum((item.discount for item in shipment.items), Decimal(0))
    charges = {
        "Discount": discount,
        "FreightCharges": shipment.freight.amount if shipment.freight else Decimal(0),
        "InsuranceCharges": shipment.insurance.amount if shipment.insurance else Decimal(0),
    }
    return found | {
        name: {"MonetaryValue": _spelled(amount)} for name, amount in charges.items() if amount
    }


def goods_in_brief(shipment: Shipment) -> str:
    """The goods in 50 characters for the label: whole descriptions, and how many more there are.

    The invoice has them all.
    """
    named = [plain(item.description or "") for item in shipment.items if item.description]
    for count in range(len(named), 0, -1):
        rest = len(named) - count
        text = ", ".join(named[:count]) + (f" and {rest} more" if rest else "")
        if len(text) <= _GOODS:
            return text
    return (wrap(named[0], _GOODS) or [named[0][:_GOODS]])[0] if named else ""


def faults_of_forms(shipment: Shipment) -> Iterator[Fault]:
    """What UPS cannot print on an invoice."""
    if len(shipment.items) > _PRODUCTS:
        yield Fault("/items", f"UPS takes {_PRODUCTS} lines on an invoice")
    for place, item in enumerate(shipment.items):
        yield from _faults_of_item(item, f"/items/{place}")
    for text, field, longest in (
        (shipment.comments, "comments", _COMMENT),
        (shipment.invoice_number or shipment.reference, "invoice_number", _NUMBER),
    ):
        if text and len(plain(text)) > longest:
            yield Fault(f"/{field}", f"UPS takes {longest} characters here")
    for amount, field in ((shipment.freight, "freight"), (shipment.insurance, "insurance")):
        if amount is not None and _decimals(amount.amount) > _CHARGE_DECIMALS:
            yield Fault(f"/{field}", f"UPS takes {_CHARGE_DECIMALS} decimals here")


def _faults_of_item(item: GoodsItem, at: str) -> Iterator[Fault]:
    lines = _description(item)
    if not lines:
        yield Fault(f"{at}/description", "UPS needs a description of the goods")
    elif len(lines) > _LINES or any(len(line) > _LINE for line in lines):
        room = f"{_LINES} lines of {_LINE} characters"
        yield Fault(f"{at}/description", f"UPS takes {room} for a description")
    yield from unprintable({f"{at}/description": item.description or ""})
    shortest, longest = _CODE
    if item.hs_code and not shortest <= len(_bare(item.hs_code)) <= longest:
        yield Fault(f"{at}/hs_code", f"UPS takes codes of {shortest} to {longest} characters")
    if not item.country_of_origin:
        yield Fault(f"{at}/country_of_origin", "UPS needs the origin of each line")
    if item.unit_price.amount <= 0:
        yield Fault(f"{at}/unit_price", "UPS needs a value above nought, even for a gift")
    elif _decimals(item.unit_price.amount) > _PRICE_DECIMALS:
        yield Fault(f"{at}/unit_price", f"UPS takes {_PRICE_DECIMALS} decimals in a price")


def _product(number: int, item: GoodsItem) -> dict[str, Any]:
    """A line at its full price: what was taken off stands once, in the invoice's discount."""
    found: dict[str, Any] = {
        "Description": _description(item),
        "Unit": {
            "Number": str(item.quantity),
            "UnitOfMeasurement": {"Code": "PCS"},
            "Value": _spelled(item.unit_price.amount),
        },
        "PartNumber": next(n for n in (item.sku, item.id, str(number)) if n and len(n) <= _NUMBER),
        "OriginCountryCode": item.country_of_origin,
    }
    if item.hs_code:
        found["CommodityCode"] = _bare(item.hs_code)
    return found


def _description(item: GoodsItem) -> list[str]:
    return wrap(plain(item.description or ""), _LINE, break_long_words=False)


def _bare(code: str) -> str:
    """A commodity code without its dots: every digit stays, the leading nought too."""
    return "".join(character for character in code if character.isalnum())


def _decimals(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _spelled(amount: Decimal) -> str:
    return format(amount, "f")
