"""How is a label bought from UPS, and given back?

A purchase is one request to the Ship API. Its transaction number is an echo and no key: the same
request sent twice buys twice. Our reference is in it, so that the purchase is found again.
"""

from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING
from typing import Any
from urllib.parse import quote

from carriers import (
    Answer,
    Ask,
    Booking,
    BookingRequest,
    Cancellation,
    CarrierError,
    Fault,
    Label,
    Paper,
    bad_reply,
    many,
    member,
)
from carriers.adapters.ups.borders import crosses_border
from carriers.adapters.ups.charges import price_of
from carriers.adapters.ups.errors import FORWARD, RETURN, part, read
from carriers.adapters.ups.forms import faults_of_forms, goods_in_brief, international_forms
from carriers.adapters.ups.labels import bytes_of, content_of, wanted_of_ups
from carriers.adapters.ups.letters import character_set, plain
from carriers.adapters.ups.parcels import package
from carriers.adapters.ups.parties import faults_of_letters, faults_of_parties, parties, texts_of
from carriers.adapters.ups.service import Service
from carriers.addresses import refuse
from data.model.shipment import Shipment

_PATH = "/shipments/v2409/ship"
_VOID = "/shipments/v2409/void/cancel/"
_WITH_ITEMS = "2205"
_PACKAGES = 200
_REFERENCE = 35
_OURS = "TN"  # a transaction's reference number
_PRINT_RETURN_LABEL = "9"
_TRANSPORT, _DUTIES = "01", "02"
_IN_ONE_COUNTRY = ("US", "PR")  # where UPS takes references for packages, not for shipments
_WITH_A_VALUE = ("PR", "CA")  # from the States, for which UPS wants the value on the shipment
_VOIDED = "190117"
_TOO_LATE = ("190101", "190103", "190118", "190121")


class Shipping(Service):
    """UPS's labels."""

    def ask_booking(self, request: BookingRequest) -> Ask:
        """The one request that buys. Raises `RequestRejected` for what UPS cannot take."""
        shipment = request.shipment
        origin, destination = shipment.consignor.place, shipment.consignee.place
        abroad = crosses_border(origin, destination, shipment.on)
        refuse(_faults(request, abroad=abroad))
        body = {
            "ShipmentRequest": {
                "Request": {
                    "RequestOption": "nonvalidate",
                    "SubVersion": _WITH_ITEMS,
                    "TransactionReference": {"CustomerContext": request.reference},
                },
                "Shipment": self._shipment(request, abroad=abroad),
                "LabelSpecification": _label(request),
            }
        }
        return self._post(_PATH, body, request.reference)

    def read_booking(self, request: BookingRequest, answer: Answer) -> Booking:
        """What was bought, with its labels and UPS's invoice. Raises `CarrierError`."""
        body = read(answer, RETURN if request.is_return else FORWARD)
        response = part(body, "ShipmentResponse")
        results = part(response, "ShipmentResults")
        packages = many(member(results, "PackageResults"))
        if len(packages) != len(request.shipment.parcels):
            raise bad_reply(f"{len(packages)} packages for {len(request.shipment.parcels)}")
        numbers = [str(member(each, "TrackingNumber")) for each in packages]
        labels = tuple(
            _read_label(request, place, number, each)
            for place, (number, each) in enumerate(zip(numbers, packages, strict=True), 1)
        )
        charges = results.get("ShipmentCharges")
        price = (
            price_of(charges, results.get("NegotiatedRateCharges"), request.service)
            if isinstance(charges, Mapping)
            else None
        )
        return Booking(
            carrier_id=str(member(results, "ShipmentIdentificationNumber")),
            tracking_number=numbers[0],
            labels=labels,
            papers=tuple(_papers(results)),
            price=price.total if price else None,
            parts=price.parts if price else (),
            warnings=tuple(_alerts(response)),
        )

    def ask_cancel(self, booking: Booking) -> Ask:
        """The request that voids the whole shipment."""
        return self._ask("DELETE", _VOID + quote(booking.carrier_id, safe=""), None, "", {})

    def read_cancel(self, booking: Booking, answer: Answer) -> Cancellation:
        """What became of it; what was voided before is cancelled. Raises `CarrierError`."""
        try:
            body = read(answer)
        except CarrierError as error:
            if error.carrier_code == _VOIDED:
                return Cancellation("cancelled", error.reason)
            if error.carrier_code in _TOO_LATE:
                return Cancellation("too_late", error.reason)
            raise
        response = part(body, "VoidShipmentResponse")
        summary = part(response, "SummaryResult", "Status")
        kept = [
            str(member(each, "TrackingNumber"))
            for each in many(response.get("PackageLevelResults"))
            if str(member(each, "Status", "Code")) != "1"
        ]
        if str(member(summary, "Code")) == "1" and not kept:
            return Cancellation("cancelled")
        said = str(summary.get("Description") or "not voided")
        return Cancellation("too_late", f"{said}: {', '.join(kept)}" if kept else said)

    def _shipment(self, request: BookingRequest, *, abroad: bool) -> dict[str, Any]:
        shipment = request.shipment
        charges = (_TRANSPORT, _DUTIES) if abroad and shipment.terms == "DDP" else (_TRANSPORT,)
        found: dict[str, Any] = {
            "Description": goods_in_brief(shipment),
            **parties(request, self._number, abroad=abroad),
            "PaymentInformation": {
                "ShipmentCharge": [
                    {"Type": each, "BillShipper": {"AccountNumber": self._number}}
                    for each in charges
                ]
            },
            "ShipmentRatingOptions": {"NegotiatedRatesIndicator": "Y"},
            "Service": {"Code": request.service},
            "Package": _packages(request),
        }
        if not _refers_by_package(shipment):
            found["ReferenceNumber"] = _references(request)
        if request.is_return:
            found["ReturnService"] = {"Code": _PRINT_RETURN_LABEL}
        if abroad:
            found["ShipmentServiceOptions"] = {"InternationalForms": international_forms(request)}
        if (value := _value(shipment)) and not request.is_return:
            found["InvoiceLineTotal"] = value
        return {name: each for name, each in found.items() if each}


def _faults(request: BookingRequest, *, abroad: bool) -> Iterator[Fault]:
    shipment = request.shipment
    yield from faults_of_parties(shipment, abroad=abroad)
    if abroad:
        yield from faults_of_forms(shipment)
    if not 0 < len(shipment.parcels) <= _PACKAGES:
        yield Fault("/parcels", f"UPS takes 1 to {_PACKAGES} packages in a shipment")
    if request.label_format == "zpl" and request.label_size != "4x6in":
        yield Fault("/label_size", "UPS makes ZPL labels of 4 × 6 inches")
    if _character_set(shipment) is _NONE and not any(faults_of_letters(shipment)):
        yield Fault("/consignee", "no character set of UPS has the letters of both addresses")


_NONE = object()


def _character_set(shipment: Shipment) -> object:
    """The label's character set; `_NONE` where each address has one but they share none."""
    parts = (shipment.consignor, shipment.consignee)
    texts = [plain(text) for party in parts for text in texts_of(party, "").values()]
    try:
        return character_set(texts)
    except ValueError:
        return _NONE


def _label(request: BookingRequest) -> dict[str, Any]:
    name = _character_set(request.shipment)
    return {
        "LabelImageFormat": {"Code": wanted_of_ups(request.label_format)},
        "LabelStockSize": {"Height": "6", "Width": "4"},
        **({"CharacterSet": name} if name else {}),
    }


def _packages(request: BookingRequest) -> list[dict[str, Any]]:
    shipment = request.shipment
    more: dict[str, Any] = {}
    if _refers_by_package(shipment):
        more["ReferenceNumber"] = _references(request)
    if request.is_return:
        more["Description"] = goods_in_brief(shipment)[:_REFERENCE]
    owner = shipment.consignee if request.is_return else shipment.consignor
    country = owner.place.country  # UPS weighs as its shipper does
    return [package(each, country, "Packaging") | more for each in shipment.parcels]


def _refers_by_package(shipment: Shipment) -> bool:
    origin, destination = shipment.consignor.place.country, shipment.consignee.place.country
    return origin == destination and origin in _IN_ONE_COUNTRY


def _references(request: BookingRequest) -> list[dict[str, str]]:
    """Ours first: it is the one that a purchase is found by; then the seller's."""
    seller = plain(request.shipment.reference)
    has_room = seller and seller != request.reference and len(seller) <= _REFERENCE
    ours = {"Code": _OURS, "Value": request.reference}
    return [ours, {"Value": seller}] if has_room else [ours]


def _value(shipment: Shipment) -> dict[str, str] | None:
    """The goods' value in whole units, rounded up: only from the States to some neighbours."""
    origin, destination = shipment.consignor.place.country, shipment.consignee.place.country
    if origin != "US" or destination not in _WITH_A_VALUE:
        return None
    whole = shipment.goods.amount.to_integral_value(ROUND_CEILING)
    return {"CurrencyCode": shipment.currency, "MonetaryValue": format(max(whole, 1), "f")}


def _read_label(request: BookingRequest, place: int, number: str, found: Any) -> Label:
    image = member(found, "ShippingLabel", "GraphicImage")
    content = content_of(image, request.label_format, request.label_size)
    return Label(place, number, request.label_format, content)


def _papers(results: Mapping[str, Any]) -> Iterator[Paper]:
    """UPS's invoice, where it made one."""
    form = results.get("Form")
    if isinstance(form, Mapping) and isinstance(form.get("Image"), Mapping):
        content = bytes_of(member(form, "Image", "GraphicImage"))
        if content.startswith(b"%PDF"):
            yield Paper("commercial_invoice", "pdf", content)


def _alerts(response: object) -> Iterator[str]:
    for alert in many(part(response, "Response").get("Alert")):
        if isinstance(alert, Mapping) and alert.get("Description"):
            yield str(alert["Description"])
