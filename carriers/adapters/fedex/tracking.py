"""Where are parcels with FedEx? Up to thirty at a time, each with its scans.

A scan has a type of two letters and, where something is wrong, an exception code: the table beside
this module knows types, and pairs of both where the pair says more. Results come with HTTP 200 even
when they hold an error. A parcel that turned back and is then delivered is back, not delivered.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from carriers import (
    Answer,
    Ask,
    CarrierError,
    Event,
    Meaning,
    RequestRejected,
    bad_reply,
    many,
    member,
    tracked,
)
from carriers import Tracking as Way
from carriers.adapters.fedex.errors import output, refusal
from carriers.adapters.fedex.service import Service
from carriers.tracking import codes_of
from data.model.places import Place

_CODES = codes_of("carriers.adapters.fedex")
_PATH = "/track/v1/trackingnumbers"
_BACK = Meaning("returned", "last_mile")


class Tracking(Service):
    """FedEx's tracking."""

    batch = 30

    def ask_tracking(self, numbers: tuple[str, ...]) -> Ask:
        """The request for some numbers. Raises `RequestRejected` for more than thirty."""
        if not 1 <= len(numbers) <= self.batch:
            raise RequestRejected(f"FedEx tracks 1 to {self.batch} numbers at once", sent=False)
        body = {
            "includeDetailedScans": True,
            "trackingInfo": [
                {"trackingNumberInfo": {"trackingNumber": number}} for number in numbers
            ],
        }
        return self._ask("POST", _PATH, body)

    def read_tracking(self, numbers: tuple[str, ...], answer: Answer) -> tuple[Way, ...]:
        """One for each number that FedEx knows. Raises `CarrierError`.

        An error in one result costs no other: it is raised only where nothing could be read.
        """
        errors: list[CarrierError] = []
        found: dict[str, Way] = {}
        try:
            results = many(member(output(answer), "completeTrackResults"))
        except CarrierError as error:
            if error.code == "not_found":
                return ()
            raise
        for result in results:
            number = str(member(result, "trackingNumber"))
            ways = list(_ways(number, answer, many(member(result, "trackResults")), errors))
            if ways:
                found[number] = max(ways, key=_newest)
        raised = [error for error in errors if error.code != "not_found"]
        if raised and not found:
            raise raised[0]
        return tuple(found[number] for number in numbers if number in found)


def _ways(
    number: str, answer: Answer, results: list[Any], errors: list[CarrierError]
) -> Iterator[Way]:
    """The parcels under a number: FedEx uses numbers again, and the newest one is meant."""
    for each in results:
        if not isinstance(each, Mapping):
            raise bad_reply("a result that is none")
        if each.get("error"):
            errors.append(refusal(answer, many(each["error"])))
            continue
        events = [_event(scan) for scan in many(each.get("scanEvents"))]
        yield tracked(number, _turned_back(events), _estimated(each))


def _newest(way: Way) -> datetime:
    return way.events[-1].at if way.events else datetime.min.replace(tzinfo=UTC)


def _turned_back(events: Sequence[Event]) -> list[Event]:
    """The events in order; a delivery after the parcel turned back is its return."""
    ordered: list[Event] = []
    back = False
    for event in sorted(events, key=lambda each: (each.at, each.code)):
        meaning = event.meaning
        back = back or (meaning is not None and meaning.status == "returning")
        delivered = meaning is not None and meaning.status == "delivered"
        ordered.append(replace(event, meaning=_BACK) if back and delivered else event)
    return ordered


def _event(found: Any) -> Event:
    kind, wrong = str(member(found, "eventType")), str(found.get("exceptionCode") or "")
    code = f"{kind}/{wrong}" if f"{kind}/{wrong}" in _CODES else kind
    words = (found.get("eventDescription"), found.get("exceptionDescription"))
    return Event(
        at=_moment(member(found, "date")),
        code=code,
        meaning=_CODES.get(code),
        description=": ".join(str(each) for each in words if each),
        place=_place(found.get("scanLocation")),
    )


def _moment(text: object) -> datetime:
    """A moment with its offset; one without is read as Greenwich's."""
    try:
        found = datetime.fromisoformat(str(text).strip())
    except ValueError:
        raise bad_reply(f"the moment {text}") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _estimated(found: Mapping[str, Any]) -> datetime | None:
    """When FedEx expects to deliver; nothing once it has, nor without an hour and its offset."""
    times = {
        str(each.get("type")): each.get("dateTime")
        for each in many(found.get("dateAndTimes"))
        if isinstance(each, Mapping)
    }
    text = times.get("ESTIMATED_DELIVERY")
    return None if not text or "ACTUAL_DELIVERY" in times else _moment(text)


def _place(found: object) -> Place | None:
    if not isinstance(found, Mapping) or not found.get("countryCode"):
        return None
    region, code, city = (
        str(found[name]) if found.get(name) else None
        for name in ("stateOrProvinceCode", "postalCode", "city")
    )
    return Place(str(found["countryCode"]), region, code, city)
