"""A worker process over an office's settings, that can be killed."""

import random
import signal
import time
from collections.abc import Callable

from api.services.batching.workers import Workers
from api.settings import Settings
from data.store import batch_work, batches
from data.store.batches import OPEN
from data.store.engines import open_engine, reading


def work_and_kill(
    settings: Settings,
    batch: str,
    *,
    kills: int,
    seed: int,
    processes: int = 2,
    seconds: float = 180,
    progress: Callable[[str], None] = lambda said: None,
) -> int:
    """Work on a batch to its end with worker processes of which so many are killed.

    A kill comes at a random moment after somebody has taken something. Says how many there were.
    """
    chances, done = random.Random(seed), 0
    engine = open_engine(settings.database_url)
    workers = Workers(lambda: engine, settings, settings.batch_dir, processes)
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            workers.look()
            with reading(engine) as connection:
                found = batches.by_id(connection, batch)
                holders = batch_work.holders(connection)
            assert found is not None
            if found.state not in OPEN:
                return done
            if done < kills and holders and workers.processes:
                time.sleep(chances.uniform(0, 0.25))
                victim = _holding(chances, workers, holders)
                if victim is not None:
                    workers.processes[victim].send_signal(signal.SIGKILL)
                    workers.processes[victim].wait()
                    done += 1
                    progress(f"killed while {found.state}")
            time.sleep(0.02)
        raise TimeoutError(f"{batch} is still {found.state}")
    finally:
        workers.stop()
        engine.dispose()


def _holding(chances: random.Random, workers: Workers, holders: set[str]) -> int | None:
    """One of the processes that have taken something."""
    pids = {int(holder.split("|")[1]) for holder in holders}
    found = [at for at, each in enumerate(workers.processes) if each.pid in pids]
    return chances.choice(found) if found else None
