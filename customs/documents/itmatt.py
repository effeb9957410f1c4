"""What does the post tell the destination before a parcel arrives? Our own record, as JSON.

The content is that of a CN 22 or CN 23. The post turns it into its own message (ITMATT of the
Universal Postal Union); this makes no claim to be one. `MAPPING` says which box of the form, and
which part of that message, each of our words is for. Options: ``item_number`` (the S10 number that
the post gave), ``operator``, ``explanation``, ``licence``, ``certificate``, ``rates``, ``scheme``.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from customs.documents import s10
from customs.documents.faults import Fault
from customs.documents.form_facts import facts, value_on
from customs.documents.kinds import Format, Kind, Options
from customs.documents.messages import (
    amount_of,
    json_bytes,
    party_record,
    plain,
    product_record,
    text_faults,
)
from customs.documents.postal_forms import CATEGORIES
from customs.documents.registrations import registrations_here
from data.model.money import Money
from data.model.shipment import Shipment

MAPPING = {
    "item_number": "bar code; functional reference of the postal item",
    "sender": "From; sender with contact and customs reference",
    "addressee": "To; addressee with contact and tax code",
    "category": "category of item",
    "gross_weight_kg": "CN 22 box 6, CN 23 box 4",
    "total_value": "CN 22 box 7, CN 23 box 6",
    "postage": "CN 23 box 9; postal charges, insurance included",
    "registrations": "electronic only; number of the seller's tax scheme",
    "licence": "CN 23 box 12",
    "certificate": "CN 23 box 13",
    "invoice": "CN 23 box 14",
    "contents.description": "CN 22 box 1, CN 23 box 1",
    "contents.quantity": "CN 22 box 1, CN 23 box 2",
    "contents.net_weight_kg": "CN 22 box 2, CN 23 box 3",
    "contents.value": "CN 22 box 3, CN 23 box 5",
    "contents.hs_code": "CN 22 box 4, CN 23 box 7",
    "contents.country_of_origin": "CN 22 box 5, CN 23 box 8",
}
_HS = 6


def data_of(shipment: Shipment, options: Options) -> dict[str, Any]:
    """One postal item with its contents."""
    category = shipment.purpose if shipment.purpose in CATEGORIES else "other"
    charges = [each for each in (shipment.freight, shipment.insurance) if each is not None]
    postage = sum((Decimal(each.amount) for each in charges), Decimal(0))
    return {
        "data_set": "postal-item",
        "conformance": "none claimed",
        "mapping": MAPPING,
        "day": shipment.on.isoformat(),
        "item_number": s10.read_number(options["item_number"]),
        "operator": options.get("operator"),
        "sender": party_record(shipment.consignor),
        "addressee": {
            **party_record(shipment.importer or shipment.consignee),
            "tax_ids": dict((shipment.importer or shipment.consignee).tax_ids),
        },
        "category": category,
        "explanation": options.get("explanation")
        or (shipment.purpose if category == "other" else None),
        "gross_weight_kg": plain(shipment.gross_weight),
        "total_value": amount_of(shipment.goods),
        "postage": amount_of(Money(postage, charges[0].currency) if charges else None),
        "registrations": registrations_here(shipment, options),
        "licence": options.get("licence"),
        "certificate": options.get("certificate"),
        "invoice": shipment.invoice_number,
        "comments": shipment.comments,
        "contents": [
            {
                "number": at,
                "description": item.description,
                **{k: v for k, v in product_record(item).items() if k != "line"},
                "net_weight_kg": plain(item.net_weight or Decimal(0)),
                "value": amount_of(Money(item.price, item.unit_price.currency)),
                "hs_code": (item.hs_code or "")[:_HS],
                "national_code": item.hs_code,
                "country_of_origin": item.country_of_origin,
            }
            for at, item in enumerate(shipment.items, 1)
        ],
    }


def _faults(shipment: Shipment, options: Options) -> Iterator[Fault]:
    yield from text_faults(shipment, options)
    if len(shipment.parcels) > 1:
        yield Fault("/parcels", "A postal item is one parcel; these are several.")
    if shipment.purpose == "gift" and shipment.consignor.is_business:
        yield Fault("/purpose", "What a business sends is no gift.")
    if shipment.freight is None and value_on(facts("operators")["forms"]["postage"], shipment.on):
        yield Fault("/freight", "The postal charges are told.")
    number = options.get("item_number")
    if not isinstance(number, str):
        yield Fault("/options/item_number", "Give the item number that the post gave (S10).")
        return
    try:
        s10.read_number(number)
    except s10.NumberError as error:
        yield Fault("/options/item_number", f"{error}.")


def _make(shipment: Shipment, form: Format, language: str, options: Options) -> bytes:
    return json_bytes(data_of(shipment, options))


KINDS = (
    Kind(
        name="itmatt",
        title="Advance data of a postal item",
        formats=("json",),
        make=_make,
        faults=lambda shipment, options: tuple(_faults(shipment, options)),
        options=(
            "item_number",
            "operator",
            "explanation",
            "licence",
            "certificate",
            "rates",
            "scheme",
        ),
    ),
)
