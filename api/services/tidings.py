"""What follows when a carrier says where a parcel is?

It is written down, and in the same transaction the event that tells of a new status and the notice
to whoever waits. A carrier that gave no answer is asked later.
"""

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Protocol, cast

from sqlalchemy import Connection, Engine

from api.services.purchasing import read_safely
from api.services.tracking_records import merged, not_before, read_event, write_event
from carriers.answers import one_line
from carriers.errors import CarrierError, CarrierUnavailable, RequestRejected
from carriers.polling import Chance, Followed, next_look
from carriers.registry import Agent
from carriers.tracking import Event as Scan
from carriers.tracking import Status, Tracking, Tracks
from data.store import outbox, trackings
from data.store.engines import writing
from data.store.outbox import Event
from data.store.trackings import StoredTracking

_LOG = logging.getLogger(__name__)

_OLD_NUMBERS = timedelta(days=180)
"""A number that is followed without a shipment may have been underway for so long."""


class Tells(Protocol):
    """Wants to know of parcels whose status has changed."""

    def consider(self, connection: Connection, tracking: StoredTracking, at: datetime) -> None:
        """Look at a parcel as it is now, in the transaction that wrote it."""


def nobody_counts(carrier: str) -> None:
    """Nobody counts unknown codes."""


def followed(tracking: StoredTracking) -> Followed:
    """What decides when a parcel is asked about again."""
    status = cast(Status, tracking.status)
    return Followed(status, tracking.since, tracking.delivered_at, tracking.failures)


def ask(agent: Agent, numbers: tuple[str, ...], seconds: float) -> tuple[Tracking, ...]:
    """Ask a carrier about some numbers. Raises `CarrierError`."""
    adapter = tracks(agent)
    try:
        asked = adapter.ask_tracking(numbers)
    except CarrierError:
        raise
    except Exception:
        _LOG.exception("carrier %s failed while asking", agent.manifest.code)
        reason = "an error in the carrier's adapter; the log of the service has it"
        raise CarrierUnavailable(reason, "unsupported", sent=False) from None
    answer = agent.sender.send(asked, seconds)
    return tuple(read_safely(lambda: adapter.read_tracking(numbers, answer), agent))


def tracks(agent: Agent) -> Tracks:
    """An adapter that says where parcels are. Raises `CarrierError`."""
    if not isinstance(agent.adapter, Tracks):
        raise RequestRejected("its adapter cannot track", "unsupported", sent=False)
    return agent.adapter


@dataclass(frozen=True, slots=True)
class Tidings:
    """Writes down what carriers say. `count_unknown` is told the carrier of each code that no
    table has, once for each time that it was seen on a parcel.
    """

    engine: Callable[[], Engine]
    tells: Sequence[Tells] = ()
    count_unknown: Callable[[str], None] = nobody_counts
    chance: Chance = random.random

    def answered(
        self, asked: Sequence[StoredTracking], found: Sequence[Tracking], now: datetime
    ) -> None:
        """A carrier answered about some parcels, those too that it says nothing of."""
        ways = {way.number.upper(): way for way in found}
        with writing(self.engine()) as connection:
            for each in asked:
                stored = _locked(connection, each)
                way = ways.get(stored.number.upper())
                if stored.status == "cancelled":  # while the carrier was being asked
                    trackings.change(connection, stored.id, next_at=None)
                elif way is None:
                    self._nothing_new(connection, stored, now)
                else:
                    self.write(connection, stored, way, now, complete=True)

    def failed(self, asked: Sequence[StoredTracking], error: CarrierError, now: datetime) -> None:
        """A carrier gave no answer about some parcels."""
        with writing(self.engine()) as connection:
            for each in asked:
                stored = _locked(connection, each)
                failures = stored.failures + 1
                again = replace(followed(stored), failures=failures, retry_after=error.retry_after)
                trackings.change(
                    connection,
                    stored.id,
                    failures=failures,
                    last_error=one_line(error.reason),
                    next_at=next_look(again, now, self.chance),
                )

    def write(
        self,
        connection: Connection,
        stored: StoredTracking,
        way: Tracking,
        now: datetime,
        *,
        complete: bool,
    ) -> None:
        """What is known of a parcel now; `complete` when the carrier told the whole way."""
        known = [read_event(event) for event in stored.events]
        way = merged(known, way, _earliest(stored), complete=complete)
        if way.status == "unknown" and not way.events:
            if complete:
                self._nothing_new(connection, stored, now)
            return
        self._count(stored.carrier, way, known)
        estimated = way.estimated or (None if complete else stored.estimated)
        after = replace(
            stored,
            status=way.status,
            stage=way.stage,
            reason=way.reason,
            action_by=way.action_by,
            estimated=estimated,
            delivered_at=way.delivered_at,
            events=[write_event(event) for event in way.events],
            checked_at=now,
            failures=0,
            last_error=None,
        )
        after = replace(after, next_at=next_look(followed(after), now, self.chance))
        changed = {
            name: getattr(after, name)
            for name in StoredTracking.__slots__
            if getattr(after, name) != getattr(stored, name)
        }
        trackings.change(connection, stored.id, **changed)
        self._tell(connection, stored, after, now)

    def cancelled(self, connection: Connection, stored: StoredTracking, at: datetime) -> None:
        """A parcel's label was given back: nobody is asked about it any more."""
        after = replace(
            stored, status="cancelled", stage=None, reason=None, action_by=None, next_at=None
        )
        trackings.change(
            connection,
            stored.id,
            status="cancelled",
            stage=None,
            reason=None,
            action_by=None,
            next_at=None,
        )
        self._tell(connection, stored, after, at)

    def _nothing_new(self, connection: Connection, stored: StoredTracking, now: datetime) -> None:
        """The carrier answered, and does not know the parcel (any more)."""
        again = replace(followed(stored), failures=0)
        trackings.change(
            connection,
            stored.id,
            failures=0,
            last_error=None,
            checked_at=now,
            next_at=next_look(again, now, self.chance),
        )

    def _count(self, carrier: str, way: Tracking, known: Sequence[Scan]) -> None:
        before = {(event.code, event.at) for event in known}
        for event in way.events:
            if event.meaning is None and (event.code, event.at) not in before:
                self.count_unknown(carrier)

    def _tell(
        self, connection: Connection, before: StoredTracking, after: StoredTracking, at: datetime
    ) -> None:
        """Tell others of another status, stage, reason or another who must act."""
        names = ("status", "stage", "reason", "action_by")
        state = {name: getattr(after, name) for name in names}
        if state == {name: getattr(before, name) for name in names}:
            return
        payload = {
            "id": after.id,
            "carrier": after.carrier,
            "number": after.number,
            "shipment": after.shipment_id,
            **state,
        }
        event_id = f"ev_{token_hex(12)}"
        event = Event(event_id, after.account_id, "tracking.updated", after.id, payload, at)
        outbox.add(connection, event)
        for teller in self.tells:
            teller.consider(connection, after, at)


def _locked(connection: Connection, stored: StoredTracking) -> StoredTracking:
    """The parcel as it is now, made if it is new."""
    trackings.follow(connection, stored)
    found = trackings.get(connection, stored.account_id, stored.carrier, stored.number, locked=True)
    return found or stored


def _earliest(stored: StoredTracking) -> datetime:
    """The first moment that can be this parcel's."""
    if stored.shipment_id is not None:
        return not_before(stored.since)
    return stored.since - _OLD_NUMBERS
