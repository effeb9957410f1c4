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
from data.model.records import quick
from tariffs.base_duty import CRITICAL, QUOTA_STATUS
from tariffs.explaining import explain_duty
from tariffs.kinds import distinct
from tariffs.ledger import DutyContext, DutyLine
from tariffs.origin import PREFERENCE, Agreement, Grant, proof_is_waived
from tariffs.percentages import Percentages, multiply_out, percentages_of
from tariffs.pricing import Choice, Price, price, unread_of
from tariffs.questions import Spread, explore
from tariffs.schedule import Commodity, Measure

__all__ = ["DutyAssessment", "DutyContext", "DutyLine", "Missed", "assess_duty"]

_NO_COMMODITY = Commodity("", ())


@dataclass(frozen=True, slots=True)
class Missed:
    """A preference that was not claimed: what it would save, in the context's currency.

    `proof` says which proofs the agreement accepts, None where it asks for none at this value.
    """

    agreement: str
    name: str
    saving: Decimal
    proof: str | None


@quick
@dataclass(frozen=True, slots=True)
class DutyAssessment:
    """The duty of one line. `amount` is the sum of `charges`, in the context's currency, `exact`
    the same before rounding.

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
    exact: Decimal = Decimal(0)


def assess_duty(
    line: DutyLine, context: DutyContext, *, explain: bool = False, ranged: bool = True
) -> DutyAssessment:
    """The duty of one line at the border of one territory on one day.

    Where something is not known the charges follow a working answer: the country of dispatch for an
    unknown origin, the dearest commodity beneath a short code, the cautious side (pay) of an
    unknown condition; what a quantity is missing for is a charge of 0 that needs an answer.

    Without `ranged` no other answer is tried and nothing is asked: for a duty that will be waived.

    Raises `tariffs.conditions.FactError` when a fact is a word where a number or a day is due.
    """
    if not explain and (percentages := plain_percentages(line, context)) is not None:
        return _multiplied(percentages, line, context, ranged=ranged)
    likely = _likely(line, context, ranged=ranged)
    settled = not ranged or _is_settled(line, likely)
    spread = Spread(likely.total, likely.total, ()) if settled else explore(line, context, likely)
    known = ranged and line.origin is not None
    possible = possible_grants(context, likely.origin) if known else ()
    return DutyAssessment(
        commodity=likely.commodity if line.candidates else None,
        charges=likely.charges,
        amount=likely.total,
        low=spread.low,
        high=spread.high,
        questions=spread.questions,
        assumptions=_assumptions(line, likely),
        findings=_findings(line, context, likely),
        considered=explain_duty(line, context, likely, possible) if explain else (),
        missed=_missed(line, context, likely, likely.total, possible),
        exact=likely.exact,
    )


def plain_percentages(line: DutyLine, context: DutyContext) -> Percentages | None:
    """What a line owes if it is plain: one commodity, a known origin, nothing said or claimed."""
    if (
        line.origin is None
        or line.facts
        or line.preference is not None
        or line.given is not None
        or len(line.candidates) != 1
    ):
        return None
    return percentages_of(line.candidates[0], line.origin, context)


def _multiplied(
    percentages: Percentages, line: DutyLine, context: DutyContext, *, ranged: bool
) -> DutyAssessment:
    """The duty of a line that owes nothing but percentages: nothing is asked or compared."""
    found, example = multiply_out(percentages, line.id, line.value, context), percentages.example
    possible = possible_grants(context, example.origin) if ranged else ()
    return DutyAssessment(
        commodity=example.commodity,
        charges=found.charges,
        amount=found.total,
        low=found.total,
        high=found.total,
        assumptions=percentages.assumptions,
        missed=_missed(line, context, example, found.total, possible) if possible else (),
        exact=found.exact,
    )


def _likely(line: DutyLine, context: DutyContext, *, ranged: bool) -> Price:
    """The price under the working answers, its charges written: of several commodities the dearest.

    One that can be priced comes first: what the others may cost is a matter of the range. Without
    any commodity only the caller's own expression can be charged.
    """
    origin = line.origin or line.dispatch
    commodity = line.candidates[0] if line.candidates else _NO_COMMODITY
    if len(line.candidates) > 1 and ranged:
        prices = [price(line, context, c, origin, line.facts) for c in distinct(line.candidates)]
        commodity = max(prices, key=lambda one: (not one.missing, one.total)).commodity
    return price(line, context, commodity, origin, line.facts, written=True)


def _is_settled(line: DutyLine, likely: Price) -> bool:
    return (
        line.origin is not None
        and len(line.candidates) == 1
        and not likely.missing
        and not likely.stack.open_facts
        and not likely.grant.lacks_proof
        and not likely.alternatives
        and not likely.undecided
        and not (likely.quota and QUOTA_STATUS not in line.facts)
    )


def _assumptions(line: DutyLine, likely: Price) -> tuple[Assumption, ...]:
    found: list[Assumption] = []
    if line.given is not None:
        what = f"the third-country duty of line {line.id} is the caller's own: {line.given}"
        found.append(Assumption(what, "unconfirmed"))
    found += unread_of(likely)
    period = likely.grant.period
    if period is not None and period.confidence != "official":
        what = f"{likely.grant.because}: its members and dates were not read in an official text"
        found.append(Assumption(what, period.confidence, period.law))
    return tuple(found)


def _findings(line: DutyLine, context: DutyContext, likely: Price) -> tuple[Finding, ...]:
    found: list[Finding] = []
    if line.preference is not None and likely.grant.agreement is None:
        found.append(Finding("preference-not-granted", "warning", likely.grant.because, line.id))
    if likely.quota and line.facts.get(QUOTA_STATUS) == CRITICAL:
        said = "The quota is nearly used up: security for the ordinary duty may be asked"
        found.append(Finding("quota-critical", "warning", said, line.id))
    if likely.stack.prohibited or likely.stack.doubtful:
        found += [_prohibition(m, line, context) for m in likely.stack.prohibited]
        found += [_doubt(m, line, context) for m in likely.stack.doubtful]
    return tuple(found)


def _prohibition(measure: Measure, line: DutyLine, context: DutyContext) -> Finding:
    return Finding(
        code="import-prohibited",
        outcome="prohibited",
        message=f"{measure.name}: not allowed into {context.territory} ({measure.heading})",
        line=line.id,
        citation=Citation(measure.law, measure.since, measure.until),
    )


def _doubt(measure: Measure, line: DutyLine, context: DutyContext) -> Finding:
    return Finding(
        code="import-may-be-prohibited",
        outcome="restricted",
        message=f"{measure.name}: may not be allowed into {context.territory} ({measure.heading})",
        line=line.id,
        citation=Citation(measure.law, measure.since, measure.until),
    )


_possible: dict[tuple[int, str, date], tuple[Mapping[str, Agreement], tuple[Grant, ...]]] = {}


def possible_grants(context: DutyContext, origin: str) -> tuple[Grant, ...]:
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
    _possible[key] = (context.agreements, tuple(grants))  # the mapping is held: its id stays its
    return tuple(grants)


def _missed(
    line: DutyLine,
    context: DutyContext,
    likely: Price,
    total: Decimal,
    possible: tuple[Grant, ...],
) -> tuple[Missed, ...]:
    """What each agreement that was not claimed would save of a total, the largest saving first."""
    if not possible or total <= 0:
        return ()
    found: list[Missed] = []
    for grant in possible:
        agreement = grant.agreement
        if agreement is None or likely.grant.agreement is agreement:
            continue
        other = price(
            line, context, likely.commodity, likely.origin, line.facts, Choice(grant=grant)
        )
        saving = total - other.total
        if saving > 0 and not other.missing:
            value = line.value if context.consignment_value is None else context.consignment_value
            waived = proof_is_waived(agreement, value, context.currency, context.convert)
            proof = None if waived else " or ".join(agreement.proofs) or "proof of origin"
            found.append(Missed(agreement.id, agreement.name, saving, proof))
    return tuple(sorted(found, key=lambda one: -one.saving))
