"""How is a parcel's way kept, and what do old and new tidings amount to together?

Of a place, the country, the region and the city are kept: more nobody needs to see.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from carriers.answers import one_line
from carriers.tracking import Actor, Event, Meaning, Stage, Status, Tracking, tracked
from data.model.places import Place

Record = dict[str, Any]

_ZONES = timedelta(hours=14)
"""A carrier's local time without its zone may be so much off."""


def not_before(day: datetime) -> datetime:
    """The first moment that can belong to a parcel sent on a day; numbers are used again."""
    return day.replace(hour=0, minute=0, second=0, microsecond=0) - _ZONES


def merged(
    stored: Sequence[Event], way: Tracking, earliest: datetime, *, complete: bool
) -> Tracking:
    """A carrier's tidings with what was known before, without what is of an older parcel.

    A `complete` answer takes the place of all that was known up to its last event; a call tells of
    something new alone.
    """
    events = [
        replace(event, place=_narrowed(event.place)) for event in way.events if event.at >= earliest
    ]
    newest = max((event.at for event in events), default=earliest)
    kept = [event for event in stored if not complete or event.at > newest]
    if not kept and len(events) == len(way.events):
        return replace(way, events=tuple(events))
    return tracked(way.number, [*kept, *events], way.estimated)


def write_event(event: Event) -> Record:
    """An event as plain JSON."""
    meaning, place = event.meaning, event.place
    return {
        "at": event.at.isoformat(),
        "code": event.code,
        "description": one_line(event.description),
        "meaning": meaning and [meaning.status, meaning.stage, meaning.reason, meaning.action_by],
        "place": place and [place.country, place.region, place.city],
    }


def read_event(record: Mapping[str, Any]) -> Event:
    """The event that `write_event` wrote."""
    place = record["place"]
    return Event(
        datetime.fromisoformat(record["at"]),
        record["code"],
        _meaning(record["meaning"]),
        record["description"],
        Place(place[0], place[1], None, place[2]) if place else None,
    )


def write_way(way: Tracking) -> Record:
    """A parcel's way as plain JSON."""
    return {
        "number": way.number,
        "events": [write_event(event) for event in way.events],
        "meaning": [way.status, way.stage, way.reason, way.action_by],
        "estimated": way.estimated and way.estimated.isoformat(),
        "delivered_at": way.delivered_at and way.delivered_at.isoformat(),
    }


def read_way(record: Mapping[str, Any]) -> Tracking:
    """The way that `write_way` wrote."""
    status, stage, reason, action_by = record["meaning"]
    return Tracking(
        record["number"],
        tuple(read_event(event) for event in record["events"]),
        status,
        stage,
        reason,
        action_by,
        _moment(record["estimated"]),
        _moment(record["delivered_at"]),
    )


def _meaning(found: Sequence[str | None] | None) -> Meaning | None:
    if found is None:
        return None
    status, stage, reason, action_by = found
    return Meaning(
        cast(Status, status), cast(Stage | None, stage), reason, cast(Actor | None, action_by)
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _narrowed(place: Place | None) -> Place | None:
    return place and Place(place.country, place.region, None, place.city)
