"""Who is working on which batch, and what is done next?

Whoever works takes rows for a while: when that process dies, another takes them when the while is
over, or as soon as the death is known. What is finished stays finished.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Table, and_, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from data.store.batches import FILE, OPEN, ORDER, Json, StoredFile, StoredOrder
from data.store.tables import BATCH_FILES as FILES
from data.store.tables import BATCH_ORDERS as ORDERS
from data.store.tables import BATCHES

ALONE_AFTER = 5
_LET_GO: dict[str, Any] = {"holder": None, "held_until": None}


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
    found = select(*ORDER).where(free).order_by(ORDERS.c.tries, ORDERS.c.number).limit(limit)
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
    found = select(*FILE).where(free).order_by(FILES.c.name.desc()).limit(1)
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


def _free(table: Table, now: datetime) -> ColumnElement[bool]:
    return or_(table.c.holder.is_(None), table.c.held_until <= now)


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
