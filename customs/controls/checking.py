"""Which rules hold for a consignment on a day?

The rules of a lane are found once and kept, indexed by chapter, by word and by fact, so that a line
is compared only with rules that may concern it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from customs.controls.matching import (
    PROHIBITED,
    Applies,
    Goods,
    match_goods,
    match_place,
)
from customs.controls.rules import Rule, read_controls
from customs.controls.words import words_of
from data.model.charges import Assumption, Citation, Finding, Outcome
from data.model.consignment import Consignment, GoodsItem, Mode
from data.model.dated import Version

CLEARANCE = (
    "Only the packs named were consulted, and no pack is complete: no finding is no clearance."
)
_MOST_LANES = 4096

LaneKey = tuple[str, str, str | None, str, str, date, bool]


@dataclass(frozen=True, slots=True)
class Pack:
    """A file of rules that was consulted, and the day it was last read against its sources."""

    name: str
    title: str
    jurisdiction: str
    checked_on: date
    rules: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What the rules say. `barred` are modes that may not carry the goods, with why.

    `coverage` is always partial: the absence of a rule is not clearance.
    """

    findings: tuple[Finding, ...]
    barred: Mapping[Mode, str]
    assumptions: tuple[Assumption, ...]
    packs: tuple[Pack, ...]
    coverage: str = "partial"

    @property
    def is_prohibited(self) -> bool:
        """Whether the goods may not be sent at all."""
        return any(finding.outcome == PROHIBITED for finding in self.findings)


@dataclass(slots=True)
class _LaneRules:
    """The rules of one lane on one day, filed under what may call for them."""

    in_quote: bool
    places: list[Rule] = field(default_factory=list)
    every: list[Rule] = field(default_factory=list)
    by_origin: dict[str, list[Rule]] = field(default_factory=dict)
    by_chapter: dict[str, list[Rule]] = field(default_factory=dict)
    by_word: dict[str, list[Rule]] = field(default_factory=dict)
    by_fact: dict[str, list[Rule]] = field(default_factory=dict)

    def add(self, rule: Rule) -> None:
        """File a rule. One that only a stated fact can make hit is not looked up by its code."""
        if rule.concerns_all_goods:
            self.places.append(rule)
            return
        asks = not self.in_quote or rule.quotes == "all"
        if asks or not rule.requires:
            for chapter in {code[:2] for code in rule.goods or rule.asks}:
                self.by_chapter.setdefault(chapter, []).append(rule)
        for term in rule.terms:
            for word in (term[0], f"{term[0]}s"):
                self.by_word.setdefault(word, []).append(rule)
        for name in rule.facts:
            self.by_fact.setdefault(name, []).append(rule)
        if not (rule.goods or rule.terms or rule.requires):
            self._add_for_any_goods(rule)

    def _add_for_any_goods(self, rule: Rule) -> None:
        for origin in rule.origins:
            self.by_origin.setdefault(origin, []).append(rule)
        if not rule.origins:
            self.every.append(rule)

    def for_item(self, item: GoodsItem, dispatch: str) -> Iterable[Rule]:
        """The rules that may concern a line, each once; an unknown origin may be the dispatch."""
        found = list(self.every)
        if self.by_origin:
            found += self.by_origin.get(item.country_of_origin or dispatch, ())
        if item.hs_code:
            found += self.by_chapter.get(item.hs_code[:2], ())
        if item.description:
            words = words_of(item.description)
            if not self.by_word.keys().isdisjoint(words):
                for word in words:
                    found += self.by_word.get(word, ())
        for name in item.facts:
            found += self.by_fact.get(name, ())
        return {rule.id: rule for rule in found}.values() if len(found) > 1 else found


class Controls:
    """All rules of one version of the facts, ready to be asked."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.rules = read_controls(document)
        self.packs = tuple(
            Pack(
                name=name,
                title=pack["title"],
                jurisdiction=pack["jurisdiction"],
                checked_on=date.fromisoformat(pack["checked_on"]),
                rules=len(pack["rules"]),
            )
            for name, pack in document.items()
        )
        self._lanes: dict[LaneKey, _LaneRules] = {}

    def lane(
        self, consignment: Consignment, mode: Mode | None, on: date, *, in_quote: bool
    ) -> _LaneRules:
        """The rules that a consignment's lane leaves, found once."""
        key = (
            consignment.ship_from.territory,
            consignment.ship_to.territory,
            mode,
            consignment.purpose,
            consignment.buyer.type,
            on,
            in_quote,
        )
        found = self._lanes.get(key)
        if found is None:
            if len(self._lanes) >= _MOST_LANES:
                self._lanes.clear()
            found = _LaneRules(in_quote)
            for rule in self.rules:
                belongs = not in_quote or rule.quotes != "nothing"
                if belongs and rule.versions.on(on) and _on_lane(rule, key):
                    found.add(rule)
            self._lanes[key] = found
        return found


def _on_lane(rule: Rule, key: LaneKey) -> bool:
    sent_from, sent_to, mode, purpose, buyer, _, _ = key
    lane = rule.lane
    return (
        _among(sent_to, lane.sent_to, lane.not_to)
        and _among(sent_from, lane.sent_from, lane.not_from)
        and (not lane.modes or mode is None or mode in lane.modes)
        and (not rule.not_via or mode is None or mode in rule.not_via)
        and (not lane.purposes or purpose in lane.purposes)
        and (not lane.buyers or buyer in lane.buyers)
    )


def _among(place: str, named: frozenset[str] | None, excepted: frozenset[str]) -> bool:
    return place not in excepted and (named is None or place in named)


def check_controls(
    consignment: Consignment,
    controls: Controls,
    on: date,
    mode: Mode | None = None,
    *,
    in_quote: bool = False,
) -> Checked:
    """What prohibitions, licences, documents and restrictions concern a consignment on a day.

    Without a `mode` the goods may go by any; what one of them may not carry is in `barred`. In a
    quote, advice that concerns nearly all goods is left out.
    """
    lane = controls.lane(consignment, mode, on, in_quote=in_quote)
    findings: list[Finding] = []
    assumptions: list[Assumption] = []
    barred: dict[Mode, str] = {}
    for line, applies in _applying(lane, consignment, mode):
        rule = applies.rule
        if in_quote and applies.asks is not None and rule.quotes != "all":
            continue
        version = cast("Version[str]", rule.versions.on(on))
        findings.append(_finding(applies, version, line, mode))
        if applies.asks is None:
            for each in sorted(rule.not_via):
                barred.setdefault(cast("Mode", each), rule.message)
        if version.confidence != "official":
            said = f"Control {rule.id}: {rule.message}"
            assumptions.append(Assumption(said, version.confidence, version.law))
    kept = tuple(dict.fromkeys(assumptions))
    return Checked(tuple(findings), barred, kept, controls.packs)


def _applying(
    lane: _LaneRules, consignment: Consignment, mode: Mode | None
) -> Iterator[tuple[str | None, Applies]]:
    for rule in lane.places:
        there = match_place(rule, consignment)
        if there is not None:
            yield None, there
    dispatch = consignment.ship_from.territory
    for item in consignment.items:
        called = lane.for_item(item, dispatch)
        if not called:
            continue
        goods = Goods.of(item, dispatch, mode)
        for rule in called:
            applies = match_goods(rule, goods)
            there = match_place(rule, consignment) if applies else None
            if applies and there:
                yield item.id, applies if applies.asks else there


def _finding(
    applies: Applies, version: Version[str], line: str | None, mode: Mode | None
) -> Finding:
    rule = applies.rule
    citation = Citation(version.law, version.since, version.until)
    if applies.asks is not None:
        message = rule.question or f"May apply: {rule.message}"
        return Finding(rule.id, "warning", message, line, citation=citation, fact=applies.asks)
    message = _with_documents(rule.message, rule.documents)
    return Finding(rule.id, _outcome(rule, mode), message, line, citation=citation)


def _outcome(rule: Rule, mode: Mode | None) -> Outcome:
    """What a mode may not carry is prohibited by that mode, restricted while none is chosen."""
    if rule.not_via:
        return "prohibited" if mode in rule.not_via else "restricted"
    return cast("Outcome", rule.effect)


def _with_documents(message: str, documents: Sequence[str]) -> str:
    return f"{message}: {', '.join(documents)}" if documents else message
