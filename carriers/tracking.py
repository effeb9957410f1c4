"""Where is it, who must do something, and what did the carrier really say?

Thirteen statuses and `unknown`, the stage of the journey beside them, and a reason where something
is wrong. A carrier's own codes are mapped by a table; a code that is not in it is counted and says
nothing, least of all that a parcel was delivered.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Literal, Protocol, cast, get_args, runtime_checkable

from carriers.wire import Answer, Ask
from data.model.places import Place

Status = Literal[
    "created",
    "info_received",
    "picked_up",
    "in_transit",
    "customs",
    "out_for_delivery",
    "available_for_pickup",
    "delivered",
    "attempt_failed",
    "exception",
    "returning",
    "returned",
    "cancelled",
    "unknown",
]
Stage = Literal["origin", "export_customs", "linehaul", "import_customs", "last_mile"]
Actor = Literal["shipper", "recipient", "carrier"]

STATUSES: tuple[str, ...] = get_args(Status)
STAGES: tuple[str, ...] = get_args(Stage)
ACTORS: tuple[str, ...] = get_args(Actor)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a parcel is not simply on its way: a word, whose affair it is, and what it means."""

    word: str
    family: str
    meaning: str


@cache
def reasons() -> Mapping[str, Reason]:
    """Every word that a `reason` may be, the same for all carriers (``tracking_reasons.csv``)."""
    text = (files("carriers") / "tracking_reasons.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["reason"]: Reason(row["reason"], row["family"], row["meaning"]) for row in rows}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a carrier's code means: status, stage, reason, and who must act."""

    status: Status
    stage: Stage | None = None
    reason: str | None = None
    action_by: Actor | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, at a moment (with its zone), as the carrier said it."""

    at: datetime
    code: str
    meaning: Meaning | None  # None: a code that we do not know
    description: str = ""
    place: Place | None = None

    def __post_init__(self) -> None:
        """A moment without a zone sorts wrongly: refuse it."""
        if self.at.tzinfo is None:
            raise ValueError("an event's moment needs its zone")


@dataclass(frozen=True, slots=True)
class Tracking:
    """A parcel's way: events by moment, and what they amount to."""

    number: str
    events: tuple[Event, ...]
    status: Status
    stage: Stage | None = None
    reason: str | None = None
    action_by: Actor | None = None
    estimated: datetime | None = None
    delivered_at: datetime | None = None

    @property
    def unknown_codes(self) -> tuple[str, ...]:
        """The carrier's codes that are in no table."""
        return tuple(sorted({event.code for event in self.events if event.meaning is None}))


_OVER: tuple[Status, ...] = ("delivered", "returned", "cancelled")


def tracked(number: str, events: Sequence[Event], estimated: datetime | None = None) -> Tracking:
    """What events amount to, in whatever order and however often they arrived.

    The last known event decides; after a delivery only a return changes anything. Codes that
    nobody knows leave `in_transit` where something else was seen, else `unknown`.
    """
    found = {(event.code, event.at, event.place): event for event in events}
    ordered = tuple(sorted(found.values(), key=lambda event: (event.at, event.code)))
    last: Event | None = None
    for event in ordered:
        if event.meaning is None:
            continue
        after_delivery = last and last.meaning and last.meaning.status in _OVER
        if after_delivery and event.meaning.status not in (*_OVER, "returning"):
            continue
        last = event
    if last is None or last.meaning is None:
        return Tracking(number, ordered, "unknown", estimated=estimated)
    meaning = last.meaning
    return Tracking(
        number,
        ordered,
        meaning.status,
        meaning.stage,
        meaning.reason,
        meaning.action_by,
        estimated,
        last.at if meaning.status == "delivered" else None,
    )


def known(codes: Mapping[str, Meaning], event: Event) -> Event:
    """The event with the meaning of its code, if the table has it."""
    return replace(event, meaning=codes.get(event.code))


@cache
def codes_of(package: str) -> Mapping[str, Meaning]:
    """A carrier's codes from ``tracking.csv`` in the package of its adapter. Raises `ValueError`.

    The columns are code, status, stage, reason, action_by and the meaning in our words.
    """
    text = (files(package) / "tracking.csv").read_text("utf-8")
    found: dict[str, Meaning] = {}
    for row in csv.DictReader(text.splitlines()):
        words = (row["stage"] or None, row["action_by"] or None)
        if row["status"] not in STATUSES or words[0] not in (None, *STAGES):
            raise ValueError(f"{package}: {row['code']} means {row['status']}, {row['stage']}")
        if words[1] not in (None, *get_args(Actor)) or row["code"] in found:
            raise ValueError(f"{package}: {row['code']} twice, or for nobody to act on")
        found[row["code"]] = Meaning(
            cast(Status, row["status"]),
            cast(Stage | None, words[0]),
            row["reason"] or None,
            cast(Actor | None, words[1]),
        )
    return found


@runtime_checkable
class Tracks(Protocol):
    """A carrier that says where parcels are."""

    @property
    def code(self) -> str:
        """The carrier's code, as in its manifest."""

    @property
    def batch(self) -> int:
        """How many numbers may be asked for at once."""

    def ask_tracking(self, numbers: tuple[str, ...]) -> Ask:
        """The request for some numbers, at most `batch`."""

    def read_tracking(self, numbers: tuple[str, ...], answer: Answer) -> tuple[Tracking, ...]:
        """One for each number that the carrier knows. Raises `CarrierError`."""


@runtime_checkable
class HearsWebhooks(Protocol):
    """A carrier that calls us when something happens."""

    def read_webhook(
        self, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> tuple[Tracking, ...]:
        """What a call says. Raises `CredentialsRejected` for a signature of somebody else."""
