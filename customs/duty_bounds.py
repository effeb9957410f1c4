"""What is known of a duty where no schedule is held?

Some territories charge nothing on most goods, others a rate between two that are known. The bound
that fits a line becomes its rate: exact where both ends agree, else the dearer end with a question.
Where not even that is known, the duty is asked for and has no upper end.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from customs.relief import is_among
from customs.rules import DutyBound, Territory
from data.model.charges import Question
from data.model.consignment import GoodsItem
from data.model.dated import Version
from tariffs.duties import DutyAssessment, DutyContext, DutyLine
from tariffs.expressions import parse
from tariffs.schedule import Commodity, Measure, Programme, Rate

FACT = "duty_expression"
Bound = Version[tuple[str, str]]


def bound_of(territory: Territory, item: GoodsItem, dispatch: str, on: date) -> Bound | None:
    """The bound that fits a line on a day, None where nothing is known."""
    for bound in territory.duty_bounds:
        version = bound.expressions.on(on)
        if version is not None and _fits(bound, item, dispatch):
            return version
    return None


def commodity_of(
    territory: Territory,
    item: GoodsItem,
    bound: Bound | None,
    measures: Sequence[Measure] = (),
) -> Commodity:
    """A line's code as a commodity: with the dearer end as its rate, or without any.

    `measures` are all additional ones of the territory; those for the code are the commodity's.
    """
    code = item.hs_code or ""
    added = tuple([m for m in measures if code and _is_for(m, code)]) if measures else ()
    return _commodity(territory.customs_territory, code, bound, added)


def bounded(
    assessed: DutyAssessment,
    line: DutyLine,
    context: DutyContext,
    bound: Bound | None,
    *,
    by_code: bool,
) -> DutyAssessment:
    """A duty assessed at its dearer end, with how much less it may be.

    `by_code` says that the code would tell more: the territory has bounds and the line has none.
    """
    if line.given is not None:
        return assessed
    amount = assessed.amount
    if bound is None:
        why = "no schedule is held for this territory: the duty is not known"
        fact = "hs_code" if by_code else FACT
        unknown = Question(fact, line.id, why, amount, amount, None)
        added = bool(line.candidates and line.candidates[0].measures)
        known = [q for q in assessed.questions if added and q.fact not in (FACT, "hs_code")]
        return replace(assessed, questions=(unknown, *known), high=None)
    if bound.value[0] == bound.value[1]:
        return assessed
    least, most = (parse(text).ad_valorem or Decimal(0) for text in bound.value)
    spared = context.round_duty(line.value * most / 100)
    spared -= context.round_duty(line.value * least / 100)
    if spared <= 0:
        return assessed
    question = Question(
        fact=FACT,
        line=line.id,
        why=f"no schedule is held: the duty is between {bound.value[0]} and {bound.value[1]}",
        low=amount - spared,
        likely=amount,
        high=amount,
    )
    return replace(assessed, low=assessed.low - spared, questions=(*assessed.questions, question))


@lru_cache(maxsize=4096)
def _commodity(
    _territory: str, code: str, bound: Bound | None, measures: tuple[Measure, ...]
) -> Commodity:
    # One object for each territory: what is known of a commodity is kept by its identity.
    if bound is None:
        return Commodity(code, (), measures)
    rate = Rate(
        Programme.THIRD_COUNTRY,
        bound.value[1],
        bound.since,
        bound.until,
        bound.law,
        confidence=bound.confidence,
    )
    return Commodity(code, (rate,), measures)


def _is_for(measure: Measure, code: str) -> bool:
    """Whether a measure's law names a code; one shorter than its lists may be of them."""
    named = not measure.goods or any(
        code.startswith(g) or g.startswith(code) for g in measure.goods
    )
    return named and not code.startswith(measure.except_goods or ("-",))


def _fits(bound: DutyBound, item: GoodsItem, dispatch: str) -> bool:
    """Whether a bound is for a line; without a code only one for all goods is."""
    goods = bound.goods
    if item.hs_code is None and (goods.codes or goods.except_codes):
        return False
    return is_among(goods, item, dispatch)
