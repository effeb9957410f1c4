"""What duty does each line owe, after reliefs, flat duties and the choice of tariff?

The tariff says what the goods owe (tariffs.duties). Here the territory's own rules have the last
word: a relief waives it, a flat duty replaces it, and in Northern Ireland goods that will not move
on to the Union may take the United Kingdom's instead. A duty that is waived or replaced stays in
the list at zero, so that nobody wonders where it went.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from customs.answers import WrongFactError
from customs.border import Border, rounding_of, taxes_exact_duty
from customs.duty_bounds import Bound, bound_of, bounded, commodity_of
from customs.flat_duties import claims_more, flat_charge, flat_duty_of, under_flat_duty
from customs.line_duties import Duties, LineDuty
from customs.not_at_risk import choose_duty, is_within_difference
from customs.plain_duties import plain_duty, plain_lines
from customs.regimes import RegimeInForce
from customs.relief import Relieved, spelled_limit
from customs.rules import FlatDuty
from customs.schemes import SchemeInForce
from customs.unheld_duties import Floor, floor_of, lacks_rate, not_held, reckoned
from customs.valuation import LineValue
from customs.waived_duties import (
    NOT_FREED,
    Ground,
    declarable,
    freed_by,
    simplified,
    waived,
)
from data.model.charges import Assumption, Finding
from data.model.consignment import Consignment, GoodsItem, Mode
from data.model.dated import Version
from data.model.money import Money
from tariffs.conditions import FactError
from tariffs.duties import DutyAssessment, DutyContext, DutyLine, assess_duty
from tariffs.schedule import Commodity, Schedule
from tariffs.selection import depends_on_mode

__all__ = ["Border", "assess_duties", "is_within_difference", "resolve"]


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
    freed: list[tuple[Ground | None, Decimal]] = [NOT_FREED] * len(values)
    if freeing or scheme is not None:
        freed = [freed_by(freeing, scheme, index) for index in range(len(values))]
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


def _assess_lines(
    border: Border,
    consignment: Consignment,
    values: Sequence[LineValue],
    freed: Sequence[tuple[Ground | None, Decimal]],
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
        under_regime = regime.lines[index] if regime is not None else None
        try:
            if ground is not None and share == 1:
                why, version = ground.why(), ground.version
                lines.append(waived(border, context, line, version, why, explain=explain))
            elif regime is not None and under_regime is not None:
                why, rate = f"replaced by: {regime.regime.name}", under_regime.version
                own = waived(border, context, line, rate, why, explain=explain)
                lines.append(simplified(own, under_regime))
            elif flat is not None and not claims_more(item, scheme):
                why = f"replaced by: {flat[0].name}"
                own = waived(border, context, line, flat[1], why, explain=explain)
                alone = len(values) == 1
                lines.append(under_flat_duty(border, flat[1], item, own, counted, alone=alone))
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
        commodity_code=declarable(border, assessed),
        questions=assessed.questions,
        assumptions=assessed.assumptions,
        findings=findings,
        considered=assessed.considered,
        missed=assessed.missed,
    )
