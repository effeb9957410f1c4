"""When is a carrier asked about a parcel again? As seldom as keeps people informed.

How often depends on where the parcel is: seldom before the carrier has it, often on the day it is
delivered, and no more when it has arrived. Every wait is spread a little, so that parcels of one
morning are not all asked about in the same minute of every day.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from carriers.tracking import Status

Chance = Callable[[], float]
"""A number from 0 up to 1, at random."""

ANNOUNCED: tuple[Status, ...] = ("created", "info_received", "unknown")
ENDED: tuple[Status, ...] = ("delivered", "returned", "cancelled")

SPREAD = 0.2
OLD_NEWS = timedelta(days=5)
NEVER_CAME = timedelta(days=30)
LOST_SIGHT_OF = timedelta(days=180)
ONCE_MORE = timedelta(hours=24)
LONGEST_WAIT = timedelta(hours=24)

_WAITS: Mapping[Status, timedelta] = {
    "created": timedelta(hours=6),
    "info_received": timedelta(hours=6),
    "unknown": timedelta(hours=6),
    "customs": timedelta(hours=2),
    "out_for_delivery": timedelta(minutes=30),
}
_OTHERWISE = timedelta(hours=4)

ADVANCE: tuple[Status, ...] = (
    "created",
    "unknown",
    "info_received",
    "picked_up",
    "exception",
    "in_transit",
    "customs",
    "attempt_failed",
    "out_for_delivery",
    "available_for_pickup",
    "returning",
    "returned",
    "delivered",
    "cancelled",
)
"""From the least advanced to the most; trouble on the way stands before going on."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What decides when to ask again. `since` is when it was first asked about.

    `failures` counts the questions without an answer since the last answer; `retry_after` is how
    long the carrier wants to be left alone, in seconds.
    """

    status: Status
    since: datetime
    delivered_at: datetime | None = None
    failures: int = 0
    retry_after: float | None = None


def next_look(followed: Followed, now: datetime, chance: Chance) -> datetime | None:
    """When to ask next; None when there is nothing more to hear.

    A parcel that its carrier never got is given up after thirty days, one that is on its way
    without an end after half a year. What was delivered is looked at once more a day later,
    because deliveries are corrected.
    """
    if followed.status == "delivered":
        again = (followed.delivered_at or now) + ONCE_MORE
        return again if now < again else None
    if followed.status in ENDED or expired(followed, now):
        return None
    wait = min(_wait(followed, now) * (1 << min(followed.failures, 10)), LONGEST_WAIT)
    wait *= 1 + SPREAD * (2 * chance() - 1)
    asked = timedelta(seconds=max(0.0, followed.retry_after or 0.0))
    return now + max(wait, min(asked, LONGEST_WAIT))


def expired(followed: Followed, now: datetime) -> bool:
    """Whether nobody hopes for news any more of a parcel that never arrived."""
    if followed.status in ENDED:
        return False
    longest = NEVER_CAME if followed.status in ANNOUNCED else LOST_SIGHT_OF
    return now - followed.since >= longest


def least_advanced(statuses: Iterable[Status]) -> Status:
    """The status of a shipment of several parcels: of the parcel that is furthest behind.

    A parcel whose label was given back counts only when there is no other.

    >>> least_advanced(["delivered", "in_transit", "cancelled"])
    'in_transit'
    """
    return min(statuses, key=ADVANCE.index)


def _wait(followed: Followed, now: datetime) -> timedelta:
    if followed.status in ANNOUNCED and now - followed.since >= OLD_NEWS:
        return timedelta(hours=24)
    return _WAITS.get(followed.status, _OTHERWISE)
