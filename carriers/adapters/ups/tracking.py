"""Where is a parcel with UPS?

An activity has a type (a letter), a code, and a three-digit detail code. The table beside this
module knows pairs of type and code, and the detail codes; a pair is the more exact, but a parcel on
its way back is on its way back whatever the scan is called. Type D alone is no delivery: UPS files
loading under it too.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from typing import Any
from urllib.parse import quote

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
from carriers.adapters.ups.errors import not_there, part, read, refuse_warnings
from carriers.adapters.ups.service import Service
from carriers.tracking import codes_of
from data.model.places import Place

_CODES = codes_of("carriers.adapters.ups")
_PATH = "/track/v1/details/"
_LENGTHS = range(7, 35)
_EXPECTED = ("RDD", "SDD")  # rescheduled before scheduled
_WINDOWS = ("EDW", "CDW", "IDW", "CMT")
_BACK = ("returning", "returned")


class Tracking(Service):
    """UPS's tracking, one number at a time."""

    batch = 1

    def ask_tracking(self, numbers: tuple[str, ...]) -> Ask:
        """The request for one number. Raises `RequestRejected` for what can be none."""
        (number,) = numbers
        if len(number) not in _LENGTHS:
            raise RequestRejected("a number of UPS has 7 to 34 characters", "not_found", sent=False)
        return self._get(f"{_PATH}{quote(number, safe='')}?locale=en_US", number)

    def read_tracking(self, numbers: tuple[str, ...], answer: Answer) -> tuple[Way, ...]:
        """The parcel's way; nothing when UPS does not know the number. Raises `CarrierError`.

        UPS says "not found" as HTTP 404, and as a warning under HTTP 200.
        """
        (number,) = numbers
        try:
            shipments = many(member(read(answer), "trackResponse", "shipment"))
            ways = [_way(number, package) for package in _packages(number, shipments)]
            if not ways:
                refuse_warnings(answer, shipments)
        except CarrierError as error:
            if not_there(error):
                return ()
            raise
        return (max(ways, key=_newest),) if ways else ()


def _packages(number: str, shipments: list[Any]) -> Iterator[Mapping[str, Any]]:
    """The packages under this number: a shipment's answer has the others too."""
    for shipment in shipments:
        for package in many(shipment.get("package") if isinstance(shipment, Mapping) else None):
            if not isinstance(package, Mapping):
                raise bad_reply("a package that is none")
            if str(package.get("trackingNumber") or number).upper() == number.upper():
                yield package


def _newest(way: Way) -> datetime:
    """UPS uses numbers again: the newest parcel under one is meant."""
    return way.events[-1].at if way.events else datetime.min.replace(tzinfo=UTC)


def _way(number: str, package: Mapping[str, Any]) -> Way:
    events = [_event(each) for each in many(package.get("activity"))]
    zone = max(events, key=lambda event: event.at).at.tzinfo if events else None
    return tracked(number, events, _estimated(package, zone or UTC))


def _event(found: Any) -> Event:
    status = part(found, "status")
    kind, code = _word(status, "type"), _word(status, "code")
    return Event(
        at=_moment(found),
        code=f"{kind}/{code}" if code else kind,
        meaning=meaning_of(kind, code, _word(status, "statusCode")),
        description=str(status.get("description") or "").strip(),
        place=_place(found.get("location")),
    )


def meaning_of(kind: str, code: str, detail: str) -> Meaning | None:
    """What an activity means; None for what the table does not know."""
    by_detail = _CODES.get(detail)
    if by_detail is not None and by_detail.status in _BACK:
        return by_detail
    for key in (f"{kind}/{code}", f"*/{code}", detail, f"{kind}/*"):
        if key in _CODES:
            return _CODES[key]
    return None


def _moment(found: Mapping[str, Any]) -> datetime:
    """The moment of an activity with the local offset, from UPS's Greenwich fields.

    Without them the local time is read as Greenwich's: at most fourteen hours off, and in order
    among its like.
    """
    zone = _zone(found.get("gmtOffset"))
    if found.get("gmtDate") and found.get("gmtTime"):
        return _time(found["gmtDate"], found["gmtTime"], UTC).astimezone(zone or UTC)
    return _time(member(found, "date"), found.get("time") or "0", zone or UTC)


def _time(day: object, clock: object, zone: tzinfo) -> datetime:
    digits = str(clock).replace(":", "").strip().zfill(6)
    try:
        return datetime.strptime(f"{day}{digits}", "%Y%m%d%H%M%S").replace(tzinfo=zone)
    except ValueError:
        raise bad_reply(f"the moment {day} {clock}") from None


def _zone(offset: object) -> tzinfo | None:
    """``-05:00`` as a zone; None where UPS gives none."""
    found = re.fullmatch(r"([+-])(\d{1,2}):(\d{2})", str(offset or "").strip())
    if found is None:
        return None
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(ahead if found[1] == "+" else -ahead) if ahead < timedelta(hours=24) else None


def _estimated(package: Mapping[str, Any], zone: tzinfo) -> datetime | None:
    """The end of the day, or of the hours, in which UPS expects to deliver."""
    dates = {
        str(each.get("type")): each.get("date")
        for each in many(package.get("deliveryDate"))
        if isinstance(each, Mapping) and each.get("date")
    }
    day = next((dates[kind] for kind in _EXPECTED if kind in dates), None)
    if day is None or "DEL" in dates:
        return None
    hours = package.get("deliveryTime")
    if isinstance(hours, Mapping) and hours.get("type") in _WINDOWS and hours.get("endTime"):
        return _time(day, hours["endTime"], zone)
    last = time(23, 59)
    return _time(day, "0", zone).replace(hour=last.hour, minute=last.minute)


def _place(found: object) -> Place | None:
    address = found.get("address") if isinstance(found, Mapping) else None
    if not isinstance(address, Mapping):
        return None
    country = address.get("countryCode") or address.get("country")
    if not country:
        return None
    region, code, city = (
        str(address[name]) if address.get(name) else None
        for name in ("stateProvince", "postalCode", "city")
    )
    return Place(str(country), region, code, city)


def _word(found: object, name: str) -> str:
    """A code without the blanks and control characters that UPS leaves around some."""
    value = found.get(name) if isinstance(found, Mapping) else None
    return "".join(c for c in str(value or "") if c.isalnum())
