"""How is a DHL Express label bought, and found again by our reference?

One request buys, declares to customs and hands over the papers. DHL has no way to cancel a label,
and the labels are in the answer alone.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, NoReturn

from carriers.adapters.dhl_express.addresses import party_of
from carriers.adapters.dhl_express.declaration import (
    export_declaration,
    line_places,
    registrations,
)
from carriers.adapters.dhl_express.documents import images_of
from carriers.adapters.dhl_express.errors import content
from carriers.adapters.dhl_express.goods import packages_of, summary
from carriers.adapters.dhl_express.labels import documents_of, output_of
from carriers.adapters.dhl_express.rates import DUTY_PAID, billed
from carriers.adapters.dhl_express.service import Service, moment
from carriers.answers import bad_reply, exact_money, itemised, many
from carriers.booking import Booking, BookingRequest, Cancellation
from carriers.borders import crosses_border
from carriers.errors import CarrierError, RequestRejected
from carriers.offers import OfferPart
from carriers.wire import Answer, Ask
from data.model.shipment import Shipment

_PAPERLESS = "WY"
_REFERENCE = "CU"  # DHL's type for the consignor's own reference
_SEARCHED = timedelta(days=14)  # before and after the day of shipping
_KNOWS_NONE = "no shipments found"  # what DHL says; any other 404 proves nothing


class BuysLabels(Service):
    """Purchases: one request each; our reference is in it and finds it again."""

    def ask_booking(self, request: BookingRequest) -> Ask:
        """The one request that buys. Raises `RequestRejected` for what DHL cannot take."""
        shipment = request.shipment
        product, _, local = request.service.partition(":")
        over_border = _over_border(shipment)
        at = self.handed_over(shipment.on, shipment.consignor.place.country)
        pays_duties = over_border and shipment.terms == "DDP"
        body: dict[str, Any] = {
            "plannedShippingDateAndTime": moment(at, spaced=True),
            "pickup": {"isRequested": False},
            "productCode": product,
            "accounts": self.accounts(pays_duties=pays_duties, is_return=request.is_return),
            "getRateEstimates": True,
            "customerReferences": _references(request),
            "customerDetails": _parties(shipment),
            "content": _content(shipment, over_border=over_border),
            "outputImageProperties": output_of(request, over_border=over_border),
            "getAdditionalInformation": [{"typeCode": "linkLabelsByPieces", "isRequested": True}],
        }
        if local:
            body["localProductCode"] = local
        if request.papers:
            body["documentImages"] = images_of(request.papers)
        services = ([_PAPERLESS] if over_border else []) + ([DUTY_PAID] if pays_duties else [])
        if services:
            body["valueAddedServices"] = [{"serviceCode": code} for code in services]
        # where customs takes no electronic papers the label is bought all the same, with a warning
        path = "/shipments?bypassPLTError=true" if over_border else "/shipments"
        return self.send("POST", path, body, request.reference)

    def read_booking(self, request: BookingRequest, answer: Answer) -> Booking:
        """What was bought. Raises `CarrierError`; `bad_reply` where it may have been bought."""
        lines = line_places(request.shipment)
        found = content(answer, "shipment", "shipmentTrackingNumber", lines=lines)
        number = found["shipmentTrackingNumber"]
        if not isinstance(number, str) or not number:
            raise bad_reply("no shipmentTrackingNumber")
        labels, papers, warnings = documents_of(request, found, number)
        price = billed(found.get("shipmentCharges"))
        return Booking(
            _name(number, request.service),
            number,
            labels,
            papers,
            None if price is None else price[1],
            () if price is None else itemised(price[1], _charges(price[0])),
            (*(str(each) for each in many(found.get("warnings"))), *warnings),
        )

    def ask_find(self, request: BookingRequest) -> Ask:
        """The request that looks for a purchase by our reference, around the day of shipping."""
        on = request.shipment.on
        query = (
            ("shipmentReference", request.reference),
            ("shipmentReferenceType", _REFERENCE),
            ("shipperAccountNumber", self.shipper),
            ("dateRangeFrom", (on - _SEARCHED).isoformat()),
            ("dateRangeTo", (on + _SEARCHED).isoformat()),
            ("trackingView", "shipment-details-only"),
            ("levelOfDetail", "shipment"),
        )
        return self.get("/tracking", query)

    def read_find(self, request: BookingRequest, answer: Answer) -> Booking | None:
        """The purchase; None when DHL knows of none. Raises `CarrierError`."""
        try:
            found = content(answer, "shipment", "shipments")
        except CarrierError as error:
            if error.code != "not_found":
                raise
            if _KNOWS_NONE in error.reason.lower():
                return None
            raise bad_reply(error.reason) from None
        bought = [each for each in many(found["shipments"]) if _is_ours(each, request.reference)]
        if not bought:
            return None
        number = _number(bought[0])
        warnings = [
            "Its labels were in the answer that was lost; DHL Express does not give them again"
        ]
        if len(bought) > 1:
            others = ", ".join(_number(each) for each in bought[1:])
            warnings.append(f"The reference was bought more than once: {others} too")
        return Booking(_name(number, request.service), number, warnings=tuple(warnings))

    def ask_cancel(self, booking: Booking) -> Ask:
        """DHL Express cancels no label. Raises `RequestRejected` (`unsupported`)."""
        _no_cancellation()

    def read_cancel(self, booking: Booking, answer: Answer) -> Cancellation:
        """DHL Express cancels no label. Raises `RequestRejected` (`unsupported`)."""
        _no_cancellation()


def _no_cancellation() -> NoReturn:
    raise RequestRejected(
        "DHL Express has no cancellation of a label: do not hand the parcel over; a pickup that was"
        " arranged for it is cancelled with DHL",
        "unsupported",
        sent=False,
    )


def _over_border(shipment: Shipment) -> bool:
    return crosses_border(shipment.consignor.place, shipment.consignee.place, shipment.on)


def _name(number: str, service: str) -> str:
    """The shipment and its product: papers that come later need both."""
    return f"{number}/{service.partition(':')[0]}"


def _number(shipment: object) -> str:
    if not isinstance(shipment, Mapping) or not shipment.get("shipmentTrackingNumber"):
        raise bad_reply("a shipment without its shipmentTrackingNumber")
    return str(shipment["shipmentTrackingNumber"])


def _is_ours(shipment: object, reference: str) -> bool:
    """Whether a shipment has our reference; DHL does not always say which ones it has."""
    if not isinstance(shipment, Mapping):
        raise bad_reply("a shipment that is not an object")
    said = many(shipment.get("shipperReferences"))
    return not said or any(
        isinstance(each, Mapping) and each.get("value") == reference for each in said
    )


def _references(request: BookingRequest) -> list[dict[str, str]]:
    found = [{"typeCode": _REFERENCE, "value": request.reference}]
    order = request.shipment.reference
    if order != request.reference and 0 < len(order) <= 35:  # the buyer's order, for people
        found.append({"typeCode": "CO", "value": order})
    return found


def _parties(shipment: Shipment) -> dict[str, Any]:
    written = {
        "shipperDetails": party_of(shipment.consignor, "/consignor", *registrations(shipment)),
        "receiverDetails": party_of(shipment.consignee, "/consignee"),
    }
    if shipment.importer is not None:
        written["importerDetails"] = party_of(shipment.importer, "/importer")
    return written


def _content(shipment: Shipment, *, over_border: bool) -> dict[str, Any]:
    written: dict[str, Any] = {
        "packages": packages_of(shipment.parcels, numbered=True),
        "isCustomsDeclarable": over_border,
        "description": summary(shipment.items),
        "incoterm": shipment.terms,
        "unitOfMeasurement": "metric",
    }
    if over_border:
        written |= {
            "declaredValue": shipment.goods.amount,
            "declaredValueCurrency": shipment.currency,
            "exportDeclaration": export_declaration(shipment),
        }
    return written


def _charges(price: Mapping[str, Any]) -> Iterator[OfferPart]:
    for line in many(price.get("serviceBreakdown")):
        if isinstance(line, Mapping) and line.get("price"):
            name = str(line.get("name") or line.get("typeCode") or "Transport")
            code = str(line.get("typeCode") or "freight")
            amount = exact_money(line["price"], price["priceCurrency"])
            yield OfferPart(code, name, amount, "as DHL Express bills")
