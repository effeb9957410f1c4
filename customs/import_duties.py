"""What duty does each line owe, after reliefs, flat duties and the choice of tariff?

The tariff says what the goods owe (tariffs.duties). Here the territory's own rules have the last
word: a relief waives it, a flat duty replaces it, and in Northern Ireland goods that will not move
on to the Union may take the United Kingdom's instead. A duty that is waived or replaced stays in
the list at zero, so that nobody wonders where it went.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from customs.answers import WrongFactError
from customs.border import Border, rounding_of, taxes_exact_duty
from customs.duty_bounds import Bound, bound_of, bounded, commodity_of
from customs.flat_duties import claims_more, flat_charge, flat_duty_of, under_flat_duty
from customs.line_duties import Duties, LineDuty
from customs.not_at_risk import choose_duty, is_within_difference
from customs.plain_duties import plain_duty, plain_lines
from customs.regimes import RegimeInForce, RegimeLine
from customs.relief import Relieved, spelled_limit
from customs.rules import FlatDuty
from customs.schemes import SchemeInForce
from customs.unheld_duties import Floor, floor_of, lacks_rate, not_held, reckoned
from customs.valuation import LineValue
from data.model.charges import Assumption, Charge, Citation, Finding
from data.model.consignment import Consignment, GoodsItem, Mode
from data.model.dated import Version
from data.model.money import Money
from tariffs.conditions import FactError
from tariffs.duties import DutyAssessment, DutyContext, DutyLine, assess_duty
from tariffs.schedule import Commodity, Schedule
from tariffs.selection import depends_on_mode

__all__ = ["Border", "assess_duties", "is_within_difference", "resolve"]


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
    flat = flat_duty_of(border, consignment, values, mode)
    freeing = [relieved for relieved in reliefs if relieved.frees("duty")]
    freed: list[tuple[_Ground | None, Decimal]] = [_NOT_FREED] * len(values)
    if freeing or scheme is not None:
        freed = [_freed(freeing, scheme, index) for index in range(len(values))]
    replaced = [flat is not None and not claims_more(i, scheme) for i in consignment.items]

    def assess() -> Duties:
        floor = floor_of(border, consignment, values, reliefs, scheme, mode) if not regime else None
        return _assess_lines(
            border, consignment, values, freed, flat if any(replaced) else None, scheme, mode,
            regime, floor, explain=explain,
        )  # fmt: skip

    if regime is not None:
        return assess()
    free = all([by_flat or by[1] == 1 for by_flat, by in zip(replaced, freed, strict=True)])
    worth = None if free else tuple([value.customs_value for value in values])
    grounds = tuple([(ground and ground.id, share) for ground, share in freed])
    under = scheme.scheme.id if scheme else None
    commodities = border.once("commodities", lambda: _commodities(border, consignment))
    by_mode = border.once(
        "duties by mode",
        lambda: (
            bool(border.territory.regimes)
            or any([depends_on_mode(each, border.on) for each in commodities])
        ),
    )
    key = ("duties", mode if by_mode else None, grounds, tuple(replaced), under)
    known = border.memo.get(key)
    if known is None or known[0] != worth:  # not part of the key: long decimals hash slowly
        known = border.memo[key] = (worth, assess())
    found: Duties = known[1]
    return found


def _commodities(border: Border, consignment: Consignment) -> tuple[tuple[Commodity, ...], ...]:
    if border.schedule is not None:
        return tuple([resolve(border.schedule, item.hs_code) for item in consignment.items])
    return tuple([_known_without_schedule(border, consignment, each) for each in consignment.items])


def _known_without_schedule(
    border: Border, consignment: Consignment, item: GoodsItem
) -> tuple[Commodity, ...]:
    bound = _bound(border, consignment, item)
    return (
        (commodity_of(border.territory, item, bound, border.measures),)
        if item.hs_code is not None or bound is not None
        else ()
    )


def _bound(border: Border, consignment: Consignment, item: GoodsItem) -> Bound | None:
    return bound_of(border.territory, item, consignment.ship_from.country, border.on)


_NOT_FREED: tuple[None, Decimal] = (None, Decimal(0))


def _freed(
    freeing: Sequence[Relieved], scheme: SchemeInForce | None, index: int
) -> tuple[_Ground | None, Decimal]:
    """What frees most of a line, a scheme or a relief, and how much of it."""
    if scheme is not None and scheme.covers[index] and "duty" in scheme.scheme.relieves:
        return _Ground(scheme.scheme.id, scheme.scheme.name, scheme.version), Decimal(1)
    if not freeing:
        return _NOT_FREED
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
    floor: Floor | None,
    *,
    explain: bool,
) -> Duties:
    context = border.once(("context", mode), lambda: _context(border, mode, values))
    commodities = border.once("commodities", lambda: _commodities(border, consignment))
    plain = border.once(
        ("plain", mode), lambda: plain_lines(border, context, consignment.items, commodities)
    )
    special = explain or regime is not None or flat is not None
    exact = taxes_exact_duty(border)
    counted: set[str] = set()
    lines = []
    for index, (item, value) in enumerate(zip(consignment.items, values, strict=True)):
        ground, share = freed[index]
        simple = None if special or share or item.facts else plain[index]
        if simple is not None:
            lines.append(plain_duty(context, simple, value.customs_value, exact=exact))
            continue
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
            elif flat is not None and not claims_more(item, scheme):
                why = f"replaced by: {flat[0].name}"
                waived = _waived(border, context, line, flat[1], why, explain=explain)
                alone = len(values) == 1
                lines.append(under_flat_duty(border, flat[1], item, waived, counted, alone=alone))
            else:
                assessed = _assess(border, context, item, line, explain=explain)
                if border.schedule is None:
                    bound = _bound(border, consignment, item)
                    by_code = item.hs_code is None and bool(border.territory.duty_bounds)
                    assessed = bounded(assessed, line, context, bound, by_code=by_code)
                    assessed = reckoned(assessed, line, context, bound, floor, index)
                lines.append(_owed(border, item, assessed, line.candidates))
        except FactError as error:
            raise WrongFactError(index, error.fact, str(error)) from None
    charge = () if flat is None or not counted else (flat_charge(border, flat, counted, scheme),)
    uncertain = {ground.name: ground.version for ground, _ in freed if ground}
    if flat is not None and charge:
        uncertain[flat[0].name] = flat[1]
    if regime is not None:
        charge = (*charge, *regime.charges)
    assumptions = [
        Assumption(spelled_limit(name, version), version.confidence, version.law)
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


def _context(border: Border, mode: Mode, values: Sequence[LineValue]) -> DutyContext:
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
        consignment_value=sum([value.intrinsic for value in values], Decimal(0)),
    )


def _assess(
    border: Border, context: DutyContext, item: GoodsItem, line: DutyLine, *, explain: bool
) -> DutyAssessment:
    assessed = assess_duty(line, context, explain=explain)
    if border.territory.not_at_risk is not None and item.duty_expression is None:
        second = replace(line, candidates=resolve(border.second_schedule, item.hs_code))
        other = assess_duty(second, context, explain=explain)
        assessed = choose_duty(border, item, line.value, assessed, other)
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


def _dated_schedule(border: Border, lines: Sequence[LineDuty]) -> list[Assumption]:
    """A duty that rests on a schedule of an older day says so, with the day."""
    schedule = border.schedule
    if schedule is None or schedule.status.completeness != "dated":
        return []
    status = schedule.status
    if not any(c.status == "applies" for line in lines for c in line.charges):
        return []

    def dated() -> Assumption:
        what = f"Tariff schedule of {status.territory} as of {status.as_of}: {status.note or ''}"
        return Assumption(what.rstrip(": "), "secondary")

    return [border.once("dated schedule", dated)]


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
    elif assessed.high is None and border.schedule is not None and lacks_rate(assessed):
        findings = (*findings, not_held(item.id))
    return LineDuty(
        charges=assessed.charges,
        amount=assessed.amount,
        low=assessed.low,
        high=assessed.high,
        in_tax_base=assessed.exact if taxes_exact_duty(border) else assessed.amount,
        commodity_code=_declarable(border, assessed),
        questions=assessed.questions,
        assumptions=assessed.assumptions,
        findings=findings,
        considered=assessed.considered,
        missed=assessed.missed,
    )


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
