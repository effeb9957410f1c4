"""How is it written down what became of a purchase?

Each method is one transaction: it reads the purchase under a lock, lets `carriers.purchase` say
what follows, and writes that with its consequences (shipment, labels, ledger, manual queue, event).
What money depends on is on the disk when the method returns.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from api.services import purchase_effects as effects
from api.services.orders import Order, pure
from carriers.booking import Booking, Label
from carriers.errors import CarrierError
from carriers.purchase import (
    Confirmed,
    Policy,
    Purchase,
    State,
    begin,
    confirm,
    lose,
    may_send,
    refuse,
    surely_refused,
)
from carriers.wire import Answer
from data.store import ledger, manual_queue, purchases, shipments
from data.store.engines import reading, writing
from data.store.manual_queue import Kind
from data.store.purchases import StoredAttempt, StoredPurchase
from data.store.shipments import StoredLabel, StoredShipment

_LOG = logging.getLogger(__name__)
Done = TypeVar("Done")
Clock = Callable[[], datetime]
_PAUSES = (0.1, 0.3, 0.8, 1.5, 2.5)
"""Seconds between tries to write down what cost money, while the database is away."""
_NOT_KEPT = ("set-cookie", "authorization")


class PurchaseBook:
    """The purchases of everybody, in one database."""

    def __init__(self, engine: Callable[[], Engine], clock: Clock, policy: Policy) -> None:
        self._engine = engine
        self._clock = clock
        self.policy = policy

    def now(self) -> datetime:
        """The moment."""
        return self._clock()

    def order(self, account: str, shipment: str) -> Order | None:
        """An account's shipment and its purchase; None when it is somebody else's."""
        # The purchase first: who sees it confirmed must see what the confirmation wrote.
        with reading(self._engine()) as connection:
            purchase = purchases.find(connection, shipment)
            found = shipments.get(connection, account, shipment)
            if found is None or purchase is None:
                return None
            return Order(found, purchase, tuple(shipments.papers(connection, shipment)))

    def labels(self, shipment: str) -> list[StoredLabel]:
        """The labels of a shipment."""
        with reading(self._engine()) as connection:
            return shipments.labels(connection, shipment)

    def begin(self, order: Order, our_ref: str, sent: bytes, fingerprint: str) -> int | None:
        """An attempt is about to be sent: its number, None when somebody else was quicker."""
        with self._changing(order.shipment) as (connection, stored):
            purchase = pure(stored)
            if not may_send(purchase):
                return None
            after = begin(purchase, self._clock(), self.policy)
            self._add(connection, order, after, our_ref, sent, fingerprint)
            return after.attempts[-1].number

    def refuse_unsent(self, order: Order, our_ref: str, error: CarrierError) -> None:
        """An attempt that could not even be sent."""
        with self._changing(order.shipment) as (connection, stored):
            purchase = pure(stored)
            if not may_send(purchase):
                return
            after = begin(purchase, self._clock(), self.policy)
            number = after.attempts[-1].number
            after = refuse(after, number)
            self._add(connection, order, after, our_ref, b"", "")
            purchases.change_attempt(connection, our_ref, error=effects.said(error))

    def keep_answer(self, our_ref: str, answer: Answer) -> None:
        """Keep a carrier's answer as it came, before anybody tries to read it."""
        headers = {n: text for n, text in answer.headers.items() if n.lower() not in _NOT_KEPT}

        def keep() -> None:
            with writing(self._engine(), durable=True) as connection:
                purchases.change_attempt(
                    connection,
                    our_ref,
                    answered_at=self._clock(),
                    answer_status=answer.status,
                    answer_headers=headers,
                    answer_body=answer.body,
                )

        _persistently(keep)

    def failed(self, order: Order, number: int, error: CarrierError) -> None:
        """A purchase that the carrier refused, or whose outcome is not known."""
        sure = surely_refused(error)

        def after(purchase: Purchase) -> Purchase:
            if sure:
                return refuse(purchase, number)
            return lose(purchase, number, self._clock(), self.policy)

        _persistently(lambda: self.change(order.shipment, number, after, error))

    def change(
        self,
        shipment: StoredShipment,
        number: int,
        transition: Callable[[Purchase], Purchase],
        error: CarrierError | None = None,
    ) -> State:
        """What follows for one attempt, and the reason if there is one."""
        with self._changing(shipment) as (connection, stored):
            after = transition(pure(stored))
            self._write(connection, shipment, stored, after, error)
            if error is not None:
                our_ref = stored.attempts[number - 1].our_ref
                purchases.change_attempt(connection, our_ref, error=effects.said(error))
            return after.state

    def confirm(
        self, order: Order, number: int, booking: Booking, *, labels_follow: bool
    ) -> Confirmed:
        """The carrier has sold it: the label, the ledger and the event, all or nothing."""

        def write() -> Confirmed:
            with self._changing(order.shipment) as (connection, stored):
                after, how = confirm(pure(stored), number, self._clock())
                if how != "known":
                    attempt = stored.attempts[number - 1]
                    self._write(connection, order.shipment, stored, after)
                    shipment, our_ref, at = order.shipment, attempt.our_ref, self._clock()
                    effects.charge(connection, shipment, our_ref, booking, at)
                    if how == "bought":
                        effects.bought(
                            connection, shipment, our_ref, booking, at, labels_follow=labels_follow
                        )
                    else:
                        _LOG.error("a second label of %s was found: %s", shipment.id, our_ref)
                        self._tell(connection, shipment, "twin_found", {"our_ref": our_ref})
                return how

        return _persistently(write)

    def task(self, shipment: StoredShipment, our_ref: str, kind: Kind, reason: str) -> None:
        """Something that a person must find out."""
        with writing(self._engine(), durable=True) as connection:
            effects.give_task(connection, shipment, our_ref, kind, reason, self._clock())

    def add_labels(self, shipment: StoredShipment, found: tuple[Label, ...]) -> None:
        """Labels that came after the purchase."""
        with writing(self._engine(), durable=True) as connection:
            shipments.add_labels(connection, shipment.id, effects.stored_labels(found))
            shipments.change(connection, shipment.id, labels_due=None)
            self._tell(connection, shipment, "labels_ready", {})

    def labels_later(self, shipment: StoredShipment, due: datetime | None) -> None:
        """When missing labels are fetched again."""
        with writing(self._engine()) as connection:
            shipments.change(connection, shipment.id, labels_due=due)

    def paper_uploaded(self, shipment: str, number: int, carrier_id: str) -> None:
        """The carrier has a paper."""
        with writing(self._engine()) as connection:
            shipments.paper_uploaded(connection, shipment, number, carrier_id)

    def cancelled(self, shipment: StoredShipment, outcome: Mapping[str, Any]) -> None:
        """The label was given back, and with it the money."""
        kind: ledger.Kind = "void" if outcome["outcome"] == "cancelled" else "refund_requested"
        with self._changing(shipment) as (connection, _):
            known = shipments.get(connection, shipment.account_id, shipment.id)
            if known is None or known.cancelled_at is not None:
                return
            at = self._clock()
            shipments.change(
                connection,
                shipment.id,
                cancelled_at=at,
                cancellation=dict(outcome),
                labels_due=None,
            )
            effects.give_back(connection, shipment.our_ref or "", kind, at)
            self._tell(connection, shipment, "cancelled", {"outcome": outcome["outcome"]})

    def twin_voided(
        self, shipment: StoredShipment, number: int, transition: Callable[[Purchase], Purchase]
    ) -> None:
        """A second label was given back."""
        with self._changing(shipment) as (connection, stored):
            after = transition(pure(stored))
            attempt = stored.attempts[number - 1]
            self._write(connection, shipment, stored, after)
            effects.give_back(connection, attempt.our_ref, "void", self._clock())
            manual_queue.close(connection, attempt.our_ref, "twin", "voided", self._clock())
            self._tell(connection, shipment, "twin_voided", {"our_ref": attempt.our_ref})

    @contextmanager
    def _changing(self, shipment: StoredShipment) -> Iterator[tuple[Connection, StoredPurchase]]:
        with writing(self._engine(), durable=True) as connection:
            yield connection, purchases.load(connection, shipment.id)

    def _add(
        self,
        connection: Connection,
        order: Order,
        after: Purchase,
        our_ref: str,
        sent: bytes,
        fingerprint: str,
    ) -> None:
        new = after.attempts[-1]
        row = StoredAttempt(
            our_ref,
            order.purchase.id,
            new.number,
            new.state,
            fingerprint,
            new.sent_at,
            new.next_at,
            request=sent,
        )
        purchases.add_attempt(connection, row)
        purchases.set_state(connection, order.purchase.id, after.state, self._clock())
        if after.state != "sending":
            self._tell(connection, order.shipment, after.state, {})

    def _write(
        self,
        connection: Connection,
        shipment: StoredShipment,
        stored: StoredPurchase,
        after: Purchase,
        error: CarrierError | None = None,
    ) -> None:
        """Write down each attempt that has changed, and the purchase with its event."""
        for old, new in zip(stored.attempts, after.attempts, strict=True):
            values = {name: getattr(new, name) for name in ("state", "next_at", "looks", "misses")}
            if any(getattr(old, name) != value for name, value in values.items()):
                purchases.change_attempt(connection, old.our_ref, **values)
            if new.state == "manual" and old.state != "manual":
                why = error.reason if error else "the carrier cannot be asked what became of it"
                at = self._clock()
                effects.give_task(connection, shipment, old.our_ref, "outcome", why, at)
            elif old.state == "manual" and new.state != "manual":
                manual_queue.close(connection, old.our_ref, "outcome", new.state, self._clock())
        if after.state != stored.state:
            purchases.set_state(connection, stored.id, after.state, self._clock())
            if after.state != "confirmed":  # which `effects.bought` says, with the number
                self._tell(connection, shipment, after.state, {})

    def _tell(
        self, connection: Connection, shipment: StoredShipment, kind: str, more: Mapping[str, Any]
    ) -> None:
        effects.tell(connection, shipment, kind, more, self._clock())


def _persistently(write: Callable[[], Done]) -> Done:
    """Write down what cost money, and again for a few seconds while the database is away.

    What is written so may be written twice.
    """
    for pause in _PAUSES:
        try:
            return write()
        except OperationalError as error:
            _LOG.warning("the database is away: %s", type(error.orig).__name__)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        time.sleep(pause)
    return write()
