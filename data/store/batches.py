"""Which files of orders were sent, and what became of each order?

Everything is a row before anybody works on it; `batch_work` says who works on it and what is next.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    func,
    insert,
    select,
    tuple_,
)

from data.store.tables import BATCH_FILES as FILES
from data.store.tables import BATCH_ORDERS as ORDERS
from data.store.tables import BATCHES

BatchState = Literal["received", "making", "collecting", "done", "failed", "cancelled"]
OrderState = Literal["waiting", "made", "partial", "refused"]
OPEN: tuple[BatchState, ...] = ("received", "making", "collecting")
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """A file of orders; `wish` says what is to be made of it, and how its columns are read."""

    id: str
    account_id: str
    idempotency_key: str
    body_hash: str
    created_at: datetime
    name: str
    file_hash: str
    wish: Json
    facts_version: str | None
    state: BatchState
    assumptions: Sequence[str]
    failure: Json | None = None
    tries: int = 0
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """An order of a batch: its rows, its shipment (None where it cannot be read), its papers.

    `lines` are the rows that have goods: those of the shipment's items, in their order.
    """

    number: int
    reference: str
    rows: Sequence[int]
    lines: Sequence[int]
    record: Json | None
    options: Json
    state: OrderState
    faults: Sequence[Json]
    papers: Sequence[Json] = ()
    tries: int = 0


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A result of a batch: offered once it is `made`."""

    name: str
    media: str
    state: Literal["waiting", "made"] = "waiting"
    size: int | None = None
    sha256: str | None = None
    tries: int = 0


_SHOWN = tuple(BATCHES.c[name] for name in StoredBatch.__slots__)
ORDER = tuple(ORDERS.c[name] for name in StoredOrder.__slots__)
FILE = tuple(FILES.c[name] for name in StoredFile.__slots__)


def add(connection: Connection, batch: StoredBatch, source: bytes) -> None:
    """Remember a file of orders and what is wished of it."""
    values = {name: getattr(batch, name) for name in StoredBatch.__slots__}
    values |= {"source": source, "wish": dict(batch.wish), "assumptions": list(batch.assumptions)}
    connection.execute(insert(BATCHES).values(values))


def get(connection: Connection, account: str, batch: str) -> StoredBatch | None:
    """An account's batch; None when it is somebody else's or nobody's."""
    return _one(connection, and_(BATCHES.c.id == batch, BATCHES.c.account_id == account))


def by_id(connection: Connection, batch: str) -> StoredBatch | None:
    """A batch, whoever's it is: for those who work on it."""
    return _one(connection, BATCHES.c.id == batch)


def by_key(connection: Connection, account: str, key: str) -> StoredBatch | None:
    """The batch that a request with this key asked for."""
    mine = and_(BATCHES.c.account_id == account, BATCHES.c.idempotency_key == key)
    return _one(connection, mine)


def page(
    connection: Connection, account: str, limit: int, after: str | None
) -> tuple[list[StoredBatch], str | None]:
    """An account's batches, newest first, and the id to go on after."""
    found = select(*_SHOWN).where(BATCHES.c.account_id == account)
    if after is not None:
        last = select(BATCHES.c.created_at, BATCHES.c.id).where(
            BATCHES.c.id == after, BATCHES.c.account_id == account
        )
        row = connection.execute(last).one_or_none()
        if row is not None:
            found = found.where(tuple_(BATCHES.c.created_at, BATCHES.c.id) < tuple_(*row))
    ordered = found.order_by(BATCHES.c.created_at.desc(), BATCHES.c.id.desc()).limit(limit + 1)
    rows = [StoredBatch(**row._mapping) for row in connection.execute(ordered)]
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def open_ids(connection: Connection) -> list[str]:
    """Batches that something is still to be done for, oldest first."""
    found = select(BATCHES.c.id).where(BATCHES.c.state.in_(OPEN))
    return list(connection.execute(found.order_by(BATCHES.c.created_at, BATCHES.c.id)).scalars())


def counts(connection: Connection, batch: str) -> dict[str, int]:
    """How many orders of a batch are in each state."""
    found = select(ORDERS.c.state, func.count()).where(ORDERS.c.batch_id == batch)
    return {state: number for state, number in connection.execute(found.group_by(ORDERS.c.state))}


def files(connection: Connection, batch: str) -> list[StoredFile]:
    """The results of a batch, made or not."""
    found = select(*FILE).where(FILES.c.batch_id == batch).order_by(FILES.c.name)
    return [StoredFile(**row._mapping) for row in connection.execute(found)]


def orders(
    connection: Connection, batch: str, after: int = 0, limit: int = 500, *, faulty: bool = False
) -> list[StoredOrder]:
    """The orders of a batch after a number; with `faulty`, only those with something to say."""
    found = select(*ORDER).where(ORDERS.c.batch_id == batch, ORDERS.c.number > after)
    if faulty:
        found = found.where(ORDERS.c.state.in_(("partial", "refused")))
    rows = connection.execute(found.order_by(ORDERS.c.number).limit(limit))
    return [StoredOrder(**row._mapping) for row in rows]


def _one(connection: Connection, where: ColumnElement[bool]) -> StoredBatch | None:
    row = connection.execute(select(*_SHOWN).where(where)).one_or_none()
    return None if row is None else StoredBatch(**row._mapping)


def every_order(connection: Connection, batch: str, size: int = 500) -> Iterator[StoredOrder]:
    """All orders of a batch in their order, a few at a time."""
    after = 0
    while found := orders(connection, batch, after, size):
        yield from found
        after = found[-1].number
