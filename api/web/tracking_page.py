"""What does somebody see who waits for a parcel?

Where it is, what customs wants, what they can do, and what the carrier said in its own words. No
name and no address: of places, only the city. Whoever has the address of the page sees it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from api.services.tidings import followed
from api.services.tracking_records import read_event
from api.services.tracking_shipments import LANGUAGES
from api.web.rendering import stylesheet, templates
from api.web.words import Words, words
from carriers.polling import expired, least_advanced
from carriers.tracking import Event, Status
from data.store.trackings import StoredTracking

_FORWARD = ("announced", "underway", "customs", "last_mile", "delivered")
_BACK = ("announced", "underway", "returning", "returned")
_STEP: Mapping[str, str] = {
    "created": "announced",
    "info_received": "announced",
    "unknown": "announced",
    "cancelled": "announced",
    "customs": "customs",
    "out_for_delivery": "last_mile",
    "available_for_pickup": "last_mile",
    "attempt_failed": "last_mile",
    "delivered": "delivered",
    "returning": "returning",
    "returned": "returned",
}
_BY_STAGE = {"import_customs": "customs", "last_mile": "last_mile"}
_NAMES = re.compile(
    r"\W*\b(sign(ed|ature|atory)|(received|accepted|collected|taken)( for)? by)\b.*",
    re.IGNORECASE | re.DOTALL,
)
"""Where carriers write who took a parcel."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the way: passed, where the parcel is, or ahead."""

    name: str
    state: str


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that the carrier said."""

    at: datetime
    when: str
    what: str
    words: str
    where: str


def tracking_page(
    tracking: StoredTracking,
    pieces: Sequence[StoredTracking],
    carrier: str,
    sender: str,
    language: str,
    now: datetime,
) -> tuple[str, str]:
    """The page as HTML, and its content security policy."""
    said = words(language)
    style, allowed = stylesheet("tracking.css")
    events = [read_event(event) for event in tracking.events]
    page = templates().get_template("tracking.html")
    html = page.render(
        say=said,
        style=style,
        languages=[(code, words(code)("page", "title"), words(code).said["language"])
                   for code in LANGUAGES],
        tracking=tracking,
        carrier=carrier,
        sender=sender,
        steps=steps(tracking, events),
        lines=[_line(event, said) for event in reversed(events)],
        delivered=_local(tracking.delivered_at, events),
        estimated=_local(tracking.estimated, events) if _is_ahead(tracking, now) else None,
        heading=_heading(tracking, said),
        stage=said("stage", tracking.stage)
        if tracking.stage and tracking.status in ("in_transit", "exception")
        else None,
        mood=_mood(tracking),
        advice=said.advice(tracking.status, tracking.reason, tracking.action_by),
        reason=said.maybe("reason", tracking.reason),
        pieces=[(piece, said("status", piece.status)) for piece in pieces],
        whole=said("status", least_advanced([cast(Status, p.status) for p in pieces])),
        expired=_is_expired(tracking, now),
    )  # fmt: skip
    return html, _policy(allowed)


def missing_page(language: str) -> tuple[str, str]:
    """The page for an address that leads nowhere, and its policy."""
    style, allowed = stylesheet("tracking.css")
    page = templates().get_template("missing.html")
    return page.render(say=words(language), style=style), _policy(allowed)


def steps(tracking: StoredTracking, events: Sequence[Event]) -> list[Step]:
    """The steps of the way, and where on it the parcel is.

    Customs is a step unless the parcel came near its recipient without having been there.
    """
    current = _step(tracking.status, tracking.stage)
    names = _BACK if current in _BACK[2:] else _FORWARD
    at = names.index(current)
    seen = any(each.meaning and _is_customs(each.meaning) for each in events)
    shown = [
        name
        for name in names
        if name != "customs" or seen or current == "customs" or at < _FORWARD.index("customs")
    ]
    ended = tracking.status in ("delivered", "returned")
    states = []
    for name in shown:
        place = names.index(name)
        here = "done" if ended else "current"
        states.append(Step(name, "done" if place < at else "ahead" if place > at else here))
    return states


def _heading(tracking: StoredTracking, said: Words) -> str:
    """The status; at customs, which customs."""
    if tracking.status == "customs" and tracking.stage is not None:
        stage = said("stage", tracking.stage)
        return stage[0].upper() + stage[1:]
    return said("status", tracking.status)


def _mood(tracking: StoredTracking) -> str:
    if tracking.action_by == "recipient" or tracking.status in ("exception", "attempt_failed"):
        return "attention"
    return "arrived" if tracking.status == "delivered" else ""


def _step(status: str, stage: str | None) -> str:
    if status in ("in_transit", "exception", "picked_up"):
        return _BY_STAGE.get(stage or "", "underway")
    if status == "customs" and stage == "export_customs":
        return "underway"
    return _STEP[status]


def _is_customs(meaning: Any) -> bool:
    return meaning.status == "customs" or meaning.stage in ("import_customs", "export_customs")


def _line(event: Event, said: Words) -> Line:
    place = event.place
    parts = (place.city, said.country(place.country)) if place else ()
    meaning = event.meaning
    what = (
        said("page", "unknown_code", code=event.code)
        if meaning is None
        else said("status", meaning.status)
    )
    return Line(
        event.at,
        said.moment(event.at),
        what,
        carriers_words(event),
        ", ".join(part for part in parts if part),
    )


def carriers_words(event: Event) -> str:
    """What the carrier wrote, without who took the parcel: of a delivery, nothing."""
    if event.meaning is not None and event.meaning.status == "delivered":
        return ""
    return _NAMES.sub("", event.description).strip()


def _local(at: datetime | None, events: Sequence[Event]) -> datetime | None:
    """A moment by the clocks of the place where the parcel was seen last."""
    return at.astimezone(events[-1].at.tzinfo) if at is not None and events else at


def _is_ahead(tracking: StoredTracking, now: datetime) -> bool:
    """Whether a delivery may still be expected as the carrier said."""
    hopeless = tracking.status in ("returning", "returned", "cancelled")
    return tracking.estimated is not None and tracking.estimated >= now and not hopeless


def _is_expired(tracking: StoredTracking, now: datetime) -> bool:
    return tracking.next_at is None and expired(followed(tracking), now)


def _policy(allowed: str) -> str:
    return (
        f"default-src 'none'; style-src {allowed}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
