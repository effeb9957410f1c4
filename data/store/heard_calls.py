"""Which calls of carriers were heard, and which are still to be taken into account?

A call is stored as it came, with what was read of it, before it is answered. The same call is one,
however often it comes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from data.store.tables import HEARD_CALLS


@dataclass(frozen=True, slots=True)
class HeardCall:
    """One call of a carrier about an account's parcels; `found` is what was read of it."""

    carrier: str
    call_id: str
    account_id: str
    body: bytes = field(repr=False)
    found: Sequence[Mapping[str, Any]] = field(repr=False)
    heard_at: datetime
    taken_at: datetime | None = None


_ONCE = {
    name: dialect.insert(HEARD_CALLS).on_conflict_do_nothing().returning(HEARD_CALLS.c.call_id)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def hear(connection: Connection, call: HeardCall) -> bool:
    """Keep a call. False when it was heard before."""
    values = {name: getattr(call, name) for name in HeardCall.__slots__}
    values["found"] = [dict(each) for each in call.found]
    return connection.execute(_ONCE[connection.dialect.name], values).first() is not None


def take(connection: Connection, limit: int) -> list[HeardCall]:
    """The oldest calls that are not taken into account, locked until the transaction ends."""
    waiting = (
        select(HEARD_CALLS)
        .where(HEARD_CALLS.c.taken_at.is_(None))
        .order_by(HEARD_CALLS.c.heard_at, HEARD_CALLS.c.call_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [HeardCall(**row._mapping) for row in connection.execute(waiting)]


def taken(connection: Connection, call: HeardCall, at: datetime) -> None:
    """A call has been taken into account."""
    connection.execute(
        update(HEARD_CALLS)
        .where(HEARD_CALLS.c.carrier == call.carrier, HEARD_CALLS.c.call_id == call.call_id)
        .values(taken_at=at)
    )


def forget(connection: Connection, before: datetime) -> int:
    """Drop calls that were taken into account before a moment."""
    return connection.execute(delete(HEARD_CALLS).where(HEARD_CALLS.c.taken_at < before)).rowcount
