"""Which quotes were given, byte for byte, and from what were they computed?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, insert, or_, select

from data.store.tables import QUOTES


@dataclass(frozen=True, slots=True)
class StoredQuote:
    """A quote as it was asked for and answered.

    `request` and `answer` are the bytes that went over the wire; `replay_inputs` is what a replay
    takes as given instead of computing (offers, ids, moments), as JSON.
    """

    id: str
    account_id: str
    created_at: datetime
    as_of: date
    facts_version: str
    request: bytes
    answer: bytes
    replay_inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class QuoteEntry:
    """A line of an account's list of quotes."""

    id: str
    created_at: datetime
    as_of: date
    facts_version: str


# Built once: putting a statement together costs as much as running it.
_INSERT = insert(QUOTES)
_IS = and_(QUOTES.c.id == bindparam("quote"), QUOTES.c.account_id == bindparam("account"))
_GET = select(QUOTES).where(_IS)
_ANSWER = select(QUOTES.c.answer).where(_IS)


def save(connection: Connection, quote: StoredQuote) -> None:
    """Remember a quote: one INSERT. Raises IntegrityError when its id or account is wrong."""
    connection.execute(
        _INSERT,
        {
            "id": quote.id,
            "account_id": quote.account_id,
            "created_at": quote.created_at,
            "as_of": quote.as_of,
            "facts_version": quote.facts_version,
            "request": quote.request,
            "answer": quote.answer,
            "replay_inputs": dict(quote.replay_inputs),
        },
    )


def get(connection: Connection, account: str, quote: str) -> StoredQuote | None:
    """An account's quote; None when it is somebody else's or nobody's."""
    row = connection.execute(_GET, {"quote": quote, "account": account}).one_or_none()
    return None if row is None else _quote(row)


def answer(connection: Connection, account: str, quote: str) -> bytes | None:
    """The stored bytes of an account's quote, and nothing else of it."""
    found = connection.execute(_ANSWER, {"quote": quote, "account": account})
    stored: bytes | None = found.scalar_one_or_none()
    return stored


def page(
    connection: Connection, account: str, limit: int, after: str | None = None
) -> tuple[list[QuoteEntry], str | None]:
    """An account's quotes, newest first, and the id to go on after (None at the end).

    An `after` that is not the account's gives an empty page.
    """
    columns = (QUOTES.c.id, QUOTES.c.created_at, QUOTES.c.as_of, QUOTES.c.facts_version)
    listed = select(*columns).where(QUOTES.c.account_id == account)
    if after is not None:
        at = get(connection, account, after)
        if at is None:
            return [], None
        same_moment = and_(QUOTES.c.created_at == at.created_at, QUOTES.c.id < at.id)
        listed = listed.where(or_(QUOTES.c.created_at < at.created_at, same_moment))
    listed = listed.order_by(QUOTES.c.created_at.desc(), QUOTES.c.id.desc()).limit(limit + 1)
    entries = [QuoteEntry(*row) for row in connection.execute(listed)]
    more = len(entries) > limit
    return entries[:limit], entries[limit - 1].id if more else None


def facts_versions(connection: Connection) -> set[str]:
    """The versions that stored quotes were computed from: their snapshots must be kept."""
    return set(connection.execute(select(QUOTES.c.facts_version).distinct()).scalars())


def _quote(row: Row[tuple[object, ...]]) -> StoredQuote:
    return StoredQuote(
        id=row.id,
        account_id=row.account_id,
        created_at=row.created_at,
        as_of=row.as_of,
        facts_version=row.facts_version,
        request=row.request,
        answer=row.answer,
        replay_inputs=row.replay_inputs,
    )
