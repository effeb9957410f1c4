"""What became of a purchase without an answer?

The carrier is asked, by our reference or by the key it was sent under; where it cannot be asked, a
person is. Labels that are missing are fetched again, and second labels are given back.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Engine

from api.services.orders import Order
from api.services.purchase_book import PurchaseBook
from api.services.purchasing import Purchasing, booking_adapter, read_safely
from carriers.booking import Booking, BookingRequest, Finds
from carriers.errors import CarrierError
from carriers.purchase import (
    State,
    expire,
    miss,
    no_answer,
    not_bought,
    refuse,
    surely_refused,
    unfindable,
    voided,
)
from carriers.registry import Agent
from carriers.wire import Answer
from data.store import purchases, shipments
from data.store.engines import reading, writing
from data.store.purchases import StoredAttempt

_LOG = logging.getLogger(__name__)
_FOUND_WITHIN = 15.0
_BATCH = 50
_LABELS_AGAIN = timedelta(minutes=1)
_IN_HAND = timedelta(seconds=30)
"""How long others leave alone what one reconciler has taken up."""
_SURELY_NOT = frozenset({"validation", "not_serviceable", "unsupported"})
"""What a carrier says of a purchase repeated under its key that it has not sold."""


class Reconciling:
    """Finds out what is not known of anybody's purchases."""

    def __init__(self, engine: Callable[[], Engine], purchasing: Purchasing) -> None:
        self._engine = engine
        self._purchasing = purchasing
        self._book: PurchaseBook = purchasing.book

    def once(self) -> int:
        """Take up all that is due now. Says how many things were."""
        now = self._book.now()
        with writing(self._engine()) as connection:
            due = purchases.claim_due(connection, now, now + _IN_HAND, _BATCH)
        for each in due:
            self._alone(self.attempt, each.account_id, each.shipment_id, each.number)
        with reading(self._engine()) as connection:
            unlabelled = shipments.labels_due(connection, now, _BATCH)
        for account, shipment in unlabelled:
            self._alone(self._labels, account, shipment)
        return len(due) + len(unlabelled)

    def now(self, order: Order) -> State:
        """Find out about a shipment's newest attempt now, if that is open and due.

        Whoever asks again and again does not make the carrier be asked as often.
        """
        if order.state not in ("sending", "unknown"):
            return order.state
        newest = order.purchase.attempts[-1]
        due = newest.next_at is not None and newest.next_at <= self._book.now()
        if newest.state == "sending" or due:
            return self._settle(order, newest)
        return order.state

    def attempt(self, account: str, shipment: str, number: int) -> State:
        """Find out about one attempt."""
        order = self._book.order(account, shipment)
        if order is None:
            raise LookupError(shipment)
        return self._settle(order, order.purchase.attempts[number - 1])

    def resolve(self, order: Order, number: int, booking: Booking | None) -> None:
        """What a person found out: it was bought as this, or it was not (None)."""
        if booking is None:
            now, policy = self._book.now(), self._book.policy
            self._book.change(order.shipment, number, lambda p: not_bought(p, number, now, policy))
        else:
            self._book.confirm(order, number, booking, labels_follow=False)

    def _settle(self, order: Order, attempt: StoredAttempt) -> State:
        number = attempt.number
        if attempt.state == "twin":
            return self._void(order, attempt)
        request = order.request(attempt.our_ref)
        try:
            agent = self._purchasing.agent(
                order.shipment.account_id, order.shipment.carrier, "books"
            )
        except CarrierError as error:
            return self._unanswered(order, number, error)
        if self._from_kept_answer(order, attempt, request, agent):
            return self._state(order)
        state = self._book.change(
            order.shipment,
            number,
            lambda p: expire(p, number, self._book.now(), self._book.policy),
        )
        if state == "sending":  # somebody is still waiting for the answer
            return state
        if agent.manifest.reconcile == "none" or not isinstance(agent.adapter, Finds):
            return self._book.change(order.shipment, number, lambda p: unfindable(p, number))
        if attempt.state == "absent" and agent.manifest.reconcile == "native_key":
            # asked again under its key, the carrier would sell it
            return self._book.change(order.shipment, number, lambda p: unfindable(p, number))
        return self._look(order, attempt, request, agent, agent.adapter)

    def _from_kept_answer(
        self, order: Order, attempt: StoredAttempt, request: BookingRequest, agent: Agent
    ) -> bool:
        """Whether the answer that was kept settles it: who kept it died before reading it, or its
        adapter could not read it then.
        """
        if attempt.answer_status is None or attempt.state == "absent":
            return False
        answer = Answer(
            attempt.answer_status, attempt.answer_headers or {}, attempt.answer_body or b""
        )
        try:
            booking = read_safely(
                lambda: booking_adapter(agent).read_booking(request, answer), agent
            )
        except CarrierError as error:
            if attempt.state == "sending" and surely_refused(error):
                self._book.failed(order, attempt.number, error)
                return True
            return False
        self._purchasing.bought(order, attempt.number, request, booking, agent)
        return True

    def _look(
        self,
        order: Order,
        attempt: StoredAttempt,
        request: BookingRequest,
        agent: Agent,
        adapter: Finds,
    ) -> State:
        number, by_key = attempt.number, agent.manifest.reconcile == "native_key"
        send = agent.sender.send_once if by_key else agent.sender.send
        try:
            answer = send(adapter.ask_find(request), _FOUND_WITHIN)
            booking = read_safely(lambda: adapter.read_find(request, answer), agent)
        except CarrierError as error:
            if by_key and error.sent and error.code in _SURELY_NOT:
                return self._book.change(order.shipment, number, lambda p: refuse(p, number), error)
            return self._unanswered(order, number, error)
        if booking is None:
            return self._book.change(
                order.shipment,
                number,
                lambda p: miss(p, number, self._book.now(), self._book.policy),
            )
        self._purchasing.bought(order, number, request, booking, agent)
        return self._state(order)

    def _unanswered(self, order: Order, number: int, error: CarrierError) -> State:
        return self._book.change(
            order.shipment,
            number,
            lambda p: no_answer(p, number, self._book.now(), self._book.policy),
            error,
        )

    def _void(self, order: Order, attempt: StoredAttempt) -> State:
        """Give a second label back."""
        number, shipment = attempt.number, order.shipment
        booking = Booking(attempt.carrier_id or "", attempt.tracking_number or "")
        try:
            agent = self._purchasing.agent(shipment.account_id, shipment.carrier, "books")
            adapter = booking_adapter(agent)
            answer = agent.sender.send(adapter.ask_cancel(booking), _FOUND_WITHIN)
            outcome = read_safely(lambda: adapter.read_cancel(booking, answer), agent)
        except CarrierError as error:
            why = f"a second label, {booking.carrier_id}, could not be given back: {error.reason}"
            self._book.task(shipment, attempt.our_ref, "twin", why)
            return self._unanswered(order, number, error)
        if outcome.outcome == "cancelled":
            self._book.twin_voided(shipment, number, lambda p: voided(p, number))
        else:
            detail = f"a second label, {booking.carrier_id}: {outcome.outcome}"
            self._book.task(shipment, attempt.our_ref, "twin", detail)
            self._book.change(shipment, number, lambda p: voided(p, number))
        return self._state(order)

    def _labels(self, account: str, shipment: str) -> None:
        """Fetch the labels of a purchase that is confirmed without them."""
        order = self._book.order(account, shipment)
        if order is None or order.shipment.our_ref is None:
            return
        self._book.labels_later(order.shipment, self._book.now() + _LABELS_AGAIN)
        stored = order.shipment
        booking = Booking(stored.carrier_id or "", stored.tracking_number or "")
        try:
            agent = self._purchasing.agent(account, stored.carrier, "books")
        except CarrierError as error:
            _LOG.warning("%s: no labels yet: %s", shipment, error.reason)
            return
        request = order.request(order.shipment.our_ref)
        self._purchasing.fetch_labels(order, request, booking, agent)

    def _alone(self, work: Callable[..., object], *args: object) -> None:
        """One thing that goes wrong is logged, and tried again later; the rest goes on."""
        try:
            work(*args)
        except Exception:
            _LOG.exception("a purchase could not be reconciled")

    def _state(self, order: Order) -> State:
        found = self._book.order(order.shipment.account_id, order.shipment.id)
        return order.state if found is None else found.state
