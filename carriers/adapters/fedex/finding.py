"""Was it bought? A purchase is looked up by our reference among what FedEx tracks.

FedEx hands no label out again: what is found has its number, and can be cancelled.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from carriers import Answer, Ask, Booking, BookingRequest, CarrierError, bad_reply, many, member
from carriers.adapters.fedex.errors import output, refusal
from carriers.adapters.fedex.service import Service

_PATH = "/track/v1/referencenumbers"
_NO_LABEL = "found by our reference; FedEx hands no label out again: cancel it and buy anew"


class Finding(Service):
    """FedEx's shipments by our reference."""

    def ask_find(self, request: BookingRequest) -> Ask:
        """The request that looks for our reference on the account's shipments."""
        body = {
            "referencesInformation": {
                "type": "CUSTOMER_REFERENCE",
                "value": request.reference,
                "accountNumber": self._account["account_number"],
            },
            "includeDetailedScans": False,
        }
        return self._ask("POST", _PATH, body, request.reference)

    def read_find(self, request: BookingRequest, answer: Answer) -> Booking | None:
        """The purchase; None when FedEx knows of none (yet). Raises `CarrierError`."""
        try:
            numbers = list(_numbers(answer, many(member(output(answer), "completeTrackResults"))))
        except CarrierError as error:
            if error.code == "not_found":
                return None
            raise
        if not numbers:
            return None
        return Booking(numbers[0], numbers[0], warnings=(_NO_LABEL,))


def _numbers(answer: Answer, results: list[Any]) -> Iterator[str]:
    """The numbers of the packages, the shipment's own first where FedEx names it."""
    for result in results:
        for each in many(member(result, "trackResults")):
            if not isinstance(each, Mapping):
                raise bad_reply("a result that is none")
            if each.get("error"):
                raise refusal(answer, many(each["error"]))
            yield _master(each) or str(member(each, "trackingNumberInfo", "trackingNumber"))


def _master(found: Mapping[str, Any]) -> str | None:
    more = found.get("additionalTrackingInfo")
    for each in many(more.get("packageIdentifiers") if isinstance(more, Mapping) else None):
        if isinstance(each, Mapping) and each.get("type") == "STANDARD_MPS":
            values = many(each.get("values") or each.get("value"))
            return str(values[0]) if values else None
    return None
