"""What happened that others want to hear of?

An event is written in the transaction of what happened, so that neither is ever without the other.
Whoever passes events on does so in the transaction that marks them as dispatched. The payload is
thin: ids and states, no names and no addresses.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, insert, select, update

from data.store.tables import OUTBOX


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to one thing of an account. `id` is for whoever hears it twice."""

    id: str
    account_id: str
    kind: str
    subject: str
    payload: Mapping[str, Any]
    created_at: datetime


class Hears(Protocol):
    """Wants to hear of events. What it writes on the connection is committed with the dispatch."""

    def hear(self, connection: Connection, event: Event) -> None:
        """Take an event over, without waiting for anybody outside the database."""


def add(connection: Connection, event: Event) -> None:
    """Write an event down with what happened."""
    connection.execute(
        insert(OUTBOX).values(
            event_id=event.id,
            account_id=event.account_id,
            kind=event.kind,
            subject=event.subject,
            payload=dict(event.payload),
            created_at=event.created_at,
        )
    )


def take(connection: Connection, limit: int) -> list[Event]:
    """The oldest events that were not dispatched, locked until the transaction ends."""
    waiting = (
        select(OUTBOX)
        .where(OUTBOX.c.dispatched_at.is_(None))
        .order_by(OUTBOX.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [
        Event(row.event_id, row.account_id, row.kind, row.subject, row.payload, row.created_at)
        for row in connection.execute(waiting)
    ]


def dispatched(connection: Connection, event: str, at: datetime) -> None:
    """Everybody who wants to hear of an event has it."""
    connection.execute(update(OUTBOX).where(OUTBOX.c.event_id == event).values(dispatched_at=at))


def of_subject(connection: Connection, subject: str) -> list[Event]:
    """Every event of one thing, oldest first."""
    found = select(OUTBOX).where(OUTBOX.c.subject == subject).order_by(OUTBOX.c.id)
    return [
        Event(row.event_id, row.account_id, row.kind, row.subject, row.payload, row.created_at)
        for row in connection.execute(found)
    ]
