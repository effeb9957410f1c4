"""Which additional measures could apply to goods of an origin on a day, and how do they relate?

A `Selection` holds what depends on no fact: the measures in force for the origin, the conditions
they state, and which of them needs, removes or outranks which other.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tariffs.conditions import Condition, parse_condition
from tariffs.schedule import Commodity, Measure

FULL_VALUE = "full_value"


@dataclass(frozen=True, slots=True)
class Rules:
    """One measure's relations to the others, by position."""

    conditions: tuple[Condition, ...]
    companions: tuple[tuple[int, ...], ...]
    removed_by: tuple[int, ...]
    outranked_by: tuple[int, ...]
    covered: tuple[int, ...] | None
    removing: tuple[int, ...]


@dataclass(slots=True)
class Selection:
    """The measures of one commodity for goods of one origin on one day, ready to be settled."""

    measures: tuple[Measure, ...]
    facts: tuple[str, ...]
    rules: tuple[Rules, ...]
    settled: dict[tuple[object, ...], Any] = field(default_factory=dict)

    def conditions_on(self, fact: str) -> list[tuple[str, Condition]]:
        """The conditions that read a fact, each with the heading that states it."""
        return [
            (measure.heading, condition)
            for measure, rule in zip(self.measures, self.rules, strict=True)
            for condition in rule.conditions
            if fact in condition.facts(measure.heading)
        ]

    def shares_by(self, fact: str) -> bool:
        """Whether the fact is a percentage that a measure's share of the value depends on."""
        return any(fact in share_facts(measure) for measure in self.measures)


_by_mode: dict[tuple[int, date], tuple[tuple[Commodity, ...], bool]] = {}
_KEPT = 4096


def depends_on_mode(commodities: tuple[Commodity, ...], on: date) -> bool:
    """Whether the mode of transport may change the duty on these commodities on a day."""
    key = (id(commodities), on)
    known = _by_mode.get(key)
    if known is None:
        depends = any(
            measure.applies(on) and any("mode" in text.split() for text in measure.requires)
            for measure in {id(m): m for c in commodities for m in c.measures}.values()
        )
        if len(_by_mode) >= _KEPT:
            _by_mode.clear()
        known = _by_mode[key] = (commodities, depends)  # held, so that its id stays its own
    return known[1]


def covers_goods(measure: Measure, code: str) -> bool:
    """Whether the goods of a measure include this code (digits only, 10 or fewer)."""
    if measure.goods and not code.startswith(measure.goods):
        return False
    return not (measure.except_goods and code.startswith(measure.except_goods))


def covers_origin(measure: Measure, origin: str) -> bool:
    """Whether a measure is about goods of this origin."""
    if measure.origins and origin not in measure.origins:
        return False
    return origin not in measure.except_origins


def select(
    measures: tuple[Measure, ...], origin: str, on: date, *, column_2: bool = False
) -> Selection:
    """The measures in force for an origin on a day. `measures` cover the goods already.

    Under column 2 duty only the measures that say so are added.
    """
    chosen = tuple(
        m
        for m in measures
        if m.applies(on) and covers_origin(m, origin) and (m.column_2 or not column_2)
    )
    rules = tuple(_rules(index, chosen) for index in range(len(chosen)))
    facts: dict[str, None] = {}
    for measure, rule in zip(chosen, rules, strict=True):
        for condition in rule.conditions:
            facts.update(dict.fromkeys(condition.facts(measure.heading)))
        facts.update(dict.fromkeys(share_facts(measure)))
    return Selection(chosen, tuple(facts), rules)


def _rules(index: int, measures: tuple[Measure, ...]) -> Rules:
    measure = measures[index]
    conditions = [parse_condition(text) for text in measure.requires]
    others = [other for other in range(len(measures)) if other != index]
    return Rules(
        conditions=tuple(c for c in conditions if c.other is None),
        companions=tuple(
            tuple(other for other in others if _is_named(measures[other], c.other))
            for c in conditions
            if c.other is not None
        ),
        removed_by=tuple(
            other
            for other in others
            if any(_is_named(measure, name) for name in measures[other].removes)
        ),
        outranked_by=tuple(
            other
            for other in others
            if _outranks(measures[other], measure)
            # a heading is charged once, by the first of its records that applies
            or (other < index and measures[other].heading == measure.heading)
        ),
        covered=_covered(measure, measures),
        removing=tuple(
            other
            for other in others
            if any(_is_named(measures[other], name) for name in measure.removes)
        ),
    )


def _is_named(measure: Measure, name: str) -> bool:
    return measure.programme == name or measure.heading.startswith(name)


def _outranks(other: Measure, measure: Measure) -> bool:
    return measure.group is not None and measure.group == other.group and other.rank < measure.rank


def _covered(measure: Measure, measures: tuple[Measure, ...]) -> tuple[int, ...] | None:
    """The measures whose content an exempting measure covers; None when it covers by itself."""
    if not measure.covers.startswith("with "):
        return None
    name = measure.covers.removeprefix("with ")
    return tuple(i for i, m in enumerate(measures) if m is not measure and _is_named(m, name))


def share_facts(measure: Measure) -> tuple[str, ...]:
    """The percentage facts on which a measure's share of the value depends."""
    facts = [measure.content] if measure.content else []
    if measure.basis != FULL_VALUE:
        facts.append(measure.basis.removeprefix("less ").split()[0])
    if measure.covers != FULL_VALUE and not measure.covers.startswith("with "):
        facts.append(measure.covers)
    return tuple(facts)
