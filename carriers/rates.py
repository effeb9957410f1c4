"""Who can be asked for a price, and how?

A carrier prices in one of three ways. `Prices` prices in the process, from a card. `Rates` is a
pair of pure functions around an exchange of messages that somebody else sends. `Converses` needs
one answer before it can ask the next question, and is given what sends.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol, runtime_checkable

from carriers.offers import Offer, RateRequest
from carriers.wire import Answer, Ask, Send


@runtime_checkable
class Prices(Protocol):
    """A carrier that prices in the process."""

    @property
    def code(self) -> str:
        """The carrier's code, as in its manifest."""

    @property
    def inline(self) -> bool:
        """Whether it answers in microseconds and waits for nothing: it is then asked directly."""

    def offers(self, request: RateRequest) -> tuple[Offer, ...]:
        """Every service that can carry this, priced. Raises `CarrierError` when none can."""


@runtime_checkable
class Rates(Protocol):
    """A carrier that prices elsewhere: two pure functions around an exchange of messages."""

    @property
    def code(self) -> str:
        """The carrier's code, as in its manifest."""

    def ask_rates(self, request: RateRequest) -> tuple[Ask, ...]:
        """The messages that ask for prices. Raises `RequestRejected` for what it never carries."""

    def read_rates(self, request: RateRequest, answers: tuple[Answer, ...]) -> tuple[Offer, ...]:
        """The offers in the carrier's answers, one for each message. Raises `CarrierError`."""


@runtime_checkable
class Converses(Protocol):
    """A carrier that prices elsewhere and asks again by what was answered: a bridge."""

    @property
    def code(self) -> str:
        """The carrier's code, as in its manifest."""

    def converse(self, request: RateRequest, send: Callable[[Ask], Answer]) -> tuple[Offer, ...]:
        """The offers, found by however many messages. Raises `CarrierError`."""


@dataclass(frozen=True, slots=True)
class OverTheWire:
    """A carrier that prices elsewhere, joined with what sends for it.

    `account` tells one account with the carrier from another; nothing can be read from it.
    `version` is the adapter's, `hourly_quota` how often the carrier may be asked in an hour.
    """

    adapter: Rates | Converses
    send: Send
    account: str = field(default="", repr=False)
    version: str = ""
    hourly_quota: int | None = None

    @property
    def code(self) -> str:
        """The carrier's code."""
        return self.adapter.code

    def offers_within(
        self, request: RateRequest, seconds: float, before_each: Callable[[], None] | None = None
    ) -> tuple[Offer, ...]:
        """Ask, wait so many seconds in all, and read. Raises `CarrierError`.

        `before_each` is called before each message, and may refuse it.
        """
        ends = monotonic() + seconds

        def send(ask: Ask) -> Answer:
            if before_each is not None:
                before_each()
            return self.send(ask, max(0.0, ends - monotonic()))

        if isinstance(self.adapter, Converses):
            return self.adapter.converse(request, send)
        answers = tuple(send(ask) for ask in self.adapter.ask_rates(request))
        return self.adapter.read_rates(request, answers)


Carrier = Prices | OverTheWire


def answers_at_once(carrier: Carrier) -> bool:
    """Whether it is asked directly, in the thread that wants to know."""
    return not isinstance(carrier, OverTheWire) and carrier.inline
