"""Which access points has UPS near a place, and when are they open?"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from carriers import (
    Answer,
    Ask,
    Fault,
    PickupPoint,
    PointsRequest,
    bad_reply,
    many,
    member,
    refused,
)
from carriers.adapters.ups.addresses import postal_code
from carriers.adapters.ups.errors import part, read
from carriers.adapters.ups.letters import plain
from carriers.adapters.ups.service import Service, transaction
from carriers.addresses import refuse
from data.model.places import Place

_ACCESS_POINTS, _LOCATIONS = "64", "1"
_MOST = 50
_STREET, _CITY = 100, 50
_AVAILABLE = "01"
_NEAREST_FIRST = "01"
_MILE = Decimal("1.609344")
_METRES = Decimal("0.01")  # tens of them
_REGULAR_HOURS = "10"
_DAYS = {"1": "su", "2": "mo", "3": "tu", "4": "we", "5": "th", "6": "fr", "7": "sa"}


class Points(Service):
    """UPS's access points."""

    def ask_points(self, request: PointsRequest) -> Ask:
        """The request for points near a place, in kilometres. Raises `RequestRejected`."""
        street, city = plain(request.street or ""), plain(request.near.city or "")
        refuse(_faults(street, city, request.near))
        option = _ACCESS_POINTS if request.use == "pick_up" else _LOCATIONS
        near = {
            "AddressLine": street,
            "PoliticalDivision2": city,
            "PoliticalDivision1": request.near.region,
            "PostcodePrimaryLow": postal_code(request.near),
            "CountryCode": request.near.country,
        }
        criteria: dict[str, Any] = {"MaximumListSize": str(min(max(request.limit, 1), _MOST))}
        if option == _ACCESS_POINTS:
            criteria["AccessPointSearch"] = {"AccessPointStatus": _AVAILABLE}
        body = {
            "LocatorRequest": {
                "Request": {"RequestAction": "Locator"},
                "OriginAddress": {
                    "AddressKeyFormat": {name: value for name, value in near.items() if value}
                },
                "Translate": {"Locale": "en_US"},
                "UnitOfMeasurement": {"Code": "KM"},
                "LocationSearchCriteria": criteria,
                "SortCriteria": {"SortType": _NEAREST_FIRST},
            }
        }
        return self._post(f"/locations/v3/search/availabilities/{option}?Locale=en_US", body)

    def read_points(self, request: PointsRequest, answer: Answer) -> tuple[PickupPoint, ...]:
        """The points, the nearest first. Raises `CarrierError`."""
        response = part(read(answer), "LocatorResponse")
        _refuse_failure(answer, member(response, "Response"))
        results = response.get("SearchResults")
        if not isinstance(results, Mapping):
            return ()
        found = many(results.get("DropLocation"))
        if not found and results.get("GeocodeCandidate"):
            words = "UPS knows several such addresses"
            raise refused(answer, words, None, (Fault("/near", words),), "validation")
        return tuple(_point(each) for each in found)[: request.limit]


def _faults(street: str, city: str, near: Place) -> Iterator[Fault]:
    if len(street) > _STREET:
        yield Fault("/street", f"UPS takes {_STREET} characters for a street")
    if len(city) > _CITY:
        yield Fault("/near/city", f"UPS takes {_CITY} characters for a city")
    if not city and not near.postal_code:
        yield Fault("/near", "UPS needs a city or a postcode")


def _refuse_failure(answer: Answer, response: object) -> None:
    """Raise for a failure under HTTP 200: status 0, and the error in it."""
    if str(member(response, "ResponseStatusCode")) == "1":
        return
    error = response.get("Error") if isinstance(response, Mapping) else None
    error = error if isinstance(error, Mapping) else {}
    words = str(error.get("ErrorDescription") or "UPS found no points and gave no reason")
    code = error.get("ErrorCode")
    raise refused(answer, words, str(code) if code else None, (), "not_serviceable")


def _point(found: Any) -> PickupPoint:
    address = part(found, "AddressKeyFormat")
    geocode = part(found, "Geocode") if found.get("Geocode") else {}
    access = found.get("AccessPointInformation")
    public = access.get("PublicAccessPointID") if isinstance(access, Mapping) else None
    return PickupPoint(
        # UPS asks that its own number of a location is not shown
        id=str(public or transaction(str(member(found, "LocationID")))),
        name=str(address.get("ConsigneeName") or "UPS"),
        place=Place(
            str(member(address, "CountryCode")),
            _text(address.get("PoliticalDivision1")),
            "-".join(_texts(address, "PostcodePrimaryLow", "PostcodeExtendedLow")) or None,
            _text(address.get("PoliticalDivision2")),
        ),
        street=tuple(str(line) for line in many(address.get("AddressLine")) if line),
        latitude=_number(geocode.get("Latitude")),
        longitude=_number(geocode.get("Longitude")),
        distance=_kilometres(found.get("Distance")),
        opening=_opening(found.get("OperatingHours")),
        kind="shop" if public else "other",
    )


def _kilometres(found: object) -> Decimal | None:
    if not isinstance(found, Mapping):
        return None
    value = _number(found.get("Value"))
    if value is None or str(member(found, "UnitOfMeasurement", "Code")).upper() == "KM":
        return value
    return (value * _MILE).quantize(_METRES)


def _opening(found: object) -> dict[str, str]:
    """The regular hours of each day that has some."""
    opening: dict[str, str] = {}
    for hours in many(found.get("StandardHours") if isinstance(found, Mapping) else None):
        if str(member(hours, "HoursType")) != _REGULAR_HOURS:
            continue
        for each in many(hours.get("DayOfWeek")):
            day = part(each)
            name = _DAYS.get(str(member(day, "Day")))
            span = _span(day)
            if name and span:
                opening[name] = f"{opening[name]} {span}" if name in opening else span
    return opening


def _span(day: Mapping[str, Any]) -> str | None:
    if "ClosedIndicator" in day:
        return None
    if "Open24HoursIndicator" in day:
        return "00:00-24:00"
    opens, closes = _time(day.get("OpenHours")), _time(day.get("CloseHours"))
    if opens is None or closes is None:
        return None
    return f"{opens}-{'24:00' if closes == '00:00' else closes}"


def _time(found: object) -> str | None:
    """``930`` is half past nine, ``0`` midnight."""
    text = str(found if found is not None else "")
    if not re.fullmatch(r"\d{1,4}", text):
        return None
    return f"{text.zfill(4)[:2]}:{text.zfill(4)[2:]}"


def _number(found: object) -> Decimal | None:
    if found in (None, ""):
        return None
    try:
        value = Decimal(str(found).strip())
    except InvalidOperation:
        raise bad_reply(f"the number {found}") from None
    if not value.is_finite():
        raise bad_reply(f"the number {found}")
    return value


def _text(found: object) -> str | None:
    return str(found) if found else None


def _texts(found: Mapping[str, Any], *names: str) -> Iterator[str]:
    return (str(found[name]) for name in names if found.get(name))
