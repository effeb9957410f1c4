"""What was compared with the lists, when, by whom, and what was found? Lines are added only.

The lines of an account are numbered and chained: each has the hash of the one before in its own, so
that none can be changed, left out or put in between without every later hash being wrong.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from data.store.tables import ACCOUNTS, SCREENED_PARTIES, SCREENINGS

BEGINNING = "0" * 64
_BATCH = 500


@dataclass(frozen=True, slots=True)
class ScreeningLine:
    """A line of the book: a comparison (``request``, ``quote``, ``rescreen``) or a ``decision``.

    `record` is everything that is known of it, as canonical JSON; `subject` is what it was for.
    """

    id: str
    account_id: str
    kind: str
    subject: str | None
    actor: str
    at: datetime
    outcome: str
    record: bytes


@dataclass(frozen=True, slots=True)
class ChainedLine:
    """A line with its place in the account's chain."""

    line: ScreeningLine
    number: int
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class WatchedParty:
    """A party that is compared again whenever a list changes, until a day."""

    id: int
    account_id: str
    party: Mapping[str, Any]
    screening_id: str
    seen_import: int


def hash_of(line: ScreeningLine, number: int, previous: str) -> str:
    """The hash of a line at its place in the chain."""
    parts = (
        previous,
        str(number),
        line.id,
        line.account_id,
        line.kind,
        line.subject or "",
        line.actor,
        line.at.astimezone(UTC).isoformat(),
        line.outcome,
        hashlib.sha256(line.record).hexdigest(),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def add(connection: Connection, line: ScreeningLine) -> ChainedLine:
    """Add a line at the end of an account's chain, which nobody else extends meanwhile."""
    account = select(ACCOUNTS.c.id).where(ACCOUNTS.c.id == line.account_id).with_for_update()
    connection.execute(account)
    last = connection.execute(
        select(SCREENINGS.c.number, SCREENINGS.c.hash)
        .where(SCREENINGS.c.account_id == line.account_id)
        .order_by(SCREENINGS.c.number.desc())
        .limit(1)
    ).one_or_none()
    number, previous = (1, BEGINNING) if last is None else (last.number + 1, last.hash)
    chained = ChainedLine(line, number, previous, hash_of(line, number, previous))
    connection.execute(
        insert(SCREENINGS).values(
            id=line.id,
            account_id=line.account_id,
            number=number,
            kind=line.kind,
            subject=line.subject,
            actor=line.actor,
            at=line.at,
            outcome=line.outcome,
            record=line.record,
            previous_hash=previous,
            hash=chained.hash,
        )
    )
    return chained


def get(connection: Connection, account: str, screening: str) -> ChainedLine | None:
    """An account's line; None when it is somebody else's or nobody's."""
    found = select(SCREENINGS).where(SCREENINGS.c.id == screening)
    row = connection.execute(found.where(SCREENINGS.c.account_id == account)).one_or_none()
    return None if row is None else _chained(row)


def broken_at(connection: Connection, account: str) -> int | None:
    """The number of the first line of an account's chain that is not what it was; None: none."""
    previous, expected = BEGINNING, 1
    while True:
        found = (
            select(SCREENINGS)
            .where(SCREENINGS.c.account_id == account, SCREENINGS.c.number >= expected)
            .order_by(SCREENINGS.c.number)
            .limit(_BATCH)
        )
        rows = connection.execute(found).all()
        for row in rows:
            chained = _chained(row)
            right = hash_of(chained.line, expected, previous)
            if (chained.number, chained.previous_hash, chained.hash) != (expected, previous, right):
                return expected
            previous, expected = chained.hash, expected + 1
        if len(rows) < _BATCH:
            return None


def watch(
    connection: Connection,
    account: str,
    key: str,
    party: Mapping[str, Any],
    screening: str,
    seen_import: int,
    at: datetime,
    until: datetime,
) -> None:
    """Compare a party again when lists change; the same party once for each account."""
    same = (SCREENED_PARTIES.c.account_id == account) & (SCREENED_PARTIES.c.key == key)
    values = {
        "screening_id": screening,
        "seen_import": seen_import,
        "last_at": at,
        "watched_until": until,
    }
    if connection.execute(update(SCREENED_PARTIES).where(same).values(values)).rowcount:
        return
    made = {**values, "account_id": account, "key": key, "party": dict(party)}
    connection.execute(insert(SCREENED_PARTIES).values(made))


def unseen(connection: Connection, newest: int, at: datetime, limit: int) -> list[WatchedParty]:
    """Parties that were not compared since an import, those first that waited longest."""
    found = (
        select(SCREENED_PARTIES)
        .where(SCREENED_PARTIES.c.seen_import < newest, SCREENED_PARTIES.c.watched_until > at)
        .order_by(SCREENED_PARTIES.c.seen_import, SCREENED_PARTIES.c.id)
        .limit(limit)
    )
    return [
        WatchedParty(row.id, row.account_id, row.party, row.screening_id, row.seen_import)
        for row in connection.execute(found)
    ]


def seen(connection: Connection, party: int, newest: int, at: datetime) -> None:
    """A party was compared with everything up to an import."""
    mine = SCREENED_PARTIES.c.id == party
    connection.execute(update(SCREENED_PARTIES).where(mine).values(seen_import=newest, last_at=at))


def _chained(row: Any) -> ChainedLine:
    line = ScreeningLine(
        row.id, row.account_id, row.kind, row.subject, row.actor, row.at, row.outcome, row.record
    )
    return ChainedLine(line, row.number, row.previous_hash, row.hash)
