"""Which one of the schedule's rates is the base duty, and which rates are added to it?

Third-country duty, column 2, preference, suspension, quota and end use are alternatives: one of
them is charged. Anti-dumping, countervailing, safeguard and other additional rates that a feed
lists per code are added. Suspensions, quotas and end use have conditions of their own, so they are
charged only when a fact of that name claims them (``quota``, ``suspension``, ``end_use``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from data.model.dated import Law
from data.model.records import quick
from tariffs.expressions import Outcome
from tariffs.ledger import NONE, Entry, Ledger, entry
from tariffs.origin import COLUMN_2, Agreement
from tariffs.schedule import Programme, Rate

# The fact that claims an alternative with conditions of its own.
CLAIMED_BY: Mapping[Programme, str] = {
    Programme.SUSPENSION: "suspension",
    Programme.QUOTA: "quota",
    Programme.PREFERENTIAL_QUOTA: "quota",
    Programme.END_USE: "end_use",
}
QUOTAS = (Programme.QUOTA, Programme.PREFERENTIAL_QUOTA)
# What is left of a quota on the day, which only its administration knows.
QUOTA_STATUS = "quota_status"
OPEN, CRITICAL, EXHAUSTED = QUOTA_STATUSES = ("open", "critical", "exhausted")
ADDED = (
    Programme.ANTI_DUMPING,
    Programme.COUNTERVAILING,
    Programme.SAFEGUARD,
    Programme.ADDITIONAL,
)
_NAMES: Mapping[Programme, str] = {
    Programme.THIRD_COUNTRY: "Third-country duty",
    Programme.COLUMN_2: "Column 2 duty",
    Programme.PREFERENCE: "Tariff preference",
    Programme.SUSPENSION: "Tariff suspension",
    Programme.QUOTA: "Tariff quota",
    Programme.PREFERENTIAL_QUOTA: "Preferential tariff quota",
    Programme.END_USE: "End use",
    Programme.ANTI_DUMPING: "Anti-dumping duty",
    Programme.COUNTERVAILING: "Countervailing duty",
    Programme.SAFEGUARD: "Safeguard duty",
    Programme.ADDITIONAL: "Additional duty",
}
_GIVEN = Law("given", "The caller's own duty expression")


@dataclass(frozen=True, slots=True)
class Option:
    """One rate that may be charged, with what its charge says."""

    rate: Rate
    entry: Entry


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of one commodity for goods of one origin on one day.

    `ordinary` is what is charged without a claim: the third-country duty, or column 2. It has
    several entries when the schedule could not tell which of them is the code's, and `nothing` is
    what stands in for it when there is none.
    """

    ordinary: tuple[Option, ...]
    nothing: Entry
    preferences: tuple[Option, ...]
    claimable: tuple[Option, ...]
    added: Mapping[Programme, tuple[Option, ...]]


@quick
@dataclass(frozen=True, slots=True)
class BaseDuty:
    """What was charged as base duty: `unrounded`, None while a quantity is missing."""

    unrounded: Decimal | None
    alternatives: tuple[Option, ...] = ()
    quota: bool = False


def rates_for(
    rates: Iterable[Rate],
    origin: str,
    on: date,
    territory: str,
    agreements: Mapping[str, Agreement],
    *,
    column_2: bool,
) -> Rates:
    """Sort a commodity's rates by what they are for, keeping those in force for the origin.

    Preferences are kept whatever their programme codes: whether one applies is a matter of the
    claim, not of the origin alone.
    """
    kept: dict[Programme, list[Rate]] = {}
    for rate in rates:
        by_programme = rate.programme in (Programme.PREFERENCE, Programme.PREFERENTIAL_QUOTA)
        if rate.applies(on) and (by_programme or is_for(rate, origin)):
            kept.setdefault(rate.programme, []).append(rate)
    general = general_name(agreements)

    def options(*programmes: Programme) -> tuple[Option, ...]:
        return tuple(
            option(rate, territory, general)
            for programme in programmes
            for rate in kept.get(programme, ())
        )

    denied = options(Programme.COLUMN_2) if column_2 else ()
    return Rates(
        ordinary=denied or options(Programme.THIRD_COUNTRY),
        nothing=entry(f"{territory}.{general}", "Third-country duty", "", None, None, None),
        preferences=options(Programme.PREFERENCE),
        claimable=options(*CLAIMED_BY),
        added={programme: options(programme) for programme in ADDED if programme in kept},
    )


def option(rate: Rate, territory: str, general: str = "third_country") -> Option:
    """A rate with what its charge says."""
    code = general if rate.programme is Programme.THIRD_COUNTRY else rate.programme.value
    return Option(
        rate,
        entry(
            f"{territory}.{code}",
            _NAMES[rate.programme],
            rate.expression,
            rate.law,
            rate.since,
            rate.until,
            rate.confidence,
        ),
    )


def general_name(agreements: Mapping[str, Agreement]) -> str:
    """What the territory calls its ordinary rate: ``general`` where there is a column 2."""
    periods = (period for agreement in agreements.values() for period in agreement.periods)
    return "general" if any(p.kind == COLUMN_2 for p in periods) else "third_country"


def is_for(rate: Rate, origin: str) -> bool:
    """Whether a rate is for goods of this origin."""
    if rate.origins and origin not in rate.origins:
        return False
    return origin not in rate.excluded_origins


def is_preferred(rate: Rate, agreement: Agreement | None, origin: str) -> bool:
    """Whether a preference rate is the one that an agreement gives goods of this origin.

    The schedule names it by the country, or by the agreement's programme code or area.
    """
    if agreement is None or origin in rate.excluded_origins:
        return False
    return origin in rate.origins or not set(agreement.programmes).isdisjoint(rate.origins)


def is_claimed(rate: Rate, facts: Mapping[str, str]) -> bool:
    """Whether a suspension, quota or end use is claimed: ``true`` or the quota's order number.

    Nothing can be claimed of a quota that is exhausted.
    """
    if rate.programme in QUOTAS and facts.get(QUOTA_STATUS) == EXHAUSTED:
        return False
    claim = facts.get(CLAIMED_BY[rate.programme])
    return claim is not None and claim in ("true", rate.order_number)


def charge_base(
    ledger: Ledger,
    rates: Rates,
    origin: str,
    granted: Agreement | None,
    general: Option | None = None,
) -> BaseDuty:
    """Charge one of the alternatives: the cheapest that is granted or claimed, else the ordinary.

    `general` chooses one of several ordinary rates; otherwise it is the dearest.
    """
    ordinary = (general,) if general is not None else rates.ordinary
    if ledger.line.given is not None:
        ordinary = (_given(ledger, ledger.line.given),)
    reduced = [o for o in rates.preferences if is_preferred(o.rate, granted, origin)]
    if rates.claimable:
        reduced += [
            o
            for o in rates.claimable
            if is_claimed(o.rate, ledger.facts)
            and (
                o.rate.programme is not Programme.PREFERENTIAL_QUOTA
                or is_preferred(o.rate, granted, origin)
            )
        ]
    if not ordinary and not reduced:
        ledger.missing.append("duty_expression")
        reason = "no third-country duty is held for this code on this day"
        ledger.charge_amount(rates.nothing, NONE, ledger.line.value, reason, "needs_answer")
        return BaseDuty(None)
    if len(ordinary) == 1 and not reduced:
        unrounded = ledger.charge_expression(ordinary[0].entry, ledger.line.value)
        return BaseDuty(unrounded)
    return _charge_chosen(ledger, ordinary, reduced)


def _charge_chosen(
    ledger: Ledger, ordinary: Sequence[Option], reduced: Sequence[Option]
) -> BaseDuty:
    choices = [pick(ledger, ordinary, dearest=True)] if ordinary else []
    if reduced:
        choices.append(pick(ledger, reduced, dearest=False))
    chosen, outcome = min(choices, key=lambda choice: _cost(choice[1]))
    ledger.charge_outcome(chosen.entry, outcome, ledger.line.value)
    several = chosen in ordinary and len({o.rate.expression for o in ordinary}) > 1
    return BaseDuty(
        outcome.amount,
        tuple(ordinary) if several else (),
        quota=chosen.rate.programme in QUOTAS,
    )


def pick(ledger: Ledger, options: Sequence[Option], *, dearest: bool) -> tuple[Option, Outcome]:
    """The dearest or cheapest of several rates, one that can be priced before one that cannot."""
    priced = [(o, ledger.work_out(o.entry.expression, ledger.line.value)) for o in options]
    if dearest:
        return max(priced, key=lambda one: (one[1].amount is not None, one[1].amount or NONE))
    return min(priced, key=lambda one: _cost(one[1]))


def _cost(outcome: Outcome) -> tuple[bool, Decimal]:
    return outcome.amount is None, outcome.amount or NONE


def _given(ledger: Ledger, text: str) -> Option:
    context = ledger.context
    rate = Rate(Programme.THIRD_COUNTRY, text, context.on, None, _GIVEN)
    name = "Third-country duty as given"
    return Option(rate, entry(f"{context.territory}.given", name, text, None, None, None))
