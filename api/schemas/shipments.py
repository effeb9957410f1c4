"""How is a label asked for, and how is a shipment written, in JSON?"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from marshmallow import Schema, ValidationError, fields, validate

from api.jsonio import write_money
from api.schemas.body import Body
from api.schemas.fields import CountryField, DayField, MapField, TextField
from api.schemas.quotes import ParcelBody, read_parcels
from api.schemas.values import text_reader
from api.services.orders import Order
from api.services.shipments import Wish
from carriers.booking import LabelFormat, LabelSize, Paper
from data.model.consignment import GoodsItem, Parcel
from data.model.places import Place
from data.model.shipment import Party
from data.store.shipments import Entry, StoredLabel, StoredShipment

Json = dict[str, Any]
_BEGINS = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff"}
_KINDS = ("commercial_invoice", "proforma", "packing_list", "certificate_of_origin", "other")


class PartyBody(Body):
    """A person or company with an address, as it is printed."""

    name = TextField(100, required=True)
    company = TextField(100, allow_none=True, load_default=None)
    street = fields.List(TextField(100), required=True, validate=validate.Length(min=1, max=4))
    city = TextField(100, required=True)
    postal_code = TextField(20, allow_none=True, load_default=None)
    region = TextField(3, allow_none=True, load_default=None)
    country = CountryField(required=True)
    phone = TextField(40, allow_none=True, load_default=None)
    email = TextField(200, allow_none=True, load_default=None)
    tax_ids = MapField(text_reader(40), {"type": "string", "maxLength": 40}, most=20)
    is_business = fields.Boolean(allow_none=True, load_default=None, truthy={True}, falsy={False})


class LabelBody(Body):
    """How labels are to be printed."""

    format = fields.String(load_default="pdf", validate=validate.OneOf(get_args(LabelFormat)))
    size = fields.String(load_default="4x6in", validate=validate.OneOf(get_args(LabelSize)))


class PaperBody(Body):
    """A customs paper that goes with the goods."""

    kind = fields.String(required=True, validate=validate.OneOf(_KINDS))
    format = fields.String(load_default="pdf", validate=validate.OneOf(["pdf", "png", "jpeg"]))
    content = TextField(1 << 20, required=True, metadata={"description": "base64"})


class ReturnBody(Body):
    """The way back of a shipment: the same goods, sender and receiver changed."""

    label = fields.Nested(LabelBody, allow_none=True, load_default=None)
    parcels = fields.List(
        fields.Nested(ParcelBody),
        allow_none=True,
        load_default=None,
        validate=validate.Length(min=1, max=999),
    )
    reference = TextField(200, allow_none=True, load_default=None)
    on = DayField(allow_none=True, load_default=None)


class ShipmentBody(ReturnBody):
    """A label of an option of a quote."""

    quote = TextField(64, required=True)
    option = TextField(96, required=True)
    consignor = fields.Nested(PartyBody, required=True)
    consignee = fields.Nested(PartyBody, required=True)
    importer = fields.Nested(PartyBody, allow_none=True, load_default=None)
    invoice_number = TextField(40, allow_none=True, load_default=None)
    invoice_day = DayField(allow_none=True, load_default=None)
    terms_place = TextField(100, allow_none=True, load_default=None)
    comments = TextField(500, allow_none=True, load_default=None)
    papers = fields.List(
        fields.Nested(PaperBody), load_default=list, validate=validate.Length(max=10)
    )


SHIPMENT = ShipmentBody()
RETURN = ReturnBody()


def read_wish(body: Mapping[str, Any], items: tuple[GoodsItem, ...], buyer_type: str) -> Wish:
    """What the buyer of a label says, with the goods of the quote. Raises `ValidationError`."""
    return Wish(
        consignor=read_party(body["consignor"], is_business=True),
        consignee=read_party(body["consignee"], is_business=buyer_type == "business"),
        importer=body["importer"] and read_party(body["importer"], is_business=True),
        invoice_number=body["invoice_number"],
        invoice_day=body["invoice_day"],
        terms_place=body["terms_place"],
        comments=body["comments"],
        papers=tuple(_paper(number, paper) for number, paper in enumerate(body["papers"])),
        **read_return(body, items),
    )


def read_return(body: Mapping[str, Any], items: tuple[GoodsItem, ...]) -> dict[str, Any]:
    """What both ways of a shipment may be told. Raises `ValidationError`."""
    label = body["label"] or {"format": "pdf", "size": "4x6in"}
    parcels: tuple[Parcel, ...] | None = read_parcels(body["parcels"], items)
    return {
        "label_format": label["format"],
        "label_size": label["size"],
        "parcels": parcels,
        "reference": body["reference"],
        "on": body["on"],
    }


def read_party(body: Mapping[str, Any], *, is_business: bool) -> Party:
    """A party as it is printed; a company is a business unless the body says not."""
    said: bool | None = body["is_business"]
    return Party(
        name=body["name"],
        place=Place(body["country"], body["region"], body["postal_code"], body["city"]),
        street=tuple(body["street"]),
        company=body["company"],
        phone=body["phone"],
        email=body["email"],
        tax_ids=body.get("tax_ids") or {},
        is_business=(is_business or body["company"] is not None) if said is None else said,
    )


def _paper(number: int, body: Mapping[str, Any]) -> Paper:
    try:
        content = base64.b64decode(body["content"], validate=True)
    except (ValueError, binascii.Error):
        raise ValidationError({"papers": {number: {"content": ["Not base64."]}}}) from None
    if not content.startswith(_BEGINS[body["format"]]):
        raise ValidationError({"papers": {number: {"content": [f"No {body['format']}."]}}})
    return Paper(body["kind"], body["format"], content)


def state_of(shipment: StoredShipment, state: str) -> str:
    """The state of a shipment as others see it."""
    return "cancelled" if shipment.cancelled_at is not None else state


def write_entry(entry: Entry) -> Json:
    """A shipment in a list."""
    return _head(entry.shipment, state_of(entry.shipment, entry.state))


def write_order(order: Order, labels: Sequence[StoredLabel], *, as_bought: bool = False) -> Json:
    """A shipment; `as_bought` as it was when its label came, whatever has become of it since."""
    shipment = order.shipment
    record = shipment.record
    state = order.state if as_bought else state_of(shipment, order.state)
    cancelled = shipment.cancelled_at is not None and not as_bought
    price, quoted = shipment.amount, shipment.expected_amount
    return {
        **_head(shipment, state),
        "terms": record["terms"],
        "purpose": record["purpose"],
        "on": record["on"],
        "consignor": record["consignor"],
        "consignee": record["consignee"],
        "label": {"format": shipment.label_format, "size": shipment.label_size},
        "price": None if price is None else write_money(price, shipment.currency or ""),
        "quoted_price": quoted
        if quoted is None
        else write_money(quoted, shipment.expected_currency or ""),
        "labels": [
            {
                "number": label.number,
                "tracking_number": label.tracking_number,
                "format": label.format,
                "sha256": label.sha256,
                "href": f"/v1/shipments/{shipment.id}/labels/{label.number}",
            }
            for label in labels
        ],
        "papers": [
            {"number": paper.number, "kind": paper.kind, "format": paper.format}
            for paper in order.papers
        ],
        "warnings": _warnings(shipment),
        "confirmed_at": _moment(shipment.confirmed_at),
        "cancelled_at": _moment(shipment.cancelled_at) if cancelled else None,
        "cancellation": shipment.cancellation if cancelled else None,
        "problem": _problem(order),
    }


def _warnings(shipment: StoredShipment) -> list[str]:
    """What the carrier said, and that it asks another price than it had offered."""
    said = list(shipment.warnings or ())
    paid, quoted = shipment.amount, shipment.expected_amount
    asked, offered = f"{paid} {shipment.currency}", f"{quoted} {shipment.expected_currency}"
    if paid is not None and quoted is not None and asked != offered:
        said.append(f"The carrier asks {asked}; it had offered {offered}.")
    return said


def _head(shipment: StoredShipment, state: str) -> Json:
    return {
        "id": shipment.id,
        "state": state,
        "created_at": _moment(shipment.created_at),
        "reference": shipment.record["reference"],
        "quote": shipment.quote_id,
        "option": shipment.option_id,
        "returns": shipment.returns_id,
        "carrier": shipment.carrier,
        "service": shipment.service,
        "tracking_number": shipment.tracking_number,
    }


def _problem(order: Order) -> Json | None:
    """Why there is no label, in the carrier's words."""
    error = order.purchase.attempts[-1].error if order.purchase.attempts else None
    if error is None or order.state == "confirmed":
        return None
    return {"code": error["code"], "carrier_code": error["carrier_code"], "reason": error["reason"]}


def _moment(moment: Any) -> str | None:
    return None if moment is None else str(moment.isoformat(timespec="seconds"))


class PriceAnswer(Schema):
    """An amount of money."""

    amount = fields.Str(required=True)
    currency = fields.Str(required=True)


class LabelAnswer(Schema):
    """A label of one parcel, and where its bytes are."""

    number = fields.Int(required=True)
    tracking_number = fields.Str(required=True)
    format = fields.Str(required=True)
    sha256 = fields.Str(required=True)
    href = fields.Str(required=True)


class ShipmentEntry(Schema):
    """A shipment in a list."""

    id = fields.Str(required=True)
    state = fields.Str(
        required=True,
        metadata={
            "enum": [
                "planned",
                "sending",
                "confirmed",
                "rejected",
                "unknown",
                "absent",
                "manual",
                "cancelled",
            ]
        },
    )
    created_at = fields.DateTime(required=True)
    reference = fields.Str(required=True)
    quote = fields.Str(required=True, allow_none=True)
    option = fields.Str(required=True, allow_none=True)
    returns = fields.Str(required=True, allow_none=True)
    carrier = fields.Str(required=True)
    service = fields.Str(required=True)
    tracking_number = fields.Str(required=True, allow_none=True)


class ShipmentAnswer(ShipmentEntry):
    """A shipment with its labels and what the carrier said."""

    terms = fields.Str(required=True)
    purpose = fields.Str(required=True)
    on = fields.Date(required=True)
    consignor = fields.Dict(required=True)
    consignee = fields.Dict(required=True)
    label = fields.Dict(required=True)
    price = fields.Nested(PriceAnswer, required=True, allow_none=True)
    quoted_price = fields.Nested(PriceAnswer, required=True, allow_none=True)
    labels = fields.List(fields.Nested(LabelAnswer), required=True)
    papers = fields.List(fields.Dict(), required=True)
    warnings = fields.List(fields.Str(), required=True)
    confirmed_at = fields.DateTime(required=True, allow_none=True)
    cancelled_at = fields.DateTime(required=True, allow_none=True)
    cancellation = fields.Dict(required=True, allow_none=True)
    problem = fields.Dict(required=True, allow_none=True)


class ShipmentsAnswer(Schema):
    """An account's shipments, newest first."""

    items = fields.List(fields.Nested(ShipmentEntry), required=True)
    next = fields.Str(required=True, allow_none=True)


SHIPMENT_ANSWER = ShipmentAnswer()
SHIPMENTS_ANSWER = ShipmentsAnswer()
