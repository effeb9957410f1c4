"""Which lists of restricted parties were imported here, and what did each import change?

Only the newest entries of a list are kept; of older ones, that they were added, changed or removed.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeVar

import orjson
from sqlalchemy import Connection, delete, insert, select, update

from data.model.listed_parties import ListedParty, read_party, write_party
from data.store.tables import SCREENING_CHANGES, SCREENING_ENTRIES, SCREENING_LISTS

Change = Literal["added", "changed", "removed"]
_BATCH = 500
T = TypeVar("T")


class OlderListError(ValueError):
    """The list that is held is of a later day than the one that would take its place."""


@dataclass(frozen=True, slots=True)
class StoredList:
    """One import of a list."""

    id: int
    list: str
    as_of: date
    sha256: str
    fetched_at: datetime
    entries: int
    names: int


def replace_list(
    connection: Connection,
    list_id: str,
    as_of: date,
    sha256: str,
    fetched_at: datetime,
    entries: Iterable[ListedParty],
) -> dict[Change, int] | None:
    """Put a list in the place of the one before; how many entries changed, and how.

    None when this very file is what is held. Raises `OlderListError`.
    """
    held = next((each for each in current(connection) if each.list == list_id), None)
    if held is not None and held.as_of > as_of:
        raise OlderListError(f"{list_id} is held as of {held.as_of}, which is after {as_of}")
    if held is not None and (held.as_of, held.sha256) == (as_of, sha256):
        return None
    before = _digests(connection, list_id)
    after: dict[str, tuple[str, bytes]] = {}
    names = 0
    for entry in entries:
        record = orjson.dumps(write_party(entry), option=orjson.OPT_SORT_KEYS)
        after[entry.id] = (hashlib.sha256(record).hexdigest(), record)
        names += len(entry.names)
    now_held = SCREENING_LISTS.c.list == list_id
    connection.execute(update(SCREENING_LISTS).where(now_held).values(current=False))
    values = {
        "list": list_id,
        "as_of": as_of,
        "sha256": sha256,
        "fetched_at": fetched_at,
        "entries": len(after),
        "names": names,
        "current": True,
    }
    known = connection.execute(
        select(SCREENING_LISTS.c.id).where(
            now_held, SCREENING_LISTS.c.as_of == as_of, SCREENING_LISTS.c.sha256 == sha256
        )
    ).scalar()
    if known is not None:  # a file that was held before is held again
        connection.execute(delete(SCREENING_CHANGES).where(SCREENING_CHANGES.c.import_id == known))
        connection.execute(delete(SCREENING_LISTS).where(SCREENING_LISTS.c.id == known))
    made = connection.execute(insert(SCREENING_LISTS).values(values)).inserted_primary_key
    if made is None:
        raise RuntimeError("the database gave the import no number")
    changes = dict(_changes(before, after))
    _write(connection, list_id, int(made[0]), after, changes)
    counted: dict[Change, int] = {"added": 0, "changed": 0, "removed": 0}
    for change in changes.values():
        counted[change] += 1
    return counted


def current(connection: Connection) -> list[StoredList]:
    """The lists that are held, by their ids."""
    found = (
        select(SCREENING_LISTS)
        .where(SCREENING_LISTS.c.current.is_(True))
        .order_by(SCREENING_LISTS.c.list)
    )
    return [
        StoredList(row.id, row.list, row.as_of, row.sha256, row.fetched_at, row.entries, row.names)
        for row in connection.execute(found)
    ]


def entries(connection: Connection) -> Iterator[ListedParty]:
    """Every entry of every list that is held, always in the same order."""
    found = select(SCREENING_ENTRIES.c.record).order_by(
        SCREENING_ENTRIES.c.list, SCREENING_ENTRIES.c.entry
    )
    for (record,) in connection.execute(found):
        yield read_party(orjson.loads(record))


def changed_since(connection: Connection, import_id: int) -> dict[tuple[str, str], Change]:
    """The entries that imports after one added or changed: list and entry → what happened."""
    found = (
        select(SCREENING_LISTS.c.list, SCREENING_CHANGES.c.entry, SCREENING_CHANGES.c.change)
        .join(SCREENING_LISTS, SCREENING_LISTS.c.id == SCREENING_CHANGES.c.import_id)
        .where(SCREENING_CHANGES.c.import_id > import_id)
        .where(SCREENING_CHANGES.c.change != "removed")
        .order_by(SCREENING_CHANGES.c.import_id)
    )
    return {(row.list, row.entry): row.change for row in connection.execute(found)}


def _digests(connection: Connection, list_id: str) -> dict[str, str]:
    columns = (SCREENING_ENTRIES.c.entry, SCREENING_ENTRIES.c.digest)
    found = select(*columns).where(SCREENING_ENTRIES.c.list == list_id)
    return {row.entry: row.digest for row in connection.execute(found)}


def _changes(
    before: Mapping[str, str], after: Mapping[str, tuple[str, bytes]]
) -> Iterator[tuple[str, Change]]:
    for entry, (digest, _) in after.items():
        if entry not in before:
            yield entry, "added"
        elif before[entry] != digest:
            yield entry, "changed"
    for entry in before.keys() - after.keys():
        yield entry, "removed"


def _write(
    connection: Connection,
    list_id: str,
    import_id: int,
    after: Mapping[str, tuple[str, bytes]],
    changes: Mapping[str, Change],
) -> None:
    stale = [entry for entry, change in changes.items() if change != "added"]
    for part in _parts(stale):
        gone = SCREENING_ENTRIES.c.list == list_id, SCREENING_ENTRIES.c.entry.in_(part)
        connection.execute(delete(SCREENING_ENTRIES).where(*gone))
    fresh = [
        {"list": list_id, "entry": entry, "digest": after[entry][0], "record": after[entry][1]}
        for entry, change in changes.items()
        if change != "removed"
    ]
    for rows in _parts(fresh):
        connection.execute(insert(SCREENING_ENTRIES), rows)
    said = [
        {"import_id": import_id, "entry": entry, "change": change}
        for entry, change in changes.items()
    ]
    for part_said in _parts(said):
        connection.execute(insert(SCREENING_CHANGES), part_said)


def _parts(rows: list[T]) -> Iterator[list[T]]:
    for first in range(0, len(rows), _BATCH):
        yield rows[first : first + _BATCH]
