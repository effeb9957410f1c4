"""What is the duty of one line if its commodity, its origin and its facts are these?

The base duty first, then what is added to it, each part rounded as the law rounds. Nothing is
asked here: an unknown fact is answered by its cautious default, and tariffs/questions.py tries the
other answers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from data.model.charges import ChargeStatus
from data.model.consignment import Mode, PreferenceClaim
from data.model.dated import Confidence, Law
from tariffs import base_duty
from tariffs.base_duty import Rates
from tariffs.expressions import Outcome, evaluate, parse
from tariffs.origin import Agreement, Grant, outside_normal_relations, settle_claim
from tariffs.schedule import Commodity, Measure, Programme, Rate, Role
from tariffs.stacking import WHOLE, Applied, Selection, Stack, select

NONE = Decimal(0)
_KEPT = 8192


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One line to be assessed. `value` is its customs value in the context's currency.

    `candidates` are the commodities that its code may stand for; `quantities` are in base units
    (kg, item, l …); `given` is the caller's own third-country expression in place of the
    schedule's; `dispatch` is the country it is sent from.
    """

    id: str
    candidates: tuple[Commodity, ...]
    origin: str | None
    dispatch: str
    value: Decimal
    quantities: Mapping[str, Decimal]
    facts: Mapping[str, str]
    preference: PreferenceClaim | None = None
    given: str | None = None
    additional_code: str | None = None


@dataclass(frozen=True, slots=True)
class DutyContext:
    """What is the same for every line: the territory, its money and rounding, the day, the mode.

    `convert(amount, from, to)` uses the law's exchange rate; `round_duty` is the law's rounding of
    a duty, `rounding` its name. `agreements` are those of the territory. `consignment_value`, in
    `currency`, is what a waiver of proof is compared with (None: the line's value).
    """

    territory: str
    currency: str
    on: date
    mode: Mode | None
    agreements: Mapping[str, Agreement]
    convert: Callable[[Decimal, str, str], Decimal]
    round_duty: Callable[[Decimal], Decimal]
    rounding: str
    consignment_value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One amount of duty, or one heading to declare without duty. Amounts are rounded."""

    code: str
    name: str
    expression: str
    working: str
    amount: Decimal
    base: Decimal | None
    law: Law | None
    since: date | None
    until: date | None
    confidence: Confidence = "official"
    status: ChargeStatus = "applies"


@dataclass(frozen=True, slots=True)
class Price:
    """The duty of a line under one set of answers.

    `missing` are quantities and facts without which a part has no amount: `total` is then only
    what could be worked out. `undecided` says that the producer's additional code decides.
    """

    commodity: Commodity | None
    origin: str
    parts: tuple[Part, ...]
    total: Decimal
    missing: tuple[str, ...]
    stack: Stack | None
    selection: Selection | None
    grant: Grant
    alternatives: tuple[Rate, ...] = ()
    undecided: tuple[Rate, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """What a commodity's schedule says for one origin and day; kept, as it depends on no fact."""

    commodity: Commodity
    agreements: Mapping[str, Agreement]
    column_2: bool
    rates: Rates
    selection: Selection


_scopes: dict[tuple[int, int, str, date], Scope] = {}


def scope_of(
    commodity: Commodity, origin: str, on: date, agreements: Mapping[str, Agreement]
) -> Scope:
    """The rates and measures of a commodity for an origin on a day (memoised)."""
    key = (id(commodity), id(agreements), origin, on)
    scope = _scopes.get(key)
    if scope is None:
        column_2 = outside_normal_relations(origin, agreements.values(), on) is not None
        scope = Scope(
            commodity,
            agreements,
            column_2,
            base_duty.rates_for(commodity.rates, origin, on),
            select(commodity.measures, origin, on, column_2=column_2),
        )
        if len(_scopes) >= _KEPT:
            _scopes.clear()
        _scopes[key] = scope  # holds commodity and agreements, so that their ids stay theirs
    return scope


def price(
    line: DutyLine,
    context: DutyContext,
    commodity: Commodity,
    origin: str,
    facts: Mapping[str, str],
    *,
    grant: Grant | None = None,
    general: Rate | None = None,
    remedy: Rate | None = None,
) -> Price:
    """The duty of a line as goods of one commodity and origin under these facts.

    `grant` stands in for the line's own claim; `general` and `remedy` choose one of several
    third-country rates or producers' rates.
    """
    scope = scope_of(commodity, origin, context.on, context.agreements)
    if grant is None:
        grant = claim_of(line, context, origin)
    granted = grant.agreement if grant.agreement and not grant.lacks_proof else None
    programmes = frozenset(granted.programmes) | {granted.id} if granted else _NO_PROGRAMMES
    stack = scope.selection.settle(facts, context.mode, programmes)
    sums = _Sums(line, context, facts)
    chosen = _base(sums, scope, origin, granted, general)
    for part in chosen.parts:
        sums.add(part)
    undecided = _remedies(sums, scope, chosen.quota, remedy)
    _measures(sums, stack, chosen.unrounded)
    return Price(
        commodity,
        origin,
        tuple(sums.parts),
        sums.total,
        tuple(sums.missing),
        stack,
        scope.selection,
        grant,
        chosen.alternatives,
        undecided,
    )


_NO_PROGRAMMES: frozenset[str] = frozenset()


def claim_of(line: DutyLine, context: DutyContext, origin: str) -> Grant:
    """Whether the line's own claim is granted for goods of this origin."""
    value = line.value if context.consignment_value is None else context.consignment_value
    return settle_claim(
        line.preference,
        origin,
        context.agreements,
        on=context.on,
        value=value,
        currency=context.currency,
        convert=context.convert,
    )


class _Sums:
    """The parts of one price while it is worked out."""

    __slots__ = ("context", "facts", "line", "missing", "parts", "total")

    def __init__(self, line: DutyLine, context: DutyContext, facts: Mapping[str, str]) -> None:
        self.line = line
        self.context = context
        self.facts = facts
        self.parts: list[Part] = []
        self.total = NONE
        self.missing: list[str] = []

    def add(self, part: Part) -> None:
        self.parts.append(part)
        self.total += part.amount

    def evaluate(self, expression: str, value: Decimal) -> Outcome:
        outcome = evaluate(
            parse(expression),
            value=value,
            currency=self.context.currency,
            quantities=self.line.quantities,
            facts=self.facts,
            on=self.context.on,
            convert=self.context.convert,
        )
        if outcome.amount is None:
            self.missing += outcome.needs or (f"duty_expression:{expression}",)
        return outcome

    def part(self, code: str, name: str, rate: Rate, outcome: Outcome) -> Part:
        known = outcome.amount is not None
        return Part(
            code=f"{self.context.territory}.{code}",
            name=name,
            expression=rate.expression,
            working=outcome.working if known else outcome.reason or "a quantity is missing",
            amount=NONE if outcome.amount is None else self.context.round_duty(outcome.amount),
            base=self.line.value,
            law=rate.law,
            since=rate.since,
            until=rate.until,
            confidence=rate.confidence,
            status="applies" if known else "needs_answer",
        )


@dataclass(frozen=True, slots=True)
class _Base:
    """The base duty that was chosen; `unrounded` is None while a quantity is missing."""

    parts: tuple[Part, ...]
    unrounded: Decimal | None
    alternatives: tuple[Rate, ...] = ()
    quota: bool = False


def _base(
    sums: _Sums, scope: Scope, origin: str, granted: Agreement | None, general: Rate | None
) -> _Base:
    """Choose among the alternatives: the cheapest that is granted or claimed, else the general."""
    line, context, rates = sums.line, sums.context, scope.rates
    ordinary = general_name(context.agreements)
    if scope.column_2 and rates.column_2:
        options = [(r, "column_2", "Column 2 rate of duty") for r in rates.column_2]
    elif line.given is not None:
        own = Rate(Programme.THIRD_COUNTRY, line.given, context.on, None, _GIVEN)
        options = [(own, "given", "Third-country duty as given")]
    else:
        options = [
            (r, ordinary, "Third-country duty") for r in (general and (general,)) or rates.general
        ]
    if not options:
        sums.missing.append("duty_expression")
        reason = "the schedule holds no third-country duty for this code on this day"
        nothing = Part(
            f"{context.territory}.{ordinary}",
            "Third-country duty",
            "",
            reason,
            NONE,
            line.value,
            None,
            None,
            None,
            "official",
            "needs_answer",
        )
        return _Base((nothing,), None)
    quiet = _Sums(line, context, sums.facts)
    dearest = _pick(quiet, options, dearest=True)
    reduced = [
        (r, "preference", f"Tariff preference, {granted.name}")
        for r in rates.preferences
        if granted and base_duty.is_preferred(r, granted, origin)
    ]
    reduced += [
        (r, r.programme.value, _CLAIMED_NAMES[r.programme])
        for r in rates.claimable
        if base_duty.is_claimed(r, sums.facts)
        and (
            r.programme is not Programme.PREFERENTIAL_QUOTA
            or (granted and base_duty.is_preferred(r, granted, origin))
        )
    ]
    (rate, code, name), outcome = dearest
    if reduced:
        lower, priced = _pick(quiet, reduced, dearest=False)
        if _is_lower(priced, outcome):
            (rate, code, name), outcome = lower, priced
    if outcome.amount is None:
        sums.missing += outcome.needs or (f"duty_expression:{rate.expression}",)
    alternatives = tuple(r for r, _, _ in options) if rate is dearest[0][0] else ()
    return _Base(
        (sums.part(code, name, rate, outcome),),
        outcome.amount,
        alternatives if len({r.expression for r in alternatives}) > 1 else (),
        rate.programme in (Programme.QUOTA, Programme.PREFERENTIAL_QUOTA),
    )


_GIVEN = Law("given", "The caller's own duty expression")
_CLAIMED_NAMES = {
    Programme.SUSPENSION: "Tariff suspension",
    Programme.QUOTA: "Tariff quota",
    Programme.PREFERENTIAL_QUOTA: "Preferential tariff quota",
    Programme.END_USE: "End use",
}
_Option = tuple[Rate, str, str]


def _pick(sums: _Sums, options: list[_Option], *, dearest: bool) -> tuple[_Option, Outcome]:
    """The dearest or cheapest option. One that cannot be priced yet counts as the dearest."""
    priced = [(option, sums.evaluate(option[0].expression, sums.line.value)) for option in options]
    if len(priced) == 1:
        return priced[0]
    return (max if dearest else min)(
        priced, key=lambda pair: (pair[1].amount is None, pair[1].amount or NONE)
    )


def _is_lower(first: Outcome, second: Outcome) -> bool:
    if first.amount is None:
        return False
    return second.amount is None or first.amount < second.amount


def general_name(agreements: Mapping[str, Agreement]) -> str:
    """What the territory calls its ordinary rate: ``general`` where there is a column 2."""
    for agreement in agreements.values():
        if any(period.kind == "column_2" for period in agreement.periods):
            return "general"
    return "third_country"


def _remedies(sums: _Sums, scope: Scope, quota: bool, remedy: Rate | None) -> tuple[Rate, ...]:
    undecided: tuple[Rate, ...] = ()
    for programme, rates in scope.rates.added.items():
        if programme is Programme.SAFEGUARD and quota:
            continue  # the safeguard is for goods beyond the quota
        charged, open_producer = base_duty.remedies(rates, sums.line.additional_code)
        if open_producer:
            undecided += charged
            everyone = tuple(r for r in rates if r.additional_code is None)
            options = (remedy,) if remedy in charged else base_duty.residual(charged) or charged
            one, _ = _pick(
                _Sums(sums.line, sums.context, sums.facts),
                [(r, "", "") for r in options if r is not None],
                dearest=True,
            )
            charged = (*everyone, one[0])
        for rate in charged:
            outcome = sums.evaluate(rate.expression, sums.line.value)
            name = programme.value.replace("_", "-").capitalize() + " duty"
            sums.add(sums.part(programme.value, name, rate, outcome))
    return undecided


def _measures(sums: _Sums, stack: Stack, base: Decimal | None) -> None:
    """Add what the additional measures charge on top of the base duty, or in place of it."""
    replacing = stack.with_role(Role.REPLACE)
    applied = stack.applied
    if replacing:
        measure = replacing[0].measure
        sums.parts.clear()
        sums.missing.clear()
        sums.total = base = NONE
        applied = (
            replacing[0],
            *(a for a in applied if a.measure.programme in measure.keeps and a is not replacing[0]),
        )
    for one in applied:
        if one.measure.role is not Role.PROHIBIT:
            sums.add(_measured(sums, one, base))


def _measured(sums: _Sums, applied: Applied, base: Decimal | None) -> Part:
    measure, share = applied.measure, applied.share
    value = sums.line.value if share == WHOLE else sums.line.value * share
    heading, status, amount, working = measure.heading, "applies", NONE, ""
    if measure.role is Role.EXEMPT:
        working = "declared without duty"
    elif measure.role is Role.TOP_UP:
        heading, amount, working = _topped_up(sums, measure, value, share, base)
    else:
        outcome = sums.evaluate(measure.expression, value)
        working = outcome.working
        if outcome.amount is None:
            status, working = "needs_answer", outcome.reason or "a quantity is missing"
        else:
            amount = sums.context.round_duty(outcome.amount)
    return Part(
        code=f"{sums.context.territory}.{heading}",
        name=measure.name,
        expression=measure.expression,
        working=working,
        amount=amount,
        base=value,
        law=measure.law,
        since=measure.since,
        until=measure.until,
        confidence=measure.confidence,
        status="needs_answer" if status == "needs_answer" else "applies",
    )


def _topped_up(
    sums: _Sums, measure: Measure, value: Decimal, share: Decimal, base: Decimal | None
) -> tuple[str, Decimal, str]:
    """Heading, amount and working of a duty that raises the total to a rate.

    While the base duty is not known all of it is charged: base and top-up together cannot be less.
    """
    percent = parse(measure.expression).ad_valorem
    if percent is None:
        raise ValueError(f"{measure.heading}: a top-up needs a percentage")
    already = NONE if base is None else base * share
    missing = percent * value / 100 - already
    currency = sums.context.currency
    if missing <= 0 and already:
        working = f"the base duty of {already:.2f} {currency} reaches {percent}% already"
        return measure.at_or_above or measure.heading, NONE, working
    working = f"{percent}% × {value} {currency} − base duty {already:.2f} {currency}"
    return measure.heading, sums.context.round_duty(missing), working


def with_origin(line: DutyLine, origin: str) -> DutyLine:
    """The same line, its origin known."""
    return replace(line, origin=origin)
