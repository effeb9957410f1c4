"""Which schedules were imported, of which day, and what are their rows?

An import is read to its end before the database is touched, so that a source that breaks off
leaves everything as it was and a slow one locks nobody out; then it goes in whole. Rows are
spooled to a temporary file, not held in memory: a national tariff has up to a million.
"""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, BinaryIO

import orjson
from sqlalchemy import Connection, Engine, Row, delete, insert, select

from data.model.schedule_rows import COLUMNS, ScheduleRow
from data.store.engines import reading, writing
from data.store.tables import SCHEDULE_IMPORTS, SCHEDULE_ROWS

_BATCH = 5_000
_WHOLE_HASHES = 1 << 256
_IMPORT_COLUMNS = ("territory", "source", "as_of", "complete", "version", "rows", "imported_at")


@dataclass(frozen=True, slots=True)
class ImportedSchedule:
    """One import: a source's word on a territory's schedule on one day.

    `version` is a hash over the rows, whatever their order.
    """

    id: int
    territory: str
    source: str
    as_of: date
    complete: bool
    version: str
    rows: int
    imported_at: datetime


class Schedules:
    """Imported schedules in the database; a sink for importers, a source for the compiler."""

    def __init__(self, engine: Engine, now: datetime) -> None:
        self._engine = engine
        self._now = now

    def replace(
        self,
        territory: str,
        source: str,
        as_of: date,
        complete: bool,  # noqa: FBT001 - importers name it by its place
        rows: Iterable[ScheduleRow],
    ) -> ImportedSchedule:
        """Put a source's rows of a day in place of what it said of that day before.

        One transaction: an error changes nothing. The same rows twice change nothing either, and
        give the import that is there. Rows of other days stay: each is a version of its own.
        """
        with tempfile.TemporaryFile() as spool:
            count, version = _spool(rows, spool)
            with writing(self._engine) as connection:
                there = _find(connection, territory, source, as_of)
                if there is not None and (there.version, there.complete) == (version, complete):
                    return there
                if there is not None:
                    gone = delete(SCHEDULE_IMPORTS).where(SCHEDULE_IMPORTS.c.id == there.id)
                    connection.execute(gone)
                values = (territory, source, as_of, complete, version, count, self._now)
                made = connection.execute(
                    insert(SCHEDULE_IMPORTS).returning(SCHEDULE_IMPORTS.c.id),
                    dict(zip(_IMPORT_COLUMNS, values, strict=True)),
                )
                number = made.scalar_one()
                for batch in _batches(spool, number):
                    connection.execute(insert(SCHEDULE_ROWS), batch)
            return ImportedSchedule(number, *values)

    def versions(self, territory: str | None = None) -> list[ImportedSchedule]:
        """Every import, or those of one territory: by territory, then oldest first."""
        listed = select(SCHEDULE_IMPORTS).order_by(
            SCHEDULE_IMPORTS.c.territory, SCHEDULE_IMPORTS.c.as_of, SCHEDULE_IMPORTS.c.source
        )
        if territory is not None:
            listed = listed.where(SCHEDULE_IMPORTS.c.territory == territory)
        with reading(self._engine) as connection:
            return [ImportedSchedule(**row._mapping) for row in connection.execute(listed)]

    def rows(self, version: ImportedSchedule) -> Iterator[ScheduleRow]:
        """The rows of an import, as they were read, a few thousand in memory at a time."""
        listed = (
            select(*(SCHEDULE_ROWS.c[column] for column in COLUMNS))
            .where(SCHEDULE_ROWS.c.import_id == version.id)
            .order_by(SCHEDULE_ROWS.c.id)
            .execution_options(yield_per=_BATCH)
        )
        with reading(self._engine) as connection:
            for row in connection.execute(listed):
                yield _row(row)


def _spool(rows: Iterable[ScheduleRow], spool: BinaryIO) -> tuple[int, str]:
    """Write rows to a file; say how many there were and a hash that no order changes.

    Hashes are added, not folded together by exclusive or: a row that stands twice must count.
    """
    count = total = 0
    for row in rows:
        line = orjson.dumps([getattr(row, column) for column in COLUMNS])
        total += int.from_bytes(hashlib.sha256(line).digest(), "big")
        count += 1
        spool.write(line + b"\n")
    whole = (total % _WHOLE_HASHES).to_bytes(32, "big") + count.to_bytes(8, "big")
    return count, hashlib.sha256(whole).hexdigest()


def _batches(spool: BinaryIO, number: int) -> Iterator[list[dict[str, Any]]]:
    """The spooled rows as what a batch of INSERTs takes."""
    spool.seek(0)
    while lines := list(islice(spool, _BATCH)):
        yield [_values(orjson.loads(line), number) for line in lines]


def _values(spooled: list[Any], number: int) -> dict[str, Any]:
    values = dict(zip(COLUMNS, spooled, strict=True))
    values["import_id"] = number
    values["origins"] = " ".join(values["origins"])
    values["excluded_origins"] = " ".join(values["excluded_origins"])
    values["since"] = date.fromisoformat(values["since"])
    values["until"] = values["until"] and date.fromisoformat(values["until"])
    return values


def _row(row: Row[tuple[Any, ...]]) -> ScheduleRow:
    values = dict(row._mapping)
    values["origins"] = tuple(values["origins"].split())
    values["excluded_origins"] = tuple(values["excluded_origins"].split())
    return ScheduleRow(**values)


def _find(
    connection: Connection, territory: str, source: str, as_of: date
) -> ImportedSchedule | None:
    found = select(SCHEDULE_IMPORTS).where(
        SCHEDULE_IMPORTS.c.territory == territory,
        SCHEDULE_IMPORTS.c.source == source,
        SCHEDULE_IMPORTS.c.as_of == as_of,
    )
    row = connection.execute(found).one_or_none()
    return None if row is None else ImportedSchedule(**row._mapping)
