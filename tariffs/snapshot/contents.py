"""What goes into a snapshot?

The rows of a schedule come from callables, one territory at a time, so that a compilation never
holds more than one territory's rows in memory.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from data.model.dated import Law
from data.model.schedule_rows import ScheduleRow
from tariffs.schedule import Measure

FORMAT = 1
"""The layout of the file. A file with another number is refused, not guessed at."""


class SnapshotError(ValueError):
    """A snapshot cannot be compiled from this, or a file is not a snapshot we can read."""


class NoSnapshotError(LookupError):
    """There is no such snapshot here: none was compiled, or the version's file is gone."""


class UnknownDocumentError(KeyError):
    """The snapshot holds no document of that name."""


@dataclass(frozen=True, slots=True)
class ScheduleVersion:
    """What one source said about a territory's schedule on one day.

    `complete` says that a code or row which is not in it had ended by `as_of`; otherwise it
    speaks only of the codes that its rows name. `laws` explains the rows' law ids; it may be a
    mapping that makes a law of any id (feeds cite each regulation by its code).
    """

    as_of: date
    complete: bool
    rows: Callable[[], Iterable[ScheduleRow]]
    laws: Mapping[str, Law]


@dataclass(frozen=True, slots=True)
class ScheduleContents:
    """A territory's schedule: versions in any order, declarable codes, additional measures.

    `codes` lists declarable codes beyond those that rows name (US statistical suffixes). What
    the fields of `tariffs.schedule.ScheduleStatus` say of a schedule is said here; its version
    and counts are found by compiling.
    """

    territory: str
    source: str
    publisher: str
    licence: str
    checked_on: date
    completeness: str
    versions: Sequence[ScheduleVersion]
    codes: Callable[[], Iterable[str]] = tuple
    measures: Sequence[Measure] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class SnapshotContents:
    """Everything a snapshot holds.

    `documents` are JSON by name (``territories/GB``); their key order is kept. `exchange_rates`
    gives, per source, what one unit of its base currency buys on each day.
    """

    schedules: Sequence[ScheduleContents] = ()
    documents: Mapping[str, Any] = field(default_factory=dict)
    exchange_rates: Mapping[str, Iterable[tuple[date, Mapping[str, Decimal]]]] = field(
        default_factory=dict
    )
