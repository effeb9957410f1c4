"""Which rates, measures and rules of a territory start or end between two days?

Read from the validity rows of one snapshot. A rate that ends on the day on which another of its
kind begins for the same code is one change, from the old to the new; one that begins again with the
same words (a newer source says it once more) is none.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Literal, TypeVar

from api.services.dated_rules import RuleVersion, documents_of, rules_in
from api.services.reading_tariffs import measures_of
from tariffs.schedule import Measure, Rate
from tariffs.snapshot import Snapshot, SnapshotSchedule

ChangeKind = Literal["rule", "measure", "rate"]
Dated = TypeVar("Dated", Rate, Measure, RuleVersion)
_ORDER: Mapping[str, int] = {"rule": 0, "measure": 1, "rate": 2}


@dataclass(frozen=True, slots=True)
class Window:
    """The days that are looked at: from the first to the day before `until` (None: for ever)."""

    since: date
    until: date | None

    def has(self, day: date | None) -> bool:
        """Whether a day is one of them."""
        return day is not None and self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Change:
    """What is different on a day from the day before.

    `what` is the rate's programme, the measure's heading or the rule's place; `before` is None for
    what is new, `after` for what ends. `codes` are the declarable codes of a rate, the listed goods
    of a measure (empty: all goods).
    """

    day: date
    kind: ChangeKind
    what: str
    name: str | None
    before: Rate | Measure | RuleVersion | None
    after: Rate | Measure | RuleVersion | None
    codes: tuple[str, ...] = ()


def law_changes(
    snapshot: Snapshot,
    territory: str,
    schedule: SnapshotSchedule | None,
    window: Window,
    prefix: str = "",
) -> list[Change]:
    """Every change of the window, by day; with a prefix only those of the codes beneath it."""
    found: list[Change] = []
    if not prefix:
        found += _rule_changes(snapshot, territory, window)
    found += _measure_changes(measures_of(snapshot, territory), window, prefix)
    if schedule is not None:
        found += _rate_changes(schedule.walk(prefix), window)
    found.sort(key=lambda each: (each.day, _ORDER[each.kind], each.codes[:1], each.what))
    return found


def _rule_changes(snapshot: Snapshot, territory: str, window: Window) -> Iterator[Change]:
    for where, document in documents_of(snapshot, territory):
        for rule in rules_in(document):
            for day, before, after in _steps(rule.versions, window, lambda _: None, _said_by_rule):
                yield Change(day, "rule", f"{where}{rule.place}", rule.name, before, after)


def _measure_changes(measures: Iterable[Measure], window: Window, prefix: str) -> Iterator[Change]:
    about = [measure for measure in measures if _covers(measure, prefix)]
    for day, before, after in _steps(about, window, _same_measure, _said_by_measure):
        either = after or before
        if either is not None:
            name, codes = either.name, either.goods
            yield Change(day, "measure", either.heading, name, before, after, codes)


def _rate_changes(rates: Iterable[tuple[str, Sequence[Rate]]], window: Window) -> Iterator[Change]:
    codes: dict[tuple[date, Rate | None, Rate | None], list[str]] = {}
    for code, found in rates:
        if any(window.has(rate.since) or window.has(rate.until) for rate in found):
            for step in _steps(found, window, _same_rate, _said_by_rate):
                codes.setdefault(step, []).append(code)
    for (day, before, after), concerned in codes.items():
        either = after or before
        what = either.programme.value if either else ""
        yield Change(day, "rate", what, None, before, after, tuple(concerned))


def _steps(
    versions: Iterable[Dated],
    window: Window,
    same: Callable[[Dated], Hashable],
    said: Callable[[Dated], Hashable],
) -> Iterator[tuple[date, Dated | None, Dated | None]]:
    """What ends and what begins on each day of the window, paired where they are the `same` thing.

    What begins again in the words in which it ends (`said`) is left out.
    """
    ends: dict[tuple[date, Hashable], list[Dated]] = {}
    begins: dict[tuple[date, Hashable], list[Dated]] = {}
    for version in versions:
        if window.has(version.since):
            begins.setdefault((version.since, same(version)), []).append(version)
        if version.until is not None and window.has(version.until):
            ends.setdefault((version.until, same(version)), []).append(version)
    for key in {**ends, **begins}:
        old, new = ends.get(key, []), begins.get(key, [])
        kept = {said(one) for one in old} & {said(one) for one in new}
        old = [one for one in old if said(one) not in kept]
        new = [one for one in new if said(one) not in kept]
        for before, after in zip_longest(old, new):
            yield key[0], before, after


def _same_rate(rate: Rate) -> Hashable:
    return rate.programme, rate.origins, rate.additional_code, rate.order_number


def _said_by_rate(rate: Rate) -> Hashable:
    return rate.expression, rate.unit, rate.excluded_origins


def _same_measure(measure: Measure) -> Hashable:
    return measure.heading, measure.origins


def _said_by_measure(measure: Measure) -> Hashable:
    return tuple(
        getattr(measure, name)
        for name in Measure.__slots__
        if name not in ("since", "until", "law", "confidence")
    )


def _said_by_rule(version: RuleVersion) -> Hashable:
    return version.value


def _covers(measure: Measure, prefix: str) -> bool:
    """Whether a measure may be about goods beneath a code."""
    if any(prefix.startswith(code) for code in measure.except_goods):
        return False
    return not measure.goods or any(
        code.startswith(prefix) or prefix.startswith(code) for code in measure.goods
    )
