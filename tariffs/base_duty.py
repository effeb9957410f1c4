"""Which one of the schedule's rates is the base duty, and which rates are added to it?

Third-country duty, column 2, preference, suspension, quota and end use are alternatives: one of
them is charged. Anti-dumping, countervailing, safeguard and other additional rates that a feed
lists per code are added. Suspensions, quotas and end use have conditions of their own, so they are
charged only when a fact of that name claims them (``quota``, ``suspension``, ``end_use``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from tariffs.origin import Agreement
from tariffs.schedule import Programme, Rate

# The fact that claims an alternative with conditions of its own.
CLAIMED_BY: Mapping[Programme, str] = {
    Programme.SUSPENSION: "suspension",
    Programme.QUOTA: "quota",
    Programme.PREFERENTIAL_QUOTA: "quota",
    Programme.END_USE: "end_use",
}
ADDED = (
    Programme.ANTI_DUMPING,
    Programme.COUNTERVAILING,
    Programme.SAFEGUARD,
    Programme.ADDITIONAL,
)
ADDITIONAL_CODE = "additional_code"


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of one commodity for goods of one origin on one day.

    `general` has several entries when the schedule could not tell which of them is the code's.
    """

    general: tuple[Rate, ...]
    column_2: tuple[Rate, ...]
    preferences: tuple[Rate, ...]
    claimable: tuple[Rate, ...]
    added: Mapping[Programme, tuple[Rate, ...]]


def rates_for(rates: Iterable[Rate], origin: str, on: date) -> Rates:
    """Sort a commodity's rates by what they are for, keeping those in force for the origin.

    Preferences are kept whatever their programme codes: whether one applies is a matter of the
    claim, not of the origin alone.
    """
    kept: dict[Programme, list[Rate]] = {}
    for rate in rates:
        if not rate.applies(on):
            continue
        by_programme = rate.programme in (Programme.PREFERENCE, Programme.PREFERENTIAL_QUOTA)
        if by_programme or is_for(rate, origin):
            kept.setdefault(rate.programme, []).append(rate)
    return Rates(
        general=tuple(kept.get(Programme.THIRD_COUNTRY, ())),
        column_2=tuple(kept.get(Programme.COLUMN_2, ())),
        preferences=tuple(kept.get(Programme.PREFERENCE, ())),
        claimable=tuple(rate for programme in CLAIMED_BY for rate in kept.get(programme, ())),
        added={programme: tuple(kept[programme]) for programme in ADDED if programme in kept},
    )


def is_for(rate: Rate, origin: str) -> bool:
    """Whether a rate is for goods of this origin."""
    if rate.origins and origin not in rate.origins:
        return False
    return origin not in rate.excluded_origins


def is_preferred(rate: Rate, agreement: Agreement, origin: str) -> bool:
    """Whether a preference rate is the one that an agreement gives goods of this origin.

    The schedule names it by the country, or by the agreement's programme code or area.
    """
    if origin in rate.excluded_origins:
        return False
    return origin in rate.origins or not set(agreement.programmes).isdisjoint(rate.origins)


def is_claimed(rate: Rate, facts: Mapping[str, str]) -> bool:
    """Whether a suspension, quota or end use is claimed: ``true`` or the quota's order number."""
    claim = facts.get(CLAIMED_BY[rate.programme])
    return claim is not None and (claim == "true" or claim == rate.order_number)


def remedies(rates: tuple[Rate, ...], additional_code: str | None) -> tuple[tuple[Rate, ...], bool]:
    """The trade remedies of one programme that are charged, and whether the producer decides.

    A row without an additional code is for every producer. Of rows with one, the stated code's is
    charged; while none is stated, or the stated one is not listed, all of them are returned and
    the answer says True: the residual or else the dearest is to be charged.
    """
    for_all = tuple(rate for rate in rates if rate.additional_code is None)
    by_producer = tuple(rate for rate in rates if rate.additional_code is not None)
    if not by_producer:
        return for_all, False
    if additional_code is not None:
        stated = tuple(r for r in by_producer if r.additional_code == additional_code)
        if stated:
            return for_all + stated, False
    return by_producer, True


def residual(rates: tuple[Rate, ...]) -> tuple[Rate, ...]:
    """The rows for "all other producers": their additional codes end in 999."""
    return tuple(r for r in rates if (r.additional_code or "").endswith("999"))
