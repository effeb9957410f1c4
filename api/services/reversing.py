"""At which price does a consignment cost what it should, to the door?

The landed cost is asked of the engine itself, price by price. Between two thresholds of the law it
only rises with the price, so it can be searched; at a threshold it jumps, up (a relief is lost) or
down (a flat duty ends), and some sums no price reaches. The prices at which a value meets a limit
of the facts cut the search into stretches; where the charges of a stretch differ from its one end
to the other, the engine is asked where. What remains is a monotone stretch, bisected.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Literal

from api.services.price_ladder import Ladder, Prices, cuts, last_that
from api.services.quotes import Quote, QuoteRequest, Stamp
from api.services.quoting import make_landed_cost
from customs.exchange import Exchange
from customs.rulebook import Rulebook
from data.model.charges import Citation
from data.model.money import Money, quantum, round_half_up

MOST_CALLS = 600
_NEIGHBOURS = 6

Outcome = Literal["exact", "below", "unreachable", "refused"]
Priced = Callable[[Prices], QuoteRequest | None]
"""The request at other unit prices; None where a discount would be more than the price."""
Mark = tuple[str, str | None, str, Citation | None]
"""A charge's code, line, status and law."""


@dataclass(frozen=True, slots=True)
class Point:
    """A price that was tried: its number, what it costs to the door, and by which charges.

    `landed` is None where the goods may not be entered.
    """

    number: int
    landed: Decimal | None
    marks: frozenset[Mark]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Prices between two thresholds: from the lowest to the highest by the same charges."""

    first: Point
    last: Point


@dataclass(frozen=True, slots=True)
class Pricing:
    """Unit prices of all lines in order, what they come to, and the factor (None: one line)."""

    prices: Prices
    factor: Decimal | None
    landed: Decimal


@dataclass(frozen=True, slots=True)
class Threshold:
    """Two neighbouring prices between which the law changes, and the charges in which it does."""

    below: Pricing
    above: Pricing
    ends: tuple[Mark, ...]
    begins: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Reversed:
    """The answer. `found` reaches the target or comes nearest from below; `also` are other prices
    that come to the same, `dearer` the next sum that a price reaches; `unreached` pairs of sums
    between which no price leads. `exhaustive` is False where the search was cut short.
    """

    outcome: Outcome
    found: Pricing | None
    also: tuple[Pricing, ...]
    dearer: Pricing | None
    thresholds: tuple[Threshold, ...]
    unreached: tuple[tuple[Decimal, Decimal], ...]
    exhaustive: bool
    quote: Quote


def reverse_price(
    asked: QuoteRequest,
    at: Priced,
    freight: Money,
    target: Money,
    rulebook: Rulebook,
    stamp: Stamp,
) -> Reversed:
    """The price at which a consignment's landed cost is the target, or nearest below it.

    `asked` is the request at the prices given, in the target's currency. Raises what
    `make_landed_cost` does.
    """
    search = _Search(asked, at, freight, target, rulebook, stamp)
    return search.answer()


class _Search:
    """One search: the engine at numbers of a ladder, each asked once."""

    def __init__(
        self,
        asked: QuoteRequest,
        at: Priced,
        freight: Money,
        target: Money,
        rulebook: Rulebook,
        stamp: Stamp,
    ) -> None:
        self._asked, self._at, self._freight = asked, at, freight
        self._target: Decimal = target.amount
        self._unit = target.currency.code
        self._rulebook, self._stamp = rulebook, stamp
        self._ladder = Ladder(asked.consignment.items)
        self._known: dict[int, Point] = {}
        self._alike: dict[frozenset[Mark], frozenset[Mark]] = {}

    def answer(self) -> Reversed:
        """Cut, search each stretch, and choose."""
        bounds = self._bounds()
        if bounds is None:
            return self._unanswered("unreachable", self._quote(None))
        stretches = list(self._stretches(*bounds))
        sold = [stretch for stretch in stretches if _is_sold(stretch)]
        if not sold:
            return self._unanswered("refused", self._quote(bounds[0]))
        reached, dearer = self._candidates(sold)
        after = min(dearer, key=_landed, default=None)
        best = max(reached, key=lambda point: (_landed(point), point.number), default=None)
        number = bounds[0] if best is None else best.number
        outcome: Outcome = "unreachable"
        if best is not None:
            outcome = "exact" if best.landed == self._target else "below"
        same = [p for p in reached if best is not None and p.landed == best.landed and p != best]
        return Reversed(
            outcome=outcome,
            found=self._pricing(best) if best else None,
            also=tuple(self._pricing(point) for point in same),
            dearer=self._pricing(after) if after else None,
            thresholds=tuple(self._thresholds(sold)),
            unreached=tuple(self._gaps(sold)),
            exhaustive=len(self._known) < MOST_CALLS,
            quote=self._quote(number),
        )

    def _unanswered(self, outcome: Outcome, quote: Quote) -> Reversed:
        return Reversed(outcome, None, (), None, (), (), exhaustive=True, quote=quote)

    # the engine

    def _quote(self, number: int | None) -> Quote:
        """The answer at a number, or at the prices given."""
        request = self._asked if number is None else self._request(number) or self._asked
        return make_landed_cost(request, self._freight, self._rulebook, self._stamp, explain=False)

    def _request(self, number: int) -> QuoteRequest | None:
        return self._at(self._ladder.prices(number))

    def _point(self, number: int) -> Point:
        known = self._known.get(number)
        if known is None:
            quote = self._quote(number)
            landed = quote.options[0].totals.landed_cost if quote.options else None
            marks = frozenset(_marks(quote))
            marks = self._alike.setdefault(marks, marks)
            known = self._known[number] = Point(number, landed, marks)
        return known

    def _pricing(self, point: Point) -> Pricing:
        ladder = self._ladder
        return Pricing(ladder.prices(point.number), ladder.factor(point.number), _landed(point))

    # where the law may change

    def _bounds(self) -> tuple[int, int] | None:
        """The lowest price that discounts allow, and the highest at which the goods alone do not
        cost more than the target; None where there is no such price.
        """
        exchange = self._exchange()

        def fits(number: int) -> bool:
            totals = self._ladder.totals(number)
            goods = sum(
                (exchange.presentment(amount, code, self._unit) for code, amount in totals.items()),
                Decimal(0),
            )
            return round_half_up(goods, self._unit) <= self._target

        lowest = 0
        if self._request(0) is None:
            lowest = 1 + last_that(lambda number: self._request(number) is None, 0)
        return (lowest, last_that(fits, lowest)) if fits(lowest) else None

    def _exchange(self) -> Exchange:
        asked = self._asked
        territory = self._rulebook.territory_of(asked.consignment.ship_to)
        return self._rulebook.exchange(asked.on, asked.exchange_rates, territory)

    def _cuts(self, lowest: int, highest: int) -> list[int]:
        consignment, on = self._asked.consignment, self._asked.on
        territory = self._rulebook.territory_of(consignment.ship_to)
        if territory is None:
            return []
        beside = [self._freight, *([consignment.insurance] if consignment.insurance else ())]
        return cuts(self._ladder, territory, self._exchange(), beside, on, lowest, highest)

    def _stretches(self, lowest: int, highest: int) -> Iterator[Stretch]:
        """The prices from the lowest to the highest, cut wherever the charges change."""
        ends = self._cuts(lowest, highest)
        firsts, lasts = [lowest, *(end + 1 for end in ends)], [*ends, highest]
        for first, last in zip(firsts, lasts, strict=True):
            start, end = self._point(first), self._point(last)
            while start.marks != end.marks and len(self._known) < MOST_CALLS:
                same = self._alike_until(start, end)
                yield Stretch(start, self._point(same))
                start = self._point(same + 1)
            yield Stretch(start, end)

    def _alike_until(self, start: Point, end: Point) -> int:
        """The last number of a stretch that has the charges of its start."""

        def is_alike(number: int) -> bool:
            return self._point(number).marks == start.marks

        return last_that(is_alike, start.number, end.number)

    # the search

    def _candidates(self, stretches: Sequence[Stretch]) -> tuple[list[Point], list[Point]]:
        """Of each stretch the highest price within the target, and the lowest beyond it."""
        reached, dearer = [], []
        for stretch in stretches:
            first, last = stretch.first, stretch.last
            if _landed(first) > self._target:
                dearer.append(first)
            elif _landed(last) <= self._target:
                reached.append(last)
            else:
                within = self._bisect(first, last)
                reached.append(within)
                dearer.append(self._point(within.number + 1))
        return reached, dearer

    def _bisect(self, low: Point, high: Point) -> Point:
        """The last price of a stretch within the target: its ends lie on either side of it.

        The next guess is where a straight line would meet the target, then the middle, in turn:
        a few calls where charges are percentages, never more than twice the bisection's.
        """
        end, straight = high.number, True
        while high.number - low.number > 1:
            span = high.number - low.number
            rise = _landed(high) - _landed(low)
            guess = span // 2
            if straight and rise > 0:
                share = (self._target - _landed(low)) / rise
                guess = int((share * span).to_integral_value(ROUND_FLOOR))
            straight = not straight
            middle = self._point(low.number + min(max(guess, 1), span - 1))
            if _landed(middle) <= self._target:
                low = middle
            else:
                high = middle
        return self._nearest(low, end)

    def _nearest(self, found: Point, end: int) -> Point:
        """The nearest of a price's neighbours: rounded shares may disturb their order by a bit."""
        if found.landed == self._target:
            return found
        beyond = min(end, found.number + _NEIGHBOURS)
        near = (self._point(number) for number in range(found.number + 1, beyond + 1))
        within = [point for point in near if _landed(point) <= self._target]
        return max([found, *within], key=lambda point: (_landed(point), point.number))

    # what is said of the jumps

    def _thresholds(self, stretches: Sequence[Stretch]) -> Iterator[Threshold]:
        for below, above in pairwise(stretches):
            old, new = below.last, above.first
            if old.marks == new.marks and self._is_ordinary(below, above):
                continue
            yield Threshold(
                self._pricing(old),
                self._pricing(new),
                tuple(sorted(old.marks - new.marks, key=_by_code)),
                tuple(sorted(new.marks - old.marks, key=_by_code)),
            )

    def _is_ordinary(self, below: Stretch, above: Stretch) -> bool:
        jump = _landed(above.first) - _landed(below.last)
        return 0 <= jump <= self._rise(below, above)

    def _rise(self, *stretches: Stretch) -> Decimal:
        """The most by which the next price is dearer, where no threshold lies between."""
        slopes = [
            (_landed(s.last) - _landed(s.first)) / (s.last.number - s.first.number)
            for s in stretches
            if s.last.number > s.first.number
        ]
        return 2 * max(slopes, default=Decimal(0)) + 4 * quantum(self._unit)

    def _gaps(self, stretches: Sequence[Stretch]) -> Iterator[tuple[Decimal, Decimal]]:
        """Sums between which no stretch leads, in order."""
        ordered = sorted(stretches, key=lambda stretch: _landed(stretch.first))
        covered, before = _landed(ordered[0].last), ordered[0]
        for stretch in ordered[1:]:
            if _landed(stretch.first) - covered > self._rise(before, stretch):
                yield covered, _landed(stretch.first)
            if _landed(stretch.last) > covered:
                covered, before = _landed(stretch.last), stretch


def _marks(quote: Quote) -> Iterator[Mark]:
    for option in quote.options[:1]:
        for billed in option.border:
            charge = billed.charge
            yield charge.code, charge.line, charge.status, charge.citation
    for finding in quote.findings:
        yield finding.code, finding.line, finding.outcome, finding.citation


def _is_sold(stretch: Stretch) -> bool:
    return stretch.first.landed is not None and stretch.last.landed is not None


def _landed(point: Point) -> Decimal:
    if point.landed is None:
        raise ValueError(f"no landed cost at {point.number}")
    return point.landed


def _by_code(mark: Mark) -> tuple[str, str, str]:
    return mark[0], mark[1] or "", mark[2]
