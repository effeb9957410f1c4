"""Who wants to be called when something happens, and which calls are still to be made?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, and_, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from data.store.tables import WEBHOOK_DELIVERIES as DELIVERIES
from data.store.tables import WEBHOOKS

State = Literal["waiting", "delivered", "dead"]


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address to be called. `events` are the kinds wanted, none for all of them.

    `secrets` are sealed, each with the moment after which it signs no more (none: open).
    """

    id: str
    account_id: str
    url: str
    events: Sequence[str]
    description: str
    secrets: Sequence[Mapping[str, Any]] = field(repr=False)
    created_at: datetime
    disabled_at: datetime | None = None
    disabled_because: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One call that is made until somebody takes it, or nobody will. `id` orders them."""

    id: int
    webhook_id: str
    event_id: str
    body: bytes = field(repr=False)
    state: State
    created_at: datetime
    attempts: int
    next_at: datetime | None = None
    last_status: int | None = None
    last_error: str | None = None
    ended_at: datetime | None = None


def create(connection: Connection, webhook: Webhook) -> None:
    """Remember a webhook."""
    connection.execute(
        insert(WEBHOOKS).values(
            id=webhook.id,
            account_id=webhook.account_id,
            url=webhook.url,
            events=list(webhook.events),
            description=webhook.description,
            secrets=[dict(secret) for secret in webhook.secrets],
            created_at=webhook.created_at,
        )
    )


def get(connection: Connection, account: str, webhook: str) -> Webhook | None:
    """An account's webhook; None when it is somebody else's or nobody's."""
    found = select(WEBHOOKS).where(WEBHOOKS.c.id == webhook, WEBHOOKS.c.account_id == account)
    row = connection.execute(found).one_or_none()
    return None if row is None else _webhook(row)


def by_id(connection: Connection, webhook: str) -> Webhook | None:
    """A webhook, whoever's it is: for the one who calls it."""
    row = connection.execute(select(WEBHOOKS).where(WEBHOOKS.c.id == webhook)).one_or_none()
    return None if row is None else _webhook(row)


def of_account(connection: Connection, account: str) -> list[Webhook]:
    """An account's webhooks, oldest first."""
    found = select(WEBHOOKS).where(WEBHOOKS.c.account_id == account)
    ordered = found.order_by(WEBHOOKS.c.created_at, WEBHOOKS.c.id)
    return [_webhook(row) for row in connection.execute(ordered)]


def remove(connection: Connection, account: str, webhook: str) -> bool:
    """Forget a webhook and its calls. False when there is none."""
    mine = and_(WEBHOOKS.c.id == webhook, WEBHOOKS.c.account_id == account)
    return connection.execute(delete(WEBHOOKS).where(mine)).rowcount == 1


def set_secrets(connection: Connection, webhook: str, secrets: Sequence[Mapping[str, Any]]) -> None:
    """Replace the sealed secrets of a webhook."""
    changed = update(WEBHOOKS).where(WEBHOOKS.c.id == webhook)
    connection.execute(changed.values(secrets=[dict(secret) for secret in secrets]))


def disable(connection: Connection, webhook: str, at: datetime | None, because: str | None) -> None:
    """Call a webhook no more; or again, with neither a moment nor a reason."""
    changed = update(WEBHOOKS).where(WEBHOOKS.c.id == webhook)
    connection.execute(changed.values(disabled_at=at, disabled_because=because))


_ONCE = {
    name: dialect.insert(DELIVERIES).on_conflict_do_nothing()
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def enqueue(connection: Connection, webhook: str, event: str, body: bytes, at: datetime) -> None:
    """A call is to be made; the same event is called once, however often it is announced."""
    values = {
        "webhook_id": webhook,
        "event_id": event,
        "body": body,
        "state": "waiting",
        "created_at": at,
        "attempts": 0,
        "next_at": at,
    }
    connection.execute(_ONCE[connection.dialect.name], values)


def take_due(connection: Connection, now: datetime, until: datetime, limit: int) -> list[Delivery]:
    """Calls that are due, taken until a moment: another process leaves them alone until then."""
    due = (
        select(DELIVERIES)
        .where(DELIVERIES.c.state == "waiting", DELIVERIES.c.next_at <= now)
        .order_by(DELIVERIES.c.next_at, DELIVERIES.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = [_delivery(row) for row in connection.execute(due)]
    if taken:
        ids = [delivery.id for delivery in taken]
        connection.execute(update(DELIVERIES).where(DELIVERIES.c.id.in_(ids)).values(next_at=until))
    return taken


def record(
    connection: Connection,
    delivery: int,
    state: State,
    attempts: int,
    *,
    next_at: datetime | None = None,
    status: int | None = None,
    error: str | None = None,
    ended_at: datetime | None = None,
) -> None:
    """What became of a call."""
    connection.execute(
        update(DELIVERIES)
        .where(DELIVERIES.c.id == delivery)
        .values(
            state=state,
            attempts=attempts,
            next_at=next_at,
            last_status=status,
            last_error=error,
            ended_at=ended_at,
        )
    )


def replay(connection: Connection, webhook: str, event: str, at: datetime) -> bool:
    """Make a call again from the beginning, whatever became of it. False when there is none."""
    again = (
        update(DELIVERIES)
        .where(DELIVERIES.c.webhook_id == webhook, DELIVERIES.c.event_id == event)
        .values(state="waiting", attempts=0, next_at=at, ended_at=None)
    )
    return connection.execute(again).rowcount == 1


def deliveries(
    connection: Connection, webhook: str, limit: int, after: int | None = None
) -> tuple[list[Delivery], int | None]:
    """A webhook's calls, newest first, and the id to go on after (None at the end)."""
    found = select(DELIVERIES).where(DELIVERIES.c.webhook_id == webhook)
    if after is not None:
        found = found.where(DELIVERIES.c.id < after)
    rows = list(connection.execute(found.order_by(DELIVERIES.c.id.desc()).limit(limit + 1)))
    kept = [_delivery(row) for row in rows[:limit]]
    return kept, kept[-1].id if len(rows) > limit else None


def forget_ended(connection: Connection, before: datetime) -> int:
    """Drop calls that ended before a moment; dead ones too."""
    ended = or_(DELIVERIES.c.state == "delivered", DELIVERIES.c.state == "dead")
    gone = delete(DELIVERIES).where(ended, DELIVERIES.c.ended_at < before)
    return connection.execute(gone).rowcount


def _webhook(row: Row[tuple[object, ...]]) -> Webhook:
    return Webhook(**row._mapping)


def _delivery(row: Row[tuple[object, ...]]) -> Delivery:
    return Delivery(**row._mapping)
