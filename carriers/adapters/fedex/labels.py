"""What comes back with a purchase? Its numbers, its price, and a label for each package."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from carriers import (
    Booking,
    BookingRequest,
    Label,
    OfferPart,
    Paper,
    bad_reply,
    exact_money,
    itemised,
    many,
    member,
)
from carriers.booking import LabelFormat
from data.model.money import Money, money

_IMAGES: Mapping[LabelFormat, str] = {"pdf": "PDF", "zpl": "ZPLII", "png": "PNG"}
_STARTS: Mapping[LabelFormat, bytes] = {"pdf": b"%PDF-", "zpl": b"^XA", "png": b"\x89PNG"}
_INVOICES = ("COMMERCIAL_INVOICE", "PRO_FORMA_INVOICE")
_OF_ACCOUNT = "PAYOR_ACCOUNT"


def specification(request: BookingRequest) -> dict[str, str]:
    """How the labels are wanted: on label stock, or on the upper half of a page."""
    paged = request.label_size in ("A4", "A5") and request.label_format != "zpl"
    if request.label_format == "zpl":
        stock = "STOCK_4X6"
    else:
        stock = "PAPER_85X11_TOP_HALF_LABEL" if paged else "PAPER_4X6"
    return {
        "labelFormatType": "COMMON2D",
        "imageType": _IMAGES[request.label_format],
        "labelStockType": stock,
    }


def bought(request: BookingRequest, output: Mapping[str, Any]) -> Booking:
    """The purchase that an output tells of. Raises `bad_reply`, also for one under a job."""
    shipments = many(output.get("transactionShipments"))
    if not shipments and output.get("jobId"):
        raise bad_reply(f"FedEx makes the shipment later, under the job {output['jobId']}")
    if len(shipments) != 1:
        raise bad_reply(f"{len(shipments)} shipments for one")
    (shipment,) = shipments
    pieces = many(member(shipment, "pieceResponses"))
    if len(pieces) != len(request.shipment.parcels):
        raise bad_reply(f"{len(pieces)} pieces for {len(request.shipment.parcels)}")
    labels = tuple(_labels(request, pieces))
    first = str(member(shipment, "masterTrackingNumber") or "")
    if not first:
        raise bad_reply("a shipment without a number")
    price, parts = _price(shipment)
    return Booking(
        carrier_id=first,
        tracking_number=first,
        labels=labels,
        papers=tuple(_papers(shipment)),
        price=price,
        parts=parts,
        warnings=tuple(dict.fromkeys(_alerts(output, shipment))),
    )


def _labels(request: BookingRequest, pieces: list[Any]) -> Iterator[Label]:
    """One label for each piece, in the order of our parcels."""
    ordered = enumerate(pieces, 1)
    by_number = sorted(ordered, key=lambda pair: _sequence(pair[1], pair[0]))
    for parcel, (_, piece) in enumerate(by_number, 1):
        number = str(member(piece, "trackingNumber"))
        documents = many(member(piece, "packageDocuments"))
        kinds = [str(member(each, "contentType")) for each in documents]
        label = next((d for d, k in zip(documents, kinds, strict=True) if k == "LABEL"), None)
        if label is None:
            raise bad_reply(f"no label for the package {number} among {', '.join(kinds)}")
        content = _decoded(member(label, "encodedLabel"))
        if not content.lstrip().startswith(_STARTS[request.label_format]):
            raise bad_reply(f"a label {number} that is no {request.label_format}")
        yield Label(parcel, number, request.label_format, content)


def _sequence(piece: Any, otherwise: int) -> int:
    found = str(piece.get("packageSequenceNumber") if isinstance(piece, Mapping) else "")
    return int(found) if found.isdecimal() else otherwise


def _papers(shipment: Mapping[str, Any]) -> Iterator[Paper]:
    """The papers that FedEx wrote as PDF; a paper that comes as an address only is left there."""
    for each in many(shipment.get("shipmentDocuments")):
        kind = str(member(each, "contentType"))
        if "LABEL" in kind or not each.get("encodedLabel"):
            continue
        content = _decoded(each["encodedLabel"])
        if content.startswith(b"%PDF-"):
            named: Literal["commercial_invoice", "other"] = (
                "commercial_invoice" if kind in _INVOICES else "other"
            )
            yield Paper(named, "pdf", content)


def _price(shipment: Mapping[str, Any]) -> tuple[Money | None, tuple[OfferPart, ...]]:
    """What FedEx says it will bill, the account's price where it is there; None without one."""
    completed = shipment.get("completedShipmentDetail")
    rating = completed.get("shipmentRating") if isinstance(completed, Mapping) else None
    rates = many(rating.get("shipmentRateDetails")) if isinstance(rating, Mapping) else []
    rates = [each for each in rates if isinstance(each, Mapping)]
    rates.sort(key=lambda each: not str(each.get("rateType")).startswith(_OF_ACCOUNT))
    if not rates or rates[0].get("totalNetCharge") is None:
        return None, ()
    unit = str(member(rates[0], "currency"))
    price = exact_money(rates[0]["totalNetCharge"], unit)
    return price, itemised(price, _parts(rates[0], price.currency.code))


def _parts(rate: Mapping[str, Any], unit: str) -> Iterator[OfferPart]:
    if rate.get("totalBaseCharge") is not None:
        base = exact_money(rate["totalBaseCharge"], unit)
        yield OfferPart("freight", "Freight", base, f"rate zone {rate.get('rateZone')}")
    for each in many(rate.get("freightDiscounts")):
        less = exact_money(member(each, "amount"), unit)
        name = str(each.get("description") or "Discount")
        yield OfferPart("discount", name, money(-less.amount, unit), "off the freight")
    for each in many(rate.get("surcharges")):
        code = str(member(each, "surchargeType"))
        name = str(each.get("description") or code)
        cost = exact_money(member(each, "amount"), unit)
        yield OfferPart(code, name, cost, "as FedEx names it")


def _alerts(output: Mapping[str, Any], shipment: Mapping[str, Any]) -> Iterator[str]:
    for holder in (output, shipment):
        for each in many(holder.get("alerts")):
            if isinstance(each, Mapping) and each.get("message"):
                yield str(each["message"])


def _decoded(text: object) -> bytes:
    try:
        return base64.b64decode("".join(str(text).split()), validate=True)
    except (binascii.Error, ValueError):
        raise bad_reply("a document that is no base64") from None
