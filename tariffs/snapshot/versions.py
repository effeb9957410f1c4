"""Which version of the facts answers now, and where are the older ones?

Workers learn of a new version by looking at the pointer file, at most once a second. The new file
is opened before the old one is let go; a request that holds the old snapshot keeps it to its end.
"""

import logging
import os
import re
import time
from pathlib import Path
from threading import Lock

from tariffs.snapshot.compiling import POINTER
from tariffs.snapshot.contents import NoSnapshotError, SnapshotError
from tariffs.snapshot.reading import Snapshot

_LOG = logging.getLogger(__name__)
_VERSION = re.compile(r"[0-9a-f]{12}")
_SECONDS_BETWEEN_LOOKS = 1.0
_KEPT_OLDER = 4

_Mark = tuple[int, int, int]


class Snapshots:
    """The snapshots of a folder. One object may be made before fork: each process opens its own."""

    def __init__(self, target_dir: Path) -> None:
        self._folder = target_dir
        self._forget()

    def _forget(self) -> None:
        self._process = os.getpid()
        self._lock = Lock()
        self._current: Snapshot | None = None
        self._mark: _Mark | None = None
        self._look_at = 0.0
        self._older: dict[str, Snapshot] = {}

    def current(self) -> Snapshot:
        """The newest snapshot. Raises `NoSnapshotError` when none was ever compiled.

        A new version that cannot be opened is logged, and the one before goes on answering.
        """
        if os.getpid() != self._process:
            self._forget()
        current = self._current
        if current is not None and time.monotonic() < self._look_at:
            return current
        with self._lock:
            return self._look()

    def version(self, version: str) -> Snapshot:
        """The snapshot a stored quote was computed from.

        Raises `NoSnapshotError` when its file is no longer here.
        """
        if os.getpid() != self._process:
            self._forget()
        current = self._current
        if current is not None and current.version == version:
            return current
        with self._lock:
            if version not in self._older:
                opened = self._open(version)
                if len(self._older) >= _KEPT_OLDER:
                    self._older.pop(next(iter(self._older)))
                self._older[version] = opened
            return self._older[version]

    def versions(self) -> tuple[str, ...]:
        """Every version whose file is here, in no order that means anything."""
        names = (path.stem for path in self._folder.glob("*.sqlite"))
        return tuple(sorted(name for name in names if _VERSION.fullmatch(name)))

    def _look(self) -> Snapshot:
        """Look at the pointer, and open what it names if that is new."""
        self._look_at = time.monotonic() + _SECONDS_BETWEEN_LOOKS
        pointer = self._folder / POINTER
        try:
            stat = pointer.stat()
            mark = (stat.st_mtime_ns, stat.st_ino, stat.st_size)
            if self._current is None or mark != self._mark:
                version = pointer.read_text("ascii").strip()
                if self._current is None or version != self._current.version:
                    self._current = self._open(version)
                self._mark = mark
        except (OSError, NoSnapshotError, SnapshotError) as error:
            if self._current is None:
                if isinstance(error, OSError):
                    raise NoSnapshotError("no snapshot was compiled here yet") from error
                raise
            _LOG.warning("keeping snapshot %s: %s", self._current.version, error)
        return self._current

    def _open(self, version: str) -> Snapshot:
        if not _VERSION.fullmatch(version):
            raise NoSnapshotError(f"{version!r} is not the name of a snapshot")
        return Snapshot.open(self._folder / f"{version}.sqlite")
