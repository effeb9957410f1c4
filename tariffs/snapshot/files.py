"""How is a compiled file opened, and read by several threads?

Read-only, immutable and memory-mapped: the pages are shared by all workers of a machine and nothing
is loaded at the start. Threads share one connection under a lock: a look-up holds it for a few
microseconds, and a connection per thread would leave one open for every thread that ever asked.
"""

import sqlite3
import weakref
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import quote

from tariffs.snapshot.contents import FORMAT, NoSnapshotError, SnapshotError

_MAPPED_BYTES = 1 << 30


class SnapshotFile:
    """One connection to an immutable file, for all threads of a process; open it after fork.

    Raises `NoSnapshotError` when there is no such file and `SnapshotError` when it is none of ours.
    """

    def __init__(self, path: Path) -> None:
        uri = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
        try:
            self._connection = sqlite3.connect(
                uri, uri=True, check_same_thread=False, isolation_level=None
            )
        except sqlite3.OperationalError as error:
            raise NoSnapshotError(f"no snapshot {path.stem} in {path.parent.name}") from error
        self.close = weakref.finalize(self, self._connection.close)
        self._lock = Lock()
        try:
            (found,) = self.rows("PRAGMA user_version")[0]
            self.rows(f"PRAGMA mmap_size={_MAPPED_BYTES:d}")
        except sqlite3.DatabaseError as error:
            self.close()
            raise SnapshotError(f"{path.name} is not a snapshot: {error}") from error
        if found != FORMAT:
            self.close()
            raise SnapshotError(f"{path.name} has format {found}; this release reads {FORMAT}")

    def rows(self, sql: str, *values: int | str) -> list[Any]:
        """All rows of a statement."""
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: int | str) -> Any:
        """The first row of a statement, or None."""
        with self._lock:
            return self._connection.execute(sql, values).fetchone()
