"""How many calls are left to a carrier this hour?

Each call takes a token, which comes back an hour later, so that no hour whatever sees more calls
than the carrier allows. A fifth is kept for labels: an hour of price questions must not be the
reason that a parcel cannot leave. A carrier that says when to come back is left alone until then.
"""

from collections import deque
from collections.abc import Callable
from threading import Lock

HOUR = 3600.0
FOR_LABELS = 0.2


class Quota:
    """The tokens of one account with one carrier. `hourly` None: as many as it lets through."""

    def __init__(self, hourly: int | None, clock: Callable[[], float]) -> None:
        self.hourly = hourly
        self._clock = clock
        self._lock = Lock()
        self._taken: deque[float] = deque()
        self._held_until = 0.0

    def take(self, *, for_labels: bool = False) -> str | None:
        """Take a token: None, or why there is none and when there will be."""
        with self._lock:
            now = self._clock()
            if self._held_until > now:
                return f"quota: it is to be asked again in {self._held_until - now:.0f} s"
            if self.hourly is None:
                return None
            while self._taken and self._taken[0] <= now - HOUR:
                self._taken.popleft()
            open_to_all = max(1, self.hourly - round(self.hourly * FOR_LABELS))
            most = self.hourly if for_labels else open_to_all
            if len(self._taken) < most:
                self._taken.append(now)
                return None
            wait = self._taken[len(self._taken) - most] + HOUR - now
            return f"quota: its {self.hourly} calls an hour are used up; the next in {wait:.0f} s"

    def hold(self, seconds: float) -> None:
        """Leave the carrier alone: it said for how long."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock() + seconds)
