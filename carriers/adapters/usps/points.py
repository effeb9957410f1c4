"""Where can a parcel be handed over to USPS, or be waited for? At its post offices."""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from urllib.parse import urlencode

from carriers import (
    Answer,
    Ask,
    PickupPoint,
    PointsRequest,
    RequestRejected,
    bad_reply,
    many,
    member,
)
from carriers.adapters.usps.errors import read
from carriers.adapters.usps.service import Service
from data.model.places import Place

_PATH = "/locations/v3/post-office-locations?"
_NEAR = {"from": "/near", "to": "/near"}
_MILES = 20
_MILE = Decimal("1.609344")
_COUNTER = ("RETAIL", "LOBBY")  # whose hours are the post office's, the first that is there
_DAYS = {
    "MONDAY": "mo",
    "TUESDAY": "tu",
    "WEDNESDAY": "we",
    "THURSDAY": "th",
    "FRIDAY": "fr",
    "SATURDAY": "sa",
    "SUNDAY": "su",
}


class PostOffices(Service):
    """USPS's post offices."""

    def ask_points(self, request: PointsRequest) -> Ask:
        """The request for post offices near a place. Raises `RequestRejected`."""
        near = request.near
        if near.country != "US":
            said = f"USPS has post offices in the United States, not in {near.country}"
            raise RequestRejected(said, sent=False)
        wanted = {
            "ZIPCode": (near.postal_code or "")[:5],
            "city": "" if near.postal_code else near.city or "",
            "state": "" if near.postal_code else near.region or "",
            "radius": str(_MILES),
            "limit": str(request.limit),
        }
        return self._get(_PATH + urlencode({k: v for k, v in wanted.items() if v}))

    def read_points(self, request: PointsRequest, answer: Answer) -> tuple[PickupPoint, ...]:
        """The post offices, the nearest first. Raises `CarrierError`."""
        found = many(member(read(answer, _NEAR), "locations"))
        points = sorted((_point(each) for each in found), key=lambda p: p.distance or Decimal(0))
        return tuple(points[: request.limit])


def _point(found: Any) -> PickupPoint:
    address = member(found, "facilityAddress")
    spot = found.get("geoCoordinates") or {}
    kind: Literal["post_office", "other"] = (
        "post_office" if found.get("postOfficeType") == "POST_OFFICE" else "other"
    )
    miles = _number(found.get("distance"))
    return PickupPoint(
        id=str(member(found, "facilityId")),
        name=str(member(found, "facilityName")),
        place=Place("US", _text(address, "state"), _zip(address), _text(address, "city")),
        street=tuple(filter(None, (_text(address, "streetAddress"),))),
        latitude=_number(spot.get("latitude") if isinstance(spot, Mapping) else None),
        longitude=_number(spot.get("longitude") if isinstance(spot, Mapping) else None),
        distance=None if miles is None else (miles * _MILE).quantize(Decimal("0.01")),
        opening=dict(_opening(found)),
        kind=kind,
    )


def _opening(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The counter's hours by day; a day without an hour to open is closed."""
    services = [each for each in many(found.get("services")) if isinstance(each, Mapping)]
    by_name = {str(each.get("service")): each for each in services}
    counter = next((by_name[name] for name in _COUNTER if name in by_name), {})
    for each in many(counter.get("hours")):
        day = _DAYS.get(str(member(each, "dayOfWeek")))
        hours = [
            f"{str(time['openTime'])[:5]}-{str(time['closeTime'])[:5]}"
            for time in many(each.get("times"))
            if isinstance(time, Mapping) and time.get("openTime") and time.get("closeTime")
        ]
        if day and hours:
            yield day, " ".join(hours)


def _zip(address: object) -> str | None:
    code, more = _text(address, "ZIPCode"), _text(address, "ZIPPlus4")
    return f"{code}-{more}" if code and more else code


def _text(found: object, name: str) -> str | None:
    value = found.get(name) if isinstance(found, Mapping) else None
    return str(value).strip() or None if value else None


def _number(value: object) -> Decimal | None:
    if value is None:
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise bad_reply(f"the number {value}") from None
