"""Which of a commodity's additional measures apply together, and to what share of the value?

The order is the law's: measures whose goods, origin and day fit; their conditions, each true, false
or unknown; then, to a fixed point, what needs another measure beside it, what an exempting measure
switches off (wholly, or for the share of the value that it covers), and what gives way to a measure
of better rank in the same no-stack group. What remains applies to a share of the value.

An unknown condition is answered by the measure's own cautious default and remembered as open.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from data.model.consignment import Mode
from tariffs.conditions import Circumstances, percentage
from tariffs.schedule import Measure, Role
from tariffs.selection import FULL_VALUE, Selection, share_facts

WHOLE = Decimal(1)
NOTHING = Decimal(0)
_KEPT_STACKS = 512


class StackingError(ValueError):
    """The facts contradict themselves: measures switch each other off in a circle."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A measure that applies, and the share (0 to 1) of the value that its rate is applied to."""

    measure: Measure
    share: Decimal


@dataclass(frozen=True, slots=True)
class Rejected:
    """A measure that does not apply, why, and whether an unknown fact could change that."""

    measure: Measure
    because: str
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Stack:
    """What applies together. `open_facts` maps each fact nobody gave to the measure asking it.

    `charged` leaves out the prohibitions; `replacing` is the measure in place of all other duty;
    `doubtful` are the prohibitions that an unknown fact may bring into force.
    """

    charged: tuple[Applied, ...]
    replacing: Applied | None
    prohibited: tuple[Measure, ...]
    doubtful: tuple[Measure, ...]
    rejected: tuple[Rejected, ...]
    open_facts: Mapping[str, Measure]


def settle(
    selection: Selection, facts: Mapping[str, str], mode: Mode | None, programmes: frozenset[str]
) -> Stack:
    """What applies under these facts, this mode and these granted preferences (memoised)."""
    given = tuple([facts.get(name) for name in selection.facts]) if facts else ()
    key = (given, mode, programmes)
    stack: Stack | None = selection.settled.get(key)
    if stack is None:
        if len(selection.settled) >= _KEPT_STACKS:
            selection.settled.clear()
        stack = _settle(selection, Circumstances(facts, mode, programmes))
        selection.settled[key] = stack
    return stack


def _settle(selection: Selection, given: Circumstances) -> Stack:
    answers = [
        [condition.holds(measure.heading, given) for condition in rule.conditions]
        for measure, rule in zip(selection.measures, selection.rules, strict=True)
    ]
    possible = [False not in own for own in answers]
    presumed = [
        possible[i] and (None not in own or selection.measures[i].unknown == "applies")
        for i, own in enumerate(answers)
    ]
    live = _fixed_point(selection, presumed, given)
    open_facts: dict[str, Measure] = {}
    for i, (measure, rule) in enumerate(zip(selection.measures, selection.rules, strict=True)):
        if possible[i]:
            for condition, answer in zip(rule.conditions, answers[i], strict=True):
                if answer is None:
                    for fact in condition.asks(measure.heading):
                        open_facts.setdefault(fact, measure)
        if live[i]:
            for fact in share_facts(measure):
                if fact not in given.facts:
                    open_facts.setdefault(fact, measure)
    standing = [(i, measure) for i, measure in enumerate(selection.measures) if live[i]]
    charged = tuple(
        Applied(measure, _share(selection, i, live, given))
        for i, measure in standing
        if measure.role is not Role.PROHIBIT
    )
    rejected = tuple(
        Rejected(
            measure, _reason(selection, i, live, answers[i]), possible[i] and None in answers[i]
        )
        for i, measure in enumerate(selection.measures)
        if not live[i]
    )
    return Stack(
        charged=charged,
        replacing=next((a for a in charged if a.measure.role is Role.REPLACE), None),
        prohibited=tuple(m for _, m in standing if m.role is Role.PROHIBIT),
        doubtful=tuple(
            r.measure for r in rejected if r.doubtful and r.measure.role is Role.PROHIBIT
        ),
        rejected=rejected,
        open_facts=open_facts,
    )


def _fixed_point(selection: Selection, presumed: list[bool], given: Circumstances) -> list[bool]:
    live = [
        held and measure.role is not Role.EXEMPT
        for held, measure in zip(presumed, selection.measures, strict=True)
    ]
    for _ in range(len(live) + 2):
        following = [
            held and _stands(selection, i, live, presumed, given) for i, held in enumerate(presumed)
        ]
        if following == live:
            return live
        live = following
    headings = ", ".join(measure.heading for measure in selection.measures)
    raise StackingError(f"these measures switch each other off in a circle: {headings}")


def _stands(
    selection: Selection, index: int, live: list[bool], presumed: list[bool], given: Circumstances
) -> bool:
    """Whether a measure holds beside the others that apply."""
    rule = selection.rules[index]
    if not all(any(live[other] for other in group) for group in rule.companions):
        return False
    if any(live[other] for other in rule.outranked_by):
        return False
    if any(
        live[other] and _cover(selection, other, live, given) == WHOLE for other in rule.removed_by
    ):
        return False
    measure = selection.measures[index]
    if measure.role is not Role.EXEMPT:
        return True
    # an exemption is declared only where it frees something
    if measure.removes and not any(presumed[other] for other in rule.removing):
        return False
    return _cover(selection, index, live, given) > NOTHING


def _cover(selection: Selection, index: int, live: list[bool], given: Circumstances) -> Decimal:
    """The share of the value for which a measure switches others off; unknown counts as none."""
    covers = selection.measures[index].covers
    if covers == FULL_VALUE:
        return WHOLE
    covered = selection.rules[index].covered
    if covered is None:
        return percentage(covers, given.facts) or NOTHING
    total = sum((_content(selection.measures[i], given) for i in covered if live[i]), start=NOTHING)
    return min(WHOLE, total)


def _content(measure: Measure, given: Circumstances) -> Decimal:
    if not measure.content:
        return WHOLE
    return percentage(measure.content, given.facts) or NOTHING


def _share(selection: Selection, index: int, live: list[bool], given: Circumstances) -> Decimal:
    measure = selection.measures[index]
    share = _basis(measure.basis, given)
    left = WHOLE
    for other in selection.rules[index].removed_by:
        if live[other]:
            left = min(left, WHOLE - _cover(selection, other, live, given))
    share = share * left
    return WHOLE if share == WHOLE else share


def _basis(basis: str, given: Circumstances) -> Decimal:
    """The share that a measure's own rate is applied to; unknown counts as all of the value."""
    if basis == FULL_VALUE:
        return WHOLE
    words = basis.split()
    if words[0] != "less":
        share = percentage(basis, given.facts)
        return WHOLE if share is None else share
    less = percentage(words[1], given.facts) or NOTHING
    if len(words) == 4:
        less = min(less, Decimal(words[3]) / 100)
    return WHOLE - less


def _reason(selection: Selection, index: int, live: list[bool], own: list[bool | None]) -> str:
    rule = selection.rules[index]
    for condition, answer in zip(rule.conditions, own, strict=True):
        if answer is False:
            return f"its condition does not hold: {condition.text}"
    for condition, answer in zip(rule.conditions, own, strict=True):
        if answer is None and selection.measures[index].unknown == "excluded":
            return f"nobody said whether its condition holds: {condition.text}"
    for group in rule.companions:
        if not any(live[other] for other in group):
            return "the measure it goes with does not apply"
    for others, words in (
        (rule.removed_by, "switched off by"),
        (rule.outranked_by, "gives way to"),
    ):
        for other in others:
            if live[other]:
                return f"{words} {selection.measures[other].heading}"
    return "there is nothing for it to switch off"
