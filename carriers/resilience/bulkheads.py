"""How many questions to one carrier may be open at once, so that a stuck one stays alone?"""

from collections import Counter
from threading import Lock

_AT_ONCE = 8  # for one operation with one account: its abandoned questions must not pile up
_IN_ALL = 64  # to one carrier, whoever asks: they must not fill the process


class Bulkheads:
    """Places for open questions, by carrier, account and operation."""

    def __init__(self, at_once: int = _AT_ONCE, in_all: int = _IN_ALL) -> None:
        self._at_once = at_once
        self._in_all = in_all
        self._lock = Lock()
        self._open: Counter[tuple[str, ...]] = Counter()

    def enter(self, carrier: str, account: str = "", operation: str = "rates") -> bool:
        """Take a place, unless there is no more."""
        with self._lock:
            key = (carrier, account, operation)
            if self._open[key] >= self._at_once or self._open[carrier,] >= self._in_all:
                return False
            self._open[key] += 1
            self._open[carrier,] += 1
            return True

    def leave(self, carrier: str, account: str = "", operation: str = "rates") -> None:
        """Give a place back that `enter` took."""
        with self._lock:
            for key in ((carrier, account, operation), (carrier,)):
                self._open[key] -= 1
                if not self._open[key]:
                    del self._open[key]
