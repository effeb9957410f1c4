"""What duty does each line owe, after reliefs, flat duties and the choice of tariff?

The tariff says what the goods owe (tariffs.duties). Here the territory's own rules have the last
word: a relief waives it, a flat duty replaces it, and in Northern Ireland goods that will not move
on to the Union may take the United Kingdom's instead. A duty that is waived or replaced stays in
the list at zero, so that nobody wonders where it went.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from customs.answers import WrongFactError
from customs.duty_bounds import Bound, bound_of, bounded, commodity_of
from customs.exchange import Exchange
from customs.regimes import RegimeInForce, RegimeLine
from customs.relief import Relieved, in_scope, value_on, within
from customs.rounding import Rounding, rounding
from customs.rules import FlatDuty, Territory
from customs.schemes import SchemeInForce
from customs.valuation import LineValue
from data.model.charges import (
    Assumption,
    Charge,
    Citation,
    Considered,
    Finding,
    Question,
)
from data.model.consignment import Consignment, GoodsItem, Mode
from data.model.dated import Version
from data.model.money import Money, currency
from tariffs.conditions import FactError
from tariffs.duties import DutyAssessment, DutyContext, DutyLine, Missed, assess_duty
from tariffs.origin import Agreement
from tariffs.schedule import Commodity, Schedule
from tariffs.selection import depends_on_mode

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Border:
    """One territory's border on one day: its rules, its tariff, its rates of exchange.

    One for each quote: `memo` keeps what no price of freight changes.
    """

    territory: Territory
    schedule: Schedule | None
    second_schedule: Schedule | None
    agreements: Mapping[str, Agreement]
    exchange: Exchange
    on: date
    memo: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """What is computed once for the whole quote, under a key that says all it depends on."""
        known: T | None = self.memo.get(key)
        if known is None:
            known = self.memo[key] = compute()
        return known


@dataclass(frozen=True, slots=True)
class LineDuty:
    """What one line owes: its charges, their sum, and the sum at the cheapest and the dearest.

    `in_tax_base` is what taxes are charged on: the amount, or what it was before rounding.
    """

    charges: tuple[Charge, ...]
    amount: Decimal
    low: Decimal
    high: Decimal | None
    in_tax_base: Decimal
    commodity_code: str | None = None
    questions: tuple[Question, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    findings: tuple[Finding, ...] = ()
    considered: tuple[Considered, ...] = ()
    missed: tuple[Missed, ...] = ()


@dataclass(frozen=True, slots=True)
class _Ground:
    """Why a line's duty is not charged: a relief or a scheme that the line is under."""

    id: str
    name: str
    version: Version[Any]

    def why(self) -> str:
        limit = self.version.value
        if limit is None:
            return self.name
        return f"{self.name}, up to {limit.amount} {limit.currency.code}"


@dataclass(frozen=True, slots=True)
class Duties:
    """The duties of a consignment: line by line, and flat or simplified ones on it as a whole."""

    lines: tuple[LineDuty, ...]
    flat: tuple[Charge, ...]
    assumptions: tuple[Assumption, ...]


def assess_duties(
    border: Border,
    consignment: Consignment,
    values: Sequence[LineValue],
    reliefs: Sequence[Relieved],
    scheme: SchemeInForce | None,
    mode: Mode,
    *,
    explain: bool,
    regime: RegimeInForce | None = None,
) -> Duties:
    """The duty of every line, in the territory's currency, each charge rounded as its law says."""
    flat = _flat_duty(border, consignment, values, mode)
    freeing = [relieved for relieved in reliefs if relieved.frees("duty")]
    freed = [_freed(freeing, scheme, index) for index in range(len(values))]
    replaced = [flat is not None and not _claims_more(i, scheme) for i in consignment.items]

    def assess() -> Duties:
        return _assess_lines(
            border, consignment, values, freed, flat if any(replaced) else None, scheme, mode,
            regime, explain=explain,
        )  # fmt: skip

    if regime is not None:
        return assess()
    free = all(by_flat or by[1] == 1 for by_flat, by in zip(replaced, freed, strict=True))
    worth = None if free else tuple([value.customs_value for value in values])
    grounds = tuple([(ground and ground.id, share) for ground, share in freed])
    under = scheme.scheme.id if scheme else None
    commodities = border.once("commodities", lambda: _commodities(border, consignment))
    by_mode = any(depends_on_mode(each, border.on) for each in commodities)
    key = ("duties", mode if by_mode else None, worth, grounds, tuple(replaced), under)
    return border.once(key, assess)


def _commodities(border: Border, consignment: Consignment) -> tuple[tuple[Commodity, ...], ...]:
    if border.schedule is not None:
        return tuple([resolve(border.schedule, item.hs_code) for item in consignment.items])
    return tuple([_known_without_schedule(border, consignment, each) for each in consignment.items])


def _known_without_schedule(
    border: Border, consignment: Consignment, item: GoodsItem
) -> tuple[Commodity, ...]:
    bound = _bound(border, consignment, item)
    return (
        (commodity_of(border.territory, item, bound),)
        if item.hs_code is not None or bound is not None
        else ()
    )


def _bound(border: Border, consignment: Consignment, item: GoodsItem) -> Bound | None:
    return bound_of(border.territory, item, consignment.ship_from.country, border.on)


def _freed(
    freeing: Sequence[Relieved], scheme: SchemeInForce | None, index: int
) -> tuple[_Ground | None, Decimal]:
    """What frees most of a line, a scheme or a relief, and how much of it."""
    if scheme is not None and scheme.covers[index] and "duty" in scheme.scheme.relieves:
        return _Ground(scheme.scheme.id, scheme.scheme.name, scheme.version), Decimal(1)
    if not freeing:
        return None, Decimal(0)
    relieved = max(freeing, key=lambda each: each.shares[index])
    ground = _Ground(relieved.relief.id, relieved.relief.name, relieved.version)
    return ground, relieved.shares[index]


def _assess_lines(
    border: Border,
    consignment: Consignment,
    values: Sequence[LineValue],
    freed: Sequence[tuple[_Ground | None, Decimal]],
    flat: tuple[FlatDuty, Version[Money]] | None,
    scheme: SchemeInForce | None,
    mode: Mode,
    regime: RegimeInForce | None,
    *,
    explain: bool,
) -> Duties:
    context = _context(border, mode, sum([v.intrinsic for v in values], Decimal(0)))
    commodities = border.once("commodities", lambda: _commodities(border, consignment))
    counted: set[str] = set()
    lines = []
    for index, (item, value) in enumerate(zip(consignment.items, values, strict=True)):
        ground, share = freed[index]
        line = _line(commodities[index], consignment, item, value, 1 - share)
        simplified = regime.lines[index] if regime is not None else None
        try:
            if ground is not None and share == 1:
                why, version = ground.why(), ground.version
                lines.append(_waived(border, context, line, version, why, explain=explain))
            elif regime is not None and simplified is not None:
                why, rate = f"replaced by: {regime.regime.name}", simplified.version
                waived = _waived(border, context, line, rate, why, explain=explain)
                lines.append(_simplified(waived, simplified))
            elif flat is not None and not _claims_more(item, scheme):
                why = f"replaced by: {flat[0].name}"
                waived = _waived(border, context, line, flat[1], why, explain=explain)
                alone = len(values) == 1
                lines.append(_replaced(border, flat[1], item, waived, counted, alone=alone))
            else:
                assessed = _assess(border, context, item, line, explain=explain)
                if border.schedule is None:
                    bound = _bound(border, consignment, item)
                    by_code = item.hs_code is None and bool(border.territory.duty_bounds)
                    assessed = bounded(assessed, line, context, bound, by_code=by_code)
                lines.append(_owed(border, item, assessed, line.candidates))
        except FactError as error:
            raise WrongFactError(index, error.fact, str(error)) from None
    charge = () if flat is None or not counted else (_flat_charge(border, flat, counted, scheme),)
    uncertain = {ground.name: ground.version for ground, _ in freed if ground}
    if flat is not None and charge:
        uncertain[flat[0].name] = flat[1]
    if regime is not None:
        charge = (*charge, *regime.charges)
    assumptions = [
        Assumption(f"{name}: {version.value}", version.confidence, version.law)
        for name, version in uncertain.items()
        if version.confidence != "official"
    ]
    said = regime.assumptions() if regime is not None else ()
    return Duties(tuple(lines), charge, (*_dated_schedule(border, lines), *assumptions, *said))


def resolve(schedule: Schedule | None, code: str | None) -> tuple[Commodity, ...]:
    """The commodities a code stands for; a code the schedule has not is shortened until it has."""
    if schedule is None or code is None:
        return ()
    for digits in (len(code), 8, 6, 4):
        if digits <= len(code) and (found := schedule.find(code[:digits])):
            return found
    return ()


def rounding_of(territory: Territory, what: str, on: date) -> Rounding:
    """How the territory's law rounds a duty, a tax or a fee on a day."""
    rule = territory.rounding.get(what)
    version = rule.on(on) if rule else None
    return rounding(version.value if version else "half up", territory.currency)


def _context(border: Border, mode: Mode, consignment_value: Decimal) -> DutyContext:
    way = rounding_of(border.territory, "duty", border.on)
    return DutyContext(
        territory=border.territory.customs_territory,
        currency=border.territory.currency,
        on=border.on,
        mode=mode,
        agreements=border.agreements,
        convert=border.exchange.customs,
        round_duty=way.apply,
        rounding=way.name,
        consignment_value=consignment_value,
    )


def _assess(
    border: Border, context: DutyContext, item: GoodsItem, line: DutyLine, *, explain: bool
) -> DutyAssessment:
    assessed = assess_duty(line, context, explain=explain)
    if border.territory.not_at_risk is not None and item.duty_expression is None:
        second = replace(line, candidates=resolve(border.second_schedule, item.hs_code))
        other = assess_duty(second, context, explain=explain)
        assessed = _choose(border, item, line.value, assessed, other)
    return assessed


def _line(
    candidates: tuple[Commodity, ...],
    consignment: Consignment,
    item: GoodsItem,
    value: LineValue,
    part: Decimal,
) -> DutyLine:
    """A line as the tariff sees it; `part` of it is not relieved."""
    quantities = {"item": item.quantity * part}
    if item.net_weight is not None:
        quantities["kg"] = item.net_weight * part
    return DutyLine(
        id=item.id,
        candidates=candidates,
        origin=item.country_of_origin,
        dispatch=consignment.ship_from.country,
        value=value.customs_value * part,
        quantities=quantities,
        facts=item.facts,
        preference=item.preference,
        given=item.duty_expression,
        additional_code=item.additional_code,
    )


def is_within_difference(value: Decimal, one: Decimal, other: Decimal, percent: Decimal) -> bool:
    """Whether two duties differ by no more than a share of the customs value.

    The share is rounded to two decimals and itself counts as within, as HMRC's calculator does.

    >>> is_within_difference(Decimal(100), Decimal(3), Decimal(6), Decimal(3))
    True
    """
    return abs(one - other) <= (value * percent / 100).quantize(Decimal("0.01"))


def _choose(
    border: Border, item: GoodsItem, value: Decimal, union: DutyAssessment, own: DutyAssessment
) -> DutyAssessment:
    """The United Kingdom's duty for goods not at risk, if the two are near; else the Union's.

    Where nobody said that the goods are not at risk, the Union's duty is charged and it is asked.
    """
    rule = border.territory.not_at_risk
    version = rule.percent.on(border.on) if rule else None
    near = version is not None and is_within_difference(
        value, own.amount, union.amount, version.value
    )
    if rule is None or version is None or not near or own.commodity is None:
        return union
    answer = item.facts.get(rule.fact)
    if answer is not None:
        return own if answer == "true" else union
    if own.amount >= union.amount:
        return union
    question = Question(
        fact=rule.fact,
        line=item.id,
        why="Goods that stay in Northern Ireland may pay the United Kingdom's duty",
        low=own.amount,
        likely=union.amount,
        high=union.amount,
    )
    return replace(union, questions=(*union.questions, question), low=min(union.low, own.amount))


def _dated_schedule(border: Border, lines: Sequence[LineDuty]) -> list[Assumption]:
    """A duty that rests on a schedule of an older day says so, with the day."""
    schedule = border.schedule
    rests_on_it = any(c.status == "applies" for line in lines for c in line.charges)
    if schedule is None or not rests_on_it:
        return []
    status = schedule.status
    if status.completeness != "dated":
        return []
    what = f"Tariff schedule of {status.territory} as of {status.as_of}: {status.note or ''}"
    return [Assumption(what.rstrip(": "), "secondary")]


def _flat_duty(
    border: Border, consignment: Consignment, values: Sequence[LineValue], mode: Mode
) -> tuple[FlatDuty, Version[Money]] | None:
    territory = border.territory
    for flat in territory.flat_duties:
        version = flat.amount.on(border.on)
        if version is None or not in_scope(flat.scope, consignment, mode):
            continue
        limit = border.exchange.customs(
            flat.up_to.amount, flat.up_to.currency.code, territory.currency
        )
        if within(value_on(flat.scope, values), limit, flat.scope):
            return flat, version
    return None


def _claims_more(item: GoodsItem, scheme: SchemeInForce | None) -> bool:
    """Whether a line claims a preference on a full declaration, where the tariff's duty stands."""
    return item.preference is not None and scheme is None


def _owed(
    border: Border, item: GoodsItem, assessed: DutyAssessment, commodities: tuple[Commodity, ...]
) -> LineDuty:
    findings = assessed.findings
    known = bool(commodities) and commodities[0].code.startswith(item.hs_code or "-")
    if border.schedule and item.hs_code and item.duty_expression is None and not known:
        findings = (
            *findings,
            Finding(
                code="code-not-in-schedule",
                outcome="warning",
                message=f"{item.hs_code} is not in the tariff schedule held for this territory",
                line=item.id,
            ),
        )
    return LineDuty(
        charges=assessed.charges,
        amount=assessed.amount,
        low=assessed.low,
        high=assessed.high,
        in_tax_base=assessed.exact if _taxes_exact_duty(border) else assessed.amount,
        commodity_code=_declarable(border, assessed),
        questions=assessed.questions,
        assumptions=assessed.assumptions,
        findings=findings,
        considered=assessed.considered,
        missed=assessed.missed,
    )


def _taxes_exact_duty(border: Border) -> bool:
    """Whether the tax base takes duties as they were before rounding."""
    rule = border.territory.rounding.get("duty_in_tax_base")
    version = rule.on(border.on) if rule else None
    return version is not None and version.value == "none"


def _waived(
    border: Border,
    context: DutyContext,
    line: DutyLine,
    version: Version[Any],
    why: str,
    *,
    explain: bool,
) -> LineDuty:
    """A line whose own duty is not charged: it stays at zero, whatever freight adds."""

    def waive() -> LineDuty:
        assessed = assess_duty(line, context, explain=explain, ranged=False)
        return LineDuty(
            charges=tuple([_waive(charge, version, why) for charge in assessed.charges]),
            amount=Decimal(0),
            low=Decimal(0),
            high=Decimal(0),
            in_tax_base=Decimal(0),
            commodity_code=_declarable(border, assessed),
            findings=assessed.findings,
            considered=assessed.considered,
        )

    return border.once(("waived", line.id, why, context.mode), waive)


def _waive(charge: Charge, version: Version[Any], why: str) -> Charge:
    return replace(
        charge,
        base=None,
        working=why,
        assessed=charge.assessed * 0,
        status="waived",
        citation=Citation(version.law, version.since, version.until),
    )


def _declarable(border: Border, assessed: DutyAssessment) -> str | None:
    """The commodity code that the schedule has for a line, where there is a schedule."""
    if border.schedule is None or assessed.commodity is None:
        return None
    return assessed.commodity.code


def _simplified(waived: LineDuty, line: RegimeLine) -> LineDuty:
    """A line under a regime: its own duty waived, its share of the regime's in the tax base."""
    return replace(
        waived,
        amount=line.amount,
        low=line.low,
        high=line.high,
        in_tax_base=line.amount,
        questions=line.questions,
    )


def _replaced(
    border: Border,
    version: Version[Money],
    item: GoodsItem,
    waived: LineDuty,
    counted: set[str],
    *,
    alone: bool,
) -> LineDuty:
    """A line under a flat duty: its own duty waived, its share of the flat one in the tax base.

    Without a code it may be of the same subheading as another line, unless it is `alone`.
    """
    subheading = item.hs_code[:6] if item.hs_code else item.id
    each = _in_currency(border, version.value)
    share = Decimal(0) if subheading in counted else each
    counted.add(subheading)
    questions: tuple[Question, ...] = ()
    low = share
    if item.hs_code is None and not alone:
        low = Decimal(0)
        why = "The flat duty is counted once for each different subheading"
        questions = (Question("hs_code", item.id, why, low, share, share),)
    return replace(
        waived, amount=share, low=low, high=share, in_tax_base=share, questions=questions
    )


def _flat_charge(
    border: Border,
    flat: tuple[FlatDuty, Version[Money]],
    counted: set[str],
    scheme: SchemeInForce | None,
) -> Charge:
    rule, version = flat
    unit = border.territory.currency
    each = _in_currency(border, version.value)
    way = rounding_of(border.territory, "duty", border.on)
    count = len(counted)
    on_seller = scheme is not None and rule.id in scheme.scheme.bills_seller
    subheadings = ", ".join(sorted(counted))
    return Charge(
        kind="duty",
        code=f"{border.territory.customs_territory}.{rule.id}",
        name=rule.name,
        expression=f"{version.value.amount} {version.value.currency.code} / item",
        working=f"{each:.2f} {unit} × {count} item{'s' if count > 1 else ''} ({subheadings})",
        assessed=Money(way.apply(each * count), currency(unit)),
        rounding=way.name,
        billed_to="seller" if on_seller else "importer",
        citation=Citation(version.law, version.since, version.until),
    )


def _in_currency(border: Border, amount: Money) -> Decimal:
    return border.exchange.customs(amount.amount, amount.currency.code, border.territory.currency)
