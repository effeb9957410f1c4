"""What does a duty expression come to?

Schedules state duties as text: "4.5%", "2.1¢/kg + 3.4%", "13.80% MIN 13.00 GBP/DTN". `parse` reads
the spellings of the US, UK and EU tariffs, `evaluate` works an expression out for the goods of one
line. An answer is an amount with its working, a question that names the facts that are missing,
or "unsupported" with the reason: never a guess.

MIN and MAX have the tariff's meaning: ``A MIN B`` is at least B, ``A MAX B`` at most B.
A dollar sign is the United States dollar, as in the HTS.
Sources: GOV.UK duty calculator, TARIC duty expressions, Harmonized Tariff Schedule.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple, Protocol

from tariffs.expressions.case import Case, Convert, NoRuleError
from tariffs.expressions.facts import FACTS, Fact
from tariffs.expressions.reading import read
from tariffs.expressions.special import split_special
from tariffs.expressions.terms import Free, Percent, Term, shown
from tariffs.expressions.tokens import UnreadableError

__all__ = [
    "FACTS",
    "DutyExpression",
    "Fact",
    "Outcome",
    "canonical",
    "evaluate",
    "parse",
    "shown",
    "split_special",
    "unreadable",
]


class Outcome(NamedTuple):
    """What an expression comes to.

    ``value``: `amount`, unrounded, in the currency asked for, and its `working`. ``question``:
    `needs` names the facts that are missing (see `FACTS`). ``unsupported``: `reason` says why.
    """

    kind: Literal["value", "question", "unsupported"]
    amount: Decimal | None = None
    working: str = ""
    needs: tuple[str, ...] = ()
    reason: str | None = None


class _Run(Protocol):
    def __call__(
        self,
        value: Decimal,
        currency: str,
        quantities: Mapping[str, Decimal],
        facts: Mapping[str, str],
        on: date,
        convert: Convert,
        /,
    ) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class DutyExpression:
    """A duty as a schedule states it, read.

    `source` is verbatim; `text` the canonical spelling, which reads back to the same; `ad_valorem`
    the percentage when it is nothing else, 0 for "Free"; `needs` every fact that it may ask for;
    `readable` False for a text without a rule here, `reason` then says why.
    """

    source: str
    text: str
    ad_valorem: Decimal | None
    needs: tuple[str, ...]
    readable: bool
    reason: str | None
    run: _Run = field(repr=False, compare=False)


@lru_cache(maxsize=16384)
def parse(text: str) -> DutyExpression:
    """Read a duty expression. Never raises: a text without a rule is not `readable`.

    >>> parse("10.200 % + 93.100 EUR DTN").text
    '10.2% + 93.10 EUR / 100 kg'
    >>> parse("as the Minister may decide").readable
    False
    """
    try:
        term = read(text)
    except UnreadableError as error:
        return _unreadable(text, str(error))
    needs = tuple(dict.fromkeys(term.needs()))
    return DutyExpression(
        source=text,
        text=term.spelled(),
        ad_valorem=_ad_valorem(term),
        needs=needs,
        readable=True,
        reason=None,
        run=_running(term),
    )


def canonical(text: str) -> str | None:
    """The canonical spelling of an expression, None for a text without a rule here.

    >>> canonical("20¢/thou- sand + 3.5%")
    '0.20 USD / 1000 items + 3.5%'
    """
    expression = parse(text)
    return expression.text if expression.readable else None


def unreadable(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The texts among many that have no rule here, each with the reason, once."""
    return tuple(
        (text, expression.reason or "")
        for text in dict.fromkeys(texts)
        if not (expression := parse(text)).readable
    )


def evaluate(
    expression: DutyExpression,
    *,
    value: Decimal,
    currency: str,
    quantities: Mapping[str, Decimal],
    facts: Mapping[str, str],
    on: date,
    convert: Convert,
) -> Outcome:
    """Work an expression out for the goods of one line on one day.

    `value` is the customs value in `currency`; `quantities` are in base units (tariffs.units), of
    the whole line; `facts` are texts by the names of `FACTS`. `convert` turns an amount of another
    currency into `currency` at the law's rate; what it raises is not caught.
    """
    return expression.run(value, currency, quantities, facts, on, convert)


def _ad_valorem(term: Term) -> Decimal | None:
    if isinstance(term, Free) and term.terms is None:
        return Decimal(0)
    return term.rate if isinstance(term, Percent) and not term.facts else None


def _unreadable(text: str, reason: str) -> DutyExpression:
    outcome = Outcome("unsupported", reason=reason)

    def run(*_: object) -> Outcome:
        return outcome

    return DutyExpression(
        source=text,
        text=text,
        ad_valorem=None,
        needs=(),
        readable=False,
        reason=reason,
        run=run,
    )


def _running(term: Term) -> _Run:
    """How to work a term out: nine rates in ten are percentages, which take a shorter way."""
    if isinstance(term, Free) and term.terms is None:
        free = Outcome("value", Decimal(0), "free")

        def run_free(*_: object) -> Outcome:
            return free

        return run_free
    if isinstance(term, Percent) and not term.facts and term.denominator == 1:
        factor, label = term.numerator.scaleb(-2), f"{term.label()} × "

        def run_percent(value: Decimal, currency: str, *_: object) -> Outcome:
            return Outcome("value", value * factor, f"{label}{shown(value)} {currency}")

        return run_percent

    def run(
        value: Decimal,
        currency: str,
        quantities: Mapping[str, Decimal],
        facts: Mapping[str, str],
        on: date,
        convert: Convert,
        /,
    ) -> Outcome:
        case = Case(value, currency, quantities, facts, on, convert)
        try:
            amount, working = term.assess(case)
        except NoRuleError as error:
            return Outcome("unsupported", reason=str(error))
        if case.missing:
            why = "; ".join(case.unusable) or f"the duty depends on {', '.join(case.missing)}"
            return Outcome("question", needs=tuple(case.missing), reason=why)
        return Outcome("value", amount, working)

    return run
