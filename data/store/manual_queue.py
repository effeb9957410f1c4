"""What can only a person find out? Purchases and twins that no question to a carrier settles."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, insert, select, update

from data.store.tables import MANUAL_QUEUE as QUEUE

Kind = Literal["outcome", "twin", "labels"]
"""Was it bought? Is a second label still to be given back? Where are its labels?"""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to find out, about one of our references at a carrier."""

    account_id: str
    shipment_id: str
    our_ref: str
    kind: Kind
    reason: str
    opened_at: datetime


_COLUMNS = [QUEUE.c[name] for name in Task.__slots__]


def add(connection: Connection, task: Task) -> None:
    """A new task, unless it is there already; one that was closed is opened again."""
    same = (QUEUE.c.our_ref == task.our_ref, QUEUE.c.kind == task.kind)
    if connection.execute(select(QUEUE.c.id).where(*same)).first() is None:
        values = {name: getattr(task, name) for name in Task.__slots__}
        connection.execute(insert(QUEUE).values(values))
    else:
        again = update(QUEUE).where(*same, QUEUE.c.closed_at.is_not(None))
        connection.execute(again.values(closed_at=None, resolution=None, reason=task.reason))


def close(connection: Connection, our_ref: str, kind: Kind, resolution: str, at: datetime) -> bool:
    """Say what was found out. False when there is no such open task."""
    task = update(QUEUE).where(
        QUEUE.c.our_ref == our_ref, QUEUE.c.kind == kind, QUEUE.c.closed_at.is_(None)
    )
    return connection.execute(task.values(closed_at=at, resolution=resolution)).rowcount == 1


def open_tasks(connection: Connection, shipment: str | None = None) -> list[Task]:
    """What is to be found out, oldest first; all or of one shipment."""
    found = select(*_COLUMNS).where(QUEUE.c.closed_at.is_(None)).order_by(QUEUE.c.id)
    if shipment is not None:
        found = found.where(QUEUE.c.shipment_id == shipment)
    return [Task(**row._mapping) for row in connection.execute(found)]
