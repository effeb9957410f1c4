"""Which messages about parcels are to be sent to those who wait for them?

A message is a row before it is sent, one for each parcel and kind. Whether an account sends any is
its own wish.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from data.store.tables import NOTICE_WISHES, NOTICES

State = Literal["waiting", "sent", "dead"]


@dataclass(frozen=True, slots=True)
class Wish:
    """Which notices an account sends, and in whose name."""

    account_id: str
    enabled: bool
    kinds: Sequence[str]
    from_name: str
    reply_to: str | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """One message about one parcel."""

    id: str
    account_id: str
    tracking_id: str
    kind: str
    created_at: datetime
    state: State = "waiting"
    attempts: int = 0
    next_at: datetime | None = None
    last_error: str | None = None


_FIRST_WISH = {
    name: dialect.insert(NOTICE_WISHES).on_conflict_do_nothing()
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_ONCE = {
    name: dialect.insert(NOTICES).on_conflict_do_nothing().returning(NOTICES.c.id)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def wish(connection: Connection, account: str) -> Wish | None:
    """What an account has said about notices."""
    found = select(NOTICE_WISHES).where(NOTICE_WISHES.c.account_id == account)
    row = connection.execute(found).one_or_none()
    return None if row is None else Wish(**row._mapping)


def put_wish(connection: Connection, said: Wish) -> None:
    """Remember what an account says about notices, in place of what it said before."""
    values = {name: getattr(said, name) for name in Wish.__slots__}
    values["kinds"] = list(said.kinds)
    connection.execute(_FIRST_WISH[connection.dialect.name], values)
    changed = update(NOTICE_WISHES).where(NOTICE_WISHES.c.account_id == said.account_id)
    connection.execute(changed.values(values))


def add(connection: Connection, notice: Notice) -> bool:
    """A message is to be sent. False when the parcel had one of this kind before."""
    values = {name: getattr(notice, name) for name in Notice.__slots__}
    return connection.execute(_ONCE[connection.dialect.name], values).first() is not None


def take_due(connection: Connection, now: datetime, until: datetime, limit: int) -> list[Notice]:
    """Messages to be sent now, taken until a moment: other processes leave them alone."""
    due = (
        select(NOTICES)
        .where(NOTICES.c.state == "waiting", NOTICES.c.next_at <= now)
        .order_by(NOTICES.c.next_at, NOTICES.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = [Notice(**row._mapping) for row in connection.execute(due)]
    if taken:
        ids = [notice.id for notice in taken]
        connection.execute(update(NOTICES).where(NOTICES.c.id.in_(ids)).values(next_at=until))
    return taken


def record(
    connection: Connection,
    notice: str,
    state: State,
    attempts: int,
    *,
    next_at: datetime | None = None,
    error: str | None = None,
) -> None:
    """What became of a message."""
    values = {"state": state, "attempts": attempts, "next_at": next_at, "last_error": error}
    connection.execute(update(NOTICES).where(NOTICES.c.id == notice).values(values))


def of_tracking(connection: Connection, tracking: str) -> list[Notice]:
    """The messages about a parcel, oldest first."""
    found = select(NOTICES).where(NOTICES.c.tracking_id == tracking)
    ordered = found.order_by(NOTICES.c.created_at, NOTICES.c.id)
    return [Notice(**row._mapping) for row in connection.execute(ordered)]


def forget(connection: Connection, tracking: str) -> None:
    """Drop the messages about a parcel: its number belongs to another one now."""
    connection.execute(delete(NOTICES).where(NOTICES.c.tracking_id == tracking))
