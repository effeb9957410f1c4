"""How is a label bought once?

The intent is committed before the first byte leaves, the answer is kept before it is read, and what
was sent without an answer is never sent again before the carrier has said that it knows nothing of
it (`reconciling`).
"""

import hashlib
import logging
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from api.services.orders import Order, paper_of
from api.services.purchase_book import PurchaseBook
from carriers.accounts import Account, redact
from carriers.answers import bad_reply
from carriers.booking import Booking, BookingRequest, Books, FetchesLabels
from carriers.documents import UploadsDocuments
from carriers.errors import CarrierError, CarrierUnavailable, RequestRejected
from carriers.manifest import Capability
from carriers.purchase import State
from carriers.registry import Agent
from carriers.wire import Answer, Ask

_LOG = logging.getLogger(__name__)
Value = TypeVar("Value")

AgentOf = Callable[[str, str, Capability], Agent]
"""The carrier's adapter for an account, a carrier's code and a capability."""

Reached = Callable[[str], None]
"""Told of each step of a purchase; the tests let the process die there."""

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_ASKED_WITHIN = 15.0


def nowhere(step: str) -> None:
    """Nobody wants to know."""


def new_reference() -> str:
    """Our name for one attempt: 20 of A-Z and 0-9, 93 bits of them at random."""
    return "TW" + "".join(secrets.choice(_LETTERS) for _ in range(18))


class Purchasing:
    """Buys labels for every account."""

    def __init__(
        self,
        book: PurchaseBook,
        agent: AgentOf,
        reached: Reached = nowhere,
        reference: Callable[[], str] = new_reference,
    ) -> None:
        self.book = book
        self.agent = agent
        self._reached = reached
        self._reference = reference

    def buy(self, order: Order) -> State:
        """Send the purchase of a shipment, unless it is bought or on its way. The state after it.

        Only `planned`, `rejected` and `absent` purchases are sent.
        """
        our_ref = self._reference()
        shipment = order.shipment
        try:
            agent = self.agent(shipment.account_id, shipment.carrier, "books")
            adapter = booking_adapter(agent)
            order = self._uploaded(order, agent, "before", None)
            request = order.request(our_ref)
            ask = _asked(adapter, request)
        except CarrierError as error:
            self.book.refuse_unsent(order, our_ref, error)
            return self._state(order)
        self._reached("planned")
        number = self.book.begin(order, our_ref, *_written(ask, agent.account))
        if number is None:
            return self._state(order)
        self._reached("sending")
        try:
            answer = agent.sender.send_once(ask, self.book.policy.send_seconds)
        except CarrierError as error:
            self.book.failed(order, number, error)
            return self._state(order)
        self._reached("answered")
        self.book.keep_answer(our_ref, answer)
        self._reached("kept")
        self._read(order, number, request, agent, answer)
        self._reached("settled")
        return self._state(order)

    def _read(
        self, order: Order, number: int, request: BookingRequest, agent: Agent, answer: Answer
    ) -> None:
        adapter = booking_adapter(agent)
        try:
            booking = read_safely(lambda: adapter.read_booking(request, answer), agent)
        except CarrierError as error:
            self.book.failed(order, number, error)
        else:
            self.bought(order, number, request, booking, agent)

    def bought(
        self, order: Order, number: int, request: BookingRequest, booking: Booking, agent: Agent
    ) -> None:
        """Write a purchase down, and fetch what comes after it."""
        follow = not booking.labels and isinstance(agent.adapter, FetchesLabels)
        how = self.book.confirm(order, number, booking, labels_follow=follow)
        if how != "bought":
            return
        self._reached("confirmed")
        if follow:
            self.fetch_labels(order, request, booking, agent)
        try:
            self._uploaded(order, agent, "after", booking)
        except CarrierError as error:
            _LOG.error("%s: a paper was not taken: %s", order.shipment.id, error.reason)

    def fetch_labels(
        self, order: Order, request: BookingRequest, booking: Booking, agent: Agent
    ) -> bool:
        """Fetch the labels of a purchase; as often as need be. False when they did not come."""
        adapter = agent.adapter
        if not isinstance(adapter, FetchesLabels):
            return False
        try:
            answers = tuple(
                agent.sender.send(ask, _ASKED_WITHIN)
                for ask in adapter.ask_labels(request, booking)
            )
            labels = read_safely(lambda: adapter.read_labels(request, booking, answers), agent)
        except CarrierError as error:
            _LOG.warning("%s: no labels yet: %s", order.shipment.id, error.reason)
            return False
        self.book.add_labels(order.shipment, labels)
        return True

    def _uploaded(self, order: Order, agent: Agent, when: str, booking: Booking | None) -> Order:
        """The order with its papers at the carrier, where the carrier takes them then.

        Raises `CarrierError`.
        """
        if not any(paper.carrier_id is None for paper in order.papers):
            return order
        if "documents" not in agent.manifest.factories:
            return order
        agent = self.agent(order.shipment.account_id, order.shipment.carrier, "documents")
        adapter = agent.adapter
        if not isinstance(adapter, UploadsDocuments) or adapter.uploads != when:
            return order
        shipment = order.request("").shipment
        papers = []
        for paper in order.papers:
            if paper.carrier_id is None:
                given = paper_of(paper)
                answers = tuple(
                    agent.sender.send(ask, _ASKED_WITHIN)
                    for ask in adapter.ask_upload(shipment, given, booking)
                )
                name = read_safely(lambda g=given, a=answers: adapter.read_upload(g, a), agent)  # type: ignore[misc]
                self.book.paper_uploaded(order.shipment.id, paper.number, name)
                paper = replace(paper, carrier_id=name)
            papers.append(paper)
        return replace(order, papers=tuple(papers))

    def _state(self, order: Order) -> State:
        found = self.book.order(order.shipment.account_id, order.shipment.id)
        return order.state if found is None else found.state


def booking_adapter(agent: Agent) -> Books:
    """The adapter as one that books. Raises `RequestRejected`."""
    if not isinstance(agent.adapter, Books):
        raise RequestRejected("its plug-in cannot book", "unsupported", sent=False)
    return agent.adapter


def read_safely(read: Callable[[], Value], agent: Agent) -> Value:
    """What an adapter reads. A fault of the adapter is logged, and is an answer nobody can read."""
    try:
        return read()
    except CarrierError:
        raise
    except Exception:
        _LOG.exception("carrier %s failed while reading", agent.manifest.code)
        raise bad_reply("an error in the carrier's adapter") from None


def _asked(adapter: Books, request: BookingRequest) -> Ask:
    """The request that buys; whatever goes wrong here, nothing was sent."""
    try:
        return adapter.ask_booking(request)
    except CarrierError as error:
        error.sent = False
        raise
    except Exception:
        _LOG.exception("carrier %s failed while asking", adapter.code)
        reason = "an error in the carrier's adapter; the log of the service has it"
        raise CarrierUnavailable(reason, "unsupported", sent=False) from None


def _written(ask: Ask, account: Account) -> tuple[bytes, str]:
    """The request as it is kept, without its secrets, and the fingerprint of that."""
    head = [f"{ask.method} {ask.url}"]
    head += [
        f"{name}: {'•••' if name.lower() == 'authorization' else text}"
        for name, text in ask.headers.items()
    ]
    body = (ask.body or b"").decode("utf-8", "replace")
    kept = redact("\n".join([*head, "", body]), account.secrets).encode()
    return kept, hashlib.sha256(kept).hexdigest()
