"""What does one version of the facts say about a code, a rule or a currency?"""

from collections.abc import Callable, Hashable, Mapping
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import orjson

from data.model.dated import Law
from tariffs.schedule import ScheduleStatus
from tariffs.snapshot.commodities import Shelf, SnapshotSchedule
from tariffs.snapshot.contents import UnknownDocumentError
from tariffs.snapshot.files import SnapshotFile
from tariffs.snapshot.records import read_record

T = TypeVar("T")

_KEPT_DAYS = 1024
_KEPT_MEMOS = 16384

RateRow = tuple[date, Mapping[str, str]]


class Memo:
    """Results that hold as long as their snapshot does, computed once.

    A key must say everything that its result depends on. The memo is emptied when it is full.
    """

    def __init__(self, size: int = _KEPT_MEMOS) -> None:
        self._size = size
        self._kept: dict[Hashable, Any] = {}

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The result kept under a key, computed now if there is none."""
        kept = self._kept
        try:
            result: T = kept[key]
        except KeyError:
            result = compute()
            if len(kept) >= self._size:
                kept.clear()
            kept[key] = result
        return result


class Snapshot:
    """One version of all facts. It never changes, is safe for threads, and is opened after fork.

    `version` is the facts version that quotes name; `memo` keeps what callers derive from facts.
    """

    def __init__(self, path: Path) -> None:
        self.version = path.stem
        self.memo = Memo()
        self._file = SnapshotFile(path)
        self._shelf = Shelf(self._file)
        self._documents: dict[str, Any] = {}
        self._rate_row = lru_cache(_KEPT_DAYS)(self._read_rate_row)

    @classmethod
    def open(cls, path: Path) -> "Snapshot":
        """Open a compiled file. Raises `NoSnapshotError` or `SnapshotError`."""
        return cls(path)

    @cached_property
    def _schedules(self) -> dict[str, SnapshotSchedule]:
        rows = self._file.rows("SELECT k, v FROM status ORDER BY k")
        return {
            territory: SnapshotSchedule(read_record(ScheduleStatus, text, {}), self._shelf)
            for territory, text in rows
        }

    def schedule(self, territory: str) -> SnapshotSchedule | None:
        """A territory's schedule, or None where we hold none."""
        return self._schedules.get(territory)

    def statuses(self) -> tuple[ScheduleStatus, ...]:
        """What every schedule is made of, by territory."""
        return tuple(schedule.status for schedule in self._schedules.values())

    @property
    def laws(self) -> Mapping[str, Law]:
        """Every law that a rate or a measure cites, by its reference."""
        return self._shelf.laws

    def document(self, name: str) -> Any:
        """A document as it was compiled, decoded once: do not alter it.

        Raises `UnknownDocumentError`.
        """
        try:
            return self._documents[name]
        except KeyError:
            row = self._file.row("SELECT v FROM document WHERE k = ?", name)
            if row is None:
                raise UnknownDocumentError(name) from None
            return self._documents.setdefault(name, orjson.loads(row[0]))

    def documents(self, prefix: str = "") -> tuple[str, ...]:
        """The names of the documents that begin with a prefix, in order."""
        names = self._file.rows("SELECT k FROM document ORDER BY k")
        return tuple(name for (name,) in names if name.startswith(prefix))

    def rate_row(self, source: str, on: date) -> RateRow | None:
        """A source's exchange rates on a day: its last row on or before it, and that row's day."""
        return self._rate_row(source, on)

    def _read_rate_row(self, source: str, on: date) -> RateRow | None:
        found = self._file.row(
            "SELECT k, v FROM exchange_rates WHERE k BETWEEN ? AND ? ORDER BY k DESC LIMIT 1",
            f"{source} ",
            f"{source} {on.isoformat()}",
        )
        if found is None:
            return None
        day = date.fromisoformat(found[0].rpartition(" ")[2])
        return day, MappingProxyType(orjson.loads(found[1]))
