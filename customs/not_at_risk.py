"""Whose duty do goods pay that stay in Northern Ireland: the Union's or the United Kingdom's?"""

from dataclasses import replace
from decimal import Decimal

from customs.border import Border
from data.model.charges import Question
from data.model.consignment import GoodsItem
from tariffs.duties import DutyAssessment


def is_within_difference(value: Decimal, one: Decimal, other: Decimal, percent: Decimal) -> bool:
    """Whether two duties differ by no more than a share of the customs value.

    The share is rounded to two decimals and itself counts as within, as HMRC's calculator does.

    >>> is_within_difference(Decimal(100), Decimal(3), Decimal(6), Decimal(3))
    True
    """
    return abs(one - other) <= (value * percent / 100).quantize(Decimal("0.01"))


def choose_duty(
    border: Border, item: GoodsItem, value: Decimal, union: DutyAssessment, own: DutyAssessment
) -> DutyAssessment:
    """The United Kingdom's duty for goods not at risk, if the two are near; else the Union's.

    Where nobody said that the goods are not at risk, the Union's duty is charged and it is asked.
    """
    rule = border.territory.not_at_risk
    version = rule.percent.on(border.on) if rule else None
    near = version is not None and is_within_difference(
        value, own.amount, union.amount, version.value
    )
    if rule is None or version is None or not near or own.commodity is None:
        return union
    answer = item.facts.get(rule.fact)
    if answer is not None:
        return own if answer == "true" else union
    if own.amount >= union.amount:
        return union
    question = Question(
        fact=rule.fact,
        line=item.id,
        why="Goods that stay in Northern Ireland may pay the United Kingdom's duty",
        low=own.amount,
        likely=union.amount,
        high=union.amount,
    )
    return replace(union, questions=(*union.questions, question), low=min(union.low, own.amount))
