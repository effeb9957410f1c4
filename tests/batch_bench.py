"""How long do 1,000 orders take, and how much memory? ``python -m tests.batch_bench [--kills N]``

Each order has a commercial invoice, a packing list and a CN 23; two worker processes, SQLite, a
folder of their own. Prints the seconds, the processor's seconds and the peak of each process.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

from api.assembly import assemble
from api.clock import now
from api.schemas.batches import read_wish
from api.services.batching.workers import Workers
from api.settings import Settings
from data.store.batches import OPEN
from tests.batches.killing import work_and_kill
from tests.batches.order_files import KINDS, as_csv, rows, wish


def main() -> None:
    """Run it and say what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--kills", type=int, default=0, help="a second run, with so many kills")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tidewaiter-batches-") as folder:
        settings = Settings(data_dir=Path(folder), open=True, batch_workers=given.processes)
        services = assemble(settings)
        services.storage.migrate()
        services.storage.ensure("open")
        content = as_csv(rows(given.orders))
        first = _hand_in(services, content, "measured")
        _measure(services, settings, first)
        whole = _zip(services, first)
        print(f"ZIP {whole}")
        if given.kills:
            second = _hand_in(services, content, "killed")
            killed = work_and_kill(
                settings, second, kills=given.kills, seed=1, seconds=900, progress=print
            )
            print(f"{killed} kills, the same ZIP: {_zip(services, second) == whole}")
        services.storage.engine.dispose()


def _hand_in(services, content, key):  # type: ignore[no-untyped-def]
    began = time.monotonic()
    batch, _ = services.batch_desk.hand_in(
        "open", key, "orders.csv", content, read_wish(wish()), now()
    )
    print(f"{len(content) / 1e6:.1f} MB handed in in {time.monotonic() - began:.2f} s")
    return batch.id


def _measure(services, settings, batch):  # type: ignore[no-untyped-def]
    workers = Workers(
        lambda: services.storage.engine, settings, settings.batch_dir, settings.batch_workers
    )
    began, peaks, processor = time.monotonic(), {}, {}
    collecting = None
    try:
        while True:
            workers.look()
            for process in workers.processes:
                peaks[process.pid] = max(peaks.get(process.pid, 0), _peak(process.pid))
                processor[process.pid] = _seconds(process.pid) or processor.get(process.pid, 0)
            standing = services.batch_desk.standing("open", batch)
            if standing.batch.state == "collecting" and collecting is None:
                collecting = time.monotonic()
            if standing.batch.state not in OPEN:
                break
            time.sleep(0.05)
    finally:
        workers.stop()
    took = time.monotonic() - began
    print(f"{sum(standing.counts.values())} orders × {len(KINDS)} papers: {dict(standing.counts)}")
    print(f"{took:.1f} s, of which {began + took - (collecting or began):.1f} s collecting")
    print(f"processor {sum(processor.values()):.1f} s in {len(processor)} processes")
    print("peak memory", ", ".join(f"{peak / 1024:.0f} MB" for peak in peaks.values()))
    for file in standing.files:
        print(f"  {file.name}: {(file.size or 0) / 1e6:.1f} MB")


def _zip(services, batch):  # type: ignore[no-untyped-def]
    files = services.batch_desk.standing("open", batch).files
    return next(file.sha256 for file in files if file.name == "orders.zip")


def _peak(pid: int) -> int:
    """The most memory that a process ever had, in kilobytes."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def _seconds(pid: int) -> float:
    try:
        parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
