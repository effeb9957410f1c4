"""How is a purchase found again by our reference, and its labels fetched again?

Tracking by reference says whether UPS knows a package under it; its labels come from the label
recovery, as often as they are wanted.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from carriers import (
    Answer,
    Ask,
    Booking,
    BookingRequest,
    CarrierError,
    Label,
    bad_reply,
    many,
    member,
)
from carriers.adapters.ups.errors import not_there, read, refuse_warnings
from carriers.adapters.ups.labels import content_of, wanted_of_ups
from carriers.adapters.ups.service import Service

_BY_REFERENCE = "/track/v1/reference/details/"
_RECOVERY = "/labels/v1/recovery"


class Finding(Service):
    """UPS's memory of what was bought."""

    def ask_find(self, request: BookingRequest) -> Ask:
        """The request for packages under our reference."""
        path = f"{_BY_REFERENCE}{quote(request.reference, safe='')}"
        return self._get(f"{path}?locale=en_US&refNumType=SmallPackage", request.reference)

    def read_find(self, request: BookingRequest, answer: Answer) -> Booking | None:
        """The purchase, its labels to be fetched; None when UPS knows none. Raises `CarrierError`.

        UPS says "not found" as HTTP 404, and as a warning under HTTP 200.
        """
        try:
            body = read(answer)
            shipments = many(member(body, "trackResponse", "shipment"))
            numbers = tuple(_numbers(shipments))
            if not numbers:
                refuse_warnings(answer, shipments)
        except CarrierError as error:
            if not_there(error):
                return None
            raise
        return Booking(numbers[0], numbers[0]) if numbers else None

    def ask_labels(self, request: BookingRequest, booking: Booking) -> tuple[Ask, ...]:
        """The request for all labels of a shipment."""
        body = {
            "LabelRecoveryRequest": {
                "Request": {
                    "SubVersion": "1903",
                    "TransactionReference": {"CustomerContext": request.reference},
                },
                "LabelSpecification": {
                    "LabelImageFormat": {"Code": wanted_of_ups(request.label_format)},
                    "LabelStockSize": {"Height": "6", "Width": "4"},
                },
                "TrackingNumber": booking.carrier_id,
            }
        }
        return (self._post(_RECOVERY, body, request.reference),)

    def read_labels(
        self, request: BookingRequest, booking: Booking, answers: tuple[Answer, ...]
    ) -> tuple[Label, ...]:
        """One label for each parcel. Raises `CarrierError`."""
        (answer,) = answers
        results = many(member(read(answer), "LabelRecoveryResponse", "LabelResults"))
        if len(results) != len(request.shipment.parcels):
            raise bad_reply(f"{len(results)} labels for {len(request.shipment.parcels)} parcels")
        return tuple(
            Label(
                place,
                str(member(each, "TrackingNumber")),
                request.label_format,
                content_of(
                    member(each, "LabelImage", "GraphicImage"),
                    request.label_format,
                    request.label_size,
                ),
            )
            for place, each in enumerate(results, 1)
        )


def _numbers(shipments: list[Any]) -> Iterator[str]:
    for shipment in shipments:
        for package in many(shipment.get("package") if isinstance(shipment, Mapping) else None):
            yield str(member(package, "trackingNumber"))
