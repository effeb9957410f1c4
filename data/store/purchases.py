"""What was sent to a carrier in order to buy, what did it answer, and what is still open?

Rows only: which state may follow which is `carriers.purchase`'s to say. Whoever changes a purchase
reads it with `load` in the transaction that changes it: the row is locked until the end.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from data.store.tables import PURCHASE_ATTEMPTS as ATTEMPTS
from data.store.tables import PURCHASES


@dataclass(frozen=True, slots=True)
class StoredAttempt:
    """One sending: our reference, the request without its secrets, and the answer as it came."""

    our_ref: str
    purchase_id: str
    number: int
    state: str
    fingerprint: str
    sent_at: datetime
    next_at: datetime | None = None
    looks: int = 0
    misses: int = 0
    request: bytes | None = field(default=None, repr=False)
    answered_at: datetime | None = None
    answer_status: int | None = None
    answer_headers: Mapping[str, str] | None = None
    answer_body: bytes | None = field(default=None, repr=False)
    error: Mapping[str, Any] | None = None
    carrier_id: str | None = None
    tracking_number: str | None = None


@dataclass(frozen=True, slots=True)
class StoredPurchase:
    """An intent to buy the label of one shipment, with its attempts, oldest first."""

    id: str
    account_id: str
    shipment_id: str
    state: str
    attempts: tuple[StoredAttempt, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """An attempt about which something must be done now."""

    account_id: str
    shipment_id: str
    number: int


def plan(connection: Connection, account: str, shipment: str, purchase: str, at: datetime) -> None:
    """An intent: one for each shipment."""
    connection.execute(
        insert(PURCHASES).values(
            id=purchase, account_id=account, shipment_id=shipment, state="planned", updated_at=at
        )
    )


def find(connection: Connection, shipment: str) -> StoredPurchase | None:
    """The purchase of a shipment, None where there is no such shipment.

    In a writing transaction nobody else changes it meanwhile.
    """
    found = select(PURCHASES).where(PURCHASES.c.shipment_id == shipment)
    if connection.get_execution_options().get("writes", False):
        found = found.with_for_update()
    row = connection.execute(found).one_or_none()
    if row is None:
        return None
    attempts = select(ATTEMPTS).where(ATTEMPTS.c.purchase_id == row.id).order_by(ATTEMPTS.c.number)
    return StoredPurchase(
        row.id,
        row.account_id,
        row.shipment_id,
        row.state,
        tuple(StoredAttempt(**each._mapping) for each in connection.execute(attempts)),
    )


def load(connection: Connection, shipment: str) -> StoredPurchase:
    """The purchase of a shipment that there is, as `find` finds it."""
    found = find(connection, shipment)
    if found is None:
        raise LookupError(shipment)
    return found


def set_state(connection: Connection, purchase: str, state: str, at: datetime) -> None:
    """The state of a purchase as a whole."""
    changed = update(PURCHASES).where(PURCHASES.c.id == purchase)
    connection.execute(changed.values(state=state, updated_at=at))


def add_attempt(connection: Connection, attempt: StoredAttempt) -> None:
    """A new attempt. Raises IntegrityError when its reference was used before."""
    values = {name: getattr(attempt, name) for name in StoredAttempt.__slots__}
    connection.execute(insert(ATTEMPTS).values(values))


def change_attempt(connection: Connection, our_ref: str, **values: Any) -> None:
    """Write down what became of an attempt."""
    connection.execute(update(ATTEMPTS).where(ATTEMPTS.c.our_ref == our_ref).values(values))


def claim_due(connection: Connection, now: datetime, until: datetime, limit: int) -> list[Due]:
    """The attempts about which something must be done now; others see them again at `until`."""
    due = (
        select(
            ATTEMPTS.c.our_ref, ATTEMPTS.c.number, PURCHASES.c.account_id, PURCHASES.c.shipment_id
        )
        .join(PURCHASES, PURCHASES.c.id == ATTEMPTS.c.purchase_id)
        .where(ATTEMPTS.c.next_at <= now)
        .order_by(ATTEMPTS.c.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True, of=ATTEMPTS)
    )
    found = connection.execute(due).all()
    for row in found:
        change_attempt(connection, row.our_ref, next_at=until)
    return [Due(row.account_id, row.shipment_id, row.number) for row in found]
