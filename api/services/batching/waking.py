"""Who tells workers that there is something to do? A queue, which may forget everything.

Every batch is a row before anybody is woken, and workers look at the rows now and then: a lost call
costs seconds. The queue is a SQLite file of this machine, or a Redis for several.
"""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from huey import Huey

_LOG = logging.getLogger(__name__)
_NAME = "tidewaiter"


class Waking:
    """Calls of batches, from those who have them to those who work."""

    def __init__(self, folder: Path, redis_url: str | None = None) -> None:
        self._folder = folder
        self._redis_url = redis_url
        self._huey: Huey | None = None
        self._work: Callable[[str], Any] = _nobody

    def wake(self, batch: str) -> None:
        """Somebody has something to do for a batch. Never fails: rows are what counts."""
        try:
            self._opened()
            self._task(batch)
        except Exception as error:
            _LOG.warning("the queue did not take a call: %s", type(error).__name__)

    def listen(self, work: Callable[[str], Any]) -> None:
        """What is done when a call comes."""
        self._work = work

    def answer_one(self) -> bool:
        """Do what the next call asks; False when there is none, or no queue."""
        try:
            huey = self._opened()
            task = huey.dequeue()
        except Exception as error:
            _LOG.warning("the queue does not answer: %s", type(error).__name__)
            return False
        if task is None:
            return False
        self._work(task.args[0])
        return True

    def _opened(self) -> "Huey":
        """The queue, opened at its first use and so after fork."""
        if self._huey is None:
            from huey import RedisHuey, SqliteHuey  # nobody who asks for a price needs it

            if self._redis_url is not None:
                huey = RedisHuey(_NAME, url=self._redis_url, blocking=False, results=False)
            else:
                self._folder.mkdir(parents=True, exist_ok=True)
                path = self._folder / "queue.sqlite3"
                huey = SqliteHuey(_NAME, filename=str(path), results=False)
            self._task = huey.task(name="work_on")(lambda batch: self._work(batch))
            self._huey = huey
        return self._huey


def _nobody(batch: str) -> None:
    """Whoever only calls does not work."""
