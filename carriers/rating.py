"""What does every carrier ask, within the time there is?

A carrier prices in one of two ways. `Prices` prices in the process, from a card. `Rates` is a
pair of pure functions around an exchange of messages that somebody else sends. One carrier that is
slow, wrong or silent costs its own offer and nobody else's.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore, Lock, Thread
from time import monotonic
from typing import Protocol, runtime_checkable

from carriers.errors import CarrierError
from carriers.offers import Offer, RateRequest, Silence, faults_of
from carriers.wire import Answer, Ask, Send

_LOG = logging.getLogger(__name__)

_AT_ONCE = 8  # of one carrier: its abandoned questions must not fill the process


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


@dataclass(frozen=True, slots=True)
class OverTheWire:
    """A carrier that prices elsewhere, joined with what sends for it."""

    adapter: Rates
    send: Send

    @property
    def code(self) -> str:
        """The carrier's code."""
        return self.adapter.code

    def offers_within(self, request: RateRequest, seconds: float) -> tuple[Offer, ...]:
        """Ask, wait so many seconds in all, and read. Raises `CarrierError`."""
        ends = monotonic() + seconds
        answers = tuple(
            self.send(ask, max(0.0, ends - monotonic())) for ask in self.adapter.ask_rates(request)
        )
        return self.adapter.read_rates(request, answers)


Carrier = Prices | OverTheWire
_Outcome = tuple[Offer, ...] | Silence


class Bulkheads:
    """How many questions to one carrier may be open at once, so that a stuck one stays alone."""

    def __init__(self, at_once: int = _AT_ONCE) -> None:
        self._at_once = at_once
        self._lock = Lock()
        self._gates: dict[str, BoundedSemaphore] = {}

    def enter(self, code: str) -> bool:
        """Take a place, unless the carrier has no more."""
        with self._lock:
            gate = self._gates.setdefault(code, BoundedSemaphore(self._at_once))
        return gate.acquire(blocking=False)

    def leave(self, code: str) -> None:
        """Give a place back that `enter` took."""
        self._gates[code].release()


_BULKHEADS = Bulkheads()


def rate_all(
    carriers: Sequence[Carrier],
    request: RateRequest,
    max_wait_ms: int,
    bulkheads: Bulkheads = _BULKHEADS,
) -> tuple[tuple[Offer, ...], tuple[Silence, ...]]:
    """Ask all carriers at once and take what arrives in time: offers, and who gave none and why.

    Carriers that answer at once are asked here; each of the others has a thread of its own that is
    left behind at the deadline. Nothing a carrier does is raised. The order is the carriers', so
    that the same answers make the same quote.
    """
    ends = monotonic() + max_wait_ms / 1000
    slow = {place for place, each in enumerate(carriers) if not _answers_at_once(each)}
    collect = _ask_apart(slow, carriers, request, ends, bulkheads) if slow else None
    outcomes = {
        place: _answer(carrier, request, ends)
        for place, carrier in enumerate(carriers)
        if place not in slow
    }
    if collect is not None:
        outcomes |= collect()
        late = f"timeout: no answer within {max_wait_ms} ms"
        for place in slow - outcomes.keys():
            outcomes[place] = Silence(carriers[place].code, late)
    return _sorted([outcomes[place] for place in range(len(carriers))], carriers, request)


def _ask_apart(
    slow: set[int],
    carriers: Sequence[Carrier],
    request: RateRequest,
    ends: float,
    bulkheads: Bulkheads,
) -> Callable[[], dict[int, _Outcome]]:
    """Ask the slow carriers, each in its thread; what is returned waits for their answers."""
    arrivals: SimpleQueue[tuple[int, _Outcome]] = SimpleQueue()
    for place in sorted(slow):
        carrier = carriers[place]
        if bulkheads.enter(carrier.code):
            _start(place, carrier, request, ends, arrivals, bulkheads)
        else:
            busy = Silence(carrier.code, "busy: too many questions are still open")
            arrivals.put((place, busy))

    def collect() -> dict[int, _Outcome]:
        outcomes: dict[int, _Outcome] = {}
        while len(outcomes) < len(slow):
            try:
                place, outcome = arrivals.get(timeout=max(0.0, ends - monotonic()))
            except Empty:
                break
            outcomes[place] = outcome
        return outcomes

    return collect


def _answers_at_once(carrier: Carrier) -> bool:
    return not isinstance(carrier, OverTheWire) and carrier.inline


def _start(
    place: int,
    carrier: Carrier,
    request: RateRequest,
    ends: float,
    arrivals: "SimpleQueue[tuple[int, _Outcome]]",
    bulkheads: Bulkheads,
) -> None:
    """Ask in a thread that nobody joins: a pool would hold up the process for a stuck carrier."""

    def ask() -> None:
        try:
            outcome = _answer(carrier, request, ends)
        finally:
            bulkheads.leave(carrier.code)
        arrivals.put((place, outcome))

    Thread(target=ask, name=f"rates-{carrier.code}", daemon=True).start()


def _answer(carrier: Carrier, request: RateRequest, ends: float) -> _Outcome:
    """A carrier's offers, or its silence with an honest reason; a fault of ours is logged."""
    try:
        if isinstance(carrier, OverTheWire):
            return carrier.offers_within(request, max(0.0, ends - monotonic()))
        return carrier.offers(request)
    except CarrierError as error:
        return Silence(carrier.code, error.reason)
    except Exception:
        _LOG.exception("carrier %s failed while rating", carrier.code)
        return Silence(
            carrier.code, "an error in the carrier's adapter; the log of the service has it"
        )


def _sorted(
    outcomes: Sequence[_Outcome], carriers: Sequence[Carrier], request: RateRequest
) -> tuple[tuple[Offer, ...], tuple[Silence, ...]]:
    """Offers that are sound and of the mode asked for; a silence for a carrier that has none."""
    offers: list[Offer] = []
    silences: list[Silence] = []
    for carrier, outcome in zip(carriers, outcomes, strict=True):
        if isinstance(outcome, Silence):
            silences.append(outcome)
            continue
        sound = outcome
        reason = "no service for this"
        if not _answers_at_once(carrier):  # cards are linted, not watched
            faults = {id(offer): faults_of(offer) for offer in outcome}
            for fault in filter(None, faults.values()):
                reason = f"an offer was refused: {fault}"
                _LOG.error("carrier %s: %s", carrier.code, reason)
            sound = tuple(offer for offer in outcome if faults[id(offer)] is None)
        if request.mode is not None:
            sound = tuple(offer for offer in sound if offer.mode == request.mode)
        if sound:
            offers += sound
        else:
            silences.append(Silence(carrier.code, reason))
    return tuple(offers), tuple(silences)
