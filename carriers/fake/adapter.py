"""How is the fake carrier asked, and what do its answers say?"""

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode
from uuid import NAMESPACE_URL, uuid5

from carriers import (
    Account,
    Answer,
    Ask,
    Booking,
    BookingRequest,
    Cancellation,
    Event,
    Fault,
    Label,
    Meaning,
    Offer,
    Paper,
    RateRequest,
    Tracking,
    Transit,
    ask_json,
    bad_reply,
    exact_money,
    itemised,
    many,
    member,
    read_json,
    refused,
    tracked,
)
from data.model.shipment import Party, Shipment

_MEANINGS: Mapping[str, Meaning] = {
    "SOLD": Meaning("info_received", "origin"),
    "VOIDED": Meaning("cancelled"),
}


class Fake:
    """The fake carrier for one account."""

    batch = 20
    uploads = "before"

    def __init__(self, account: Account) -> None:
        """An account that says where the fake carrier is."""
        self.code = account.carrier
        self._account = account
        self._url = account["url"].rstrip("/")

    def ask_rates(self, request: RateRequest) -> tuple[Ask, ...]:
        """One request for all services."""
        body = {
            "from": request.ship_from.country,
            "to": request.ship_to.country,
            "weights": [parcel.weight for parcel in request.parcels],
        }
        return (self._ask("POST", "/rates", body),)

    def read_rates(self, request: RateRequest, answers: tuple[Answer, ...]) -> tuple[Offer, ...]:
        """Its services with their invented prices."""
        found = _read(answers[0])
        return tuple(self._offer(request, each) for each in many(member(found, "services")))

    def _offer(self, request: RateRequest, found: Any) -> Offer:
        price = exact_money(member(found, "price"), member(found, "currency"))
        days = int(member(found, "days"))
        arrives = request.on + timedelta(days=days)
        return Offer(
            self.code,
            str(member(found, "service")),
            "express",
            price,
            itemised(price, ()),
            "live",
            Transit(days, days, arrives, arrives),
            source_note="Invented price of the fake carrier",
        )

    def ask_booking(self, request: BookingRequest) -> Ask:
        """The purchase; the seller's own reference may tell the fake carrier to misbehave."""
        return self._ask("POST", "/purchases", self._order(request))

    def _order(self, request: BookingRequest) -> dict[str, Any]:
        shipment = request.shipment
        return {
            "reference": request.reference,
            "customer_reference": shipment.reference,
            "service": request.service,
            "terms": shipment.terms,
            "label": {"format": request.label_format, "size": request.label_size},
            "labels": self._account.get("labels", "inline") or "inline",
            "from": _party(shipment.consignor),
            "to": _party(shipment.consignee),
            "weights": [parcel.weight for parcel in shipment.parcels],
            "goods": [
                {"hs_code": item.hs_code, "quantity": item.quantity, "value": item.price}
                for item in shipment.items
            ],
            "papers": [paper.id for paper in request.papers if paper.id],
        }

    def read_booking(self, request: BookingRequest, answer: Answer) -> Booking:
        """What was bought."""
        return self._booking(request, _read(answer))

    def _booking(self, request: BookingRequest, found: Any) -> Booking:
        labels = tuple(_label(request, each) for each in many(member(found, "labels")))
        apart = self._account.get("labels") == "apart"
        if not apart and len(labels) != len(request.shipment.parcels):
            raise bad_reply(f"{len(labels)} labels for {len(request.shipment.parcels)} parcels")
        price = exact_money(member(found, "price"), member(found, "currency"))
        numbers = [str(each) for each in many(member(found, "tracking_numbers"))]
        if not numbers:
            raise bad_reply("no tracking number")
        return Booking(
            str(member(found, "id")), numbers[0], labels, price=price, parts=itemised(price, ())
        )

    def ask_find(self, request: BookingRequest) -> Ask:
        """The purchases under our reference."""
        return self._ask("GET", "/purchases?" + urlencode({"reference": request.reference}))

    def read_find(self, request: BookingRequest, answer: Answer) -> Booking | None:
        """The purchase, None when the carrier has none."""
        found = many(member(_read(answer), "purchases"))
        return self._booking(request, found[0]) if found else None

    def ask_labels(self, request: BookingRequest, booking: Booking) -> tuple[Ask, ...]:
        """All labels of a purchase at once."""
        return (self._ask("GET", f"/purchases/{quote(booking.carrier_id, safe='')}"),)

    def read_labels(
        self, request: BookingRequest, booking: Booking, answers: tuple[Answer, ...]
    ) -> tuple[Label, ...]:
        """The labels, one for each parcel."""
        labels = tuple(_label(request, each) for each in many(member(_read(answers[0]), "labels")))
        if len(labels) != len(request.shipment.parcels):
            raise bad_reply(f"{len(labels)} labels for {len(request.shipment.parcels)} parcels")
        return labels

    def ask_cancel(self, booking: Booking) -> Ask:
        """Give a label back."""
        return self._ask("DELETE", f"/purchases/{quote(booking.carrier_id, safe='')}")

    def read_cancel(self, booking: Booking, answer: Answer) -> Cancellation:
        """It takes every label back, however often."""
        if member(_read(answer), "outcome") != "cancelled":
            raise bad_reply("an outcome that is not known")
        return Cancellation("cancelled")

    def ask_tracking(self, numbers: tuple[str, ...]) -> Ask:
        """Where some parcels are."""
        return self._ask("GET", "/tracking?" + urlencode({"numbers": ",".join(numbers)}))

    def read_tracking(self, numbers: tuple[str, ...], answer: Answer) -> tuple[Tracking, ...]:
        """The parcels that it knows."""
        return tuple(
            tracked(
                str(member(parcel, "number")),
                [_event(each) for each in many(member(parcel, "events"))],
            )
            for parcel in many(member(_read(answer), "parcels"))
        )

    def ask_upload(
        self, shipment: Shipment, paper: Paper, booking: Booking | None
    ) -> tuple[Ask, ...]:
        """Hand one paper over before the purchase."""
        content = base64.b64encode(paper.content).decode()
        return (self._ask("POST", "/papers", {"kind": paper.kind, "content": content}),)

    def read_upload(self, paper: Paper, answers: tuple[Answer, ...]) -> str:
        """Its name for the paper."""
        return str(member(_read(answers[0]), "id"))

    def _ask(self, method: Any, path: str, body: object = None, **headers: str) -> Ask:
        sent = {"X-Token": self._account["token"], **headers}
        if body is None:
            return Ask(method, self._url + path, {"Accept": "application/json", **sent})
        return ask_json(method, self._url + path, body, sent)


class FakeByKey(Fake):
    """The fake carrier where it takes an idempotency key: a purchase is repeated to find it."""

    def ask_booking(self, request: BookingRequest) -> Ask:
        """The purchase under its key."""
        key = str(uuid5(NAMESPACE_URL, request.reference))
        return self._ask("POST", "/purchases", self._order(request), **{"Idempotency-Key": key})

    def ask_find(self, request: BookingRequest) -> Ask:
        """The same purchase again: under its key it is bought once."""
        return self.ask_booking(request)

    def read_find(self, request: BookingRequest, answer: Answer) -> Booking | None:
        """The purchase, which there is now in any case."""
        return self.read_booking(request, answer)


def _read(answer: Answer) -> Any:
    found = read_json(answer)
    if answer.status < 400:
        return found
    faults = tuple(
        Fault(str(member(each, "pointer")), str(member(each, "detail")))
        for each in many(found.get("faults") if isinstance(found, dict) else None)
    )
    raise refused(answer, str(member(found, "error")), str(member(found, "code")), faults)


def _label(request: BookingRequest, found: Any) -> Label:
    try:
        content = base64.b64decode(str(member(found, "content")), validate=True)
    except ValueError:
        raise bad_reply("a label that is not base64") from None
    parcel = Decimal(str(member(found, "parcel")))
    return Label(int(parcel), str(member(found, "number")), request.label_format, content)


def _event(found: Any) -> Event:
    code = str(member(found, "code"))
    try:
        at = datetime.fromisoformat(str(member(found, "at")))
        return Event(at, code, _MEANINGS.get(code))
    except ValueError:
        raise bad_reply("an event without a moment") from None


def _party(party: Party) -> dict[str, Any]:
    return {
        "name": party.name,
        "company": party.company,
        "street": party.street,
        "city": party.place.city,
        "postal_code": party.place.postal_code,
        "country": party.place.country,
    }
