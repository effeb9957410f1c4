"""Which parcels are followed, and where are they as far as is known?

A parcel is a number of a carrier, followed for an account. `next_at` is when its carrier is asked
again, none when there is nothing more to hear.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from data.store.tables import TRACKINGS


@dataclass(frozen=True, slots=True)
class StoredTracking:
    """One followed parcel; `page` is the name of its public page, which nobody can guess.

    `events` are plain JSON. `recipient` is the e-mail address that notices go to.
    """

    id: str
    account_id: str
    carrier: str
    number: str
    page: str
    since: datetime
    status: str = "created"
    stage: str | None = None
    reason: str | None = None
    action_by: str | None = None
    shipment_id: str | None = None
    estimated: datetime | None = None
    delivered_at: datetime | None = None
    events: Sequence[Mapping[str, Any]] = ()
    checked_at: datetime | None = None
    next_at: datetime | None = None
    failures: int = 0
    last_error: str | None = None
    recipient: str | None = field(default=None, repr=False)
    locale: str | None = None


_ONCE = {
    name: dialect.insert(TRACKINGS).on_conflict_do_nothing()
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def follow(connection: Connection, tracking: StoredTracking) -> None:
    """Follow a parcel from now on; one that is followed already stays as it is."""
    values = {name: getattr(tracking, name) for name in StoredTracking.__slots__}
    values["events"] = [dict(event) for event in tracking.events]
    connection.execute(_ONCE[connection.dialect.name], values)


def get(
    connection: Connection, account: str, carrier: str, number: str, *, locked: bool = False
) -> StoredTracking | None:
    """An account's parcel, locked until the transaction ends where that is asked for."""
    found = select(TRACKINGS).where(
        TRACKINGS.c.account_id == account,
        TRACKINGS.c.carrier == carrier,
        TRACKINGS.c.number == number,
    )
    found = found.with_for_update() if locked else found
    return _tracking(connection.execute(found).one_or_none())


def by_page(connection: Connection, page: str) -> StoredTracking | None:
    """The parcel that a public page is about."""
    found = select(TRACKINGS).where(TRACKINGS.c.page == page)
    return _tracking(connection.execute(found).one_or_none())


def by_id(connection: Connection, tracking: str) -> StoredTracking | None:
    """A parcel, whoever's it is."""
    found = select(TRACKINGS).where(TRACKINGS.c.id == tracking)
    return _tracking(connection.execute(found).one_or_none())


def of_shipment(connection: Connection, shipment: str) -> list[StoredTracking]:
    """The parcels of a shipment, the one that was followed first before the others."""
    found = select(TRACKINGS).where(TRACKINGS.c.shipment_id == shipment)
    ordered = found.order_by(TRACKINGS.c.since, TRACKINGS.c.id)
    return [StoredTracking(**row._mapping) for row in connection.execute(ordered)]


def take_due(
    connection: Connection, now: datetime, until: datetime, limit: int
) -> list[StoredTracking]:
    """Parcels to be asked about now, taken until a moment: other processes leave them alone."""
    due = (
        select(TRACKINGS)
        .where(TRACKINGS.c.next_at <= now)
        .order_by(TRACKINGS.c.next_at, TRACKINGS.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = [StoredTracking(**row._mapping) for row in connection.execute(due)]
    if taken:
        ids = [tracking.id for tracking in taken]
        connection.execute(update(TRACKINGS).where(TRACKINGS.c.id.in_(ids)).values(next_at=until))
    return taken


def change(connection: Connection, tracking: str, **values: Any) -> None:
    """Write down what is known of a parcel."""
    connection.execute(update(TRACKINGS).where(TRACKINGS.c.id == tracking).values(values))


def _tracking(row: Row[tuple[object, ...]] | None) -> StoredTracking | None:
    return None if row is None else StoredTracking(**row._mapping)
