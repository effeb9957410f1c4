"""What is the duty of one line if its commodity, its origin and its facts are these?

The base duty first, then what is added to it, each part rounded as the law rounds. Nothing is
asked here: an unknown fact is answered by its cautious default, and tariffs/questions.py tries the
other answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from data.model.charges import Assumption, Charge
from data.model.consignment import Mode
from data.model.records import quick
from tariffs.base_duty import Option, Rates, charge_base, rates_for
from tariffs.expressions import parse, shown
from tariffs.ledger import NONE, DutyContext, DutyLine, Entry, Ledger, entry, not_officially_read
from tariffs.origin import (
    NOT_CLAIMED,
    Agreement,
    Grant,
    outside_normal_relations,
    settle_claim,
)
from tariffs.remedies import charge_remedies
from tariffs.schedule import Commodity, Measure, Role
from tariffs.selection import Selection, select
from tariffs.stacking import WHOLE, Applied, Stack, settle

_KEPT = 4096
_NO_PROGRAMMES: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Scope:
    """What a commodity's schedule says for one origin and day; kept, as it depends on no fact.

    `entries` are what the charges of its measures say, by heading and record; `percentages` what
    tariffs/percentages.py found out about it, by mode.
    """

    commodity: Commodity
    agreements: Mapping[str, Agreement]
    rates: Rates
    selection: Selection
    entries: dict[tuple[int, str], Entry]
    percentages: dict[Mode | None, Any] = field(default_factory=dict)


@quick
@dataclass(frozen=True, slots=True)
class Price:
    """The duty of a line under one set of answers.

    `missing` are quantities and facts without which a part has no amount: `total` is then only
    what could be worked out; `exact` is that sum before rounding. `alternatives` are third-country
    rates that the schedule could not choose among, `undecided` the rates that a producer's
    additional code would choose among. `quota` says that the base duty is a quota's.
    `charges` and `unread` (what is not from an official text) are empty for a mere comparison.
    """

    commodity: Commodity
    origin: str
    total: Decimal
    missing: tuple[str, ...]
    stack: Stack
    selection: Selection
    grant: Grant
    alternatives: tuple[Option, ...]
    undecided: tuple[Option, ...]
    charges: tuple[Charge, ...] = ()
    unread: tuple[Entry, ...] = ()
    exact: Decimal = NONE
    quota: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Answers that are not facts: a grant instead of the line's own claim, one of several rates."""

    grant: Grant | None = None
    general: Option | None = None
    remedy: Option | None = None


NO_CHOICE = Choice()
_scopes: dict[tuple[int, int, str, date], Scope] = {}


def scope_of(commodity: Commodity, origin: str, context: DutyContext) -> Scope:
    """The rates and measures of a commodity for an origin on a day (memoised)."""
    agreements = context.agreements
    key = (id(commodity), id(agreements), origin, context.on)
    scope = _scopes.get(key)
    if scope is None:
        column_2 = outside_normal_relations(origin, agreements.values(), context.on) is not None
        scope = Scope(
            commodity,
            agreements,
            rates_for(
                commodity.rates,
                origin,
                context.on,
                context.territory,
                agreements,
                column_2=column_2,
            ),
            select(commodity.measures, origin, context.on, column_2=column_2),
            {},
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
    choice: Choice = NO_CHOICE,
    *,
    written: bool = False,
) -> Price:
    """The duty of a line as goods of one commodity and origin under these facts.

    With `written` its charges are written out; otherwise only the total is worked out.
    """
    scope = scope_of(commodity, origin, context)
    grant = choice.grant or claim_of(line, context, origin)
    granted, programmes = None, _NO_PROGRAMMES
    if grant.agreement is not None and not grant.lacks_proof:
        granted = grant.agreement
        programmes = frozenset((granted.id, *granted.programmes))
    stack = settle(scope.selection, facts, context.mode, programmes)
    ledger = Ledger(line, context, facts, written=written)
    base = charge_base(ledger, scope.rates, origin, granted, choice.general)
    undecided: tuple[Option, ...] = ()
    if scope.rates.added:
        undecided = charge_remedies(ledger, scope.rates, quota=base.quota, remedy=choice.remedy)
    _charge_measures(ledger, scope, stack, base.unrounded)
    return Price(
        commodity,
        origin,
        ledger.total,
        tuple(ledger.missing),
        stack,
        scope.selection,
        grant,
        base.alternatives,
        undecided,
        tuple(ledger.charges),
        tuple(ledger.unread),
        ledger.exact,
        base.quota,
    )


def claim_of(line: DutyLine, context: DutyContext, origin: str) -> Grant:
    """Whether the line's own claim is granted for goods of this origin."""
    if line.preference is None:
        return NOT_CLAIMED
    return settle_claim(
        line.preference,
        origin,
        context.agreements,
        on=context.on,
        value=line.value if context.consignment_value is None else context.consignment_value,
        currency=context.currency,
        convert=context.convert,
    )


def _charge_measures(ledger: Ledger, scope: Scope, stack: Stack, base: Decimal | None) -> None:
    """Charge what the additional measures add to the base duty, or put in place of it."""
    applied = stack.charged
    if stack.replacing is not None:
        first = stack.replacing
        keeps = first.measure.keeps
        ledger.clear()
        base = NONE
        applied = (first, *(a for a in applied if a.measure.programme in keeps and a is not first))
    for one in applied:
        _charge_measure(ledger, scope, one, base)


def _charge_measure(ledger: Ledger, scope: Scope, applied: Applied, base: Decimal | None) -> None:
    measure, share = applied.measure, applied.share
    territory, value = ledger.context.territory, ledger.line.value
    if share is not WHOLE:
        value = value * share
    if measure.role is Role.EXEMPT:
        said = entry_of(territory, scope, measure, measure.heading)
        ledger.charge_amount(said, NONE, value, "declared without duty")
    elif measure.role is Role.TOP_UP:
        _charge_top_up(ledger, scope, applied, value, base)
    else:
        ledger.charge_expression(entry_of(territory, scope, measure, measure.heading), value)


def _charge_top_up(
    ledger: Ledger, scope: Scope, applied: Applied, value: Decimal, base: Decimal | None
) -> None:
    """Charge what is missing up to a rate; where nothing is, declare the heading that says so.

    While the base duty is not known all of it is charged: base and top-up together cannot be less.
    """
    measure = applied.measure
    percent = parse(measure.expression).ad_valorem
    if percent is None:
        raise ValueError(f"{measure.heading}: a top-up needs a percentage")
    territory, currency = ledger.context.territory, ledger.context.currency
    already = NONE if base is None else base * applied.share
    missing = percent * value / 100 - already
    if missing <= 0 and already:
        said = entry_of(territory, scope, measure, measure.at_or_above or measure.heading)
        working = f"the base duty of {already:.2f} {currency} reaches {measure.expression} already"
        ledger.charge_amount(said, NONE, value, working)
        return
    said = entry_of(territory, scope, measure, measure.heading)
    working = (
        f"{measure.expression} × {shown(value)} {currency} − base duty {already:.2f} {currency}"
    )
    ledger.charge_amount(said, missing, value, working)


def unread_of(priced: Price) -> tuple[Assumption, ...]:
    """What of a price was not read in an official text."""
    return tuple(
        [
            not_officially_read(entry.code, entry.text, entry.confidence, entry.citation)
            for entry in priced.unread
            if entry.citation is not None
        ]
    )


def entry_of(territory: str, scope: Scope, measure: Measure, heading: str) -> Entry:
    """What the charge of a measure says under a heading (memoised in the scope)."""
    key = (id(measure), heading)
    said = scope.entries.get(key)
    if said is None:
        said = entry(
            f"{territory}.{heading}",
            measure.name,
            measure.expression,
            measure.law,
            measure.since,
            measure.until,
            measure.confidence,
        )
        scope.entries[key] = said
    return said
