"""How is a label bought from USPS, found again, and given back?

USPS takes a key with a purchase: the same purchase under the same key is the same label, billed
once. The key is made of our reference; a label is looked up by it, and given back by its number.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid5

from carriers import (
    Answer,
    Ask,
    Booking,
    BookingRequest,
    Cancellation,
    CarrierError,
    Fault,
    RequestRejected,
    member,
    refused,
)
from carriers.adapters.usps.addresses import (
    faults_of_receiver,
    faults_of_sender,
    from_address,
    to_address,
)
from carriers.adapters.usps.customs_form import customs_form, faults_of_form
from carriers.adapters.usps.errors import LABEL_CANCELLED, NO_LABEL, read
from carriers.adapters.usps.labels import LABELS, bought, image_types, labelled
from carriers.adapters.usps.measures import size
from carriers.adapters.usps.service import OAUTH, PAYMENT, Service, refuse_other_lanes
from carriers.adapters.usps.services import Product, product_of

_PATH = "/international-labels/v3/international-label"
_REPRINT = "/international-labels/v3/international-label-reprint"
_KEYS = UUID("3b1c5a0e-0d0c-5b8e-9d2a-6f1d8a4c7e21")  # the name space of our keys
_TOKENS = (OAUTH, PAYMENT)
_NOT_FOUND = "order not found"
_ASKED_TODAY = "already been submitted"
_TOO_LATE = "cannot be submitted"


class Labels(Service):
    """USPS's international labels."""

    def ask_booking(self, request: BookingRequest) -> Ask:
        """The one request that buys. Raises `RequestRejected` for what USPS cannot take."""
        _refuse_what_is_not_sold(request)
        product = product_of(request.service)
        faults = tuple(_faults(request))
        if faults:
            said = "; ".join(fault.detail for fault in faults)
            raise RequestRejected(said, "validation", faults=faults, sent=False)
        shipment = request.shipment
        body = {
            "imageInfo": _image(request),
            "toAddress": to_address(shipment.consignee),
            "fromAddress": from_address(shipment.consignor),
            "packageDescription": _package(request, product),
            "customsForm": customs_form(
                shipment, product.mail_class, self._account.get("export_filing")
            ),
        }
        headers = {"X-Idempotency-Key": key_of(request.reference), "Accept": LABELS}
        return self._send("POST", _PATH, body, headers, _TOKENS)

    def read_booking(self, request: BookingRequest, answer: Answer) -> Booking:
        """What was bought, with its label. Raises `CarrierError`."""
        return bought(request, *labelled(answer))

    def ask_find(self, request: BookingRequest) -> Ask:
        """The request for the label that was bought under our key. It buys nothing."""
        headers = {"X-Idempotency-Key": key_of(request.reference), "Accept": LABELS}
        return self._send("POST", _REPRINT, {"imageInfo": _image(request)}, headers, _TOKENS)

    def read_find(self, request: BookingRequest, answer: Answer) -> Booking | None:
        """The purchase; None when there is no label under the key, or a cancelled one."""
        try:
            return bought(request, *labelled(answer))
        except CarrierError as error:
            if error.carrier_code in (NO_LABEL, LABEL_CANCELLED):
                return None
            raise

    def ask_cancel(self, booking: Booking) -> Ask:
        """The request that gives a label back, by its tracking number."""
        path = f"{_PATH}/{quote(booking.carrier_id, safe='')}"
        return self._send("DELETE", path, tokens=_TOKENS)

    def read_cancel(self, booking: Booking, answer: Answer) -> Cancellation:
        """What became of it: cancelled, or a refund that USPS looks into. Raises `CarrierError`."""
        try:
            found = read(answer)
        except CarrierError as error:
            said = error.reason.lower()
            if _ASKED_TODAY in said:
                return Cancellation("refund_requested", error.reason)
            if _TOO_LATE in said:
                return Cancellation("too_late", error.reason)
            if _NOT_FOUND in said:
                raise refused(answer, error.reason, error.carrier_code, code="not_found") from None
            raise
        status = str(member(found, "status")).upper()
        if status in ("CANCELED", "CANCELLED"):
            return Cancellation("cancelled")
        if status == "DISPUTED":
            return Cancellation("refund_requested", f"dispute {found.get('disputeId')}")
        return Cancellation("too_late", f"USPS says {status}")


def key_of(reference: str) -> str:
    """The key of a purchase: the same reference has the same one, whoever asks and whenever."""
    return str(uuid5(_KEYS, reference))


def _refuse_what_is_not_sold(request: BookingRequest) -> None:
    shipment = request.shipment
    refuse_other_lanes(shipment.consignor.place, shipment.consignee.place)
    said = None
    if len(shipment.parcels) != 1:
        said = "USPS sells international labels one parcel at a time"
    elif request.is_return:
        said = "USPS sells no international return labels"
    elif request.label_format not in image_types():
        said = f"USPS makes no labels as {request.label_format}"
    elif request.label_size != "4x6in":
        said = "USPS's international labels are 4 × 6 inches"
    if said:
        raise RequestRejected(said, "unsupported", sent=False)


def _faults(request: BookingRequest) -> Iterator[Fault]:
    yield from faults_of_sender(request.shipment.consignor)
    yield from faults_of_receiver(request.shipment.consignee)
    yield from faults_of_form(request.shipment)


def _image(request: BookingRequest) -> dict[str, Any]:
    return {"imageType": image_types()[request.label_format], "labelType": "4X6LABEL"}


def _package(request: BookingRequest, product: Product) -> dict[str, Any]:
    shipment = request.shipment
    measured = size(shipment.parcels[0])
    prepaid = {"prepayDutiesTaxesFees": True} if shipment.terms == "DDP" else {}
    return {
        "mailClass": product.mail_class,
        "rateIndicator": product.rate_indicator,
        "processingCategory": product.processing_category,
        "destinationEntryFacilityType": product.entry,
        "weightUOM": "lb",
        "dimensionsUOM": "in",
        **measured,
        "girth": 2 * (measured["width"] + measured["height"]),
        "mailingDate": shipment.on.isoformat(),
        "extraServices": [],
        "packageOptions": {
            "packageValue": shipment.goods.amount,
            "nonDeliveryOption": "RETURN",
        },
        "customerReference": [{"referenceNumber": request.reference, "printReferenceNumber": True}],
        **prepaid,
    }
