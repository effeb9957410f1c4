"""What would the duty be under the other answers to what nobody said?

The working answer is priced elsewhere; here every open fact is tried with answers that between them
meet every outcome of the conditions that read it, an unknown origin with one country of every kind
the law tells apart, a short code with every commodity beneath it. From that come the cheapest and
dearest duty, and for each open fact the question with its effect.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from math import prod
from typing import TypeVar

from data.model.charges import Question
from data.model.records import quick
from tariffs.base_duty import EXHAUSTED, QUOTA_STATUS, Option
from tariffs.conditions import candidate_answers
from tariffs.expressions import FACTS
from tariffs.kinds import distinct, origin_classes
from tariffs.ledger import DutyContext, DutyLine
from tariffs.origin import Grant
from tariffs.pricing import NO_CHOICE, Choice, Price, price
from tariffs.remedies import ADDITIONAL_CODE
from tariffs.schedule import Commodity

ORIGIN = "country_of_origin"
CODE = "hs_code"
PROOF = "proof_of_origin"
_EVERY_COMBINATION_UP_TO = 64
_EXPLORED_UP_TO = 48
T = TypeVar("T")


@quick
@dataclass(frozen=True, slots=True)
class Spread:
    """The cheapest and dearest duty, None when the dearest cannot be priced, and the questions."""

    low: Decimal
    high: Decimal | None
    questions: tuple[Question, ...]


# One answer to one open question: how it changes the arguments of a price.
_Answer = Callable[["_Terms"], "_Terms"]


@dataclass(frozen=True, slots=True)
class _Terms:
    facts: Mapping[str, str]
    choice: Choice = NO_CHOICE


def explore(line: DutyLine, context: DutyContext, likely: Price) -> Spread:
    """Try every answer to what is open about a line; `likely` is its price as it stands."""
    here = _Explored(line, context, likely.commodity, likely.origin)
    here.run()
    questions = here.questions()
    commodities = distinct(line.candidates)
    places = _places(line, context, likely, commodities)
    totals = _Totals(here)
    if len(commodities) > 1:
        others = [price(line, context, c, likely.origin, line.facts) for c in commodities]
        why = f"{len(commodities)} tariff codes begin with the code given"
        questions.append(_question(CODE, line, why, others, likely))
    if line.origin is None:
        origins = origin_classes(likely.commodity, context.on, context.agreements)
        elsewhere = [price(line, context, likely.commodity, o, line.facts) for o in origins]
        why = "the duty depends on where the goods were made; taken as the country of dispatch"
        questions.append(_question(ORIGIN, line, why, elsewhere, likely))
    for commodity, origin in places:
        if commodity is not likely.commodity or origin != likely.origin:
            there = _Explored(line, context, commodity, origin)
            there.run()
            totals.include(there)
    kept = [q for q in questions if q.high is None or q.low != q.high]
    kept.sort(key=lambda q: (q.high is None, (q.high or q.low) - q.low), reverse=True)
    return Spread(totals.low, totals.high, tuple(kept))


def _places(
    line: DutyLine, context: DutyContext, likely: Price, commodities: tuple[Commodity, ...]
) -> list[tuple[Commodity, str]]:
    """The pairs of commodity and origin to explore: all, or the extremes when there are many."""

    def total(commodity: Commodity, origin: str) -> Decimal:
        return price(line, context, commodity, origin, line.facts).total

    origins: tuple[str, ...] = (likely.origin,)
    if line.origin is None:
        origins = origin_classes(likely.commodity, context.on, context.agreements)
    if len(commodities) * len(origins) > _EXPLORED_UP_TO:
        goods = sorted(commodities, key=lambda commodity: total(commodity, likely.origin))
        commodities = _ends(goods)
        origins = _ends(sorted(origins, key=lambda origin: total(likely.commodity, origin)))
    pairs = [(commodity, origin) for commodity in commodities for origin in origins]
    if len(pairs) <= _EXPLORED_UP_TO:
        return pairs
    pairs.sort(key=lambda pair: total(*pair))
    half = _EXPLORED_UP_TO // 2
    return pairs[:half] + pairs[-half:]


def _ends(ranked: Sequence[T]) -> tuple[T, ...]:
    """The cheapest and the dearest few."""
    few = 6
    return tuple(ranked) if len(ranked) <= 2 * few else (*ranked[:few], *ranked[-few:])


class _Totals:
    """The cheapest and dearest of what was explored."""

    __slots__ = ("high", "low")

    def __init__(self, first: "_Explored") -> None:
        self.low = first.low
        self.high = first.high

    def include(self, other: "_Explored") -> None:
        self.low = min(self.low, other.low)
        if self.high is not None:
            self.high = None if other.high is None else max(self.high, other.high)


class _Explored:
    """One commodity and origin, with every answer to the facts that are open for them."""

    def __init__(
        self, line: DutyLine, context: DutyContext, commodity: Commodity, origin: str
    ) -> None:
        self.line = line
        self.context = context
        self.commodity = commodity
        self.origin = origin
        self.likely = self._price(_Terms(line.facts))
        self.low = self.likely.total
        self.high: Decimal | None = self.likely.total
        self.axes: dict[str, tuple[_Answer, ...]] = {}
        self.effects: dict[str, tuple[Decimal, Decimal | None]] = {}
        self.whys: dict[str, str] = {}

    def run(self) -> None:
        """Try one fact at a time, then all together."""
        self._open(self.likely)
        for fact in list(self.axes):
            prices = [self._price(answer(_Terms(self.line.facts))) for answer in self.axes[fact]]
            self.effects[fact] = _range([*prices, self.likely])
            for one in prices:
                self._open(one)
        self._together()
        if self.likely.missing:
            self.high = None

    def questions(self) -> list[Question]:
        """A question for each open fact, and for each quantity that is missing."""
        likely = self.likely.total
        found = [
            Question(fact, self.line.id, self.whys[fact], low, likely, high)
            for fact, (low, high) in self.effects.items()
        ]
        for need in dict.fromkeys(self.likely.missing):
            fact, _, expression = need.partition(":")
            if fact == "duty_expression" and not self.line.candidates:
                fact, why = CODE, "no commodity is known for this line"
            elif fact == "duty_expression":
                why = f"the rate cannot be worked out here: {expression or 'none is held'}"
            else:
                why = _why_missing(fact)
            found.append(Question(fact, self.line.id, why, likely, likely, None))
        return found

    def _price(self, terms: _Terms) -> Price:
        return price(
            self.line, self.context, self.commodity, self.origin, terms.facts, terms.choice
        )

    def _open(self, seen: Price) -> None:
        """Note what is open in a price: facts, a proof, the producer, the rate itself."""
        stack, selection = seen.stack, seen.selection
        for fact, measure in stack.open_facts.items():
            if fact not in self.axes:
                answers = candidate_answers(fact, selection.conditions_on(fact))
                if selection.shares_by(fact):
                    answers = (*(a for a in answers if 0 <= Decimal(a) <= 100), "0", "100")
                self.axes[fact] = tuple(_stating(fact, answer) for answer in answers)
                self.whys[fact] = f"{measure.heading} ({measure.name}) depends on it"
        if seen.grant.lacks_proof and PROOF not in self.axes:
            proven = replace(seen.grant, lacks_proof=False)
            self.axes[PROOF] = (_choosing(grant=proven),)
            self.whys[PROOF] = seen.grant.because
        if seen.undecided and ADDITIONAL_CODE not in self.axes:
            self.axes[ADDITIONAL_CODE] = tuple(_choosing(remedy=r) for r in seen.undecided)
            self.whys[ADDITIONAL_CODE] = "the rate depends on who produced the goods"
        if seen.quota and QUOTA_STATUS not in self.line.facts and QUOTA_STATUS not in self.axes:
            self.axes[QUOTA_STATUS] = (_stating(QUOTA_STATUS, EXHAUSTED),)
            self.whys[QUOTA_STATUS] = "the quota may be exhausted on the day of entry"
        if seen.alternatives and CODE not in self.axes:
            self.axes[CODE] = tuple(_choosing(general=r) for r in seen.alternatives)
            self.whys[CODE] = "the schedule holds several rates for this code"

    def _together(self) -> None:
        axes = list(self.axes.values())
        if not axes:
            return
        if prod(len(axis) + 1 for axis in axes) <= _EVERY_COMBINATION_UP_TO:
            for answers in product(*((_leaving_open, *axis) for axis in axes)):
                terms = _Terms(self.line.facts)
                for answer in answers:
                    terms = answer(terms)
                self._include(self._price(terms))
            return
        for sign in (1, -1):
            terms, best = _Terms(self.line.facts), sign * self.likely.total
            for _ in range(2):
                for axis in axes:
                    for answer in axis:
                        tried = answer(terms)
                        total = self._include(self._price(tried)) * sign
                        if total < best:
                            terms, best = tried, total

    def _include(self, one: Price) -> Decimal:
        self.low = min(self.low, one.total)
        if self.high is not None:
            self.high = None if one.missing else max(self.high, one.total)
        return one.total


def _why_missing(fact: str) -> str:
    """Why a fact that an expression asks for is needed, in words."""
    known = FACTS.get(fact)
    if known is None or known.quantity is not None:
        return "the rate is charged by quantity"
    return f"the rate depends on: {known.description}"


def _stating(fact: str, answer: str) -> _Answer:
    return lambda terms: _Terms({**terms.facts, fact: answer}, terms.choice)


def _choosing(
    *, grant: Grant | None = None, general: Option | None = None, remedy: Option | None = None
) -> _Answer:
    def answered(terms: _Terms) -> _Terms:
        already = terms.choice
        return _Terms(
            terms.facts,
            Choice(grant or already.grant, general or already.general, remedy or already.remedy),
        )

    return answered


def _leaving_open(terms: _Terms) -> _Terms:
    return terms


def _range(prices: list[Price]) -> tuple[Decimal, Decimal | None]:
    low = min(one.total for one in prices)
    if any(one.missing for one in prices):
        return low, None
    return low, max(one.total for one in prices)


def _question(fact: str, line: DutyLine, why: str, prices: list[Price], likely: Price) -> Question:
    low, high = _range([*prices, likely])
    return Question(fact, line.id, why, low, likely.total, high)
