"""Where is a parcel with USPS?

A scan has a code of two characters and words. The table beside this module knows the codes, and the
words of scans at the border, which come without a code of their own in the list. Only a code says
that a parcel was delivered, never words.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote

from carriers import Answer, Ask, CarrierError, Event, bad_reply, many, member, tracked
from carriers import Tracking as Way
from carriers.adapters.usps.errors import read
from carriers.adapters.usps.service import Service
from carriers.tracking import codes_of
from data.model.places import Place

_CODES = codes_of("carriers.adapters.usps")
_PATH = "/tracking/v3/tracking/"
_COUNTRY = re.compile(r"[A-Z]{2}")
_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d{2})")


class Tracking(Service):
    """USPS's tracking, one number at a time."""

    batch = 1

    def ask_tracking(self, numbers: tuple[str, ...]) -> Ask:
        """The request for one number."""
        (number,) = numbers
        return self._get(f"{_PATH}{quote(number, safe='')}?expand=DETAIL")

    def read_tracking(self, numbers: tuple[str, ...], answer: Answer) -> tuple[Way, ...]:
        """The parcel's way; nothing when USPS does not know the number. Raises `CarrierError`."""
        (number,) = numbers
        try:
            body = read(answer)
        except CarrierError as error:
            if error.code == "not_found":
                return ()
            raise
        events = [_event(each) for each in many(member(body, "trackingEvents"))]
        return (tracked(number, events),)


def _event(found: Any) -> Event:
    if not isinstance(found, Mapping):
        raise bad_reply("a scan that is none")
    words = str(found.get("eventType") or "").strip()
    code = str(found.get("eventCode") or "").strip()
    key = code if code in _CODES or words not in _CODES else words
    return Event(
        at=_moment(found),
        code=key or "none",
        meaning=_CODES.get(key),
        description=words,
        place=_place(found),
    )


def _moment(found: Mapping[str, Any]) -> datetime:
    """The moment of a scan with its offset; local time without one is read as Greenwich's."""
    zone = _zone(found.get("GMTOffset"))
    if found.get("GMTTimestamp"):
        moment = _time(found["GMTTimestamp"])
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(zone)
    moment = _time(member(found, "eventTimestamp"))
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _time(text: object) -> datetime:
    try:
        return datetime.fromisoformat(str(text).strip())
    except ValueError:
        raise bad_reply(f"the moment {text}") from None


def _zone(offset: object) -> timezone:
    found = _OFFSET.fullmatch(str(offset or "").strip())
    if found is None or int(found[2]) > 14:
        return UTC
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(ahead if found[1] == "+" else -ahead)


def _place(found: Mapping[str, Any]) -> Place | None:
    """Where a scan was made. USPS spells foreign countries out: then the words say it, no place."""
    country = str(found.get("eventCountry") or "US").strip().upper()
    if not _COUNTRY.fullmatch(country):
        return None
    region, code, city = (
        str(found[name]).strip() if found.get(name) else None
        for name in ("eventState", "eventZIP", "eventCity")
    )
    return Place(country, region, code, city) if region or code or city else None
