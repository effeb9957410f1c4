"""How long does a carrier usually take, and is a second question worth while?

Hedging: when an answer is later than 95 of a hundred before it, the question is sent once more and
the first answer counts. Only for prices, only for one call in twenty, never to a carrier with a
small quota.
"""

from collections import deque
from threading import Lock

_REMEMBERED = 100
_FEWEST = 20  # answers, before their 95th hundredth says anything
_SHARE = 0.05
_LONG_AGO = 10_000


class Pace:
    """The answers' times of one carrier, account and operation."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seconds: deque[float] = deque(maxlen=_REMEMBERED)
        self._calls = 0
        self._hedges = 0

    def asked(self) -> None:
        """A question goes out."""
        with self._lock:
            self._calls += 1
            if self._calls > _LONG_AGO:
                self._calls, self._hedges = self._calls // 2, self._hedges // 2

    def answered(self, seconds: float) -> None:
        """An answer came after so long."""
        with self._lock:
            self._seconds.append(seconds)

    @property
    def p95(self) -> float | None:
        """Within how many seconds 95 of a hundred answers come; None while too few are known."""
        with self._lock:
            if len(self._seconds) < _FEWEST:
                return None
            return sorted(self._seconds)[int(len(self._seconds) * 0.95)]

    def hedge(self) -> bool:
        """Take one of the second questions that are allowed."""
        with self._lock:
            if self._hedges + 1 > self._calls * _SHARE:
                return False
            self._hedges += 1
            return True
