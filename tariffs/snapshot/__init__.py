"""What does the tariff say, fast, and exactly as it said when a quote was made?

SQL and facts files are the record; a snapshot is the answer. `compile_snapshot` writes everything
a quote needs into one immutable SQLite file, named by a hash over its content, with every row of
the schedules flattened per declarable code and every validity row kept. Workers open it read-only
and memory-mapped after fork, so that its pages are shared; `Snapshots` notices a new version.

Context: a look-up by SQL costs 100 to 900 µs, Python objects loaded before fork are copied into
every worker by their reference counts, and a quote must be computed again years later.
Decision: one file per version, key → JSON lines, an LRU of decoded commodities, a pointer file.
Consequence: a change of facts shows after `compile_snapshot` only; old files are kept, because
stored quotes name them.
"""

from tariffs.snapshot.commodities import SnapshotSchedule
from tariffs.snapshot.compiling import compile_snapshot
from tariffs.snapshot.contents import (
    FORMAT,
    NoSnapshotError,
    ScheduleContents,
    ScheduleVersion,
    SnapshotContents,
    SnapshotError,
    UnknownDocumentError,
)
from tariffs.snapshot.reading import Memo, Snapshot
from tariffs.snapshot.versions import Snapshots

__all__ = [
    "FORMAT",
    "Memo",
    "NoSnapshotError",
    "ScheduleContents",
    "ScheduleVersion",
    "Snapshot",
    "SnapshotContents",
    "SnapshotError",
    "SnapshotSchedule",
    "Snapshots",
    "UnknownDocumentError",
    "compile_snapshot",
]
