"""How are many slow carriers asked at once, and left at the deadline?

Each question has a thread of its own that nobody joins: a pool would hold up everybody for a stuck
carrier, and the process at its end. What comes after the deadline is kept for the next time.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Thread

from carriers.errors import CarrierError, CredentialsRejected, RequestRejected
from carriers.offers import Offer, RateRequest, faults_of
from carriers.rates import Carrier, OverTheWire
from carriers.resilience.guard import Call
from carriers.resilience.ladder import Ladder

_LOG = logging.getLogger(__name__)

OUR_FAULT = "an error in the carrier's adapter; the log of the service has it"


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Why a carrier gave no offer. `final`: it answered, and the answer is no."""

    reason: str
    final: bool = False


Outcome = tuple[Offer, ...] | NoAnswer


@dataclass(slots=True)
class _Question:
    """What is open to one carrier: one question, or two when the first is late."""

    call: Call
    open: int = 1
    failure: NoAnswer | None = None
    hedged_at: float | None = None


@dataclass(slots=True)
class Questions:
    """One request to several carriers, by their places in the list of all."""

    carriers: Mapping[int, Carrier]
    request: RateRequest
    max_wait_ms: int
    ladder: Ladder
    ends: float = 0.0
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    _open: dict[int, _Question] = field(default_factory=dict)
    _arrivals: "SimpleQueue[tuple[int, Outcome]]" = field(default_factory=SimpleQueue)

    def begin(self) -> None:
        """Ask whoever is worth asking."""
        guard = self.ladder.guard
        self.ends = guard.clock() + self.max_wait_ms / 1000
        for place, carrier in self.carriers.items():
            if _quota(carrier) and (fresh := self.ladder.fresh(carrier, self.request)):
                self.outcomes[place] = fresh
                continue
            call = guard.call(carrier.code, _account(carrier), "rates", _quota(carrier))
            if isinstance(call, str):
                self.outcomes[place] = NoAnswer(call)
                continue
            question = self._open[place] = _Question(call)
            p95 = call.pace.p95
            if p95 is not None and not call.is_trial and not _quota(carrier):
                question.hedged_at = call.began + p95
            self._start(place, carrier, call)

    def collect(self) -> Mapping[int, Outcome]:
        """Wait for the answers until the deadline, then put something in each gap's place."""
        clock = self.ladder.guard.clock
        while self._open:
            due = [q.hedged_at for q in self._open.values() if q.hedged_at is not None]
            try:
                wait = min([self.ends, *due]) - clock()
                place, outcome = self._arrivals.get(timeout=max(0.0, wait))
            except Empty:
                if clock() >= self.ends:
                    break
                self._hedge()
                continue
            self._arrived(place, outcome)
        for place, question in self._open.items():
            question.call.given_up()
            late = NoAnswer(f"timeout: no answer within {self.max_wait_ms} ms")
            self.outcomes[place] = question.failure or late
        return {place: self._or_instead(place) for place in self.carriers}

    def _arrived(self, place: int, outcome: Outcome) -> None:
        question = self._open.get(place)
        if question is None:
            return  # the slower of two
        question.open -= 1
        question.hedged_at = None
        if isinstance(outcome, NoAnswer) and not outcome.final and question.open:
            question.failure = outcome
            return
        self.outcomes[place] = outcome
        del self._open[place]

    def _hedge(self) -> None:
        """Send once more what is later than usual."""
        guard = self.ladder.guard
        for place, question in self._open.items():
            if question.hedged_at is None or question.hedged_at > guard.clock():
                continue
            question.hedged_at = None
            carrier = self.carriers[place]
            if not question.call.pace.hedge():
                continue
            twin = guard.call(carrier.code, _account(carrier), twin=question.call)
            if not isinstance(twin, str):
                question.open += 1
                self._start(place, carrier, twin)

    def _or_instead(self, place: int) -> Outcome:
        outcome = self.outcomes[place]
        if isinstance(outcome, NoAnswer) and not outcome.final:
            offers = self.ladder.instead(self.carriers[place], self.request, outcome.reason)
            return offers or outcome
        return outcome

    def _start(self, place: int, carrier: Carrier, call: Call) -> None:
        def ask() -> None:
            try:
                outcome = self._answer(carrier, call)
            finally:
                call.leave()
            self._arrivals.put((place, outcome))

        Thread(target=ask, name=f"rates-{carrier.code}", daemon=True).start()

    def _answer(self, carrier: Carrier, call: Call) -> Outcome:
        """A carrier's offers, or why there are none; a fault of ours is logged."""
        guard = self.ladder.guard
        try:
            if isinstance(carrier, OverTheWire):
                left = self.ends - guard.clock()
                seconds = max(left, guard.patience if guard.kept else 0.0)
                offers = carrier.offers_within(self.request, seconds, call.take_token)
            else:
                offers = carrier.offers(self.request)
        except CarrierError as error:
            call.failed(error)
            return NoAnswer(error.reason, final=_is_final(error))
        except Exception:
            _LOG.exception("carrier %s failed while rating", carrier.code)
            call.broke()
            return NoAnswer(OUR_FAULT)
        call.answered()
        sound, fault = sound_of(carrier.code, offers)
        if sound and guard.kept:
            guard.kept.keep(carrier, self.request, sound)
        return NoAnswer(f"an offer was refused: {fault}") if fault and not sound else sound


def sound_of(carrier: str, offers: Sequence[Offer]) -> tuple[tuple[Offer, ...], str | None]:
    """The offers that are fit to be shown, and what is wrong with the last of the others."""
    sound: list[Offer] = []
    wrong: str | None = None
    for offer in offers:
        fault = faults_of(offer)
        if fault is None:
            sound.append(offer)
        else:
            wrong = fault
            _LOG.error("carrier %s: an offer was refused: %s", carrier, fault)
    return tuple(sound), wrong


def _is_final(error: CarrierError) -> bool:
    """Whether the carrier, or its adapter, said no to this very request."""
    return isinstance(error, RequestRejected) or (
        isinstance(error, CredentialsRejected) and error.code == "account"
    )


def _account(carrier: Carrier) -> str:
    return carrier.account if isinstance(carrier, OverTheWire) else ""


def _quota(carrier: Carrier) -> int | None:
    return carrier.hourly_quota if isinstance(carrier, OverTheWire) else None
