"""What do four workers cost in memory, and how long does a new version take?

Memory is the proportional set size: a page that four processes map counts a quarter in each. It is
read while all of them are alive, before and after each has opened the snapshot and answered
thousands of look-ups.
"""

import os
import time
from collections.abc import Iterator
from itertools import islice
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from tariffs.snapshot import Snapshots
from tariffs.snapshot.compiling import POINTER
from tests.bench.rounds import Effort, Figure
from tests.bench.synthetic import LARGE, questions

WORKERS = 4
_PATIENCE = 120.0


def measure_sharing(folder: Path, small: str, large: str, effort: Effort) -> list[Figure]:
    """Memory of four workers, the time to open, and the time to change over."""
    size = (folder / f"{large}.sqlite").stat().st_size
    point(folder, large)
    lookups = 5_000 if effort.quick else 20_000
    rounds = 1 if effort.quick else 3
    added, opened = [], []
    for _ in range(rounds):
        told = _workers(folder, lookups)
        added.append(sum(after - before for before, after, _ in told) / size)
        opened += [milliseconds for _, _, milliseconds in told]
    swapped = list(islice(_swaps(folder, small, large), 3 if effort.quick else 7))
    return [
        Figure(
            f"Memory added by {WORKERS} workers against the snapshot file",
            added,
            "<=",
            2,
            note=f"file {size / 1e6:.0f} MB, {lookups:,} look-ups each",
        ),
        Figure("Opening the snapshot and a first look-up", opened, "<=", 10, "ms"),
        Figure("Changing over to a new version", swapped, "<=", 1, "ms"),
    ]


def point(folder: Path, version: str) -> None:
    """Make a compiled version the current one, as compiling does: a rename."""
    fresh = folder / ".pointing"
    fresh.write_text(f"{version}\n", "ascii")
    fresh.replace(folder / POINTER)


def _swaps(folder: Path, small: str, large: str) -> Iterator[float]:
    """Milliseconds that the first look after a new version takes, ever again."""
    snapshots = Snapshots(folder)
    point(folder, small)
    while True:
        snapshots.current()
        fresh = large if snapshots.current().version == small else small
        point(folder, fresh)
        time.sleep(1.05)  # the pointer is looked at once a second
        began = time.perf_counter()
        current = snapshots.current()
        milliseconds = (time.perf_counter() - began) * 1000
        if current.version != fresh:
            raise AssertionError("the new version was not noticed")
        yield milliseconds


def _workers(folder: Path, lookups: int) -> list[tuple[int, int, float]]:
    context = get_context("spawn")
    barrier, answers = context.Barrier(WORKERS), context.SimpleQueue()
    workers = [
        context.Process(target=_work, args=(number, folder, lookups, barrier, answers))
        for number in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(_PATIENCE)
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("a worker failed")
    return [answers.get() for _ in workers]


def _work(number: int, folder: Path, lookups: int, barrier: Barrier, answers: Any) -> None:
    from tests.bench.lookups import WANTED, by_snapshot

    snapshots = Snapshots(folder)
    asked = questions(LARGE, number, lookups)
    barrier.wait(_PATIENCE)
    before = _proportional_bytes()
    barrier.wait(_PATIENCE)
    began = time.perf_counter()
    snapshot = snapshots.current()
    territory, code, origin = asked[0]
    by_snapshot(snapshot, territory, code, WANTED[origin])
    opened = (time.perf_counter() - began) * 1000
    for territory, code, origin in asked:
        by_snapshot(snapshot, territory, code, WANTED[origin])
    barrier.wait(_PATIENCE)
    after = _proportional_bytes()
    barrier.wait(_PATIENCE)
    answers.put((before, after, opened))


def _proportional_bytes() -> int:
    for line in Path(f"/proc/{os.getpid()}/smaps_rollup").read_text("ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    raise OSError("this kernel does not tell the proportional set size")
