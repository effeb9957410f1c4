"""Who is examined? A carrier's manifest, with all that the checks need of it, made when needed."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, NoReturn

from carriers.accounts import Account
from carriers.booking import BookingRequest, Books
from carriers.conformance import samples
from carriers.conformance.operations import OPERATIONS, Operation
from carriers.conformance.recordings import Recording, recordings_of
from carriers.errors import CarrierError
from carriers.manifest import Capability, Manifest
from carriers.offers import Offer, RateRequest
from carriers.rating import Prices
from carriers.tokens import Authorises
from carriers.wire import Answer, Ask


class BrokenPromiseError(AssertionError):
    """A check does not hold; the message says what was expected and what was found."""


class NotApplicableError(Exception):
    """A check says nothing about this carrier; the message says why."""


def must(holds: object, otherwise: str) -> None:
    """Fail with a sentence, also where nobody rewrites asserts."""
    if not holds:
        raise BrokenPromiseError(otherwise)


def not_applicable(why: str) -> NoReturn:
    """Leave a check, because it says nothing about this carrier."""
    raise NotApplicableError(why)


@dataclass(frozen=True)
class Subject:
    """A carrier under examination: its adapters for the canary account, and its recordings."""

    manifest: Manifest

    @cached_property
    def account(self) -> Account:
        """The canary account."""
        return samples.account_for(self.manifest)

    @cached_property
    def recordings(self) -> tuple[Recording, ...]:
        """All recordings beside the adapter."""
        return recordings_of(self.manifest)

    @cached_property
    def _adapters(self) -> dict[str, Any]:
        return {}

    def adapter(self, capability: Capability | None = None) -> Any:
        """The adapter of a capability; without one that which fetches tokens, or the first."""
        if capability is None:
            made = [self.adapter(each) for each in self.manifest.capabilities]
            return next((each for each in made if isinstance(each, Authorises)), made[0])
        path = self.manifest.factories[capability]
        if path not in self._adapters:
            self._adapters[path] = samples.adapter_for(self.manifest, capability, self.account)
        return self._adapters[path]

    def adapters(self) -> tuple[Any, ...]:
        """Every adapter, once."""
        return tuple({id(a): a for a in map(self.adapter, self.manifest.capabilities)}.values())

    def of(self, recording: Recording) -> Any:
        """The adapter that a recording is about."""
        return self.adapter(OPERATIONS[recording.operation].capability)

    def good(self, *operations: str) -> list[Recording]:
        """The recordings that expect a result, of some operations or of all."""
        return [r for r in self._some(operations) if r.error is None]

    def bad(self, *operations: str) -> list[Recording]:
        """The recordings that expect a refusal in an answer, of some operations or of all."""
        return [r for r in self._some(operations) if r.error is not None and r.answers]

    def _some(self, operations: Sequence[str]) -> Iterator[Recording]:
        return (r for r in self.recordings if not operations or r.operation in operations)

    def needs(self, capability: Capability) -> None:
        """Leave the check when the carrier does not do this."""
        if capability not in self.manifest.factories:
            not_applicable(f"it does not do this: {capability}")

    def needs_the_wire(self) -> None:
        """Leave the check when nothing is ever sent to the carrier."""
        if self.in_process:
            not_applicable("it answers in the process: nothing is sent")

    @cached_property
    def in_process(self) -> bool:
        """Whether it is a price list and no service to question."""
        return all(isinstance(each, Prices) for each in self.adapters())

    def asks(self, recording: Recording) -> tuple[Ask, ...]:
        """What the adapter asks for a recording's sample."""
        return OPERATIONS[recording.operation].asks(self.of(recording), recording)

    def reads(self, recording: Recording, answers: Sequence[Answer] | None = None) -> object:
        """What the adapter reads in a recording's answers, or in others instead."""
        operation: Operation = OPERATIONS[recording.operation]
        given = recording.answers if answers is None else tuple(answers)
        return operation.reads(self.of(recording), recording, given)

    def tries(self, recording: Recording, change: Callable[[Answer], Answer]) -> object:
        """What it reads in changed answers: the result, or the `CarrierError` that it raises."""
        try:
            return self.reads(recording, [change(answer) for answer in recording.answers])
        except CarrierError as error:
            return error

    def results(self) -> Iterator[tuple[Recording, object]]:
        """Everything that it reads in the good recordings."""
        for recording in self.good():
            yield recording, self.reads(recording)

    def offers(self) -> Iterator[tuple[str, RateRequest, tuple[Offer, ...]]]:
        """Its offers: from recordings, or from the price list itself for every sample."""
        self.needs("rates")
        adapter = self.adapter("rates")
        if isinstance(adapter, Prices):
            for name, request in samples.RATES.items():
                try:
                    yield name, request, adapter.offers(request)
                except CarrierError:
                    continue
            return
        for recording in self.good("rates"):
            yield recording.title, samples.RATES[recording.sample], self.reads(recording)  # type: ignore[misc]

    def booking(self, sample: str) -> BookingRequest:
        """A sample purchase, of the service that a recording of it (or of another) names."""
        self.needs("books")
        recorded = [r for r in self.good("booking") if "service" in r.more]
        recorded.sort(key=lambda r: r.sample != sample)
        service = recorded[0].more["service"] if recorded else "canary-service"
        return replace(samples.BOOKINGS[sample], service=service)

    def ask_booking(self, request: BookingRequest) -> Ask | CarrierError:
        """The request that buys, or the refusal."""
        adapter: Books = self.adapter("books")
        try:
            return adapter.ask_booking(request)
        except CarrierError as error:
            return error

    def token_answer(self, ask: Ask) -> Answer:
        """The recorded answer to a request for a token."""
        for recording in self.good("token"):
            if recording.asks and recording.asks[0]["url"] == ask.url:
                return recording.answers[0]
        raise BrokenPromiseError("no recording in token/ answers its request for a token")


def leaves(found: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every value in a JSON value that is no list and no object, with its pointer."""
    if isinstance(found, dict):
        for name, each in found.items():
            yield from leaves(each, f"{at}/{name}")
    elif isinstance(found, list):
        for place, each in enumerate(found):
            yield from leaves(each, f"{at}/{place}")
    else:
        yield at, found


def body_of(ask: Ask) -> Any:
    """The JSON of a request; None where it has another form."""
    try:
        return json.loads(ask.body or b"", parse_float=Decimal, parse_int=Decimal)
    except ValueError:
        return None


def text_of(ask: Ask) -> str:
    """All words of a request: its address, its headers' values, and what stands in its body."""
    body = body_of(ask)
    said = (
        [str(value) for _, value in leaves(body)]
        if body is not None
        else [(ask.body or b"").decode("utf-8", "replace")]
    )
    return " ".join([ask.url, *ask.headers.values(), *said])
