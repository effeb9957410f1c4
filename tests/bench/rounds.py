"""How is one thing compared with another on a machine that others use too?

The contestants take turns within each round, so that a slow moment slows all of them. What is
judged is the median of the rounds' ratios, never a number of one run against a number of another;
the least and the greatest ratio are printed beside it.
"""

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Literal

Bound = Literal["<=", ">="]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: what was measured, in every round, against which target.

    `values` are ratios, or readings where the target is absolute (`unit` says of what). Without a
    `bound` the figure is told and not judged.
    """

    name: str
    values: Sequence[float]
    bound: Bound | None = None
    target: float = 0.0
    unit: str = "×"
    note: str = ""

    @property
    def measured(self) -> float:
        """The median of the rounds."""
        return median(self.values)

    @property
    def holds(self) -> bool:
        """Whether the median keeps to the target."""
        if self.bound is None:
            return True
        return self.measured <= self.target if self.bound == "<=" else self.measured >= self.target


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure: rounds, and seconds or turns within one."""

    rounds: int
    seconds: float
    quick: bool = field(default=False)


def take_turns(
    contestants: Mapping[str, Callable[[], object]], rounds: int, seconds: float
) -> dict[str, list[float]]:
    """Seconds per call of each contestant in each round, by the processor's clock.

    Every contestant runs for about `seconds` in every round, after one call that is not counted.
    """
    calls = {name: _calls_in(contestant, seconds) for name, contestant in contestants.items()}
    cost: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    for _ in range(rounds):
        names.reverse()
        for name in names:
            cost[name].append(_cost(contestants[name], calls[name]))
    return cost


def ratios(over: Sequence[float], under: Sequence[float]) -> list[float]:
    """One ratio for each round."""
    return [a / b for a, b in zip(over, under, strict=True)]


def _calls_in(contestant: Callable[[], object], seconds: float) -> int:
    contestant()
    began = time.process_time()
    calls = 0
    while time.process_time() - began < seconds / 4:
        contestant()
        calls += 1
    return max(1, calls * 4)


def _cost(contestant: Callable[[], object], calls: int) -> float:
    gc.collect()
    began = time.process_time()
    for _ in range(calls):
        contestant()
    return (time.process_time() - began) / calls


def table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table.

    >>> print(table([Figure("snapshot against ORM", [50.0, 41.0, 60.0], ">=", 40)]))
    | What | Target | Measured | Spread | Ok |
    |---|---|---|---|---|
    | snapshot against ORM | ≥ 40 × | 50 × | 41–60 | yes |
    """
    lines = ["| What | Target | Measured | Spread | Ok |", "|---|---|---|---|---|"]
    for one in figures:
        sign = {"<=": "≤", ">=": "≥", None: ""}[one.bound]
        target = f"{sign} {_short(one.target)} {one.unit}" if one.bound else "–"
        low, high = _short(min(one.values)), _short(max(one.values))
        spread = low if low == high else f"{low}–{high}"
        verdict = "–" if one.bound is None else "yes" if one.holds else "**no**"
        name = f"{one.name} ({one.note})" if one.note else one.name
        measured = f"{_short(one.measured)} {one.unit}"
        lines.append(f"| {name} | {target} | {measured} | {spread} | {verdict} |")
    return "\n".join(lines)


def _short(value: float) -> str:
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 1 else f"{value:.4g}" if value < 100 else f"{value:.0f}"
