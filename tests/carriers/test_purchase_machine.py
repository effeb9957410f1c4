"""A purchase never leads to two labels, in whatever order things happen.

The clock and the wire are invented: a carrier that sells, loses, delays and forgets as it is told,
and a buyer that follows `carriers.purchase`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from carriers import CarrierUnavailable, RequestRejected
from carriers.purchase import (
    Policy,
    Purchase,
    TransitionError,
    begin,
    confirm,
    expire,
    lose,
    may_send,
    miss,
    no_answer,
    not_bought,
    refuse,
    surely_refused,
    unfindable,
    voided,
)

START = datetime(2026, 11, 20, tzinfo=UTC)
POLICY = Policy()


@dataclass
class Sale:
    """What the carrier did with one attempt: whether it sold, since when it shows it."""

    sold: bool = False
    shown_at: datetime = START
    given_back: bool = False
    reaches_it_at: datetime | None = None


class Buying(RuleBasedStateMachine):
    """One purchase, one carrier, and everything that may come between them."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.purchase = Purchase()
        self.carrier: dict[int, Sale] = {}
        self.waiting: set[int] = set()  # attempts whose sender is alive
        self.settled: set[int] = set()

    def tick(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        for sale in self.carrier.values():
            if sale.reaches_it_at is not None and self.now >= sale.reaches_it_at:
                sale.sold, sale.reaches_it_at = True, None

    @rule(seconds=st.sampled_from([1, 10, 100, 1000, 100_000]))
    def time_passes(self, seconds: int) -> None:
        self.tick(seconds)

    @precondition(lambda self: may_send(self.purchase))
    @rule()
    def send(self) -> None:
        self.purchase = begin(self.purchase, self.now, POLICY)
        number = self.purchase.attempts[-1].number
        self.carrier[number] = Sale()
        self.waiting.add(number)

    @precondition(lambda self: not may_send(self.purchase))
    @rule()
    def nothing_is_sent_otherwise(self) -> None:
        with pytest.raises(TransitionError):
            begin(self.purchase, self.now, POLICY)

    @precondition(lambda self: self.waiting)
    @rule(
        how=st.sampled_from(["sold", "refused", "lost", "sold and lost", "late", "died"]),
        hidden=st.sampled_from([0, 5, 60]),
        late=st.sampled_from([20, 200, 2000]),
    )
    def the_carrier_acts(self, how: str, hidden: int, late: int) -> None:
        number = self.waiting.pop()
        sale = self.carrier[number]
        sale.shown_at = self.now + timedelta(seconds=hidden)
        if how in ("sold", "sold and lost"):
            sale.sold = True
        elif how == "late":
            sale.reaches_it_at = self.now + timedelta(seconds=late)
            sale.shown_at = sale.reaches_it_at
        if how == "sold":
            self.confirmed(number)
        elif how == "refused":
            self.purchase = refuse(self.purchase, number)
        elif how != "died":
            self.purchase = lose(self.purchase, number, self.now, POLICY)

    def confirmed(self, number: int) -> None:
        self.purchase, how = confirm(self.purchase, number, self.now)
        again, known = confirm(self.purchase, number, self.now)
        assert (again, known) == (self.purchase, "known")
        assert how in ("bought", "twin", "known")

    def due(self) -> list[int]:
        return [
            attempt.number
            for attempt in self.purchase.attempts
            if attempt.next_at is not None and attempt.next_at <= self.now
        ]

    @precondition(lambda self: self.due())
    @rule(reachable=st.booleans())
    def reconcile(self, reachable: bool) -> None:
        for number in self.due():
            self.purchase = expire(self.purchase, number, self.now, POLICY)
            state, sale = self.purchase.attempt(number).state, self.carrier[number]
            if state == "sending":
                continue
            if not reachable:
                self.purchase = no_answer(self.purchase, number, self.now, POLICY)
            elif state == "twin":
                sale.given_back = True
                self.purchase = voided(self.purchase, number)
            elif sale.sold and self.now >= sale.shown_at:
                self.confirmed(number)
            else:
                self.purchase = miss(self.purchase, number, self.now, POLICY)

    @precondition(lambda self: self.purchase.state == "manual")
    @rule()
    def a_person_finds_out(self) -> None:
        number = self.purchase.attempts[-1].number
        sale = self.carrier[number]
        if sale.reaches_it_at is not None:
            return  # nobody could say yet
        if sale.sold:
            self.confirmed(number)
        else:
            self.purchase = not_bought(self.purchase, number, self.now, POLICY)

    @invariant()
    def at_most_one_label_counts(self) -> None:
        counted = [each for each in self.purchase.attempts if each.state == "confirmed"]
        assert len(counted) <= 1
        for each in counted:
            assert self.carrier[each.number].sold

    @invariant()
    def what_was_sold_is_known_or_still_looked_for(self) -> None:
        for number, sale in self.carrier.items():
            attempt = self.purchase.attempt(number)
            gone = self.now - attempt.sent_at > POLICY.twins_watched_for
            if sale.sold and not gone:
                looked_for = attempt.next_at is not None or number in self.waiting
                known = attempt.state in ("confirmed", "twin", "voided", "manual")
                assert looked_for or known, attempt

    @invariant()
    def nothing_is_sent_twice_while_the_first_may_have_arrived(self) -> None:
        for earlier, later in zip(self.purchase.attempts, self.purchase.attempts[1:], strict=False):
            assert earlier.state not in ("sending", "unknown")
            assert later.sent_at >= earlier.sent_at

    def teardown(self) -> None:
        """In the end, with a carrier that answers, every label but one has been given back."""
        for number in list(self.waiting):
            self.waiting.discard(number)
        for _ in range(200):
            self.tick(700)
            if self.due():
                self.reconcile(reachable=True)
        if self.now - START < POLICY.twins_watched_for:
            kept = [n for n, sale in self.carrier.items() if sale.sold and not sale.given_back]
            manual = self.purchase.state == "manual"
            assert len(kept) <= 1 or manual, self.purchase


Buying.TestCase.settings = settings(
    max_examples=120, stateful_step_count=30, deadline=None, derandomize=True, database=None
)
TestBuying = Buying.TestCase


def sent() -> Purchase:
    return begin(Purchase(), START, POLICY)


def test_a_miss_is_believed_only_after_several_over_a_while() -> None:
    purchase = lose(sent(), 1, START, POLICY)
    for _ in range(10):  # many, but all at once
        purchase = miss(purchase, 1, START + timedelta(seconds=10), POLICY)
    assert purchase.state == "unknown"
    purchase = miss(purchase, 1, START + POLICY.absent_after, POLICY)
    assert purchase.state == "absent"
    once = lose(sent(), 1, START, POLICY)  # a while, but only once
    assert miss(once, 1, START + timedelta(days=1), POLICY).state == "unknown"


def test_a_lease_that_has_not_ended_is_left_alone() -> None:
    just_before = START + POLICY.lease - timedelta(seconds=1)
    assert expire(sent(), 1, just_before, POLICY).state == "sending"
    assert expire(sent(), 1, START + POLICY.lease, POLICY).state == "unknown"


def test_a_carrier_that_cannot_be_asked_is_a_persons_matter() -> None:
    purchase = lose(sent(), 1, START, POLICY)
    assert unfindable(purchase, 1).state == "manual"
    late = START + POLICY.give_up_after
    assert no_answer(purchase, 1, late, POLICY).state == "manual"


def test_looks_become_seldom() -> None:
    purchase = lose(sent(), 1, START, POLICY)
    waits = []
    for _ in range(12):
        purchase = no_answer(purchase, 1, START, POLICY)
        next_at = purchase.attempts[0].next_at
        assert next_at is not None
        waits.append((next_at - START).total_seconds())
    assert waits == sorted(waits)
    assert waits[0] == 4
    assert waits[-1] == 600


@pytest.mark.parametrize(
    ("error", "sure"),
    [
        (CarrierUnavailable("down", "carrier_down"), False),
        (CarrierUnavailable("down", "carrier_down", sent=False), True),
        (CarrierUnavailable("late", "timeout_sent"), False),
        (CarrierUnavailable("?", "bad_reply"), False),
        (CarrierUnavailable("busy", "quota"), True),
        (RequestRejected("no", "validation"), True),
        (RequestRejected("used", "conflict"), False),
        (RequestRejected("?", "a code of tomorrow"), False),
    ],
)
def test_only_what_surely_says_no_is_a_refusal(error: RequestRejected, sure: bool) -> None:
    assert surely_refused(error) is sure
