"""Which excise is due on a line, where its rates are held?

An excise has an expression, for goods by code and, for drinks, only above a strength or in a band
of strengths. An unknown strength is taken to be above it, or in the first band, and asked for. A
strength in none of the bands has an excise that is not held.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from customs.answers import WrongFactError
from customs.exchange import Exchange
from customs.rounding import Rounding
from customs.rules import Excise, Territory
from customs.valuation import LineValue
from data.model.charges import Assumption, Charge, Citation, Question
from data.model.consignment import GoodsItem
from data.model.dated import Version
from data.model.money import Money, currency, round_half_up
from tariffs.expressions import Outcome, evaluate, parse

NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class AssessedExcise:
    """The excise of a consignment: line by line what it is and may be, and its charges."""

    amounts: tuple[Decimal, ...]
    charges: tuple[Charge, ...] = ()
    questions: tuple[Question, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    covered: frozenset[str] = frozenset()


def assess_excise(
    territory: Territory,
    items: Sequence[GoodsItem],
    values: Sequence[LineValue],
    rounding: Rounding,
    exchange: Exchange,
    *,
    relieved: Sequence[bool],
) -> AssessedExcise:
    """The excise on every line that a rule covers, rounded as the law rounds taxes."""
    amounts = [NONE] * len(items)
    charges: list[Charge] = []
    questions: list[Question] = []
    assumptions: list[Assumption] = []
    covered = set()
    for index, item in enumerate(items):
        for rule, version in _fitting(territory, item, index, exchange.on):
            covered.add(item.id)
            strength = _strength(rule, item, index)
            if relieved[index] or (strength is not None and strength <= rule.over):
                continue
            charge, asked = _charge(
                territory, rule, version, item, values[index], rounding, exchange
            )
            amounts[index] += charge.assessed.amount
            charges.append(charge)
            if rule.fact and strength is None and rule.fact not in [q.fact for q in asked]:
                due = charge.assessed.amount
                why = f"{rule.name} is due above {rule.over}"
                questions.append(Question(rule.fact, item.id, why, NONE, due, due))
            questions += asked
            if version.confidence != "official":
                what = f"{rule.name}: {version.spelled()}"
                assumptions.append(Assumption(what, version.confidence, version.law))
    return AssessedExcise(
        tuple(amounts), tuple(charges), tuple(questions), tuple(assumptions), frozenset(covered)
    )


def _fitting(
    territory: Territory, item: GoodsItem, index: int, on: date
) -> list[tuple[Excise, Version[str]]]:
    """The excises of a line on a day: those without bands, and the band it is in."""
    fitting = []
    banded = False
    for rule in territory.excise:
        version = rule.expression.on(on)
        if version is None or not (item.hs_code or "-").startswith(rule.goods):
            continue
        if rule.up_to is not None:
            strength = _strength(rule, item, index)
            if banded or (strength is not None and not rule.over < strength <= rule.up_to):
                continue
            banded = True
        fitting.append((rule, version))
    return fitting


def _strength(rule: Excise, item: GoodsItem, index: int) -> Decimal | None:
    """The percentage that decides whether the excise is due; None while it is not known."""
    if rule.fact is None or rule.fact not in item.facts:
        return None
    text = item.facts[rule.fact]
    try:
        return Decimal(text)
    except InvalidOperation:
        raise WrongFactError(index, rule.fact, f"{text!r} is not a number") from None


def _charge(
    territory: Territory,
    rule: Excise,
    version: Version[str],
    item: GoodsItem,
    value: LineValue,
    rounding: Rounding,
    exchange: Exchange,
) -> tuple[Charge, list[Question]]:
    shown = round_half_up(value.customs_value, territory.currency)

    def work_out(worth: Decimal) -> Outcome:
        return evaluate(
            parse(version.value),
            value=worth,
            currency=territory.currency,
            quantities={"item": Decimal(item.quantity)},
            facts=item.facts,
            on=exchange.on,
            convert=exchange.customs,
        )

    outcome = work_out(value.customs_value)
    amount = rounding.apply(outcome.amount if outcome.amount is not None else NONE)
    unit = currency(territory.currency)
    charge = Charge(
        kind="excise",
        code=f"{territory.code}.excise.{rule.id}",
        name=rule.name,
        line=item.id,
        expression=version.value,
        base=Money(shown, unit),
        working=work_out(shown).working or outcome.reason or "",
        assessed=Money(amount, unit),
        rounding=rounding.name,
        status="applies" if outcome.amount is not None else "needs_answer",
        citation=Citation(version.law, version.since, version.until),
    )
    why = f"{rule.name} is charged by quantity"
    return charge, [Question(need, item.id, why, NONE, NONE, None) for need in outcome.needs]
