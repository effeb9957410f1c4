"""Is a carrier worth asking now?

A breaker for each carrier, account and operation. It opens when half of ten or more calls of the
last 30 seconds failed, or five in a row had no answer in time; it then stays open for 15 seconds,
twice as long each time up to 5 minutes, and lets one call through to see. Refused credentials open
it for good: other credentials are another account, with a breaker of its own. What a carrier
refuses for the request's own faults counts for nothing.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from threading import Lock
from typing import Literal

from carriers.errors import CarrierError

WINDOW_SECONDS = 30.0
FEWEST_CALLS = 10
FAILED_SHARE = 0.5
TIMEOUTS_IN_A_ROW = 5
FIRST_SECONDS, LONGEST_SECONDS = 15.0, 300.0
_JITTER = 0.2  # of a pause, either way: workers must not all come back at one moment

Result = Literal["answered", "failed", "timed_out", "credentials", "nothing"]
"""What a call says of the carrier. `nothing`: the request was at fault."""


def result_of(error: CarrierError) -> Result:
    """What an error says of the carrier's health.

    >>> from carriers.errors import RequestRejected
    >>> result_of(RequestRejected("too heavy"))
    'nothing'
    """
    if error.code == "credentials":
        return "credentials"
    if error.code in ("timeout_sent", "timeout_not_sent"):
        return "timed_out"
    if error.code in ("carrier_down", "bad_reply") or (
        error.code == "quota" and error.sent and error.retry_after is None
    ):
        return "failed"
    return "nothing"


@dataclass(frozen=True, slots=True)
class Closed:
    """A carrier is not to be asked: for how many seconds (inf: until something changes), why."""

    seconds: float
    why: str


@dataclass(frozen=True, slots=True)
class Pass:
    """A call may go out. A `trial` decides whether the carrier is asked again."""

    trial: bool = False


class Breaker:
    """Opens when a carrier fails, and closes again by a trial."""

    def __init__(self, clock: Callable[[], float], random: Callable[[], float]) -> None:
        self._clock = clock
        self._random = random
        self._lock = Lock()
        self._calls: deque[tuple[float, bool]] = deque()
        self._timeouts = 0
        self._openings = 0
        self._until: float | None = None
        self._why = ""
        self._trial = False

    def ask(self) -> Closed | Pass:
        """Whether a call may go out. Each `Pass` is to be followed by its `record`."""
        with self._lock:
            if self._until is None:
                return Pass()
            left = self._until - self._clock()
            if left > 0:
                return Closed(left, self._why)
            if self._trial:
                return Closed(0.0, f"{self._why}; one trial call is out")
            self._trial = True
            return Pass(trial=True)

    def record(self, passed: Pass, result: Result, words: str = "") -> None:
        """What became of a call that went out."""
        with self._lock:
            if passed.trial:
                self._trial = False
            if result == "credentials":
                self._until, self._why = inf, f"its credentials were refused: {words}"
            elif result == "answered":
                self._timeouts = 0
                if passed.trial or self._until == inf:
                    self._close()
                self._count(failed=False)
            elif result != "nothing":
                self._timeouts = self._timeouts + 1 if result == "timed_out" else 0
                self._count(failed=True)
                self._open_if_need_be(trial=passed.trial)

    def _count(self, *, failed: bool) -> None:
        now = self._clock()
        self._calls.append((now, failed))
        while self._calls[0][0] <= now - WINDOW_SECONDS:
            self._calls.popleft()

    def _open_if_need_be(self, *, trial: bool) -> None:
        failures = sum(failed for _, failed in self._calls)
        if self._timeouts >= TIMEOUTS_IN_A_ROW:
            why = f"{self._timeouts} timeouts in a row"
        elif len(self._calls) >= FEWEST_CALLS and failures >= FAILED_SHARE * len(self._calls):
            why = f"{failures} of {len(self._calls)} calls failed"
        elif trial:
            why = "a trial call failed"
        else:
            return
        if self._until is not None and not trial:
            return  # calls that were out when it opened
        base = min(FIRST_SECONDS * 2**self._openings, LONGEST_SECONDS)
        pause = base * (1 - _JITTER + 2 * _JITTER * self._random())
        self._until, self._why = self._clock() + min(pause, LONGEST_SECONDS), why
        self._openings = min(self._openings + 1, 10)

    def _close(self) -> None:
        self._calls.clear()
        self._openings = 0
        self._until = None
