"""Where is a DHL Express shipment, and at which moment was it there?

One shipment is asked for at a time: only then DHL says each event's offset from Greenwich. An
event without one takes the time of its country, where that has a single one; else UTC, and says so.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from urllib.parse import quote

from carriers.adapters.dhl_express.errors import content
from carriers.adapters.dhl_express.service import Service
from carriers.adapters.dhl_express.zones import only_offset
from carriers.answers import bad_reply, many
from carriers.errors import CarrierError
from carriers.tracking import Event, Tracking, codes_of, tracked
from carriers.wire import Answer, Ask
from data.model.places import Place

_NO_ZONE = " (its time zone is not known: taken as UTC)"


class Follows(Service):
    """Tracking by the shipment's number."""

    batch = 1

    def ask_tracking(self, numbers: tuple[str, ...]) -> Ask:
        """The request for one shipment's events."""
        (number,) = numbers
        query = (
            ("trackingView", "all-checkpoints"),
            ("levelOfDetail", "shipment"),
            ("requestGMTOffsetPerEvent", "true"),
        )
        return self.get(f"/shipments/{quote(number, safe='')}/tracking", query)

    def read_tracking(self, numbers: tuple[str, ...], answer: Answer) -> tuple[Tracking, ...]:
        """The shipment's way, nothing when DHL does not know it. Raises `CarrierError`."""
        try:
            found = content(answer, "shipment", "shipments")
        except CarrierError as error:
            if error.code == "not_found":
                return ()
            raise
        shipments = [each for each in many(found["shipments"]) if isinstance(each, Mapping)]
        by_number: dict[str, Mapping[str, Any]] = {}
        for each in sorted(shipments, key=lambda each: str(each.get("shipmentTimestamp") or "")):
            by_number[str(each.get("shipmentTrackingNumber") or "")] = each  # numbers are reused
        return tuple(_way(number, by_number[number]) for number in numbers if number in by_number)


def _way(number: str, shipment: Mapping[str, Any]) -> Tracking:
    events = [_event(each) for each in many(shipment.get("events"))]
    return tracked(number, events, _estimated(shipment))


def _event(found: object) -> Event:
    if not isinstance(found, Mapping) or not found.get("typeCode"):
        raise bad_reply("an event without its typeCode")
    place, country = _place(found)
    local = _local(f"{found.get('date')}T{found.get('time') or '00:00:00'}")
    if local is None:
        raise bad_reply(f"an event at {found.get('date')} {found.get('time')}")
    zone = _offset(found.get("GMTOffset")) or local.tzinfo or only_offset(country, local)
    said = " ".join(str(found.get("description") or "").split())
    code = str(found["typeCode"])
    return Event(
        local.replace(tzinfo=zone or UTC),
        code,
        codes_of(__package__).get(code),
        said if zone else said + _NO_ZONE,
        place,
    )


def _place(found: Mapping[str, Any]) -> tuple[Place | None, str]:
    """The service area, written ``SYDNEY-AU``, and its country; no place where it has none."""
    for area in many(found.get("serviceArea")):
        said = str(area.get("description") or "") if isinstance(area, Mapping) else ""
        city, _, country = said.strip().rpartition("-")
        if city and len(country) == 2 and country.isascii() and country.isalpha():
            return Place(country.upper(), city=city.strip()), country.upper()
    return None, ""


def _estimated(shipment: Mapping[str, Any]) -> datetime | None:
    """The estimated moment of delivery, in the receiver's time where that is one."""
    local = _local(shipment.get("estimatedDeliveryDate"))
    if local is None or local.tzinfo is not None:
        return local
    receiver = shipment.get("receiverDetails")
    address = receiver.get("postalAddress") if isinstance(receiver, Mapping) else None
    country = str(address.get("countryCode") or "") if isinstance(address, Mapping) else ""
    return local.replace(tzinfo=only_offset(country, local) or UTC)


def _local(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None


def _offset(text: object) -> tzinfo | None:
    """An offset such as ``+09:00``.

    >>> _offset("-03:30"), _offset(None)
    (datetime.timezone(datetime.timedelta(days=-1, seconds=73800)), None)
    """
    sign, hours, minutes = str(text)[:1], str(text)[1:3], str(text)[4:6]
    if sign not in ("+", "-") or not (hours + minutes).isdigit() or len(str(text)) != 6:
        return None
    size = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-size if sign == "-" else size) if size < timedelta(days=1) else None
