"""What is done that nobody asked for just now?

In each server process a thread waits; one of all processes holds a lease and does the work:
purchases are reconciled and events are dispatched. When that process dies its lease ends, and
another takes over. What waits for carriers and mail servers has a thread and a lease of its own, so
that no purchase waits for it.
"""

import logging
import os
import socket
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from threading import Event, Thread

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from data.store import leases
from data.store.engines import writing

_LOG = logging.getLogger(__name__)

Work = Callable[[], int]
"""Does what is due, and says how much there was."""


class Background:
    """The thread of one process. `works` are done in turn while this process holds the lease."""

    def __init__(
        self,
        engine: Callable[[], Engine],
        works: Sequence[Work],
        clock: Callable[[], datetime],
        every: float = 1.0,
        lease: timedelta = timedelta(seconds=15),
        name: str = "background",
    ) -> None:
        self._engine = engine
        self._works = works
        self._clock = clock
        self._every = every
        self._lease = lease
        self._name = name
        self._ended = Event()
        self._holder = f"{socket.gethostname()[:30]}-{os.getpid()}-{token_hex(4)}"

    def start(self) -> None:
        """Begin, in a thread that does not hold up the end of the process."""
        Thread(target=self._run, name=self._name, daemon=True).start()

    def stop(self) -> None:
        """End after what is being done, and let another process take over at once."""
        self._ended.set()
        try:
            with writing(self._engine()) as connection:
                leases.give_back(connection, self._name, self._holder, self._clock())
        except SQLAlchemyError as error:  # its lease ends by itself
            _LOG.warning("the lease %s is not given back: %s", self._name, type(error).__name__)

    def once(self) -> int:
        """Do what is due if this process holds the lease, or can have it."""
        now = self._clock()
        with writing(self._engine()) as connection:
            if not leases.take(connection, self._name, self._holder, now, now + self._lease):
                return 0
        return sum(work() for work in self._works)

    def _run(self) -> None:
        troubled = False
        while not self._ended.wait(self._every):
            try:
                self.once()
                troubled = False
            except SQLAlchemyError as error:
                if not troubled:  # said once, not every second
                    _LOG.warning("background work waits: %s", type(error).__name__)
                troubled = True
            except Exception:
                _LOG.exception("background work failed")
