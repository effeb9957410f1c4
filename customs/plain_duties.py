"""What does a line owe that is charged so many percent of its value, and nothing else?

Most lines are of this kind: their code is in the schedule, their origin is known, and nothing is
claimed or said that could change the duty. The tariff has their percentages at hand
(tariffs.percentages), so nothing is decided again at each price of freight. All others go through
`customs.import_duties`, which would say the same of these.
"""

from collections.abc import Sequence
from decimal import Decimal

from customs.border import Border
from customs.line_duties import LineDuty
from data.model.consignment import GoodsItem
from tariffs.duties import DutyContext, possible_grants
from tariffs.percentages import Percentages, multiply_out, percentages_of
from tariffs.schedule import Commodity

Plain = tuple[str, Commodity, Percentages]
"""A line's id, its commodity and its percentages."""


def plain_lines(
    border: Border,
    context: DutyContext,
    items: Sequence[GoodsItem],
    commodities: Sequence[tuple[Commodity, ...]],
) -> list[Plain | None]:
    """Which lines are plain, and what they owe then: None for those that are not."""
    if border.schedule is None or border.territory.not_at_risk is not None:
        return [None] * len(items)
    return [_plain(context, *line) for line in zip(items, commodities, strict=True)]


def _plain(
    context: DutyContext, item: GoodsItem, candidates: tuple[Commodity, ...]
) -> Plain | None:
    origin = item.country_of_origin
    if (
        origin is None
        or item.facts
        or item.preference is not None
        or item.duty_expression is not None
        or len(candidates) != 1
        or not candidates[0].code.startswith(item.hs_code or "-")
        or possible_grants(context, origin)  # what they would save is worked out the long way
    ):
        return None
    percentages = percentages_of(candidates[0], origin, context)
    return None if percentages is None else (item.id, candidates[0], percentages)


def plain_duty(context: DutyContext, plain: Plain, value: Decimal, *, exact: bool) -> LineDuty:
    """The duty of a plain line of this customs value; `exact`: taxes count it before rounding."""
    line, commodity, percentages = plain
    found = multiply_out(percentages, line, value, context)
    total = found.total
    return LineDuty(
        found.charges,
        total,
        total,
        total,
        found.exact if exact else total,
        commodity.code,
        (),
        percentages.assumptions,
    )
