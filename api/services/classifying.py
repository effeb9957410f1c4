"""Which code do these goods have, for this account and this destination?

Joins the classifier with what the account confirmed and with the schedules that are held. A quote
asks it only about lines that have a description and no code; what it said is kept with the quote,
so that a replay needs neither the classifier nor the account's memory.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from api.services.quotes import LineCode, OpenQuestion, Option, Quote, QuoteRequest
from api.services.reading_tariffs import schedule_of
from carriers.offers import Offer, Silence
from data.loading.classification import load_classification, spelled
from data.model.charges import Assumption
from data.store import confirmations
from data.store.confirmations import StoredConfirmation
from data.store.engines import reading, writing
from tariffs.classification.answers import Answer, Asked, Confirmed, Question
from tariffs.snapshot import Snapshot

if TYPE_CHECKING:
    from tariffs.classification.classifier import Classifier

_LOG = logging.getLogger(__name__)
ENOUGH_FOR_A_QUOTE = 0.8
_LEAST_ALTERNATIVE = 0.01
_MOST_LINES = 100
MOST_NATIONAL = 50

Classify = Callable[[Asked], Answer]
Carried = tuple[Sequence[Offer], Sequence[Silence]]


@dataclass(frozen=True, slots=True)
class Classification:
    """What was answered, and the national codes beneath the first candidate, where held."""

    answer: Answer
    commodity_codes: tuple[str, ...] = ()


_MAKING = Lock()


def classifier() -> "Classifier":
    """The classifier of this process, made at its first use (about a second)."""
    with _MAKING:
        return _made()


@cache
def _made() -> "Classifier":
    # Serving starts without numpy; most processes classify late or never.
    from tariffs.classification.classifier import Classifier

    return Classifier(load_classification())


class Classifying:
    """Classifies for accounts."""

    def __init__(self, engine: Callable[[], Engine]) -> None:
        self._engine = engine

    def classify(
        self, account: str | None, asked: Asked, snapshot: Snapshot | None, destination: str | None
    ) -> Classification:
        """A shortlist; the national codes of the first candidate with a destination."""
        answer = self.answer(account, asked)
        if not answer.candidates or snapshot is None or destination is None:
            return Classification(answer)
        beneath = national_codes(snapshot, destination, answer.candidates[0].hs_code)
        if answer.outcome == "classified" and answer.question is None and len(beneath) > 1:
            each = {code: (code,) for code in beneath[:MOST_NATIONAL]}
            ask = f"Which line of the tariff of {destination} is it?"
            answer = replace(answer, question=Question("commodity_code", ask, each))
        return Classification(answer, beneath)

    def answer(self, account: str | None, asked: Asked) -> Answer:
        """What the classifier says, with what the account confirmed."""
        confirmed = None if account is None else self._confirmed(account, asked.description)
        return classifier().classify(asked, confirmed)

    def confirm(self, account: str, description: str, hs_code: str, moment: datetime) -> None:
        """Remember that the account's goods of a description have a code."""
        phrase, likeness = _keys(description)
        stored = StoredConfirmation(account, phrase, likeness, description, hs_code, moment)
        with writing(self._engine()) as connection:
            confirmations.put(connection, stored)

    def _confirmed(self, account: str, description: str) -> Confirmed | None:
        phrase, likeness = _keys(description)
        try:
            with reading(self._engine()) as connection:
                found = confirmations.find(connection, account, phrase, likeness)
        except SQLAlchemyError as error:
            _LOG.warning("confirmed codes cannot be read: %s", type(error).__name__)
            return None
        if found is None:
            return None
        return Confirmed(found.hs_code, found.description, found.phrase == phrase)

    def lines(self, account: str | None, request: QuoteRequest) -> tuple[LineCode, ...]:
        """Codes for the lines that have a description and no code, where they are sure enough."""
        wanting = [
            item
            for item in request.consignment.items
            if item.hs_code is None and item.description and item.duty_expression is None
        ]
        found = []
        for item in wanting[:_MOST_LINES]:
            asked = Asked(item.description or "", facts=item.facts)
            answer = self.answer(account, asked)
            first, *others = answer.candidates or (None,)
            if first is not None and first.confidence >= ENOUGH_FOR_A_QUOTE:
                alternatives = [
                    each.hs_code
                    for each in others
                    if each is not None and each.confidence >= _LEAST_ALTERNATIVE
                ]
                found.append(
                    LineCode(item.id, first.hs_code, first.confidence, tuple(alternatives))
                )
        return tuple(found)


def national_codes(snapshot: Snapshot, territory: str, code: str) -> tuple[str, ...]:
    """The declarable codes beneath a subheading in a territory's schedule; none where not held."""
    schedule = schedule_of(snapshot, territory)
    return tuple(schedule.codes(code, MOST_NATIONAL + 1)) if schedule else ()


def codes_of_words(words: str) -> tuple[str, ...]:
    """The subheadings that words speak for, likeliest first."""
    return tuple(each.hs_code for each in classifier().classify(Asked(words)).candidates)


def _keys(description: str) -> tuple[str, str | None]:
    """Hashes of a description: word for word, and of its words without figures in any order."""
    text = spelled(description) or " ".join(description.split()).casefold()
    words = sorted({word for word in text.split() if word.isalpha()})
    return _hash(text), _hash(" ".join(words)) if words else None


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def priced_by_description(
    make: Callable[[QuoteRequest, Carried | None], Quote],
    request: QuoteRequest,
    lines: Sequence[LineCode],
) -> Quote:
    """A quote with the codes of descriptions, and how far other likely codes would move it.

    `make` prices a request, with the offers it is given or those that it asks for.
    """
    if not lines:
        return make(request, None)
    codes = {line.line: line.hs_code for line in lines}
    quote = make(_with_codes(request, codes), None)
    carried = quote.offers, quote.silences
    questions, options = list(quote.questions), list(quote.options)
    for line in lines:
        others = [
            make(_with_codes(request, {**codes, line.line: code}), carried)
            for code in line.alternatives
        ]
        options = [_widened(option, others) for option in options]
        if others:
            questions = _asked(questions, line, _moves(quote, others))
    assumed = [
        Assumption(
            f"Line {line.line} is classified by its description as {line.hs_code} "
            f"(confidence {line.confidence:.2f})",
            "unconfirmed",
        )
        for line in lines
    ]
    open_ended = any(option.high is None or option.low != option.high for option in options)
    partial = quote.status == "complete" and (bool(questions) or open_ended)
    return replace(
        quote,
        status="partial" if partial else quote.status,
        options=options,
        questions=questions,
        assumptions=[*quote.assumptions, *assumed],
        classified=tuple(lines),
    )


def _with_codes(request: QuoteRequest, codes: Mapping[str, str]) -> QuoteRequest:
    consignment = request.consignment
    items = tuple(
        replace(item, hs_code=codes[item.id]) if item.id in codes else item
        for item in consignment.items
    )
    return replace(request, consignment=replace(consignment, items=items))


def _moves(quote: Quote, others: Sequence[Quote]) -> tuple[Decimal, Decimal | None]:
    """How far other codes move the landed cost of the first option; open where none goes so."""
    if not quote.options:
        return Decimal(0), None
    first = quote.options[0]
    here = first.totals.landed_cost
    same = [_same(first, other) for other in others]
    moves = [each.totals.landed_cost - here for each in same if each is not None]
    low, high = min([Decimal(0), *moves]), max([Decimal(0), *moves])
    return low, None if None in same else high


def _asked(
    questions: Sequence[OpenQuestion], line: LineCode, moves: tuple[Decimal, Decimal | None]
) -> list[OpenQuestion]:
    """The questions with that for the code; one about what stands beneath the code goes into it."""
    low, high = moves
    kept = []
    for question in questions:
        if question.fact == "hs_code" and question.line == line.line:
            low = min(low, question.low)
            high = None if high is None or question.high is None else max(high, question.high)
        else:
            kept.append(question)
    why = f"The code {line.hs_code} was found by the description; give the code to be sure"
    return [*kept, OpenQuestion("hs_code", line.line, why, low, high)]


def _widened(option: Option, others: Sequence[Quote]) -> Option:
    """An option with the range over the other codes; no upper end where one may not go so."""
    low, high = option.low, option.high
    for other in others:
        same = _same(option, other)
        if same is None:
            high = None
            continue
        low = min(low, same.low)
        high = None if high is None or same.high is None else max(high, same.high)
    return replace(option, low=low, high=high)


def _same(option: Option, quote: Quote) -> Option | None:
    """The option of another quote that is of the same offer and terms."""
    for other in quote.options:
        if other.terms == option.terms and other.offer == option.offer:
            return other
    return None


def write_lines(lines: Sequence[LineCode]) -> list[dict[str, Any]]:
    """What was said of lines, as plain JSON."""
    return [
        {
            "line": line.line,
            "hs_code": line.hs_code,
            "confidence": line.confidence,
            "alternatives": list(line.alternatives),
        }
        for line in lines
    ]


def read_lines(records: Sequence[Mapping[str, Any]]) -> tuple[LineCode, ...]:
    """What was said of lines, from plain JSON."""
    return tuple(
        LineCode(
            record["line"], record["hs_code"], record["confidence"], tuple(record["alternatives"])
        )
        for record in records
    )
