"""Where near a place does DHL Express hand over parcels, or take them in?

The answer is always HTTP 200; what went wrong stands in its own ``statusCode``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Literal

from carriers.adapters.dhl_express.errors import words
from carriers.adapters.dhl_express.service import Service
from carriers.addresses import refuse
from carriers.answers import bad_reply, many, read_json, refused
from carriers.errors import Fault
from carriers.points import PickupPoint, PointsRequest
from carriers.wire import Answer, Ask
from data.model.places import Place

_MOST = 50
_NONE = frozenset({201, 202, 600})  # none near there, none with room, none in the country
_FAILED = 100  # and above; smaller codes are answers, some with a warning

_PROCESSES = {"pick_up": "78,79", "drop_off": "81,74"}
"""DHL's codes: a parcel is collected; a labelled one is handed in by an account's owner."""

_Kind = Literal["shop", "locker", "depot", "post_office", "other"]
_KINDS: Mapping[str, _Kind] = {
    "CITY": "shop",
    "PARTNER": "shop",
    "STATION": "depot",
    "TWENTYFOURSEVEN": "locker",
}
_DAYS = {
    "MONDAY": "mo",
    "TUESDAY": "tu",
    "WEDNESDAY": "we",
    "THURSDAY": "th",
    "FRIDAY": "fr",
    "SATURDAY": "sa",
    "SUNDAY": "su",
}
_KM_IN_MILE = Decimal("1.609344")
_HOUR = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?\s*(AM|PM)?", re.IGNORECASE)


class KnowsPoints(Service):
    """Service points near an address."""

    def ask_points(self, request: PointsRequest) -> Ask:
        """The request for points near a place. Raises `RequestRejected` without any address."""
        near = request.near
        written = (request.street, near.postal_code, near.city)
        address = ", ".join(part for part in written if part)
        if not address:
            refuse([Fault("/near/city", "DHL Express needs a city, a postcode or a street")])
        query = (
            ("address", address),
            ("countryCode", near.country),
            ("servicePointResults", str(max(1, min(request.limit, _MOST)))),
            ("capability", _PROCESSES[request.use]),
            ("resultUom", "km"),
            ("language", "eng"),
        )
        return self.get("/servicepoints", query)

    def read_points(self, request: PointsRequest, answer: Answer) -> tuple[PickupPoint, ...]:
        """The points, the nearest first, none where there are none. Raises `CarrierError`."""
        found = read_json(answer)
        status = found.get("status") if isinstance(found, Mapping) else None
        if answer.status >= 400:
            reason = "; ".join(words(found)) if isinstance(found, Mapping) else ""
            raise refused(answer, reason, str(status) if status else None)
        code = str(status.get("statusCode")) if isinstance(status, Mapping) else ""
        if not code.isdigit():
            raise bad_reply("no statusCode")
        if int(code) in _NONE:
            return ()
        if int(code) >= _FAILED:
            reason = str(status.get("statusMessage") or "") if isinstance(status, Mapping) else ""
            raise refused(replace(answer, status=400), reason, code)
        points = [_point(each) for each in many(found.get("servicePoints"))]
        points.sort(key=lambda point: (point.distance is None, point.distance or Decimal(0)))
        return tuple(points[: request.limit])


def _point(found: object) -> PickupPoint:
    address = found.get("address") if isinstance(found, Mapping) else None
    if not isinstance(found, Mapping) or not found.get("facilityId"):
        raise bad_reply("a service point without its facilityId")
    if not isinstance(address, Mapping) or not address.get("country"):
        raise bad_reply("a service point without its address")
    lines = (address.get(f"addressLine{number}") for number in (1, 2, 3))
    location = found.get("geoLocation")
    latitude, longitude = (
        (_number(location.get("latitude")), _number(location.get("longitude")))
        if isinstance(location, Mapping)
        else (None, None)
    )
    return PickupPoint(
        str(found["facilityId"]),
        str(found.get("localName") or found.get("servicePointName") or found["facilityId"]),
        Place(
            str(address["country"]),
            None,
            str(address["zipCode"]) if address.get("zipCode") else None,
            str(address["city"]) if address.get("city") else None,
        ),
        tuple(str(line) for line in lines if line),
        latitude,
        longitude,
        _kilometres(found.get("distance")),
        _opening(found.get("openingHours")),
        _KINDS.get(str(found.get("servicePointType")), "other"),
    )


def _number(found: object) -> Decimal | None:
    return found if isinstance(found, Decimal) else None


def _kilometres(text: object) -> Decimal | None:
    """A distance as DHL writes it.

    >>> _kilometres("1.65 km"), _kilometres("2 mi"), _kilometres(None)
    (Decimal('1.65'), Decimal('3.219'), None)
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(km|mi)", str(text).strip())
    if found is None:
        return None
    far = Decimal(found.group(1))
    return far if found.group(2) == "km" else (far * _KM_IN_MILE).quantize(Decimal("0.001"))


def _opening(found: object) -> dict[str, str]:
    """Hours by day; several spans of a day stand beside each other."""
    hours: dict[str, list[str]] = {}
    for day, span in _spans(found):
        if span not in hours.setdefault(day, []):
            hours[day].append(span)
    return {day: " ".join(sorted(hours[day])) for day in _DAYS.values() if day in hours}


def _spans(found: object) -> Iterator[tuple[str, str]]:
    for each in many(found.get("openingHours") if isinstance(found, Mapping) else None):
        if isinstance(each, Mapping) and (day := _DAYS.get(str(each.get("dayOfWeek")))):
            opens, closes = _hour(each.get("openingTime")), _hour(each.get("closingTime"))
            if opens and closes:
                yield day, f"{opens}-{closes}"


def _hour(found: Any) -> str | None:
    """A time of day: DHL writes 24 hours, AM and PM, or minutes since midnight.

    >>> _hour("9:00 PM"), _hour(Decimal(600)), _hour("07:30"), _hour(None)
    ('21:00', '10:00', '07:30', None)
    """
    if isinstance(found, Decimal):
        minutes = int(found)
        return f"{minutes // 60:02}:{minutes % 60:02}" if 0 <= minutes <= 1440 else None
    time = _HOUR.fullmatch(str(found or "").strip())
    if time is None:
        return None
    hour, half = int(time.group(1)), (time.group(3) or "").upper()
    if half:
        hour = hour % 12 + (12 if half == "PM" else 0)
    return f"{hour:02}:{time.group(2)}"
