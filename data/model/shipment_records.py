"""How is a shipment kept, frozen as it was when its label was asked for?"""

from datetime import date
from decimal import Decimal
from typing import Any

from data.model.consignment import NO_FACTS, GoodsItem, Parcel, PreferenceClaim
from data.model.money import Money, money
from data.model.places import Place
from data.model.shipment import Party, Shipment

Record = dict[str, Any]


def write_shipment(shipment: Shipment) -> Record:
    """A shipment as plain JSON; nothing that `read_shipment` could not bring back is in it."""
    return {
        "reference": shipment.reference,
        "on": shipment.on.isoformat(),
        "consignor": _write_party(shipment.consignor),
        "consignee": _write_party(shipment.consignee),
        "items": [_write_item(item) for item in shipment.items],
        "parcels": [_write_parcel(parcel) for parcel in shipment.parcels],
        "terms": shipment.terms,
        "purpose": shipment.purpose,
        "importer": shipment.importer and _write_party(shipment.importer),
        "freight": _write_money(shipment.freight),
        "insurance": _write_money(shipment.insurance),
        "registrations": dict(shipment.registrations),
        "invoice_number": shipment.invoice_number,
        "invoice_day": shipment.invoice_day and shipment.invoice_day.isoformat(),
        "terms_place": shipment.terms_place,
        "comments": shipment.comments,
    }


def read_shipment(record: Record) -> Shipment:
    """The shipment that `write_shipment` wrote."""
    invoice_day = record["invoice_day"]
    return Shipment(
        reference=record["reference"],
        on=date.fromisoformat(record["on"]),
        consignor=_read_party(record["consignor"]),
        consignee=_read_party(record["consignee"]),
        items=tuple(_read_item(item) for item in record["items"]),
        parcels=tuple(_read_parcel(parcel) for parcel in record["parcels"]),
        terms=record["terms"],
        purpose=record["purpose"],
        importer=record["importer"] and _read_party(record["importer"]),
        freight=_read_money(record["freight"]),
        insurance=_read_money(record["insurance"]),
        registrations=record["registrations"],
        invoice_number=record["invoice_number"],
        invoice_day=date.fromisoformat(invoice_day) if invoice_day else None,
        terms_place=record["terms_place"],
        comments=record["comments"],
    )


def _write_party(party: Party) -> Record:
    place = party.place
    return {
        "name": party.name,
        "company": party.company,
        "street": list(party.street),
        "city": place.city,
        "postal_code": place.postal_code,
        "region": place.region,
        "country": place.country,
        "phone": party.phone,
        "email": party.email,
        "tax_ids": dict(party.tax_ids),
        "is_business": party.is_business,
    }


def _read_party(record: Record) -> Party:
    rest = dict(record)
    place = Place(*(rest.pop(name) for name in ("country", "region", "postal_code", "city")))
    return Party(place=place, street=tuple(rest.pop("street")), **rest)


def _write_item(item: GoodsItem) -> Record:
    claim = item.preference
    return {
        "id": item.id,
        "quantity": item.quantity,
        "unit_price": _write_money(item.unit_price),
        "discount": str(item.discount),
        "sku": item.sku,
        "description": item.description,
        "hs_code": item.hs_code,
        "country_of_origin": item.country_of_origin,
        "unit_weight": _write_number(item.unit_weight),
        "dimensions": _write_sides(item.dimensions),
        "preference": claim and [claim.agreement, claim.proof],
        "facts": dict(item.facts),
        "duty_expression": item.duty_expression,
        "additional_code": item.additional_code,
        "documents": list(item.documents),
    }


def _read_item(record: Record) -> GoodsItem:
    price = _read_money(record["unit_price"])
    assert price is not None  # noqa: S101 - written above
    return GoodsItem(
        id=record["id"],
        quantity=record["quantity"],
        unit_price=price,
        discount=Decimal(record["discount"]),
        sku=record["sku"],
        description=record["description"],
        hs_code=record["hs_code"],
        country_of_origin=record["country_of_origin"],
        unit_weight=_read_number(record["unit_weight"]),
        dimensions=_read_sides(record["dimensions"]),
        preference=record["preference"] and PreferenceClaim(*record["preference"]),
        facts=record["facts"] or NO_FACTS,
        duty_expression=record["duty_expression"],
        additional_code=record["additional_code"],
        documents=tuple(record["documents"]),
    )


def _write_parcel(parcel: Parcel) -> Record:
    return {
        "weight": str(parcel.weight),
        "dimensions": _write_sides(parcel.dimensions),
        "contents": dict(parcel.contents),
    }


def _read_parcel(record: Record) -> Parcel:
    return Parcel(
        Decimal(record["weight"]), _read_sides(record["dimensions"]), dict(record["contents"])
    )


def _write_money(amount: Money | None) -> list[str] | None:
    return None if amount is None else [str(amount.amount), amount.currency.code]


def _read_money(pair: list[str] | None) -> Money | None:
    return None if pair is None else money(*pair)


def _write_number(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _read_number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _write_sides(sides: tuple[Decimal, Decimal, Decimal] | None) -> list[str] | None:
    return None if sides is None else [str(side) for side in sides]


def _read_sides(sides: list[str] | None) -> tuple[Decimal, Decimal, Decimal] | None:
    if sides is None:
        return None
    length, width, height = map(Decimal, sides)
    return length, width, height
