"""Which border is asked, on which day, by which tariff and at which rates?"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from customs.exchange import Exchange
from customs.rounding import Rounding, rounding
from customs.rules import Territory
from data.model.records import quick
from tariffs.origin import Agreement
from tariffs.schedule import Measure, Schedule

T = TypeVar("T")


@quick
@dataclass(frozen=True, slots=True)
class Border:
    """One territory's border on one day: its rules, its tariff, its rates of exchange.

    One for each quote: `memo` keeps what no price of freight changes. `measures` are the additional
    ones of a territory whose schedule is not held; a schedule brings its own.
    """

    territory: Territory
    schedule: Schedule | None
    second_schedule: Schedule | None
    agreements: Mapping[str, Agreement]
    exchange: Exchange
    on: date
    memo: dict[Hashable, Any] = field(default_factory=dict)
    measures: tuple[Measure, ...] = ()

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """What is computed once for the whole quote, under a key that says all it depends on."""
        known: T | None = self.memo.get(key)
        if known is None:
            known = self.memo[key] = compute()
        return known


def rounding_of(territory: Territory, what: str, on: date) -> Rounding:
    """How the territory's law rounds a duty, a tax or a fee on a day."""
    rule = territory.rounding.get(what)
    version = rule.on(on) if rule else None
    return rounding(version.value if version else "half up", territory.currency)


def taxes_exact_duty(border: Border) -> bool:
    """Whether the tax base takes duties as they were before rounding."""
    rule = border.territory.rounding.get("duty_in_tax_base")
    version = rule.on(border.on) if rule else None
    return version is not None and version.value == "none"
