"""Which matches wait for somebody to look at them, and who decided what?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, and_, insert, or_, select, update

from data.store.tables import SCREENING_DECISIONS, SCREENING_REVIEWS

State = Literal["waiting", "seconding", "cleared", "confirmed"]
Decision = Literal["clear", "confirm"]
OPEN: tuple[State, ...] = ("waiting", "seconding")


@dataclass(frozen=True, slots=True)
class Review:
    """The matches of one party of a screening, to be looked at.

    `needs_two`: two people must clear it, because a score was high enough to refuse.
    """

    id: str
    account_id: str
    screening_id: str
    party: int
    needs_two: bool
    state: State
    opened_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What one person decided, and why."""

    actor: str
    decision: Decision
    reason: str
    note: str
    at: datetime


_COLUMNS = [SCREENING_REVIEWS.c[name] for name in Review.__slots__]


def open_(connection: Connection, review: Review) -> None:
    """Put matches into the queue."""
    values = {name: getattr(review, name) for name in Review.__slots__}
    connection.execute(insert(SCREENING_REVIEWS).values(values))


def get(connection: Connection, account: str, review: str, *, lock: bool = False) -> Review | None:
    """An account's review; None when it is somebody else's or nobody's."""
    mine = and_(SCREENING_REVIEWS.c.id == review, SCREENING_REVIEWS.c.account_id == account)
    found = select(*_COLUMNS).where(mine)
    row = connection.execute(found.with_for_update() if lock else found).one_or_none()
    return None if row is None else _review(row)


def page(
    connection: Connection,
    account: str,
    states: Sequence[State],
    limit: int,
    after: str | None = None,
) -> tuple[list[Review], str | None]:
    """An account's reviews, oldest first, and the id to go on after (None at the end)."""
    table = SCREENING_REVIEWS.c
    found = select(*_COLUMNS).where(table.account_id == account, table.state.in_(states))
    if after is not None:
        at = get(connection, account, after)
        if at is None:
            return [], None
        same = and_(table.opened_at == at.opened_at, table.id > at.id)
        found = found.where(or_(table.opened_at > at.opened_at, same))
    found = found.order_by(table.opened_at, table.id).limit(limit + 1)
    reviews = [_review(row) for row in connection.execute(found)]
    return reviews[:limit], reviews[limit - 1].id if len(reviews) > limit else None


def of_screening(connection: Connection, screening: str) -> list[Review]:
    """The reviews that a screening opened, by party."""
    found = select(*_COLUMNS).where(SCREENING_REVIEWS.c.screening_id == screening)
    return [_review(row) for row in connection.execute(found.order_by(SCREENING_REVIEWS.c.party))]


def decide(
    connection: Connection,
    review: str,
    decided: Decided,
    state: State,
    closed_at: datetime | None,
) -> None:
    """Write a decision down, and what becomes of the review."""
    connection.execute(
        insert(SCREENING_DECISIONS).values(
            review_id=review,
            actor=decided.actor,
            decision=decided.decision,
            reason=decided.reason,
            note=decided.note,
            at=decided.at,
        )
    )
    mine = SCREENING_REVIEWS.c.id == review
    connection.execute(
        update(SCREENING_REVIEWS).where(mine).values(state=state, closed_at=closed_at)
    )


def decisions(connection: Connection, review: str) -> list[Decided]:
    """What was decided of a review, oldest first."""
    found = (
        select(SCREENING_DECISIONS)
        .where(SCREENING_DECISIONS.c.review_id == review)
        .order_by(SCREENING_DECISIONS.c.id)
    )
    return [
        Decided(row.actor, row.decision, row.reason, row.note, row.at)
        for row in connection.execute(found)
    ]


def _review(row: Any) -> Review:
    return Review(**row._mapping)
