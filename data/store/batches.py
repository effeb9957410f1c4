"""Which files of orders are being worked on, by whom, and what became of each order?

Everything is a row before anybody works on it. Whoever works takes rows for a while: when that
process dies, another takes them when the while is over, or as soon as the death is known.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from data.store.tables import BATCH_FILES as FILES
from data.store.tables import BATCH_ORDERS as ORDERS
from data.store.tables import BATCHES

BatchState = Literal["received", "making", "collecting", "done", "failed", "cancelled"]
OrderState = Literal["waiting", "made", "partial", "refused"]
OPEN: tuple[BatchState, ...] = ("received", "making", "collecting")
ALONE_AFTER = 5
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
_ORDER = tuple(ORDERS.c[name] for name in StoredOrder.__slots__)
_FILE = tuple(FILES.c[name] for name in StoredFile.__slots__)


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


def claim_reading(
    connection: Connection, batch: str, holder: str, now: datetime, until: datetime
) -> bytes | None:
    """Take the reading of a file; None when there is nothing to read, or somebody reads it."""
    free = and_(BATCHES.c.id == batch, BATCHES.c.state == "received", _free(BATCHES, now))
    taken = update(BATCHES).where(free)
    values = {"holder": holder, "held_until": until, "tries": BATCHES.c.tries + 1}
    if connection.execute(taken.values(values)).rowcount != 1:
        return None
    found = select(BATCHES.c.source).where(BATCHES.c.id == batch)
    source: bytes = connection.execute(found).scalar_one()
    return source


def put_orders(
    connection: Connection, batch: str, orders: Iterable[StoredOrder], assumptions: Sequence[str]
) -> bool:
    """The file was read: its orders, all in one transaction. False when it was read already."""
    read = update(BATCHES).where(BATCHES.c.id == batch, BATCHES.c.state == "received")
    values = {"state": "making", "source": None, "assumptions": list(assumptions), **_LET_GO}
    if connection.execute(read.values(values)).rowcount != 1:
        return False
    rows = [{**_order_values(order), "batch_id": batch} for order in orders]
    for start in range(0, len(rows), 500):
        connection.execute(insert(ORDERS), rows[start : start + 500])
    return True


def claim_orders(
    connection: Connection, batch: str, holder: str, now: datetime, until: datetime, limit: int
) -> list[StoredOrder]:
    """Take the next orders of a batch that nobody makes.

    One that has been taken often, by processes that died of something, is taken alone.
    """
    state = select(BATCHES.c.state).where(BATCHES.c.id == batch)
    if connection.execute(state).scalar_one_or_none() != "making":
        return []
    free = and_(ORDERS.c.batch_id == batch, ORDERS.c.state == "waiting", _free(ORDERS, now))
    found = select(*_ORDER).where(free).order_by(ORDERS.c.tries, ORDERS.c.number).limit(limit)
    orders = [
        StoredOrder(**row._mapping)
        for row in connection.execute(found.with_for_update(skip_locked=True))
    ]
    if orders:
        often = orders[0].tries >= ALONE_AFTER
        orders = orders[:1] if often else [each for each in orders if each.tries < ALONE_AFTER]
        numbers = [order.number for order in orders]
        taken = update(ORDERS).where(ORDERS.c.batch_id == batch, ORDERS.c.number.in_(numbers))
        values = {"holder": holder, "held_until": until, "tries": ORDERS.c.tries + 1}
        connection.execute(taken.values(values))
    return orders


def finish_orders(connection: Connection, batch: str, orders: Iterable[StoredOrder]) -> None:
    """What became of orders. One that was finished before stays as it is."""
    for order in orders:
        mine = update(ORDERS).where(
            ORDERS.c.batch_id == batch,
            ORDERS.c.number == order.number,
            ORDERS.c.state == "waiting",
        )
        values = {
            "state": order.state,
            "faults": [dict(fault) for fault in order.faults],
            "papers": [dict(paper) for paper in order.papers],
            **_LET_GO,
        }
        connection.execute(mine.values(values))


def counts(connection: Connection, batch: str) -> dict[str, int]:
    """How many orders of a batch are in each state."""
    found = select(ORDERS.c.state, func.count()).where(ORDERS.c.batch_id == batch)
    return {state: number for state, number in connection.execute(found.group_by(ORDERS.c.state))}


_NEW_FILE = {
    name: dialect.insert(FILES).on_conflict_do_nothing()
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def begin_collecting(connection: Connection, batch: str, files: Iterable[StoredFile]) -> bool:
    """Every order was made or refused: its results are next. False while one is waiting."""
    waiting = select(ORDERS.c.number).where(ORDERS.c.batch_id == batch, ORDERS.c.state == "waiting")
    ready = update(BATCHES).where(
        BATCHES.c.id == batch, BATCHES.c.state == "making", ~waiting.exists()
    )
    if connection.execute(ready.values(state="collecting")).rowcount != 1:
        return False
    for file in files:
        named: dict[str, object] = {"batch_id": batch, "name": file.name, "media": file.media}
        values = named | {"state": "waiting", "tries": 0}
        connection.execute(_NEW_FILE[connection.dialect.name], values)
    return True


def claim_file(
    connection: Connection, batch: str, holder: str, now: datetime, until: datetime
) -> StoredFile | None:
    """Take the next result of a batch that nobody makes; of PDFs only one at a time.

    A PDF of many papers takes memory, and two at once would take twice as much.
    """
    state = select(BATCHES.c.state).where(BATCHES.c.id == batch).with_for_update()
    if connection.execute(state).scalar_one_or_none() != "collecting":
        return None
    free = and_(FILES.c.batch_id == batch, FILES.c.state == "waiting", _free(FILES, now))
    pdf = FILES.c.media == "application/pdf"
    taken_pdf = select(FILES.c.name).where(
        FILES.c.batch_id == batch, FILES.c.state == "waiting", pdf, FILES.c.held_until > now
    )
    if connection.execute(taken_pdf).first() is not None:
        free = and_(free, ~pdf)
    found = select(*_FILE).where(free).order_by(FILES.c.name.desc()).limit(1)
    row = connection.execute(found.with_for_update(skip_locked=True)).one_or_none()
    if row is None:
        return None
    taken = update(FILES).where(FILES.c.batch_id == batch, FILES.c.name == row.name)
    values = {"holder": holder, "held_until": until, "tries": FILES.c.tries + 1}
    connection.execute(taken.values(values))
    return StoredFile(**row._mapping)


def finish_file(connection: Connection, batch: str, name: str, size: int, sha256: str) -> None:
    """A result lies on the disk, whole."""
    made = update(FILES).where(FILES.c.batch_id == batch, FILES.c.name == name)
    connection.execute(made.values(state="made", size=size, sha256=sha256, **_LET_GO))


def finish(connection: Connection, batch: str, now: datetime) -> bool:
    """Every result is made: the batch is done. False when it was, or one is waiting."""
    waiting = select(FILES.c.name).where(FILES.c.batch_id == batch, FILES.c.state == "waiting")
    done = update(BATCHES).where(
        BATCHES.c.id == batch, BATCHES.c.state == "collecting", ~waiting.exists()
    )
    return connection.execute(done.values(state="done", finished_at=now)).rowcount == 1


def end(
    connection: Connection,
    batch: str,
    state: Literal["failed", "cancelled"],
    now: datetime,
    failure: Json | None = None,
) -> bool:
    """Give a batch up. False when it had ended."""
    ended = update(BATCHES).where(BATCHES.c.id == batch, BATCHES.c.state.in_(OPEN))
    values = {"state": state, "finished_at": now, "source": None, **_LET_GO}
    values["failure"] = None if failure is None else dict(failure)
    return connection.execute(ended.values(values)).rowcount == 1


def files(connection: Connection, batch: str) -> list[StoredFile]:
    """The results of a batch, made or not."""
    found = select(*_FILE).where(FILES.c.batch_id == batch).order_by(FILES.c.name)
    return [StoredFile(**row._mapping) for row in connection.execute(found)]


def orders(
    connection: Connection, batch: str, after: int = 0, limit: int = 500, *, faulty: bool = False
) -> list[StoredOrder]:
    """The orders of a batch after a number; with `faulty`, only those with something to say."""
    found = select(*_ORDER).where(ORDERS.c.batch_id == batch, ORDERS.c.number > after)
    if faulty:
        found = found.where(ORDERS.c.state.in_(("partial", "refused")))
    rows = connection.execute(found.order_by(ORDERS.c.number).limit(limit))
    return [StoredOrder(**row._mapping) for row in rows]


def holders(connection: Connection) -> set[str]:
    """Everybody who has taken something that is not finished."""
    names: set[str] = set()
    for table in (BATCHES, ORDERS, FILES):
        found = select(table.c.holder).where(table.c.holder.is_not(None)).distinct()
        names.update(connection.execute(found).scalars())
    return names


def release(connection: Connection, gone: Iterable[str]) -> None:
    """Let go of what these have taken: they are no more."""
    names = list(gone)
    for table in (BATCHES, ORDERS, FILES) if names else ():
        connection.execute(update(table).where(table.c.holder.in_(names)).values(_LET_GO))


_LET_GO: dict[str, Any] = {"holder": None, "held_until": None}


def _free(table: Table, now: datetime) -> ColumnElement[bool]:
    return or_(table.c.holder.is_(None), table.c.held_until <= now)


def _one(connection: Connection, where: ColumnElement[bool]) -> StoredBatch | None:
    row = connection.execute(select(*_SHOWN).where(where)).one_or_none()
    return None if row is None else StoredBatch(**row._mapping)


def _order_values(order: StoredOrder) -> dict[str, Any]:
    return {
        "number": order.number,
        "reference": order.reference,
        "rows": list(order.rows),
        "lines": list(order.lines),
        "record": None if order.record is None else dict(order.record),
        "options": dict(order.options),
        "state": order.state,
        "faults": [dict(fault) for fault in order.faults],
        "papers": [],
        "tries": 0,
    }


def every_order(connection: Connection, batch: str, size: int = 500) -> Iterator[StoredOrder]:
    """All orders of a batch in their order, a few at a time."""
    after = 0
    while found := orders(connection, batch, after, size):
        yield from found
        after = found[-1].number
