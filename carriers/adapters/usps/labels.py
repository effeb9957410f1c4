"""What comes back with a label? What was bought and its picture, as one JSON or in several parts.

USPS answers in JSON or in MIME parts, whatever was asked for; a label that is printed again has its
particulars one level deeper than one that was just bought.
"""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from email.message import Message
from email.parser import BytesParser
from types import MappingProxyType
from typing import Any

from carriers import (
    Answer,
    Booking,
    BookingRequest,
    Label,
    OfferPart,
    bad_reply,
    exact_money,
    itemised,
    many,
    member,
)
from carriers.adapters.usps.errors import read
from carriers.adapters.usps.service import CURRENCY
from data.model.money import money

LABELS = "application/vnd.usps.labels+json"
PREPAID = "371"
"""The extra service whose price is the duties, taxes and fees that were prepaid."""

_STARTS = {"pdf": b"%PDF-", "zpl": b"^XA"}


def image_types() -> Mapping[str, str]:
    """USPS's name of each form of a label."""
    return MappingProxyType({"pdf": "PDF", "zpl": "ZPL203DPI"})


def labelled(answer: Answer) -> tuple[Mapping[str, Any], bytes]:
    """The particulars of a label and its picture. Raises `CarrierError`."""
    kind = answer.headers.get("content-type", "")
    if answer.status < 400 and kind.lower().startswith("multipart/"):
        return _from_parts(kind, answer.body)
    body = read(answer)
    nested = body.get("labelMetadata")
    found = nested if isinstance(nested, Mapping) else body
    return found, _decoded(member(body, "labelImage"))


def bought(request: BookingRequest, found: Mapping[str, Any], picture: bytes) -> Booking:
    """The purchase that a label's particulars tell of. Raises `bad_reply`."""
    number = found.get("internationalTrackingNumber") or found.get("trackingNumber")
    if not isinstance(number, str) or not number:
        raise bad_reply("a label without a number")
    if not picture.lstrip().startswith(_STARTS[request.label_format]):
        raise bad_reply(f"a label {number} that is no {request.label_format}")
    parts = tuple(_charges(found))
    price = money(sum((part.amount.amount for part in parts), Decimal(0)), CURRENCY)
    return Booking(
        carrier_id=number,
        tracking_number=number,
        labels=(Label(1, number, request.label_format, picture),),
        price=price,
        parts=itemised(price, parts),
        warnings=tuple(_warnings(request, found)),
    )


def _charges(found: Mapping[str, Any]) -> Iterator[OfferPart]:
    """The postage, and every fee and extra service that costs something."""
    working = f"price group {found.get('internationalPriceGroup')}, {found.get('weight')} lb"
    postage = exact_money(member(found, "postage"), CURRENCY)
    yield OfferPart("postage", "Postage", postage, working)
    for fee in many(found.get("fees")):
        price = exact_money(member(fee, "price"), CURRENCY)
        yield OfferPart(str(member(fee, "SKU")), str(member(fee, "name")), price, "fee")
    for service in many(found.get("extraServices")):
        code, name = str(member(service, "serviceID")), str(service.get("serviceName") or "")
        price = exact_money(member(service, "price"), CURRENCY)
        if price.amount:
            yield OfferPart(code, name or code, price, f"extra service {code}")


def _warnings(request: BookingRequest, found: Mapping[str, Any]) -> Iterator[str]:
    for service in many(found.get("extraServices")):
        for each in many(service.get("warnings")):
            said = each.get("warningDescription") if isinstance(each, Mapping) else each
            yield f"{service.get('serviceName')}: {said}"
    codes = {str(member(each, "serviceID")) for each in many(found.get("extraServices"))}
    prepaid = PREPAID in codes or isinstance(found.get("prepaidDutiesTaxesFees"), Mapping)
    if request.shipment.terms == "DDP" and not prepaid:
        yield "USPS says nothing of prepaid duties on this label: the receiver may be asked"


def _from_parts(kind: str, body: bytes) -> tuple[Mapping[str, Any], bytes]:
    """The particulars and the picture in MIME parts: the first of JSON, and the first other."""
    message = BytesParser().parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    found: Mapping[str, Any] | None = None
    picture: bytes | None = None
    for part in message.walk():
        if part.is_multipart():
            continue
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        if found is None and part.get_content_type().endswith("json"):
            found = _json(content)
        elif picture is None and _is_label(part):
            picture = _picture(content)
    if found is None or picture is None:
        raise bad_reply("MIME parts without a label")
    return found, picture


def _is_label(part: Message) -> bool:
    name = str(part.get_param("name", "", "Content-Disposition") or "labelImage")
    return name in ("labelImage", "label")


def _json(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content, parse_float=Decimal, parse_int=Decimal)
    except (ValueError, RecursionError):
        raise bad_reply("MIME parts that are no JSON") from None
    if not isinstance(found, Mapping):
        raise bad_reply("MIME parts without particulars")
    return found


def _picture(content: bytes) -> bytes:
    """A picture as it is, or as base64: USPS sends both."""
    if content.lstrip().startswith(tuple(_STARTS.values())):
        return content
    return _decoded(content.decode("ascii", "replace"))


def _decoded(text: object) -> bytes:
    try:
        return base64.b64decode("".join(str(text).split()), validate=True)
    except (binascii.Error, ValueError):
        raise bad_reply("a label that is no base64") from None
