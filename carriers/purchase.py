"""What is known of a purchase, and what may be done next?

Pure: no clock, no wire, no database. A purchase is one intent to buy one label; it is sent in
attempts, each under a reference of its own. What was sent and not answered is not sent again
before the carrier has said, several times over a while, that it knows nothing of it. What is found
of an attempt that had been given up is a twin: it is given back.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from carriers.errors import CarrierError

State = Literal[
    "planned",  # intended; nothing was sent
    "sending",  # committed before the first byte
    "confirmed",  # bought
    "rejected",  # the carrier refused, or nothing reached it
    "unknown",  # sent, and no answer that can be read
    "absent",  # sent, and the carrier knows nothing of it
    "manual",  # sent, and only a person can find out
    "twin",  # bought besides the one that counts, to be given back
    "voided",  # a twin that was given back
]
Confirmed = Literal["bought", "twin", "known"]

_REFUSALS = frozenset(
    {
        "credentials",
        "account",
        "validation",
        "not_serviceable",
        "not_found",
        "unsupported",
        "quota",
        "timeout_not_sent",
    }
)
"""Codes after which the carrier has surely bought nothing. A conflict is none: it may say that the
reference was used, by us."""


class TransitionError(Exception):
    """A purchase cannot be sent now: it is bought, on its way, or its outcome is not known."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How long a purchase is waited for, and when it is believed not to have happened.

    `absent_after` counts from the sending and must be longer than the carrier may take to show what
    it sold; `lease` must be longer than `send_seconds`.
    """

    send_seconds: float = 30.0
    lease: timedelta = timedelta(seconds=90)
    first_look: timedelta = timedelta(seconds=2)
    longest_wait: timedelta = timedelta(minutes=10)
    misses: int = 3
    absent_after: timedelta = timedelta(minutes=5)
    give_up_after: timedelta = timedelta(hours=24)
    twins_watched_for: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sending. `next_at` is when something must be done about it, None when nothing must."""

    number: int
    state: State
    sent_at: datetime
    next_at: datetime | None = None
    looks: int = 0
    misses: int = 0


@dataclass(frozen=True, slots=True)
class Purchase:
    """An intent to buy one label, and every attempt at it, oldest first."""

    attempts: tuple[Attempt, ...] = ()

    @property
    def state(self) -> State:
        """Confirmed when any attempt is; else what the newest attempt is."""
        if any(attempt.state == "confirmed" for attempt in self.attempts):
            return "confirmed"
        return self.attempts[-1].state if self.attempts else "planned"

    def attempt(self, number: int) -> Attempt:
        """An attempt by its number, from 1."""
        return self.attempts[number - 1]

    def _with(self, attempt: Attempt) -> "Purchase":
        before, after = self.attempts[: attempt.number - 1], self.attempts[attempt.number :]
        return Purchase((*before, attempt, *after))


def may_send(purchase: Purchase) -> bool:
    """Whether a label may be asked for: never yet, or surely in vain."""
    return purchase.state in ("planned", "rejected", "absent")


def begin(purchase: Purchase, at: datetime, policy: Policy) -> Purchase:
    """A new attempt is about to be sent. Commit it before the first byte.

    Raises `TransitionError`.
    """
    if not may_send(purchase):
        raise TransitionError(f"a purchase that is {purchase.state} is not sent again")
    number = len(purchase.attempts) + 1
    return Purchase((*purchase.attempts, Attempt(number, "sending", at, at + policy.lease)))


def confirm(purchase: Purchase, number: int, at: datetime) -> tuple[Purchase, Confirmed]:
    """The carrier has sold it. That is true whatever was believed before."""
    attempt = purchase.attempt(number)
    if attempt.state in ("confirmed", "twin", "voided"):
        return purchase, "known"
    if purchase.state == "confirmed":
        return purchase._with(replace(attempt, state="twin", next_at=at, looks=0)), "twin"
    return purchase._with(replace(attempt, state="confirmed", next_at=None)), "bought"


def refuse(purchase: Purchase, number: int) -> Purchase:
    """The carrier has surely not sold it. What was settled before stays."""
    attempt = purchase.attempt(number)
    if attempt.state not in ("sending", "unknown"):
        return purchase
    return purchase._with(replace(attempt, state="rejected", next_at=None))


def lose(purchase: Purchase, number: int, at: datetime, policy: Policy) -> Purchase:
    """It was sent, and what became of it is not known."""
    attempt = purchase.attempt(number)
    if attempt.state != "sending":
        return purchase
    return purchase._with(replace(attempt, state="unknown", next_at=at + policy.first_look))


def expire(purchase: Purchase, number: int, at: datetime, policy: Policy) -> Purchase:
    """Who was sending has not said anything for the time of a lease: it died."""
    attempt = purchase.attempt(number)
    if attempt.state != "sending" or at < attempt.sent_at + policy.lease:
        return purchase
    return purchase._with(replace(attempt, state="unknown", next_at=at))


def miss(purchase: Purchase, number: int, at: datetime, policy: Policy) -> Purchase:
    """The carrier says that it knows nothing of it: believed after several times over a while."""
    attempt = purchase.attempt(number)
    if attempt.state == "absent":
        return purchase._with(_watched(attempt, at, policy))
    if attempt.state not in ("unknown", "manual"):
        return purchase
    attempt = replace(attempt, misses=attempt.misses + 1, looks=attempt.looks + 1)
    if attempt.misses >= policy.misses and at >= attempt.sent_at + policy.absent_after:
        return purchase._with(_watched(replace(attempt, state="absent"), at, policy))
    return purchase._with(replace(attempt, next_at=at + _wait(attempt, policy)))


def no_answer(purchase: Purchase, number: int, at: datetime, policy: Policy) -> Purchase:
    """The carrier could not be asked; after long enough a person must."""
    attempt = purchase.attempt(number)
    if attempt.state == "absent":
        return purchase._with(_watched(attempt, at, policy))
    if attempt.state not in ("unknown", "twin"):
        return purchase
    if at >= attempt.sent_at + policy.give_up_after and attempt.state == "unknown":
        return purchase._with(replace(attempt, state="manual", next_at=None))
    attempt = replace(attempt, looks=attempt.looks + 1)
    return purchase._with(replace(attempt, next_at=at + _wait(attempt, policy)))


def unfindable(purchase: Purchase, number: int) -> Purchase:
    """The carrier cannot be asked what became of it: a person must find out."""
    attempt = purchase.attempt(number)
    if attempt.state == "absent":  # nobody watches for its twin
        return purchase._with(replace(attempt, next_at=None))
    if attempt.state != "unknown":
        return purchase
    return purchase._with(replace(attempt, state="manual", next_at=None))


def not_bought(purchase: Purchase, number: int, at: datetime, policy: Policy) -> Purchase:
    """A person found out that the carrier has not sold it. It is looked for all the same."""
    attempt = purchase.attempt(number)
    if attempt.state not in ("unknown", "manual"):
        raise TransitionError(f"an attempt that is {attempt.state} needs nobody's word")
    return purchase._with(_watched(replace(attempt, state="absent"), at, policy))


def voided(purchase: Purchase, number: int) -> Purchase:
    """A twin was given back."""
    attempt = purchase.attempt(number)
    if attempt.state != "twin":
        return purchase
    return purchase._with(replace(attempt, state="voided", next_at=None))


def surely_refused(error: CarrierError) -> bool:
    """Whether an error of a purchase says that surely nothing was bought."""
    return not error.sent or error.code in _REFUSALS


def _wait(attempt: Attempt, policy: Policy) -> timedelta:
    """Twice as long after each look."""
    doublings: int = 2 ** min(attempt.looks, 20)
    return min(policy.first_look * doublings, policy.longest_wait)


def _watched(attempt: Attempt, at: datetime, policy: Policy) -> Attempt:
    """Looked for now and then, ever more seldom, in case it turns up after all."""
    past = at - attempt.sent_at
    if past >= policy.twins_watched_for:
        return replace(attempt, next_at=None)
    return replace(attempt, next_at=at + max(past, policy.longest_wait))
