"""What is reckoned with where no rate of duty is held at all?

Just above the limit of a simplified regime the tariff's own duty is due, and often nobody holds it.
Taken as nothing it would make dearer goods cheaper to the door. So the regime's own rate stands in
for it, as if its limit were higher, less the taxes and fees that the regime is in place of and are
now charged on their own. It is a working figure: the duty is still asked for, may be nothing, and
has no upper end. Where there is no regime either, the finding says that the total is without it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from customs.border import Border, rounding_of
from customs.duty_bounds import FACT, Bound
from customs.regimes import RegimeInForce, regime_of
from customs.relief import Relieved
from customs.rules import Fee, Tax
from customs.schemes import SchemeInForce
from customs.valuation import LineValue
from data.model.charges import Assumption, Citation, Finding
from data.model.consignment import Consignment, Mode
from data.model.money import Money, currency
from tariffs.duties import DutyAssessment, DutyContext, DutyLine
from tariffs.expressions import parse

NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Floor:
    """The regime that stands in for unheld duties, and what of its rate is charged apart."""

    regime: RegimeInForce
    apart: Decimal
    apart_names: tuple[str, ...]


def floor_of(
    border: Border,
    consignment: Consignment,
    values: Sequence[LineValue],
    reliefs: Sequence[Relieved],
    scheme: SchemeInForce | None,
    mode: Mode,
) -> Floor | None:
    """The regime that would stand in place of the duty if its limit were higher."""
    territory = border.territory
    if border.schedule is not None or not territory.regimes:
        return None
    way = rounding_of(territory, "duty", border.on)
    regime = regime_of(
        territory, consignment, values, reliefs, scheme, mode, border.on, border.exchange, way,
        beyond=True,
    )  # fmt: skip
    if regime is None:
        return None
    rules: tuple[Tax | Fee, ...] = (*territory.taxes, *territory.fees)
    rates = {
        rule.name: rate
        for rule in rules
        if rule.id in regime.regime.replaces and (rate := _percent(border, rule))
    }
    return Floor(regime, sum(rates.values(), NONE), tuple(rates))


def reckoned(
    assessed: DutyAssessment,
    line: DutyLine,
    context: DutyContext,
    bound: Bound | None,
    floor: Floor | None,
    index: int,
) -> DutyAssessment:
    """A duty that nobody holds, at the rate that stands in for it if there is one."""
    if bound is not None or line.given is not None:
        return assessed
    simplified = floor.regime.lines[index] if floor is not None else None
    if floor is None or simplified is None:
        return replace(assessed, findings=(*assessed.findings, not_held(line.id)))
    charge, *added = assessed.charges
    exact = max(NONE, simplified.amount - line.value * floor.apart / 100)
    amount = context.round_duty(exact)
    rate, unit = simplified.version.value, currency(context.currency)
    if floor.apart:
        rate = f"{rate} - {floor.apart.normalize():f}%"
    citation = Citation(simplified.version.law, simplified.version.since, simplified.version.until)
    charge = replace(
        charge,
        expression=rate,
        working=f"no rate is held; {_working(floor)}",
        assessed=Money(amount, unit),
        citation=citation,
    )
    whole = amount + assessed.amount
    question, *others = [
        replace(q, low=q.low + amount, likely=q.likely + amount, high=q.high and q.high + amount)
        for q in assessed.questions
    ]
    said = (
        f"The duty of line {line.id} is not held; reckoned at {rate}, the rate of: "
        f"{floor.regime.regime.name}"
    )
    return replace(
        assessed,
        charges=(charge, *added),
        amount=whole,
        exact=exact + assessed.exact,
        questions=(replace(question, low=assessed.amount), *others),
        assumptions=(*assessed.assumptions, Assumption(said, "unconfirmed", citation.law)),
        findings=(*assessed.findings, not_held(line.id, rate)),
    )


def not_held(line: str, rate: str | None = None) -> Finding:
    """Says that no rate of duty is held for a line, and what the total does about it."""
    total = f"reckons with {rate}" if rate else "is without it, and is no landed cost"
    message = f"The rate of duty is not held: the total {total}; give it as duty_expression"
    return Finding("duty-not-held", "warning", message, line)


def lacks_rate(assessed: DutyAssessment) -> bool:
    """Whether a schedule has no rate for a line, or one that nothing given can work out."""
    return any([q.fact == FACT and q.high is None for q in assessed.questions])


def _working(floor: Floor) -> str:
    words = f"as this would take were its limit higher: {floor.regime.regime.name}"
    return f"{words}; {' and '.join(floor.apart_names)} apart" if floor.apart else words


def _percent(border: Border, rule: Tax | Fee) -> Decimal:
    """The ordinary rate of a tax or fee on the value; nothing where it is no percentage."""
    if isinstance(rule, Fee):
        version = rule.expression.on(border.on)
        return (parse(version.value).ad_valorem if version else None) or NONE
    rate = rule.rates.get("standard")
    percent = rate.percent.on(border.on) if rate else None
    return percent.value if percent else NONE
