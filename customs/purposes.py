"""What of goods that are no sale: gifts, samples, returns, repairs?

A law may free them by a relief for their purpose. One that depends on a fact (goods that come back
unaltered) is applied to lines of which the fact is said, and asked for otherwise: the cautious
answer pays. Where no rule for the purpose is held the goods are an ordinary import, and a finding
says so.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from customs.border import Border
from customs.ranges import Effect, width
from customs.relief import in_scope
from customs.rules import Relief, Territory
from data.model.charges import Finding, Question
from data.model.consignment import Consignment, Mode
from tariffs.conditions import TRUE

if TYPE_CHECKING:
    from customs.landed_cost import BorderCost

NONE = Decimal(0)


def of_purpose(
    border: Border,
    consignment: Consignment,
    mode: Mode,
    cost: "BorderCost",
    price: Callable[[Consignment], "BorderCost"],
) -> "BorderCost":
    """The cost with what its purpose leaves open; `price` says what it is for other facts."""
    territory, on = border.territory, border.on
    if not _is_foreseen(territory, consignment.purpose, on):
        return replace(cost, findings=(*cost.findings, _not_foreseen(consignment.purpose)))
    relief = _unclaimed(territory, consignment, mode, on)
    if relief is None or relief.fact is None:
        return cost
    freed = price(_claiming(consignment, relief.fact))
    saved = _sum(freed) - _sum(cost)
    if saved >= 0:
        return cost
    line = consignment.items[0].id if len(consignment.items) == 1 else None
    why = f"{relief.name}: free where it holds"
    effect = Effect(Question(relief.fact, line, why, saved, NONE, NONE), saved, NONE)
    effects = tuple(sorted((*cost.effects, effect), key=width, reverse=True))
    return replace(cost, effects=effects, low=min(cost.low, saved + freed.low))


def _is_foreseen(territory: Territory, purpose: str, on: date) -> bool:
    """Whether any relief of a territory is for goods sent for this purpose."""
    return any(purpose in r.scope.purposes and r.limit.on(on) for r in territory.reliefs)


def _not_foreseen(purpose: str) -> Finding:
    return Finding(
        code="purpose-not-covered",
        outcome="warning",
        message=f"No rule for goods sent as {purpose} is held here: taken as an ordinary import",
    )


def _unclaimed(
    territory: Territory, consignment: Consignment, mode: Mode, on: date
) -> Relief | None:
    """A relief that frees lines of which a fact is said, where of some nothing is said."""
    for relief in territory.reliefs:
        if relief.fact is None or relief.limit.on(on) is None:
            continue
        is_open = any(relief.fact not in item.facts for item in consignment.items)
        if is_open and in_scope(relief.scope, consignment, mode):
            return relief
    return None


def _claiming(consignment: Consignment, fact: str) -> Consignment:
    """A consignment with a fact said of every line of which nothing else is."""
    items = tuple(replace(item, facts={fact: TRUE, **item.facts}) for item in consignment.items)
    return replace(consignment, items=items)


def _sum(cost: "BorderCost") -> Decimal:
    return sum([charge.assessed.amount for charge in cost.charges], NONE)
