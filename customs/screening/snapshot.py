"""Which lists are held here, compiled for comparing names?

All lists together are one immutable folder of arrays, named by what is in it, and a pointer says
which folder is current. Both are renamed into place, so that a process sees the old lists or the
new ones and never a mixture. Arrays are read where they lie, which opens in milliseconds and
shares the memory of all processes.
"""

import hashlib
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import orjson

from customs.screening.index import NameIndex, build
from customs.screening.normalise import Forms, normalise
from customs.screening.policy import ALGORITHM_VERSION
from data.model.listed_parties import ListedParty, read_party, write_party

POINTER = "current"
_ABOUT = "about.json"
_SECONDS_BETWEEN_LOOKS = 1.0
_KEPT = 2
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ListVersion:
    """One list as it was imported: the publisher's day, the file's digest, when it was fetched."""

    list: str
    publisher: str
    title: str
    as_of: date
    sha256: str
    fetched_at: datetime
    entries: int
    names: int


class HeldLists:
    """One version of all lists, opened."""

    def __init__(self, folder: Path) -> None:
        about = orjson.loads((folder / _ABOUT).read_bytes())
        arrays = {
            path.stem: np.load(path, mmap_mode="r", allow_pickle=False)
            for path in folder.glob("*.npy")
        }
        self.version: str = about["version"]
        self.lists = tuple(_read_list(each) for each in about["lists"])
        self.forms: Forms = about["forms"]
        self.index = NameIndex(arrays)
        self._records, self._ends = arrays["records"], arrays["record_ends"]

    def entry(self, number: int) -> ListedParty:
        """An entry by its number."""
        first = int(self._ends[number - 1]) if number else 0
        return read_party(orjson.loads(bytes(self._records[first : int(self._ends[number])])))


class ListSnapshots:
    """The compiled lists of a folder, or of none. Each process opens its own when it first asks."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._lock = Lock()
        self._held: HeldLists | None = None
        self._mark: tuple[int, int] | None = None
        self._look_at = 0.0

    def current(self) -> HeldLists | None:
        """The newest version of all lists; None when none is held. Looks once a second."""
        if self._folder is None:
            return None
        if time.monotonic() < self._look_at:
            return self._held
        with self._lock:
            self._look(self._folder)
        return self._held

    def forget(self) -> None:
        """Look again at the next question."""
        self._look_at = 0.0

    def _look(self, folder: Path) -> None:
        self._look_at = time.monotonic() + _SECONDS_BETWEEN_LOOKS
        pointer = folder / POINTER
        try:
            stat = pointer.stat()
        except (FileNotFoundError, NotADirectoryError):
            self._held, self._mark = None, None
            return
        mark = (stat.st_mtime_ns, stat.st_ino)
        if mark == self._mark:
            return
        try:
            self._held = HeldLists(folder / pointer.read_text("ascii").strip())
            self._mark = mark
        except (OSError, ValueError, KeyError):
            if self._held is None:
                raise
            _LOG.exception("the lists of version %s go on being used", self._held.version)


def compile_lists(
    folder: Path, lists: Sequence[ListVersion], entries: Iterable[ListedParty], forms: Forms
) -> str:
    """Compile all lists into one version and make it current. Returns the version."""
    about = {
        "lists": [asdict(each) for each in sorted(lists, key=lambda each: each.list)],
        "forms": dict(forms),
        "algorithm": ALGORITHM_VERSION,
    }
    version = hashlib.sha256(orjson.dumps(about, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / version).is_dir():
        unfinished = Path(tempfile.mkdtemp(prefix=".", suffix=".part", dir=folder))
        try:
            for name, array in _arrays(entries, forms).items():
                np.save(unfinished / f"{name}.npy", array, allow_pickle=False)
            (unfinished / _ABOUT).write_bytes(orjson.dumps({**about, "version": version}))
            unfinished.chmod(0o755)
            unfinished.rename(folder / version)
        except OSError:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
    _point(folder, version)
    _sweep(folder, version)
    return version


def _arrays(entries: Iterable[ListedParty], forms: Forms) -> Mapping[str, Any]:
    names, numbers, records = [], [], []
    for number, entry in enumerate(entries):
        records.append(orjson.dumps(write_party(entry)))
        for ordinal, name in enumerate(entry.names):
            normal = normalise(name.text, forms)
            if normal.words:
                names.append((number, ordinal, normal))
        numbers += [(number, each.number) for each in entry.identifiers]
    return {
        **build(names, numbers),
        "records": np.frombuffer(b"".join(records), dtype=np.uint8),
        "record_ends": np.cumsum([len(record) for record in records], dtype=np.int64),
    }


def _point(folder: Path, version: str) -> None:
    with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".part", delete=False) as file:
        file.write(version)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(folder / POINTER)


def _sweep(folder: Path, current: str) -> None:
    """Older versions go; who has one open keeps it until it looks again."""
    found = [path for path in folder.iterdir() if path.is_dir() and path.name != current]
    found.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in found[_KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)


def _read_list(record: Mapping[str, Any]) -> ListVersion:
    as_of = date.fromisoformat(record["as_of"])
    fetched = datetime.fromisoformat(record["fetched_at"])
    return ListVersion(**{**record, "as_of": as_of, "fetched_at": fetched})
