"""How many requests, how they ended, and how long they took?

Counting costs about two microseconds, so it is done for every request. Each worker process counts
in a file of its own, mapped into memory; whichever worker is asked for `/metrics` adds up the
files of all of them. A counter never falls back when a worker dies: the next one to start takes
the dead one's counts over.

A file is a row of records, each: the length of its label (a float64), the label (JSON, padded to
eight bytes), then the sum of seconds and one count per bucket (float64). The length is written
last, so a reader never sees half a record.
"""

import mmap
import os
import socket
import threading
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

import orjson

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
WIDTH = 2 + len(BUCKETS)  # seconds, one count per bucket, one beyond the last
SIZE = 1 << 18
WORD = 8

Label = tuple[str, str, str]  # method, route, status; or a counter's name and its label
UNKNOWN_CODES = "tidewaiter_unknown_tracking_codes_total"
Row = list[float]


class Tally:
    """One process's counts by method, route and status, and the way to all processes' counts."""

    def __init__(self, folder: Path | None = None) -> None:
        """Count in `folder`, or for this process alone. The file is opened at the first count."""
        self._folder = folder
        self._lock = threading.Lock()
        self._rows: dict[Label, int] = {}
        self._words: memoryview[float] | None = None
        self._bytes: memoryview[int] | None = None
        self._end = 0

    def count(self, label: Label, seconds: float) -> None:
        """Add one request."""
        with self._lock:
            at = self._rows.get(label) or self._new_row(label)
            words = self._words
            if words is None or not at:
                return
            words[at] += seconds
            words[at + 1 + bisect_left(BUCKETS, seconds)] += 1

    def count_unknown_code(self, carrier: str) -> None:
        """Add one code of a carrier that no table has."""
        self.count((UNKNOWN_CODES, carrier, ""), 0.0)

    def totals(self) -> dict[Label, Row]:
        """The counts of every process: label → seconds, then a count per bucket."""
        found: dict[Label, Row] = {}
        with self._lock:
            if self._words is None:
                self._open()
            views = [] if self._words is None else [bytes(self._words)]
        mine = self._file()
        if self._folder is not None:
            others = (file for file in self._folder.glob("*.tally") if file != mine)
            views += [read for file in others if (read := _read(file))]
        for view in views:
            for label, row in _records(view):
                have = found.setdefault(label, [0.0] * WIDTH)
                found[label] = [one + other for one, other in zip(have, row, strict=True)]
        return found

    def _file(self) -> Path | None:
        if self._folder is None:
            return None
        return self._folder / f"{socket.gethostname()}-{os.getpid()}.tally"

    def _open(self) -> None:
        file = self._file()
        if file is None:
            mapped = mmap.mmap(-1, SIZE)
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("a+b") as opened:
                opened.truncate(SIZE)
                mapped = mmap.mmap(opened.fileno(), SIZE)
        self._bytes = memoryview(mapped)
        self._words = self._bytes.cast("d")
        self._end = 0
        for label, at, end in _places(bytes(mapped)):
            self._rows[label], self._end = at, end
        if file is not None:
            self._take_over(file)

    def _take_over(self, mine: Path) -> None:
        """Add the counts of workers of this machine that are gone, and remove their files."""
        for file in mine.parent.glob(f"{socket.gethostname()}-*.tally"):
            pid = file.stem.rpartition("-")[2]
            if file == mine or not pid.isdigit() or _alive(int(pid)):
                continue
            claimed = file.with_suffix(f".taken-by-{os.getpid()}")
            try:
                file.rename(claimed)  # only one worker can
            except FileNotFoundError:
                continue
            for label, row in _records(claimed.read_bytes()):
                at = self._rows.get(label) or self._new_row(label)
                if self._words is not None and at:
                    for offset, amount in enumerate(row):
                        self._words[at + offset] += amount
            claimed.unlink()

    def _new_row(self, label: Label) -> int:
        """Room for one more label, or 0 when the file is full."""
        if self._words is None or self._bytes is None:
            self._open()
            if label in self._rows:
                return self._rows[label]
        words, raw = self._words, self._bytes
        name = orjson.dumps(label)
        padded = -(-len(name) // WORD)
        at = self._end + 1 + padded
        if words is None or raw is None or at + WIDTH > SIZE // WORD:
            return 0
        raw[(self._end + 1) * WORD : (self._end + 1) * WORD + len(name)] = name
        words[self._end] = float(len(name))
        self._rows[label] = at
        self._end = at + WIDTH
        return at


def exposition(totals: dict[Label, Row]) -> str:
    """Counts in Prometheus' text format."""
    count, seconds = "tidewaiter_requests_total", "tidewaiter_request_seconds"
    lines = [f"# HELP {count} Requests answered.", f"# TYPE {count} counter"]
    by_route: dict[tuple[str, str], Row] = {}
    unknown = {label[1]: row for label, row in totals.items() if label[0] == UNKNOWN_CODES}
    for (method, route, status), row in sorted(totals.items()):
        if method == UNKNOWN_CODES:
            continue
        labels = f'method="{method}",route="{_escape(route)}"'
        lines.append(f'{count}{{{labels},status="{status}"}} {sum(row[1:]):.0f}')
        have = by_route.setdefault((method, route), [0.0] * WIDTH)
        by_route[method, route] = [one + other for one, other in zip(have, row, strict=True)]
    lines += [f"# HELP {seconds} How long answers took.", f"# TYPE {seconds} histogram"]
    for (method, route), row in by_route.items():
        labels = f'method="{method}",route="{_escape(route)}"'
        upto = 0.0
        for bound, amount in zip((*map(str, BUCKETS), "+Inf"), row[1:], strict=True):
            upto += amount
            lines.append(f'{seconds}_bucket{{{labels},le="{bound}"}} {upto:.0f}')
        lines.append(f"{seconds}_sum{{{labels}}} {row[0]:.6f}")
        lines.append(f"{seconds}_count{{{labels}}} {upto:.0f}")
    if unknown:
        lines += [f"# HELP {UNKNOWN_CODES} Carriers' codes that no table has."]
        lines += [f"# TYPE {UNKNOWN_CODES} counter"]
    for carrier, row in sorted(unknown.items()):
        lines.append(f'{UNKNOWN_CODES}{{carrier="{_escape(carrier)}"}} {sum(row[1:]):.0f}')
    return "\n".join(lines) + "\n"


def _escape(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:  # taken over since the folder was listed
        return b""


def _places(view: bytes) -> Iterator[tuple[Label, int, int]]:
    """Each record's label, where its counts start and where they end, in words."""
    words = memoryview(view).cast("d")
    at = 0
    while at + 1 < len(words) and (length := int(words[at])):
        start = at + 1 + -(-length // WORD)
        method, route, status = orjson.loads(view[(at + 1) * WORD : (at + 1) * WORD + length])
        at = start + WIDTH
        yield (method, route, status), start, at


def _records(view: bytes) -> Iterator[tuple[Label, Row]]:
    words = memoryview(view).cast("d")
    for label, start, end in _places(view):
        yield label, list(words[start:end])
