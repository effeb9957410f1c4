"""What duty is due on this line, what is not known yet, and what would it change?

`assess_duty` is the whole of it: base duty and additional measures as charges, each with its
working and its law; findings where the goods may not be entered; questions with their effect; the
cheapest and dearest duty; and the preferences that were not claimed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from data.model.charges import Assumption, Charge, Citation, Considered, Finding, Question
from data.model.dated import Law
from data.model.money import money
from tariffs import base_duty
from tariffs.origin import PREFERENCE, Agreement, Grant, proof_is_waived
from tariffs.pricing import NONE, DutyContext, DutyLine, Part, Price, general_name, price, scope_of
from tariffs.questions import Spread, distinct, explore
from tariffs.schedule import Commodity, Measure, Programme, Rate, Role

__all__ = ["DutyAssessment", "DutyContext", "DutyLine", "Missed", "assess_duty"]

_STATUS = {"applies": "applies", "needs_answer": "needs_answer"}


@dataclass(frozen=True, slots=True)
class Missed:
    """A preference that was not claimed: what it would save, in the context's currency.

    `proof` says which proofs the agreement accepts, None where it asks for none at this value.
    """

    agreement: str
    name: str
    saving: Decimal
    proof: str | None


@dataclass(frozen=True, slots=True)
class DutyAssessment:
    """The duty of one line. `amount` is the sum of `charges`, in the context's currency.

    `low` and `high` bound it over every answer to the open questions; `high` is None when a
    quantity is missing. `considered` is only filled when an explanation was asked for.
    """

    commodity: Commodity | None
    charges: tuple[Charge, ...]
    amount: Decimal
    low: Decimal
    high: Decimal | None
    questions: tuple[Question, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    findings: tuple[Finding, ...] = ()
    considered: tuple[Considered, ...] = ()
    missed: tuple[Missed, ...] = ()


def assess_duty(line: DutyLine, context: DutyContext, *, explain: bool = False) -> DutyAssessment:
    """The duty of one line at the border of one territory on one day.

    Where something is not known the charges follow a working answer: the country of dispatch for an
    unknown origin, the dearest commodity beneath a short code, the cautious side (pay) of an
    unknown condition; what a quantity is missing for is a charge of 0 that needs an answer.
    """
    origin = line.origin or line.dispatch
    likely = _likely(line, context, origin)
    if likely is None:
        return _without_commodity(line, context)
    if _is_settled(line, likely):
        spread = Spread(likely.total, likely.total, ())
    else:
        spread = explore(line, context, likely)
    return DutyAssessment(
        commodity=likely.commodity,
        charges=tuple([_charge(part, line, context) for part in likely.parts]),
        amount=likely.total,
        low=spread.low,
        high=spread.high,
        questions=spread.questions,
        assumptions=_assumptions(line, likely),
        findings=_findings(line, context, likely),
        considered=_considered(line, context, likely) if explain else (),
        missed=_missed(line, context, likely),
    )


def _likely(line: DutyLine, context: DutyContext, origin: str) -> Price | None:
    """The price under the working answers: of several commodities the dearest."""
    if len(line.candidates) == 1:
        return price(line, context, line.candidates[0], origin, line.facts)
    prices = [price(line, context, c, origin, line.facts) for c in distinct(line.candidates)]
    return max(prices, key=lambda one: (bool(one.missing), one.total), default=None)


def _is_settled(line: DutyLine, likely: Price) -> bool:
    return (
        line.origin is not None
        and len(line.candidates) == 1
        and not likely.missing
        and not (likely.stack and likely.stack.open_facts)
        and not likely.grant.lacks_proof
        and not likely.alternatives
        and not likely.undecided
    )


def _without_commodity(line: DutyLine, context: DutyContext) -> DutyAssessment:
    """No schedule, or no such code: only the caller's own expression can be charged."""
    empty = Commodity("", ())
    stand_in = price(line, context, empty, line.origin or line.dispatch, line.facts)
    questions = tuple(
        Question(
            "hs_code" if need == "duty_expression" else need.partition(":")[0],
            line.id,
            "no rate is held for this code",
            stand_in.total,
            stand_in.total,
            None,
        )
        for need in dict.fromkeys(stand_in.missing)
    )
    return DutyAssessment(
        commodity=None,
        charges=tuple(_charge(part, line, context) for part in stand_in.parts),
        amount=stand_in.total,
        low=stand_in.total,
        high=None if questions else stand_in.total,
        questions=questions,
        assumptions=_assumptions(line, stand_in),
    )


def _charge(part: Part, line: DutyLine, context: DutyContext) -> Charge:
    return Charge(
        kind="duty",
        code=part.code,
        name=part.name,
        working=part.working,
        assessed=money(part.amount, context.currency),
        line=line.id,
        expression=part.expression,
        base=None if part.base is None else money(part.base, context.currency),
        rounding=context.rounding,
        status=part.status,
        citation=_citation(part.law, part.since, part.until),
    )


def _citation(law: Law | None, since: date | None, until: date | None) -> Citation | None:
    return None if law is None else Citation(law, since, until)


def _assumptions(line: DutyLine, likely: Price) -> tuple[Assumption, ...]:
    found: list[Assumption] = []
    if line.given is not None:
        what = f"the third-country duty of line {line.id} is the caller's own: {line.given}"
        found.append(Assumption(what, "unconfirmed"))
    for part in likely.parts:
        if part.confidence != "official":
            what = f"{part.code} at {part.expression or 'no duty'} was not read in an official text"
            found.append(Assumption(what, part.confidence, part.law))
    period = likely.grant.period
    if period is not None and period.confidence != "official":
        what = f"{likely.grant.because}: its members and dates were not read in an official text"
        found.append(Assumption(what, period.confidence, period.law))
    return tuple(found)


def _findings(line: DutyLine, context: DutyContext, likely: Price) -> tuple[Finding, ...]:
    found: list[Finding] = []
    if line.preference is not None and likely.grant.agreement is None:
        found.append(Finding("preference-not-granted", "warning", likely.grant.because, line.id))
    if likely.stack is None:
        return tuple(found)
    for applied in likely.stack.applied:
        if applied.measure.role is Role.PROHIBIT:
            found.append(_prohibition(applied.measure, line, context, doubtful=False))
    for rejected in likely.stack.rejected:
        if rejected.measure.role is Role.PROHIBIT and rejected.doubtful:
            found.append(_prohibition(rejected.measure, line, context, doubtful=True))
    return tuple(found)


def _prohibition(
    measure: Measure, line: DutyLine, context: DutyContext, *, doubtful: bool
) -> Finding:
    where = f"{context.territory} ({measure.heading})"
    return Finding(
        code="import-may-be-prohibited" if doubtful else "import-prohibited",
        outcome="restricted" if doubtful else "prohibited",
        message=f"{measure.name}: {'may not be allowed' if doubtful else 'not allowed'} into {where}",
        line=line.id,
        citation=Citation(measure.law, measure.since, measure.until),
    )


_possible: dict[tuple[int, str, date], tuple[Mapping[str, Agreement], tuple[Grant, ...]]] = {}


def _possible_grants(context: DutyContext, origin: str) -> tuple[Grant, ...]:
    """The preferences that goods of this origin could claim on this day (memoised)."""
    key = (id(context.agreements), origin, context.on)
    kept = _possible.get(key)
    if kept is not None:
        return kept[1]
    grants: list[Grant] = []
    for agreement in context.agreements.values():
        period = agreement.covers(origin, context.on)
        if period is not None and period.kind == PREFERENCE and period.members:
            grants.append(Grant(agreement, period, f"claimable under {agreement.name}"))
    if len(_possible) >= 4096:
        _possible.clear()
    _possible[key] = (context.agreements, tuple(grants))
    return tuple(grants)


def _missed(line: DutyLine, context: DutyContext, likely: Price) -> tuple[Missed, ...]:
    """What each agreement that was not claimed would save, dearest first."""
    if likely.total <= 0 or likely.commodity is None or line.origin is None:
        return ()
    found: list[Missed] = []
    for grant in _possible_grants(context, likely.origin):
        agreement = grant.agreement
        if agreement is None or (likely.grant.agreement is agreement):
            continue
        other = price(line, context, likely.commodity, likely.origin, line.facts, grant=grant)
        saving = likely.total - other.total
        if saving > 0 and not other.missing:
            value = line.value if context.consignment_value is None else context.consignment_value
            waived = proof_is_waived(agreement, value, context.currency, context.convert)
            proof = None if waived else " or ".join(agreement.proofs) or "proof of origin"
            found.append(Missed(agreement.id, agreement.name, saving, proof))
    return tuple(sorted(found, key=lambda one: -one.saving))


def _considered(line: DutyLine, context: DutyContext, likely: Price) -> tuple[Considered, ...]:
    """Every measure and every alternative that was looked at, with the reason."""
    if likely.commodity is None or likely.stack is None:
        return ()
    where = context.territory
    charged = {(part.code, part.expression) for part in likely.parts}
    found = [
        Considered(part.code, part.expression, _seen(part), part.working, line.id, part.law)
        for part in likely.parts
    ]
    found += [
        Considered(
            f"{where}.{r.measure.heading}",
            r.measure.expression,
            "needs_answer" if r.doubtful else "excluded",
            r.because,
            line.id,
            r.measure.law,
        )
        for r in likely.stack.rejected
    ]
    settled = {one.measure.heading for one in likely.stack.applied}
    settled |= {one.measure.heading for one in likely.stack.rejected}
    found += [
        Considered(
            f"{where}.{m.heading}",
            m.expression,
            "not_applicable",
            "another day" if not m.applies(context.on) else f"not for goods of {likely.origin}",
            line.id,
            m.law,
        )
        for m in likely.commodity.measures
        if m.heading not in settled
    ]
    return tuple(found) + _alternatives(line, context, likely, charged)


def _seen(part: Part) -> str:
    return _STATUS.get(part.status, "applies")


def _alternatives(
    line: DutyLine, context: DutyContext, likely: Price, charged: set[tuple[str, str]]
) -> tuple[Considered, ...]:
    """The alternatives for the base duty that were not charged, and what they would save."""
    assert likely.commodity is not None  # noqa: S101
    scope = scope_of(likely.commodity, likely.origin, context.on, context.agreements)
    found: list[Considered] = []
    for rate in (*scope.rates.general, *scope.rates.column_2):
        name = (
            "column_2" if rate.programme is Programme.COLUMN_2 else general_name(context.agreements)
        )
        if (f"{context.territory}.{name}", rate.expression) not in charged:
            because = "another alternative is charged"
            found.append(_option(rate, name, because, line, context))
    for rate in scope.rates.claimable:
        fact = base_duty.CLAIMED_BY[rate.programme]
        if not base_duty.is_claimed(rate, line.facts):
            claimed = {**line.facts, fact: "true"}
            other = price(line, context, likely.commodity, likely.origin, claimed)
            because = f"not claimed ({fact}); it would save {likely.total - other.total}"
            found.append(_option(rate, rate.programme.value, because, line, context))
    for grant in _possible_grants(context, likely.origin):
        if grant.agreement is None or grant.agreement is likely.grant.agreement:
            continue
        for rate in scope.rates.preferences:
            if base_duty.is_preferred(rate, grant.agreement, likely.origin):
                other = price(
                    line, context, likely.commodity, likely.origin, line.facts, grant=grant
                )
                saved = max(NONE, likely.total - other.total)
                because = f"{grant.agreement.name} is not claimed; it would save {saved}"
                found.append(_option(rate, "preference", because, line, context))
    return tuple(found)


def _option(
    rate: Rate, name: str, because: str, line: DutyLine, context: DutyContext
) -> Considered:
    return Considered(
        f"{context.territory}.{name}", rate.expression, "excluded", because, line.id, rate.law
    )
