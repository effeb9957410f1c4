"""Does a condition of a measure hold: yes, no, or nobody said?

Conditions are short strings in the facts of a measure, one sentence each:

* ``confirm``: the importer confirms that the heading covers the goods (fact ``confirm:<heading>``);
* ``quartz_surface_product``, ``not in_bulk``: a fact that is ``true`` or ``false``;
* ``steel_content_percent >= 95``, ``loading_date < 2026-07-24``, ``vehicle_part = heavy``: a fact
  compared with a number, a day or a word (``!=`` ``<=`` ``>`` too);
* ``mode = post``, ``preference in S,S+``: how it travels, which preference is granted (always
  known);
* ``with section_232``: another measure, by programme or heading prefix, applies to the same goods.

Alternatives are joined by ``or``. ``claim`` before a condition means that the law gives the
advantage only to who asks for it: while nobody says so it does not hold, and nobody is asked.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from data.model.consignment import Mode

_OPERATORS: Mapping[str, Callable[[Decimal | str, Decimal | str], bool]] = {
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,  # type: ignore[operator]
    "<=": lambda left, right: left <= right,  # type: ignore[operator]
    ">": lambda left, right: left > right,  # type: ignore[operator]
    ">=": lambda left, right: left >= right,  # type: ignore[operator]
}
_ORDERED = ("<", "<=", ">", ">=")
TRUE = "true"
FALSE = "false"
OTHER = "other"


class ConditionError(ValueError):
    """A condition in the facts that this version of the rules cannot read."""


class FactError(ValueError):
    """A fact that was given in a form that cannot be compared: a word where a number is due."""

    def __init__(self, fact: str, value: str, due: str) -> None:
        super().__init__(f"{fact} is {value!r}, which is not {due}")
        self.fact = fact


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What conditions are read against: the facts given, the mode, the preferences granted."""

    facts: Mapping[str, str]
    mode: Mode | None = None
    programmes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison. `fact` is empty for what is always known (`mode`, `preference`, `with`)."""

    fact: str
    operator: str
    value: str
    claimed: bool = False

    def holds(self, heading: str, given: Circumstances) -> bool | None:
        """True, False, or None when the fact was not given. `with` is settled elsewhere."""
        if self.operator == "mode":
            return given.mode == self.value
        if self.operator == "preference":
            return not given.programmes.isdisjoint(self.value.split(","))
        name = self.named(heading)
        stated = given.facts.get(name)
        if stated is None:
            return False if self.claimed else None
        if self.operator in _ORDERED:
            return _OPERATORS[self.operator](*_comparable(name, stated, self.value))
        return _OPERATORS[self.operator](*_alike(stated, self.value))

    def named(self, heading: str) -> str:
        """The fact's name: a confirmation is about one heading."""
        return f"confirm:{heading}" if self.fact == "confirm" else self.fact


@dataclass(frozen=True, slots=True)
class Condition:
    """Alternatives, one of which must hold; or `other`, the measure it must apply together with."""

    text: str
    tests: tuple[Comparison, ...]
    other: str | None = None

    def holds(self, heading: str, given: Circumstances) -> bool | None:
        """Three-valued or: true if one holds, unknown if one may."""
        unknown = False
        for test in self.tests:
            answer = test.holds(heading, given)
            if answer:
                return True
            unknown = unknown or answer is None
        return None if unknown else False

    def asks(self, heading: str) -> tuple[str, ...]:
        """The facts that are worth asking for: not those that one has to claim by oneself."""
        return tuple(t.named(heading) for t in self.tests if t.fact and not t.claimed)

    def facts(self, heading: str) -> tuple[str, ...]:
        """Every fact that this condition reads."""
        return tuple(t.named(heading) for t in self.tests if t.fact)


@lru_cache(maxsize=4096)
def parse_condition(text: str) -> Condition:
    """Read one condition.

    >>> parse_condition("steel_content_percent >= 95 or confirm").asks("9903.82.06")
    ('steel_content_percent', 'confirm:9903.82.06')

    Raises `ConditionError`.
    """
    words = text.split()
    if words[:1] == ["with"] and len(words) == 2:
        return Condition(text, (), other=words[1])
    return Condition(text, tuple(_test(part.split(), text) for part in text.split(" or ")))


def candidate_answers(fact: str, conditions: Iterable[tuple[str, Condition]]) -> tuple[str, ...]:
    """Answers to a fact that between them meet every outcome of the conditions that read it.

    `conditions` are (heading, condition) pairs. A number is tried at and on both sides of each
    limit, a day likewise, a word as each word that a condition names and as none of them.
    """
    answers: dict[str, None] = {}
    for heading, condition in conditions:
        for test in condition.tests:
            if test.fact and test.named(heading) == fact:
                answers.update(dict.fromkeys(_around(test)))
    return tuple(answers)


def percentage(fact: str, facts: Mapping[str, str]) -> Decimal | None:
    """A percentage fact as a share between 0 and 1, None when it was not given."""
    stated = facts.get(fact)
    if stated is None:
        return None
    share = _number(fact, stated) / 100
    if not 0 <= share <= 1:
        raise FactError(fact, stated, "a percentage from 0 to 100")
    return share


def _test(words: list[str], text: str) -> Comparison:
    claimed = words[:1] == ["claim"]
    if claimed:
        words = words[1:] or ["confirm"]
    match words:
        case ["mode", "=", value]:
            return Comparison("", "mode", value)
        case ["preference", "in", value]:
            return Comparison("", "preference", value)
        case [fact, operator, value] if operator in _OPERATORS:
            return Comparison(fact, operator, value, claimed)
        case ["not", fact]:
            return Comparison(fact, "=", FALSE, claimed)
        case [fact]:
            return Comparison(fact, "=", TRUE, claimed)
    raise ConditionError(f"cannot read the condition {text!r}")


def _around(test: Comparison) -> tuple[str, ...]:
    if test.value in (TRUE, FALSE):
        return (TRUE, FALSE)
    try:
        limit = Decimal(test.value)
    except InvalidOperation:
        day = _day(test.value)
        if day is None:
            return (test.value, OTHER)
        return tuple(date.fromordinal(day.toordinal() + step).isoformat() for step in (-1, 0, 1))
    return tuple(str(limit + step) for step in (-1, 0, 1) if limit + step >= 0)


def _comparable(fact: str, stated: str, limit: str) -> tuple[Decimal, Decimal] | tuple[str, str]:
    if _day(limit) is not None:
        if _day(stated) is None:
            raise FactError(fact, stated, "a day (YYYY-MM-DD)")
        return stated, limit
    return _number(fact, stated), Decimal(limit)


def _alike(stated: str, expected: str) -> tuple[Decimal, Decimal] | tuple[str, str]:
    try:
        return Decimal(stated), Decimal(expected)
    except InvalidOperation:
        return stated.strip().lower(), expected.lower()


def _number(fact: str, stated: str) -> Decimal:
    try:
        number = Decimal(stated)
    except InvalidOperation:
        raise FactError(fact, stated, "a number") from None
    if not number.is_finite():
        raise FactError(fact, stated, "a number")
    return number


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
