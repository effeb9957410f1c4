"""Which database, and how is a transaction opened on it?

On SQLite a writer takes the lock when its transaction begins, not at its first write: a
transaction that reads first and writes later would otherwise fail at once when another process
wrote in between, whatever the busy timeout. Readers never wait: the journal is a write-ahead log.

`synchronous=NORMAL`: a commit is in the operating system's hands when it returns, and survives
the death of the process. After a power cut the last commits may be missing, never half there.
FULL waits for the disk at every commit: saving a quote took 0.44 ms instead of 0.21 ms on a fast
disk, and takes several milliseconds on a slow one. What must not be forgotten, because money
follows, is written with `durable=True`, which is FULL.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import SQLAlchemyError

_BUSY_MILLISECONDS = 10_000
_SQLITE_PRAGMAS = (
    f"PRAGMA busy_timeout={_BUSY_MILLISECONDS:d}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    "PRAGMA foreign_keys=ON",
)


def open_engine(url: str) -> Engine:
    """The database at a URL: ``sqlite:////path/to/file.db`` or ``postgresql://…``.

    Make it after fork: connections are not shared between processes.
    """
    parsed = make_url(url)
    options: dict[str, Any] = {
        "json_serializer": lambda value: orjson.dumps(value).decode(),
        "json_deserializer": orjson.loads,
    }
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, **options)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    return create_engine(parsed, pool_pre_ping=True, **options)


@contextmanager
def writing(engine: Engine, *, durable: bool = False) -> Iterator[Connection]:
    """A transaction that may write: committed at the end, undone by an error.

    A `durable` one is on the disk when it has ended, on SQLite too.
    """
    options = {"writes": True, "durable": durable}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads, and waits for no writer."""
    with engine.connect() as connection:
        yield connection


def is_reachable(engine: Engine) -> bool:
    """Whether the database answers."""
    try:
        with reading(engine) as connection:
            return connection.execute(text("SELECT 1")).scalar() == 1
    except SQLAlchemyError:
        return False


def _prepare_sqlite(connection: sqlite3.Connection, record: object) -> None:
    connection.isolation_level = None  # transactions begin where `_begin_sqlite` says
    for pragma in _SQLITE_PRAGMAS:
        connection.execute(pragma).close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    durable = options.get("durable", False)
    if connection.info.get("durable", False) != durable:  # it cannot change in a transaction
        connection.exec_driver_sql(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        connection.info["durable"] = durable
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes", False) else "BEGIN")
