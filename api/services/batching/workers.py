"""Which processes work on batches, and who starts them again when they die?

One process of this machine keeps them: whoever holds the lock of a file. It starts them when there
is a batch to work on; they end when there has been none for a while, or when their keeper dies.
"""

import fcntl
import logging
import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import IO, Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from api.services.batching.waking import Waking
from api.services.batching.working import Working, is_dead
from data.store import batch_work, batches
from data.store.engines import reading, writing

_LOG = logging.getLogger(__name__)
IDLE_SECONDS = 120.0
_LOOKS_EVERY, _PAUSE, _AFTER_TROUBLE = 2.0, 0.1, 2.0
_MODULE = "api.commands.batches"


def work(working: Working, waking: Waking, is_over: Callable[[], bool]) -> None:
    """Work on whatever there is, until nobody has called for a while or it is over."""
    waking.listen(working.work_on)
    last = looked = time.monotonic()
    looked -= _LOOKS_EVERY
    while not is_over() and time.monotonic() - last < IDLE_SECONDS:
        try:
            if waking.answer_one():
                last = time.monotonic()
                continue
            if time.monotonic() - looked >= _LOOKS_EVERY:
                if any([working.work_on(batch) for batch in working.open_batches()]):
                    last = time.monotonic()
                looked = time.monotonic()
        except (SQLAlchemyError, OSError) as error:  # a full disk, a database that restarts
            _LOG.warning("work on batches waits: %s", type(error).__name__)
            time.sleep(_AFTER_TROUBLE)
        time.sleep(_PAUSE)


class Workers:
    """Keeps so many worker processes at work while there is any."""

    def __init__(
        self, engine: Callable[[], Engine], settings: Any, folder: Path, number: int
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._folder = folder
        self._number = number
        self._ended = Event()
        self._lock: IO[str] | None = None
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Begin, in a thread that does not hold up the end of the process."""
        if self._number:
            Thread(target=self._run, name="batch-workers", daemon=True).start()

    def stop(self) -> None:
        """End the processes and give others the lock."""
        self._ended.set()
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait()
            _close(process)
        self.processes = []
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def look(self) -> bool:
        """Start what is missing while there is a batch to work on; says whether there is."""
        for process in [each for each in self.processes if each.poll() is not None]:
            self.processes.remove(process)
            _close(process)
        with reading(self._engine()) as connection:
            if not batches.open_ids(connection):
                return False
            gone = [holder for holder in batch_work.holders(connection) if is_dead(holder)]
        if not self._holds_lock():
            return True
        if gone:
            with writing(self._engine()) as connection:
                batch_work.release(connection, gone)
        while len(self.processes) < self._number:
            self.processes.append(self._started())
        return True

    def _holds_lock(self) -> bool:
        if self._lock is not None:
            return True
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = (self._folder / "workers.lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            return False
        self._lock = lock
        return True

    def _started(self) -> subprocess.Popen[bytes]:
        """A worker, told its settings by a pipe that ends with its keeper."""
        process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", _MODULE],
            stdin=subprocess.PIPE,
        )
        assert process.stdin is not None  # noqa: S101 - asked for above
        process.stdin.write(pickle.dumps(self._settings))
        process.stdin.flush()
        return process

    def _run(self) -> None:
        troubled = False
        while not self._ended.wait(0.5):
            try:
                self.look()
                troubled = False
            except (SQLAlchemyError, OSError) as error:
                if not troubled:
                    _LOG.warning("workers of batches wait: %s", type(error).__name__)
                troubled = True
            except Exception:
                _LOG.exception("workers of batches cannot be kept")


def _close(process: subprocess.Popen[bytes]) -> None:
    """Let go of the pipe to a process that has ended."""
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()
