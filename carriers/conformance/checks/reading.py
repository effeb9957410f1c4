"""Checks 8 to 12 and 16: is an answer read as what it says, to the digit and in its currency?"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from carriers.booking import Booking
from carriers.conformance import injuries
from carriers.conformance.checks import check
from carriers.conformance.operations import OPERATIONS
from carriers.conformance.recordings import Recording, faults_in, plain
from carriers.conformance.subject import BrokenPromiseError, Subject, must, not_applicable
from carriers.duties import DutyQuote
from carriers.errors import CarrierError
from carriers.manifest import Capability
from carriers.offers import Offer, faults_of
from carriers.tokens import Token
from carriers.wire import Answer
from data.model.money import Money, quantum

_MUST_BE_RECORDED: dict[Capability, tuple[str, ...]] = {
    "rates": ("rates",),
    "books": ("booking",),
    "tracks": ("tracking",),
    "duties": ("duties",),
    "points": ("points",),
    "documents": ("upload",),
}
_PRICED = ("rates", "duties", "booking", "find")
_OTHER_CURRENCIES = (
    "SEK",
    "CHF",
    "PLN",
    "DKK",
    "NOK",
    "CZK",
    "HUF",
)  # with two decimals, as those of the samples


@check(8, "bronze", "Every recording is asked and read as it says, each capability has one")
def _recordings(subject: Subject) -> None:
    subject.needs_the_wire()
    faults = [fault for each in subject.good() for fault in faults_in(each, subject.of(each))]
    must(not faults, "\n".join(faults))
    for capability in subject.manifest.capabilities:
        for operation in _MUST_BE_RECORDED[capability]:
            must(subject.good(operation), f"no recording of a good answer in {operation}/")


@check(9, "bronze", "Money is exact: decimals, an ISO 4217 currency, no more digits than it has")
def _exact(subject: Subject) -> None:
    for title, value in _everything(subject):
        for part in _values(value):
            if isinstance(part, Money):
                code = part.currency.code
                fits = part.amount == part.amount.quantize(quantum(code))
                must(fits, f"{title}: {part.amount} {code} has more digits than {code}")
            must(not isinstance(part, float), f"{title}: the float {part}")


@check(10, "bronze", "The parts of a price add up to it, or say what is not itemised")
def _sums(subject: Subject) -> None:
    for title, priced in _priced(subject):
        if isinstance(priced, Booking) and not priced.parts:
            continue
        price = priced.price
        if price is None:
            continue
        must(priced.parts, f"{title}: a price of {price} without parts")
        total = sum((part.amount.amount for part in priced.parts), Decimal(0))
        must(total == price.amount, f"{title}: parts of {total}, a price of {price.amount}")
        if isinstance(priced, Offer):
            low, high = priced.low or price, priced.high or price
            must(low.amount <= price.amount <= high.amount, f"{title}: {price} is out of its range")


@check(11, "bronze", "Nothing is offered for nothing, or without a currency")
def _nothing_for_nothing(subject: Subject) -> None:
    subject.needs("rates")
    for title, _, offers in subject.offers():
        must(offers, f"{title}: no offers where some were expected")
        for offer in offers:
            must(offer.price.amount > 0, f"{title}: {offer.service} costs {offer.price}")
    for recording in subject.good("rates"):
        for offer in _offers(subject, recording):
            price = offer.price
            injured: dict[str, injuries.Injury] = {
                "0": partial(injuries.with_amount, old=price.amount, new="0.00"),
                "no currency": partial(injuries.with_words, words={price.currency.code: ""}),
            }
            for what, injury in injured.items():
                if tuple(map(injury, recording.answers)) == recording.answers:
                    continue  # the carrier writes no currency, or no sum
                found = subject.tries(recording, injury)
                bad = [o for o in _many(found) if faults_of(o) and o.price.amount <= 0]
                must(not bad, f"{recording.title} with a price of {what}: offered for nothing")
                kept = [o for o in _many(found) if what == "no currency"]
                must(not kept, f"{recording.title} without a currency: offered in one all the same")


@check(12, "bronze", "An amount keeps the carrier's own currency, whatever the request's")
def _currency(subject: Subject) -> None:
    subject.needs_the_wire()
    tried = 0
    for recording in subject.good(*_PRICED):
        before = _currencies(subject.reads(recording))
        others = (each for each in _OTHER_CURRENCIES if each not in before)
        words = dict(zip(sorted(before), others, strict=False))
        changed = [injuries.with_words(answer, words) for answer in recording.answers]
        if not words or changed == list(recording.answers):
            continue
        tried += 1
        try:
            after = _currencies(subject.reads(recording, changed))
        except CarrierError:
            continue
        kept = after & words.keys()
        must(not kept, f"{recording.title} in {set(words.values())}: read as {', '.join(kept)}")
    if not tried:
        not_applicable("no recording says a currency")


@check(16, "bronze", "What is new in an answer is ignored; one thing and a list of it are the same")
def _tolerant(subject: Subject) -> None:
    subject.needs_the_wire()
    for recording in subject.good():
        if recording.operation == "webhook":  # it is signed: nothing may be added
            continue
        before = plain(subject.reads(recording))
        after = _plainly(subject.tries(recording, injuries.with_unknown_fields))
        must(after == before, f"{recording.title} with unknown fields: {after}")
        for title, answers in _changed_one_by_one(recording):
            _must_agree(subject, recording, title, answers, before)


def _must_agree(
    subject: Subject, recording: Recording, title: str, answers: list[Answer], before: Any
) -> None:
    """A list or a thing in its place reads the same, or is refused; it is never half understood."""
    try:
        found = plain(subject.reads(recording, answers))
    except CarrierError:
        return
    except Exception as error:
        raise BrokenPromiseError(f"{title}: {type(error).__name__}: {error}") from error
    if title.startswith("one"):
        must(found == before, f"{title}: read as something else")


def _changed_one_by_one(recording: Recording) -> Iterator[tuple[str, list[Answer]]]:
    kinds = (("one thing", injuries.single_things), ("a list", injuries.listed_things))
    for place, answer in enumerate(recording.answers):
        for kind, change in kinds:
            for pointer, changed in change(answer):
                answers = [*recording.answers[:place], changed, *recording.answers[place + 1 :]]
                yield f"{kind} at {pointer} of {recording.title}", answers


def _plainly(found: object) -> Any:
    return f"{type(found).__name__}: {found}" if isinstance(found, Exception) else plain(found)


def _everything(subject: Subject) -> Iterator[tuple[str, object]]:
    """All that it reads, and all that it offers from a price list."""
    for recording, result in subject.results():
        if OPERATIONS[recording.operation].capability is not None:  # a token has seconds
            yield recording.title, result
    if "rates" in subject.manifest.factories and subject.in_process:
        for name, _, offers in subject.offers():
            yield name, offers


def _priced(subject: Subject) -> Iterator[tuple[str, Offer | Booking]]:
    for title, result in _everything(subject):
        for each in _many(result):
            if isinstance(each, Offer | Booking):
                yield f"{title} {getattr(each, 'service', '')}".strip(), each


def _offers(subject: Subject, recording: Recording) -> list[Offer]:
    return [each for each in _many(subject.reads(recording)) if isinstance(each, Offer)]


def _many(result: object) -> tuple[Any, ...]:
    if isinstance(result, Exception):
        return ()
    return tuple(result) if isinstance(result, tuple | list) else (result,)


def _currencies(result: object) -> set[str]:
    return {part.currency.code for part in _values(result) if isinstance(part, Money)}


def _values(value: object) -> Iterator[object]:
    """A value and all values in it."""
    yield value
    if isinstance(value, Token | DutyQuote | Offer | Booking) or (
        is_dataclass(value) and not isinstance(value, type)
    ):
        for field in fields(value):
            yield from _values(getattr(value, field.name))
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _values(each)
