"""How does a request for a label end with one label, however often it is sent?

The shipment, the intent to buy and the key of the request are stored together; whoever sends the
same request again is led to the same shipment, and goes on from where it stands.
"""

import hashlib
from collections.abc import Callable
from secrets import token_hex

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from api.services.orders import Order, pure
from api.services.purchasing import Purchasing, booking_adapter, read_safely
from api.services.reconciling import Reconciling
from api.services.shipments import Planned, QuoteExpiredError
from carriers.booking import Booking, Cancellation, Label
from carriers.purchase import may_send
from data.model.money import money
from data.model.shipment_records import write_shipment
from data.store import purchases, shipments
from data.store.engines import reading, writing
from data.store.shipments import Entry, StoredLabel, StoredPaper, StoredShipment

_ASKED_WITHIN = 20.0


class KeyReusedError(ValueError):
    """The key was used with another body."""

    def __init__(self) -> None:
        super().__init__("Use another Idempotency-Key for another request.")


class NotBoughtError(ValueError):
    """There is no label to give back."""


class Shipping:
    """Labels of every account: asked for, looked at, given back."""

    def __init__(
        self,
        engine: Callable[[], Engine],
        purchasing: Purchasing,
        reconciling: Reconciling,
    ) -> None:
        self._engine = engine
        self._book = purchasing.book
        self._purchasing = purchasing
        self._reconciling = reconciling

    def asked_before(self, account: str, route: str, key: str, body: bytes) -> Order | None:
        """The shipment that this very request asked for. Raises `KeyReusedError`."""
        with reading(self._engine()) as connection:
            found = shipments.by_key(connection, account, route, key)
        if found is None:
            return None
        if found.body_hash != _hash(body):
            raise KeyReusedError
        return self._again(found)

    def place(self, account: str, route: str, key: str, body: bytes, planned: Planned) -> Order:
        """Store a shipment with its intent and its key. Raises `KeyReusedError`."""
        price = planned.expected_price
        stored = StoredShipment(
            id=f"sh_{token_hex(12)}",
            account_id=account,
            route=route,
            idempotency_key=key,
            body_hash=_hash(body),
            created_at=self._book.now(),
            carrier=planned.carrier,
            service=planned.service,
            label_format=planned.label_format,
            label_size=planned.label_size,
            record=write_shipment(planned.shipment),
            quote_id=planned.quote_id,
            option_id=planned.option_id,
            returns_id=planned.returns_id,
            expires_at=planned.expires_at,
            expected_amount=price.amount if price else None,
            expected_currency=price.currency.code if price else None,
        )
        papers = [
            StoredPaper(number, paper.kind, paper.format, paper.content)
            for number, paper in enumerate(planned.papers, 1)
        ]
        try:
            with writing(self._engine()) as connection:
                shipments.add(connection, stored, papers)
                intent = f"pu_{token_hex(12)}"
                purchases.plan(connection, account, stored.id, intent, stored.created_at)
        except IntegrityError:
            known = self.asked_before(account, route, key, body)  # somebody was quicker
            if known is None:
                raise
            return known
        return self._again(stored)

    def proceed(self, order: Order) -> Order:
        """Go on with a shipment: find out what is not known, buy what may be bought.

        Raises `QuoteExpiredError`.
        """
        self._reconciling.now(order)
        order = self._again(order.shipment)
        if may_send_now(order):
            expires_at = order.shipment.expires_at
            if expires_at is not None and self._book.now() >= expires_at:
                raise QuoteExpiredError(f"The quote held until {expires_at.isoformat()}.")
            self._purchasing.buy(order)
            order = self._again(order.shipment)
        return order

    def get(self, account: str, shipment: str) -> Order | None:
        """An account's shipment; None when it is somebody else's."""
        return self._book.order(account, shipment)

    def labels(self, order: Order) -> list[StoredLabel]:
        """The labels of a shipment."""
        return self._book.labels(order.shipment.id)

    def page(self, account: str, limit: int, after: str | None) -> tuple[list[Entry], str | None]:
        """An account's shipments, newest first, and where to go on."""
        with reading(self._engine()) as connection:
            return shipments.page(connection, account, limit, after)

    def cancel(self, order: Order) -> tuple[Order, Cancellation | None]:
        """Give a label back; once it is given back nothing more is asked.

        What the carrier said, when it would not. Raises `NotBoughtError`, `CarrierError`.
        """
        shipment = order.shipment
        if shipment.cancelled_at is not None:
            return order, None
        if order.state != "confirmed":
            raise NotBoughtError(f"There is no label to give back: the shipment is {order.state}.")
        booking = self._booking(order)
        agent = self._purchasing.agent(shipment.account_id, shipment.carrier, "books")
        adapter = booking_adapter(agent)
        answer = agent.sender.send(adapter.ask_cancel(booking), _ASKED_WITHIN)
        outcome = read_safely(lambda: adapter.read_cancel(booking, answer), agent)
        if outcome.outcome == "too_late":
            return order, outcome
        said = {"outcome": outcome.outcome, "detail": outcome.detail}
        self._book.cancelled(shipment, said)
        return self._again(shipment), None

    def can_book(self, account: str, carrier: str) -> None:
        """Whether a carrier can book for an account. Raises `CarrierError`."""
        booking_adapter(self._purchasing.agent(account, carrier, "books"))

    def _booking(self, order: Order) -> Booking:
        shipment = order.shipment
        labels = tuple(
            Label(label.number, label.tracking_number, label.format, label.content)  # type: ignore[arg-type]
            for label in self.labels(order)
        )
        price = None
        if shipment.amount is not None and shipment.currency is not None:
            price = money(shipment.amount, shipment.currency)
        return Booking(
            shipment.carrier_id or "", shipment.tracking_number or "", labels, price=price
        )

    def _again(self, shipment: StoredShipment) -> Order:
        found = self._book.order(shipment.account_id, shipment.id)
        if found is None:
            raise LookupError(shipment.id)
        return found


def may_send_now(order: Order) -> bool:
    """Whether the purchase of a shipment may be sent."""
    return order.shipment.cancelled_at is None and may_send(pure(order.purchase))


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
