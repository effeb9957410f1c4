"""How is a customs paper asked for in JSON?

The shipment is one that was bought, by its id, or is written out: lines as in a quote, parties as
in a shipment. Pointers of faults are translated to what the request calls things.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, get_args

from marshmallow import Schema, ValidationError, fields, validate

from api.schemas.body import Body
from api.schemas.fields import DayField, PriceField, TextField
from api.schemas.quotes import (
    MOST_LINES,
    PURPOSES,
    TERMS,
    LineBody,
    ParcelBody,
    RegistrationBody,
    read_items,
    read_parcels,
)
from api.schemas.shipments import PartyBody, read_party
from customs.documents import registry
from customs.documents.faults import Fault
from customs.documents.kinds import Format, Kind
from data.model.shipment import Shipment

Json = dict[str, Any]
LANGUAGES = ("en", "fr", "de", "es")
_MOST_PARCELS = 999
_MOST_REGISTRATIONS = 50


class InlineShipmentBody(Body):
    """A shipment written out: goods in parcels, from whom, to whom, under which terms."""

    reference = TextField(200, required=True)
    on = DayField(allow_none=True, load_default=None)
    consignor = fields.Nested(PartyBody, required=True)
    consignee = fields.Nested(PartyBody, required=True)
    importer = fields.Nested(PartyBody, allow_none=True, load_default=None)
    lines = fields.List(
        fields.Nested(LineBody), required=True, validate=validate.Length(min=1, max=MOST_LINES)
    )
    parcels = fields.List(
        fields.Nested(ParcelBody), required=True, validate=validate.Length(min=1, max=_MOST_PARCELS)
    )
    terms = fields.String(load_default="DAP", validate=validate.OneOf(TERMS))
    terms_place = TextField(100, allow_none=True, load_default=None)
    purpose = fields.String(load_default="sale", validate=validate.OneOf(PURPOSES))
    freight = PriceField(allow_none=True, load_default=None)
    insurance = PriceField(allow_none=True, load_default=None)
    registrations = fields.List(
        fields.Nested(RegistrationBody),
        load_default=list,
        validate=validate.Length(max=_MOST_REGISTRATIONS),
    )
    invoice_number = TextField(40, allow_none=True, load_default=None)
    invoice_day = DayField(allow_none=True, load_default=None)
    comments = TextField(500, allow_none=True, load_default=None)


class ShipmentField(fields.Nested):
    """A shipment written out, or the id of one that was bought."""

    def _deserialize(
        self, value: Any, attr: Any, data: Any, partial: Any = None, **kwargs: Any
    ) -> Any:
        if isinstance(value, str):
            return value
        return super()._deserialize(value, attr, data, partial, **kwargs)


class DocumentBody(Body):
    """A paper or message of a shipment."""

    kind = fields.String(required=True, validate=validate.OneOf(registry.names()))
    format = fields.String(load_default="pdf", validate=validate.OneOf(get_args(Format)))
    language = fields.String(load_default="en", validate=validate.OneOf(LANGUAGES))
    size = TextField(20, allow_none=True, load_default=None)
    options = fields.Dict(
        keys=fields.String(),
        allow_none=True,
        load_default=None,
        metadata={"description": "what only this kind needs: see /v1/documents/kinds"},
    )
    shipment = ShipmentField(
        InlineShipmentBody, required=True, metadata={"description": "or the id of a shipment"}
    )


INLINE = InlineShipmentBody()
DOCUMENT = DocumentBody()


def read_inline(body: Mapping[str, Any], today: date, within: str | None = None) -> Shipment:
    """The shipment that a body writes out; `within` is its name in a larger body.

    Raises `ValidationError`.
    """
    try:
        items = read_items(body["lines"], None)
        parcels = read_parcels(body["parcels"], items)
    except ValidationError as error:
        raise (ValidationError({within: error.messages}) if within else error) from None
    buyer = body["consignee"]
    return Shipment(
        reference=body["reference"],
        on=body["on"] or today,
        consignor=read_party(body["consignor"], is_business=True),
        consignee=read_party(buyer, is_business=False),
        importer=body["importer"] and read_party(body["importer"], is_business=True),
        items=items,
        parcels=parcels or (),
        terms=body["terms"],
        purpose=body["purpose"],
        freight=body["freight"],
        insurance=body["insurance"],
        registrations={each["scheme"]: each["number"] for each in body["registrations"]},
        invoice_number=body["invoice_number"],
        invoice_day=body["invoice_day"],
        terms_place=body["terms_place"],
        comments=body["comments"],
    )


_REWRITTEN = (
    (re.compile(r"^/items(?=/|$)"), "/lines"),
    (re.compile(r"^(/parcels/\d+)/contents(/.*)?$"), r"\1/lines"),
)
_OF_THE_REQUEST = ("/options", "/format", "/language", "/size")


def errors_of(faults: Iterable[Fault], within: str = "/shipment") -> list[dict[str, str]]:
    """Faults as a problem lists them, with pointers into the request.

    >>> errors_of([Fault("/items/0/hs_code", "No code.")])
    [{'detail': 'No code.', 'pointer': '/shipment/lines/0/hs_code'}]
    """
    return [
        {"detail": fault.detail, "pointer": _pointer(fault.pointer, within)} for fault in faults
    ]


def _pointer(pointer: str, within: str) -> str:
    if pointer.startswith(_OF_THE_REQUEST):
        return pointer
    for pattern, replacement in _REWRITTEN:
        pointer = pattern.sub(replacement, pointer)
    return within + pointer


def write_kind(kind: Kind) -> Json:
    """A kind as the list of kinds has it."""
    return {
        "kind": kind.name,
        "title": kind.title,
        "formats": list(kind.formats),
        "languages": list(kind.languages),
        "sizes": list(kind.sizes),
        "options": list(kind.options),
    }


class KindAnswer(Schema):
    """A kind of paper, and what it can be."""

    kind = fields.Str(required=True)
    title = fields.Str(required=True)
    formats = fields.List(fields.Str(), required=True)
    languages = fields.List(fields.Str(), required=True)
    sizes = fields.List(fields.Str(), required=True)
    options = fields.List(fields.Str(), required=True)


class KindsAnswer(Schema):
    """Every kind of paper."""

    items = fields.List(fields.Nested(KindAnswer), required=True)


class FaultAnswer(Schema):
    """What keeps a paper from being made, and where."""

    detail = fields.Str(required=True)
    pointer = fields.Str(required=True)


class PossibleAnswer(KindAnswer):
    """A kind of paper of one shipment: whether it can be made as the shipment stands."""

    ready = fields.Bool(required=True)
    errors = fields.List(fields.Nested(FaultAnswer), required=True)
    href = fields.Str(required=True)


class PossiblesAnswer(Schema):
    """The papers of one shipment."""

    items = fields.List(fields.Nested(PossibleAnswer), required=True)


KINDS_ANSWER = KindsAnswer()
POSSIBLES_ANSWER = PossiblesAnswer()
