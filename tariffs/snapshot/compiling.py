"""How do facts and imported schedules become one immutable file?

The file is written under a temporary name, synced, renamed to its version, and only then does the
pointer name it: a reader finds the old version or the new one whole, whenever we are killed.
"""

import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from data.model.dated import Law
from tariffs.nomenclature import padded
from tariffs.schedule import Measure, ScheduleStatus
from tariffs.snapshot.contents import FORMAT, ScheduleContents, SnapshotContents, SnapshotError
from tariffs.snapshot.flattening import flatten
from tariffs.snapshot.records import (
    LawTable,
    territory_base,
    write_commodity,
    write_rate,
    write_record,
)

POINTER = "CURRENT"
VERSION_LENGTH = 12

_SCHEMA = """
CREATE TABLE commodity (k INTEGER PRIMARY KEY, v BLOB NOT NULL);
CREATE TABLE measure (k INTEGER PRIMARY KEY, v BLOB NOT NULL);
CREATE TABLE law (k TEXT PRIMARY KEY, v BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE status (k TEXT PRIMARY KEY, v BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE document (k TEXT PRIMARY KEY, v BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE exchange_rates (k TEXT PRIMARY KEY, v BLOB NOT NULL) WITHOUT ROWID;
"""
_INSERTS = {
    "commodity": "INSERT INTO commodity VALUES (?, ?)",
    "measure": "INSERT INTO measure VALUES (?, ?)",
    "law": "INSERT INTO law VALUES (?, ?)",
    "status": "INSERT INTO status VALUES (?, ?)",
    "document": "INSERT INTO document VALUES (?, ?)",
    "exchange_rates": "INSERT INTO exchange_rates VALUES (?, ?)",
}

_Entry = tuple[int | str, bytes]


def compile_snapshot(target_dir: Path, contents: SnapshotContents) -> str:
    """Write a snapshot of these facts, make it the current one, and say its version.

    The version is a hash over the content: the same facts give the same version and bytes.
    Raises `SnapshotError` when the facts cannot be kept; then nothing has changed.
    """
    target_dir.mkdir(parents=True, exist_ok=True)
    with _temporary(target_dir) as path:
        version = _write(path, contents)
        _sync(path)
        path.replace(target_dir / f"{version}.sqlite")
    with _temporary(target_dir) as path:
        path.write_text(f"{version}\n", "ascii")
        _sync(path)
        path.replace(target_dir / POINTER)
    _sync(target_dir)
    return version


class _temporary:  # noqa: N801 - reads as a statement
    """A new file beside the target, gone at the end unless it was renamed."""

    def __init__(self, folder: Path) -> None:
        handle, name = tempfile.mkstemp(prefix=".compiling-", dir=folder)
        os.close(handle)
        self._path = Path(name)
        self._path.chmod(0o644)

    def __enter__(self) -> Path:
        return self._path

    def __exit__(self, *exception: object) -> None:
        self._path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Wait until a file, or a folder's list of names, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(path: Path, contents: SnapshotContents) -> str:
    """Fill an empty file and say the hash over everything in it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # The file is nobody's until it is renamed, so it needs no journal.
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SCHEMA)
        connection.execute(f"PRAGMA user_version={FORMAT:d}")
        connection.execute("BEGIN")
        writer = _Writer(connection)
        for schedule in sorted(contents.schedules, key=lambda schedule: schedule.territory):
            writer.schedule(schedule)
        writer.laws()
        writer.put("document", _documents(contents))
        writer.put("exchange_rates", _exchange_rates(contents))
        connection.execute("COMMIT")
    return writer.version()


class _Writer:
    """Writes entries and hashes what it writes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._hash = hashlib.sha256(b"format %d" % FORMAT)
        self._laws = LawTable()
        self._territories: set[str] = set()

    def version(self) -> str:
        return self._hash.hexdigest()[:VERSION_LENGTH]

    def put(self, table: str, entries: Iterable[_Entry]) -> None:
        self._hash.update(b"\0" + table.encode())
        self._connection.executemany(_INSERTS[table], self._hashed(entries))

    def _hashed(self, entries: Iterable[_Entry]) -> Iterator[_Entry]:
        update = self._hash.update
        for key, value in entries:
            update(b"\0%s\0%s" % (str(key).encode(), value))
            yield key, value

    def schedule(self, contents: ScheduleContents) -> None:
        """One territory: its commodities, measures and status."""
        territory = contents.territory
        if territory in self._territories:
            raise SnapshotError(f"two schedules for {territory}")
        if not contents.versions:
            raise SnapshotError(f"{territory}: a schedule without a version")
        self._territories.add(territory)
        counts = {"rows": 0, "codes": 0}
        self.put("commodity", self._commodities(contents, counts))
        self.put("measure", self._measures(contents))
        status = ScheduleStatus(
            territory=territory,
            version=self.version(),
            source=contents.source,
            publisher=contents.publisher,
            licence=contents.licence,
            as_of=_as_of(contents),
            checked_on=contents.checked_on,
            completeness=contents.completeness,
            note=contents.note,
            **counts,
        )
        self.put("status", [(territory, write_record(status, self._laws.reference))])

    def _commodities(self, contents: ScheduleContents, counts: dict[str, int]) -> Iterator[_Entry]:
        base = territory_base(contents.territory)
        covering = _Coverage(contents.measures)
        reference = self._laws.reference
        for flat in flatten(contents):
            try:
                rates = sorted({write_rate(row, reference(law)) for row, law in flat.rows})
            except KeyError as unknown:
                raise SnapshotError(f"{flat.code}: no programme is called {unknown}") from None
            code = padded(flat.code)
            counts["rows"] += len(rates)
            counts["codes"] += 1
            yield base + int(code), write_commodity(len(flat.code), covering.of(code), rates)

    def _measures(self, contents: ScheduleContents) -> Iterator[_Entry]:
        base = territory_base(contents.territory)
        for number, measure in enumerate(contents.measures):
            yield base + number, write_record(measure, self._laws.reference)

    def laws(self) -> None:
        """The table of every law that was referred to."""
        self.put("law", sorted((reference, _law(law)) for reference, law in self._laws))


class _Coverage:
    """Which measures cover a code: all goods or a listed prefix, and no excepted prefix."""

    def __init__(self, measures: Sequence[Measure]) -> None:
        self._everything = {n for n, measure in enumerate(measures) if not measure.goods}
        self._listed: dict[str, set[int]] = {}
        self._excepted: dict[str, set[int]] = {}
        for number, measure in enumerate(measures):
            for prefix in measure.goods:
                self._listed.setdefault(prefix, set()).add(number)
            for prefix in measure.except_goods:
                self._excepted.setdefault(prefix, set()).add(number)
        self._lengths = sorted({len(prefix) for prefix in [*self._listed, *self._excepted]})

    def of(self, code: str) -> list[int]:
        """The numbers of the measures that cover a full code, ascending."""
        covering, excepted = set(self._everything), set[int]()
        for length in self._lengths:
            covering |= self._listed.get(code[:length], set())
            excepted |= self._excepted.get(code[:length], set())
        return sorted(covering - excepted)


def _as_of(contents: ScheduleContents) -> date:
    """The day a schedule as a whole is of: an import of single codes does not make it newer."""
    complete = [version.as_of for version in contents.versions if version.complete]
    return max(complete or [version.as_of for version in contents.versions])


def _documents(contents: SnapshotContents) -> Iterator[_Entry]:
    for name in sorted(contents.documents):
        try:
            yield name, orjson.dumps(contents.documents[name])
        except TypeError as error:
            raise SnapshotError(f"document {name} is not JSON: {error}") from error


def _exchange_rates(contents: SnapshotContents) -> Iterator[_Entry]:
    for source in sorted(contents.exchange_rates):
        days: dict[str, dict[str, str]] = {}
        for day, row in contents.exchange_rates[source]:
            if day.isoformat() in days:
                raise SnapshotError(f"{source}: two rows of exchange rates for {day}")
            days[day.isoformat()] = {code: str(row[code]) for code in sorted(row)}
        for day_text in sorted(days):
            yield f"{source} {day_text}", orjson.dumps(days[day_text])


def _law(law: Law) -> bytes:
    record: dict[str, Any] = {"id": law.id, "title": law.title, "url": law.url}
    return orjson.dumps(record)
