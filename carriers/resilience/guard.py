"""What has this process learned about the carriers it asks?

One `Guard` for a process. Whoever asks a carrier takes a `Call` from it and says what became of
it: prices here, bookings and tracking with an operation of their own.
"""

import random
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import isinf
from threading import Lock
from time import monotonic, time
from typing import TypeVar

from carriers.errors import CarrierError, CarrierUnavailable
from carriers.resilience.breakers import Breaker, Closed, Pass, Result, result_of
from carriers.resilience.bulkheads import Bulkheads
from carriers.resilience.kept_offers import KeptOffers
from carriers.resilience.pace import Pace
from carriers.resilience.quotas import Quota

FAIR_WAIT_SECONDS = 0.25
"""Whoever waits less learns nothing of the carrier's health when no answer comes."""
_ACCOUNTS = 4096  # whose carriers are remembered; the least used are forgotten first
_Key = tuple[str, ...]
T = TypeVar("T")


@dataclass(slots=True)
class Call:
    """One question to a carrier; what became of it is said once, whoever says it first."""

    breaker: Breaker
    passed: Pass
    quota: Quota
    pace: Pace
    leave: Callable[[], None]
    began: float
    clock: Callable[[], float]
    settled: bool = False
    lock: Lock = field(default_factory=Lock)

    @property
    def is_trial(self) -> bool:
        """Whether the carrier is being tried after it failed."""
        return self.passed.trial

    def take_token(self) -> None:
        """Before each message. Raises `CarrierUnavailable` when the hour's calls are used up."""
        if (wait := self.quota.take()) is not None:
            raise CarrierUnavailable(wait, "quota", sent=False)

    def answered(self) -> None:
        """The carrier gave an answer, late or not."""
        self.pace.answered(self.clock() - self.began)
        self._settle("answered")

    def failed(self, error: CarrierError) -> None:
        """The carrier gave none, and said why."""
        if error.code == "quota" and error.retry_after is not None:
            self.quota.hold(error.retry_after)
        self._settle(result_of(error), error.reason)

    def broke(self) -> None:
        """Its adapter could not make sense of something."""
        self._settle("failed")

    def given_up(self) -> None:
        """Nobody waits any longer."""
        waited = self.clock() - self.began
        self._settle("timed_out" if waited >= FAIR_WAIT_SECONDS else "nothing")

    def _settle(self, result: Result, words: str = "") -> None:
        with self.lock:
            if self.settled:
                return
            self.settled = True
        self.breaker.record(self.passed, result, words)


class Guard:
    """Breakers, bulkheads, quotas, paces and kept offers of one process.

    `fresh_seconds` is how long an answer is as good as a live one; None keeps no answers. A
    question goes on for `patience` seconds after it was asked, so that a late answer is kept.
    `workers` share a carrier's quota: each has its part.
    """

    def __init__(
        self,
        *,
        fresh_seconds: float | None = None,
        patience: float = 10.0,
        workers: int = 1,
        bulkheads: Bulkheads | None = None,
        clock: Callable[[], float] = monotonic,
        wall: Callable[[], float] = time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.clock = clock
        self.fresh_seconds = fresh_seconds or 0.0
        self.patience = patience
        self.kept = None if fresh_seconds is None else KeptOffers(clock)
        self._bulkheads = bulkheads or Bulkheads()
        self._workers = max(1, workers)
        self._wall = wall
        self._chance = chance
        self._lock = Lock()
        self._breakers: OrderedDict[_Key, Breaker] = OrderedDict()
        self._paces: OrderedDict[_Key, Pace] = OrderedDict()
        self._quotas: OrderedDict[_Key, Quota] = OrderedDict()

    def call(
        self,
        carrier: str,
        account: str = "",
        operation: str = "rates",
        hourly_quota: int | None = None,
        *,
        twin: Call | None = None,
    ) -> Call | str:
        """Take a call; or why the carrier is not to be asked now.

        The `twin` of a call is the same question sent once more: it says nothing of its own.
        """
        key = (carrier, account, operation)
        with self._lock:
            breaker = _kept(self._breakers, key, lambda: Breaker(self.clock, self._chance))
            pace = _kept(self._paces, key, Pace)
            quota = self._quota(carrier, account, hourly_quota)
        if not self._bulkheads.enter(*key):
            return "busy: too many questions are still open"
        passed = Pass() if twin is not None else breaker.ask()
        if isinstance(passed, Closed):
            self._bulkheads.leave(*key)
            return self._closed(passed)
        if twin is None:
            pace.asked()
        return Call(
            breaker,
            passed,
            quota,
            pace,
            lambda: self._bulkheads.leave(*key),
            self.clock(),
            self.clock,
            settled=twin is not None,
        )

    def quota(self, carrier: str, account: str, hourly_quota: int | None) -> Quota:
        """The calls of an account that are left: labels may take what prices may not."""
        with self._lock:
            return self._quota(carrier, account, hourly_quota)

    def moment(self, seconds_ahead: float) -> str:
        """A moment in words, so many seconds from now."""
        at = datetime.fromtimestamp(self._wall(), UTC) + timedelta(seconds=seconds_ahead)
        return f"{at:%Y-%m-%d %H:%M:%S} UTC"

    def _quota(self, carrier: str, account: str, hourly: int | None) -> Quota:
        share = None if hourly is None else max(1, hourly // self._workers)
        quota = _kept(self._quotas, (carrier, account), lambda: Quota(share, self.clock))
        if share is not None:
            quota.hourly = share  # whoever asked before did not know of it
        return quota

    def _closed(self, closed: Closed) -> str:
        if isinf(closed.seconds):
            return f"not asked until its credentials change: {closed.why}"
        return f"not asked: its breaker is open until {self.moment(closed.seconds)} ({closed.why})"


def _kept(known: "OrderedDict[_Key, T]", key: _Key, make: Callable[[], T]) -> T:
    found = known.get(key)
    if found is None:
        found = known[key] = make()
        if len(known) > _ACCOUNTS:
            known.popitem(last=False)
    else:
        known.move_to_end(key)
    return found
