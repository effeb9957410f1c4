"""Was this request made before, and what was answered?

A record is claimed by inserting it: of two requests with one key, the database lets one in. The
claim is committed before the work begins, the answer together with what the work stored. A process
that dies in between leaves a running record, which a later request may take over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, Connection, and_, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from data.store.tables import IDEMPOTENCY_RECORDS as RECORDS


@dataclass(frozen=True, slots=True)
class Claim:
    """What makes two requests one: the account, the route (method and path) and the key."""

    account: str
    route: str
    key: str


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer as it was sent the first time."""

    status: int
    headers: Mapping[str, str]
    body: bytes


# A row that comes back was inserted: not every driver counts the rows of such a statement.
_CLAIM = {
    name: dialect.insert(RECORDS).on_conflict_do_nothing().returning(RECORDS.c.key)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}

Begun = StoredAnswer | Literal["started", "running", "other-body"]


def begin(
    connection: Connection,
    claim: Claim,
    body_hash: str,
    now: datetime,
    takeover_after: timedelta | None = None,
) -> Begun:
    """Claim a key, or say what became of the request that claimed it. Commit before working.

    With `takeover_after`, a record that has been running for longer belongs to a process that
    died, and is claimed anew: only for work that may safely be done twice.
    """
    values = {
        "account_id": claim.account,
        "route": claim.route,
        "key": claim.key,
        "body_hash": body_hash,
        "state": "running",
        "created_at": now,
    }
    if connection.execute(_CLAIM[connection.dialect.name], values).one_or_none() is not None:
        return "started"
    record = connection.execute(select(RECORDS).where(_is(claim))).one_or_none()
    if record is None:  # abandoned between the two statements: it can be claimed again
        return begin(connection, claim, body_hash, now, takeover_after)
    if record.body_hash != body_hash:
        return "other-body"
    if record.state == "done":
        return StoredAnswer(record.status, record.headers, record.answer)
    if takeover_after is not None and record.created_at + takeover_after <= now:
        taken = (
            update(RECORDS)
            .where(_is(claim), RECORDS.c.state == "running")
            .where(RECORDS.c.created_at == record.created_at)
            .values(created_at=now)
        )
        if connection.execute(taken).rowcount == 1:
            return "started"
    return "running"


def finish(connection: Connection, claim: Claim, answer: StoredAnswer) -> None:
    """Keep the answer for whoever asks again. Do it in the transaction that stored the work."""
    done = (
        update(RECORDS)
        .where(_is(claim))
        .values(
            state="done", status=answer.status, headers=dict(answer.headers), answer=answer.body
        )
    )
    connection.execute(done)


def abandon(connection: Connection, claim: Claim) -> None:
    """Forget a request that failed, so that it may be sent again. A kept answer stays."""
    connection.execute(delete(RECORDS).where(_is(claim), RECORDS.c.state == "running"))


def forget(connection: Connection, before: datetime) -> int:
    """Drop the records that are older than a moment; says how many there were."""
    return connection.execute(delete(RECORDS).where(RECORDS.c.created_at < before)).rowcount


def _is(claim: Claim) -> ColumnElement[bool]:
    return and_(
        RECORDS.c.account_id == claim.account,
        RECORDS.c.route == claim.route,
        RECORDS.c.key == claim.key,
    )
