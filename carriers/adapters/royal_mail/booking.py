"""How is a Royal Mail label bought by Click & Drop, found again, fetched and given back?

One order is one shipment. An order bears our reference; Click & Drop finds orders by it.
"""

import base64
import binascii
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast
from urllib.parse import quote

from carriers import (
    Account,
    Answer,
    Ask,
    Booking,
    BookingRequest,
    Cancellation,
    Fault,
    Label,
    RequestRejected,
    ask_json,
    bad_reply,
    many,
    member,
    read_json,
)
from carriers.adapters.royal_mail.errors import content, refuse_failed
from carriers.adapters.royal_mail.goods import packages
from carriers.addresses import missing, refuse, street_lines, too_long
from carriers.borders import crosses_border
from data.model.money import Money
from data.model.shipment import Party, Shipment

_BASE = "https://api.parcel.royalmail.com/api/v1"
_CARRIER = "Royal Mail"
_LINES, _LINE = 3, 100


class Orders:
    """Orders of Click & Drop, and their labels."""

    code = "royal_mail"

    def __init__(self, account: Account) -> None:
        self._account = account

    def _headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self._account['api_key']}", "Accept": "application/json"}

    def ask_booking(self, request: BookingRequest) -> Ask:
        """The order that buys, its label asked for with it. Raises `RequestRejected`."""
        if request.label_format != "pdf":
            raise RequestRejected(
                "Royal Mail's labels are PDF",
                "unsupported",
                faults=(Fault("/label_format", "pdf only"),),
                sent=False,
            )
        if request.shipment.consignor.place.country != "GB":
            raise RequestRejected(
                "Royal Mail collects in the United Kingdom",
                faults=(Fault("/consignor/country", "GB only"),),
                sent=False,
            )
        body = {"items": [_order(request)]}
        return ask_json("POST", f"{_BASE}/orders", body, self._headers())

    def read_booking(self, request: BookingRequest, answer: Answer) -> Booking:
        """What was bought; an order that failed comes with HTTP 200. Raises `CarrierError`."""
        found = content(answer)
        created = many(found.get("createdOrders")) if isinstance(found, Mapping) else []
        if not created:
            refuse_failed(answer, found.get("failedOrders") if isinstance(found, Mapping) else None)
        return _booking(request, created[0])

    def ask_find(self, request: BookingRequest) -> Ask:
        """The orders that bear our reference: Click & Drop wants references between quotes."""
        reference = quote(f'"{request.reference}"', safe="")
        return Ask("GET", f"{_BASE}/orders/{reference}", self._headers())

    def read_find(self, request: BookingRequest, answer: Answer) -> Booking | None:
        """The order; None when Click & Drop has none of our reference. Raises `CarrierError`."""
        if answer.status == 404 and isinstance(read_json(answer), Mapping):  # no page of a proxy
            return None
        orders = [
            each
            for each in many(content(answer))
            if isinstance(each, Mapping) and each.get("orderReference") == request.reference
        ]
        return _booking(request, orders[0]) if orders else None

    def ask_labels(self, request: BookingRequest, booking: Booking) -> tuple[Ask, ...]:
        """The request for an order's labels, all in one PDF, with its customs form."""
        declared = _declared(request.shipment)
        query = f"documentType=postageLabel&includeReturnsLabel=false&includeCN={_yes(declared)}"
        url = f"{_BASE}/orders/{quote(booking.carrier_id, safe='')}/label?{query}"
        return (Ask("GET", url, {**self._headers(), "Accept": "application/pdf"}),)

    def read_labels(
        self, request: BookingRequest, booking: Booking, answers: tuple[Answer, ...]
    ) -> tuple[Label, ...]:
        """The PDF of all parcels' labels, as the label of the first. Raises `CarrierError`."""
        answer = answers[0]
        if answer.status >= 300 or not answer.body.startswith(b"%PDF"):
            content(answer)
            raise bad_reply("a label that is no PDF")
        return (Label(1, booking.tracking_number, "pdf", answer.body),)

    def ask_cancel(self, booking: Booking) -> Ask:
        """The request that deletes an order that was not handed over."""
        url = f"{_BASE}/orders/{quote(booking.carrier_id, safe='')}"
        return Ask("DELETE", url, self._headers())

    def read_cancel(self, booking: Booking, answer: Answer) -> Cancellation:
        """What became of it; an order that is gone is cancelled. Raises `CarrierError`."""
        if answer.status == 404 and isinstance(read_json(answer), Mapping):  # no page of a proxy
            return Cancellation("cancelled", "Click & Drop has no such order any more")
        found = content(answer)
        if isinstance(found, Mapping) and many(found.get("deletedOrders")):
            return Cancellation("cancelled")
        errors = many(found.get("errors")) if isinstance(found, Mapping) else []
        for error in errors:
            words = str(error.get("message") or "") if isinstance(error, Mapping) else ""
            if isinstance(error, Mapping) and str(error.get("code")).lower() == "notfound":
                return Cancellation("cancelled", words or None)
            return Cancellation("too_late", words or "Click & Drop did not delete the order")
        raise bad_reply("neither deleted orders nor errors")


def _order(request: BookingRequest) -> dict[str, Any]:
    shipment = request.shipment
    declared = _declared(shipment)
    freight = _same_currency(shipment, shipment.freight)
    order: dict[str, Any] = {
        "orderReference": request.reference,
        "recipient": _recipient(shipment.consignee),
        "sender": _sender(shipment.consignor),
        "packages": packages(shipment, declared=declared),
        "orderDate": f"{shipment.on.isoformat()}T00:00:00Z",
        "subtotal": shipment.goods.amount,
        "shippingCostCharged": freight,
        "total": shipment.goods.amount + freight,
        "currencyCode": shipment.currency,
        "postageDetails": _postage(request, declared=declared),
        "label": {
            "includeLabelInResponse": True,
            "includeCN": declared,
            "includeReturnsLabel": False,
        },
    }
    if declared:
        order["deliveryTerm"] = _delivery_term(shipment)
        if importer := _importer(shipment):
            order["importer"] = importer
    return order


def _recipient(party: Party) -> dict[str, Any]:
    place, at = party.place, "/consignee"
    refuse(
        [
            *missing(((f"{at}/name", party.name), (f"{at}/city", place.city)), _CARRIER),
            *too_long(
                (
                    (f"{at}/name", party.name, 210),
                    (f"{at}/company", party.company, 100),
                    (f"{at}/city", place.city, 100),
                    (f"{at}/postal_code", place.postal_code, 20),
                    (f"{at}/phone", party.phone, 25),
                    (f"{at}/email", party.email, 254),
                ),
                _CARRIER,
            ),
        ]
    )
    lines = street_lines(party.street, f"{at}/street", _CARRIER, _LINES, _LINE)
    address = {
        "fullName": party.name,
        "companyName": party.company,
        **{f"addressLine{number}": line for number, line in enumerate(lines, 1)},
        "city": place.city,
        "county": place.region if place.country != "GB" else None,
        "postcode": place.postal_code,
        "countryCode": place.country,
    }
    return _given(
        {"address": _given(address), "phoneNumber": party.phone, "emailAddress": party.email}
    )


def _sender(party: Party) -> dict[str, Any]:
    names = {"tradingName": party.company or party.name, "phoneNumber": party.phone}
    return _given({**names, "emailAddress": party.email})


def _postage(request: BookingRequest, *, declared: bool) -> dict[str, Any]:
    shipment = request.shipment
    details: dict[str, Any] = {"serviceCode": request.service}
    if declared:
        day = shipment.invoice_day
        details |= {
            "IOSSNumber": shipment.registrations.get("ioss"),
            "recipientEoriNumber": shipment.consignee.tax_ids.get("eori"),
            "commercialInvoiceNumber": shipment.invoice_number,
            "commercialInvoiceDate": None if day is None else f"{day.isoformat()}T00:00:00Z",
        }
    return _given(details)


def _delivery_term(shipment: Shipment) -> str:
    """Who pays the border, in Royal Mail's words; with IOSS the tax was paid at sale."""
    if "ioss" in shipment.registrations:
        return "IOSS_DDP" if shipment.terms == "DDP" else "IOSS_DDU"
    return "DDP" if shipment.terms == "DDP" else "DDU_DAP"


def _importer(shipment: Shipment) -> dict[str, Any]:
    party = shipment.importer or shipment.consignee
    numbers = {
        "vatNumber": party.tax_ids.get("vat"),
        "eoriNumber": party.tax_ids.get("eori"),
        "taxCode": next(
            (n for kind, n in party.tax_ids.items() if kind not in ("vat", "eori")), None
        ),
    }
    if shipment.importer is None:
        return _given(numbers)
    lines = street_lines(party.street, "/importer/street", _CARRIER, _LINES, _LINE)
    return _given(
        {
            "companyName": party.company or party.name,
            **{f"addressLine{number}": line for number, line in enumerate(lines, 1)},
            "city": party.place.city,
            "postcode": party.place.postal_code,
            "country": party.place.country,
            "phoneNumber": party.phone,
            "emailAddress": party.email,
            **numbers,
        }
    )


def _booking(request: BookingRequest, order: object) -> Booking:
    name = str(member(order, "orderIdentifier"))
    found = cast(Mapping[str, Any], order)
    parcels = [each for each in many(found.get("packages")) if isinstance(each, Mapping)]
    numbers = [str(each["trackingNumber"]) for each in parcels if each.get("trackingNumber")]
    number = str(found.get("trackingNumber") or (numbers[0] if numbers else ""))
    warnings = [
        str(each.get("message") or each) if isinstance(each, Mapping) else str(each)
        for each in many(found.get("labelErrors"))
    ]
    if not number:
        warnings.append("Royal Mail gave no tracking number: the service has none, or none yet")
    labels: tuple[Label, ...] = ()
    if found.get("label"):
        labels = (Label(1, number, "pdf", _pdf(found["label"])),)
    return Booking(name, number, labels, warnings=tuple(warnings))


def _pdf(text: object) -> bytes:
    try:
        content = base64.b64decode(str(text), validate=True)
    except (binascii.Error, ValueError):
        raise bad_reply("a label that is no base64") from None
    if not content.startswith(b"%PDF"):
        raise bad_reply("a label that is no PDF")
    return content


def _declared(shipment: Shipment) -> bool:
    return crosses_border(shipment.consignor.place, shipment.consignee.place, shipment.on)


def _same_currency(shipment: Shipment, amount: Money | None) -> Decimal:
    if amount is None:
        return Decimal(0)
    if amount.currency.code != shipment.currency:
        refuse([Fault("/freight/currency", "Royal Mail takes one currency for an order")])
    exact: Decimal = amount.amount
    return exact


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", {})}


def _yes(holds: bool) -> str:  # noqa: FBT001 (a word for a word)
    return "true" if holds else "false"
