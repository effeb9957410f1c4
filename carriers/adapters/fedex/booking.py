"""How is a label bought from FedEx, and given back?

A purchase is one request to the Ship API, answered at once. Its transaction number is an echo and
no key: the same request sent twice buys twice. Our reference is on every package, so that the
purchase is found again.
"""

from collections.abc import Iterator, Mapping
from typing import Any

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
)
from carriers.adapters.fedex.addresses import faults_of_party, party
from carriers.adapters.fedex.commodities import (
    amount,
    commodities,
    faults_of_goods,
    invoice,
    whole_value,
)
from carriers.adapters.fedex.documents import DOCUMENT_TYPES
from carriers.adapters.fedex.errors import output
from carriers.adapters.fedex.labels import bought, specification
from carriers.adapters.fedex.parcels import package, weight
from carriers.adapters.fedex.service import Service
from carriers.addresses import refuse
from data.model.shipment import Shipment

_PATH = "/ship/v1/shipments"
_CANCEL = "/ship/v1/shipments/cancel"
_AT_ONCE = 40  # packages; FedEx answers more of them later, under a job
_INVOICE = "COMMERCIAL_INVOICE"
_CANCELLED_BEFORE = ("ALREADY.CANCEL", "ALREADY.DELETED", "CANCELLED.ALREADY")
_TOO_LATE = ("CANCEL.NOTALLOWED", "CANNOT.BE.CANCEL", "UNABLE.TO.CANCEL", "DELETE.NOTALLOWED")


class Shipping(Service):
    """FedEx's labels."""

    def ask_booking(self, request: BookingRequest) -> Ask:
        """The one request that buys. Raises `RequestRejected` for what FedEx cannot take."""
        shipment = request.shipment
        abroad = shipment.consignor.place.country != shipment.consignee.place.country
        if len(shipment.parcels) > _AT_ONCE:
            said = f"this adapter buys up to {_AT_ONCE} packages at once"
            raise RequestRejected(said, "unsupported", sent=False)
        refuse(_faults(request, abroad=abroad))
        body = {
            "accountNumber": self._number,
            "labelResponseOptions": "LABEL",
            "mergeLabelDocOption": "NONE",
            "processingOptionType": "SYNCHRONOUS_ONLY",
            "shipAction": "CONFIRM",
            "requestedShipment": self._shipment(request, abroad=abroad),
        }
        return self._ask("POST", _PATH, body, request.reference)

    def read_booking(self, request: BookingRequest, answer: Answer) -> Booking:
        """What was bought, with its labels and papers. Raises `CarrierError`."""
        return bought(request, output(answer))

    def ask_cancel(self, booking: Booking) -> Ask:
        """The request that gives the whole shipment back, by its first number."""
        body = {
            "accountNumber": self._number,
            "trackingNumber": booking.carrier_id,
            "deletionControl": "DELETE_ALL_PACKAGES",
        }
        return self._ask("PUT", _CANCEL, body, booking.carrier_id)

    def read_cancel(self, booking: Booking, answer: Answer) -> Cancellation:
        """What became of it; what was cancelled before is cancelled. Raises `CarrierError`."""
        try:
            found = output(answer)
        except CarrierError as error:
            code = error.carrier_code or ""
            if any(words in code for words in _CANCELLED_BEFORE):
                return Cancellation("cancelled", error.reason)
            if any(words in code for words in _TOO_LATE):
                return Cancellation("too_late", error.reason)
            raise
        said = found.get("successMessage") or found.get("message")
        if member(found, "cancelledShipment") is True:
            return Cancellation("cancelled", str(said) if said else None)
        return Cancellation("too_late", str(said or "FedEx did not cancel it"))

    def _shipment(self, request: BookingRequest, *, abroad: bool) -> dict[str, Any]:
        shipment = request.shipment
        found: dict[str, Any] = {
            "shipDatestamp": shipment.on.isoformat(),
            "serviceType": request.service,
            "packagingType": "YOUR_PACKAGING",
            "pickupType": self._account["pickup_type"],
            "totalPackageCount": len(shipment.parcels),
            "totalWeight": weight(shipment.gross_weight)["value"],
            "shipper": party(shipment.consignor),
            "recipients": [party(shipment.consignee)],
            "shippingChargesPayment": {"paymentType": "SENDER", "payor": self._payor},
            "rateRequestType": ["ACCOUNT", "LIST"],
            "labelSpecification": specification(request),
            "requestedPackageLineItems": [
                {**package(parcel), "sequenceNumber": number, "customerReferences": _ours(request)}
                for number, parcel in enumerate(shipment.parcels, 1)
            ],
        }
        special: dict[str, Any] = {}
        if request.is_return:
            special |= {"returnShipmentDetail": {"returnType": "PRINT_RETURN_LABEL"}}
        if abroad:
            special |= {"etdDetail": _trade_documents(request)}
            found["customsClearanceDetail"] = self._customs(shipment)
            if "requestedDocumentTypes" in special["etdDetail"]:
                found["shippingDocumentSpecification"] = _fedex_invoice()
        if special:
            kinds = {
                "returnShipmentDetail": "RETURN_SHIPMENT",
                "etdDetail": "ELECTRONIC_TRADE_DOCUMENTS",
            }
            types = [kinds[name] for name in special]
            found["shipmentSpecialServices"] = {"specialServiceTypes": types, **special}
        return found

    def _customs(self, shipment: Shipment) -> dict[str, Any]:
        """The goods and who pays the border: the sender when the terms are DDP."""
        paid = shipment.terms == "DDP"
        found: dict[str, Any] = {
            "dutiesPayment": (
                {"paymentType": "SENDER", "payor": self._payor}
                if paid
                else {"paymentType": "RECIPIENT"}
            ),
            "isDocumentOnly": False,
            "totalCustomsValue": whole_value(shipment.items),
            "commercialInvoice": invoice(shipment),
            "commodities": commodities(shipment.items),
        }
        if shipment.insurance is not None:
            found["insuranceCharge"] = amount(shipment.insurance)
        if shipment.importer is not None:
            found["importerOfRecord"] = party(shipment.importer)
        return found


def _ours(request: BookingRequest) -> list[dict[str, str]]:
    return [{"customerReferenceType": "CUSTOMER_REFERENCE", "value": request.reference}]


def _trade_documents(request: BookingRequest) -> dict[str, Any]:
    """The papers that were uploaded before; without any, an invoice that FedEx writes itself."""
    attached = [
        {
            "documentType": DOCUMENT_TYPES[paper.kind],
            "documentId": paper.id,
            "documentReference": request.reference,
        }
        for paper in request.papers
        if paper.id
    ]
    return {"attachedDocuments": attached} if attached else {"requestedDocumentTypes": [_INVOICE]}


def _fedex_invoice() -> Mapping[str, Any]:
    form = {"docType": "PDF", "stockType": "PAPER_LETTER"}
    return {
        "shippingDocumentTypes": [_INVOICE],
        "commercialInvoiceDetail": {"documentFormat": form},
    }


def _faults(request: BookingRequest, *, abroad: bool) -> Iterator[Fault]:
    shipment = request.shipment
    yield from faults_of_party(shipment.consignor, "/consignor")
    yield from faults_of_party(shipment.consignee, "/consignee")
    if shipment.importer is not None:
        yield from faults_of_party(shipment.importer, "/importer")
    if abroad:
        yield from faults_of_goods(shipment)
