"""What does a tariff say of goods of one origin, and which agreements and codes are there?"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from data.importing.origin_rules import OriginRule, OriginRulesFile, open_origin_rules
from tariffs.measures import read_measures
from tariffs.origin import COLUMN_2, PREFERENCE, Agreement, Period, read_agreements
from tariffs.schedule import Commodity, Measure, Programme, Rate
from tariffs.snapshot import Snapshot, SnapshotSchedule, UnknownDocumentError

_MOST_BENEATH = 50_000

Membership = Callable[[str, date], frozenset[str] | None]
"""The countries of an area or programme on a day, None when its members are not held."""


def schedule_of(snapshot: Snapshot, territory: str) -> SnapshotSchedule | None:
    """The schedule of a territory: its own, or the one that its rules name (DE: the EU's)."""
    own = snapshot.schedule(territory)
    if own is not None:
        return own
    territories = _document(snapshot, "territories")
    rules = territories.get(territory, {})
    union = territories.get(rules.get("customs_territory", ""), {})
    name = rules.get("schedule") or union.get("schedule")
    return snapshot.schedule(name) if name else None


def measures_of(snapshot: Snapshot, territory: str) -> tuple[Measure, ...]:
    """The additional measures in a territory, by the schedule that it reads."""
    schedule = schedule_of(snapshot, territory)
    return measures_held(snapshot, schedule.status.territory if schedule else territory)


def measures_held(snapshot: Snapshot, territory: str) -> tuple[Measure, ...]:
    """A territory's own additional measures: its schedule's, or those held without one."""
    schedule = snapshot.schedule(territory)
    if schedule is not None:
        return schedule.measures()
    document = _document(snapshot, "measures_without_schedule").get(territory)
    return read_measures(document) if document else ()


def membership_of(snapshot: Snapshot, territory: str) -> Membership:
    """Who belongs to what, in the words of a territory's agreements and schedule."""

    def read() -> Membership:
        return membership_in(_agreements_of(snapshot, territory))

    return snapshot.memo.get(("membership", territory), read)


def agreements_for(
    snapshot: Snapshot, territory: str, origin: str | None, on: date
) -> tuple[tuple[Agreement, Period], ...]:
    """The agreements that could lower the duty of goods of an origin, each as it stands on a day.

    Whether one lowers it depends on the code, the rules of origin and the proof. No origin, none.
    """
    if origin is None:
        return ()

    def read() -> tuple[Agreement, ...]:
        return tuple(_agreements_of(snapshot, territory))

    agreements = snapshot.memo.get(("agreements", territory), read)
    found = ((agreement, agreement.covers(origin, on)) for agreement in agreements)
    return tuple(
        (agreement, period) for agreement, period in found if period and period.kind == PREFERENCE
    )


def origin_rules_of(data_dir: Path, territory: str) -> OriginRulesFile | None:
    """The rules of origin that were imported here for a territory, None where none were."""
    return open_origin_rules(data_dir, territory)


def product_rules(
    rules: OriginRulesFile | None, agreement: Agreement, code: str, on: date
) -> tuple[OriginRule, ...] | None:
    """What must be done to goods of a code so that they originate, for imports on a day.

    None where the rules of the agreement are not held: it may still have some.
    """
    if rules is None:
        return None
    found = [rule for rule in rules.rules_for(agreement.id, code[:10], on=on) if rule.imports]
    return tuple(found) or None


def _agreements_of(snapshot: Snapshot, territory: str) -> Iterable[Agreement]:
    document = _document(snapshot, "agreements").get(territory)
    return read_agreements(document).values() if document else ()


def _document(snapshot: Snapshot, name: str) -> Mapping[str, Any]:
    try:
        document: Mapping[str, Any] = snapshot.document(name)
    except UnknownDocumentError:
        return {}
    return document


def membership_in(agreements: Iterable[Agreement]) -> Membership:
    """Who belongs to what, by an agreement's id or by its words in the schedule."""
    by_word: dict[str, list[Agreement]] = {}
    for agreement in agreements:
        for word in _words_of(agreement):
            by_word.setdefault(word, []).append(agreement)

    def members(word: str, on: date) -> frozenset[str] | None:
        known = by_word.get(word)
        if known is None:
            return None
        periods = (period for one in known for period in one.periods if period.applies(on))
        return frozenset(country for period in periods for country in period.members)

    return members


def _words_of(agreement: Agreement) -> set[str]:
    kinds = {COLUMN_2 for period in agreement.periods if period.kind == COLUMN_2}
    return {agreement.id, *agreement.programmes, *kinds}


def concerns(one: Rate | Measure, origin: str | None, membership: Membership, on: date) -> bool:
    """Whether a rate or measure may concern goods of an origin (None: any).

    A group whose members are not held cannot be ruled out, so it is shown.
    """
    if origin is None:
        return True
    if isinstance(one, Rate) and one.programme is Programme.COLUMN_2:
        members = membership(COLUMN_2, on)
        return members is None or origin in members
    excluded = one.excluded_origins if isinstance(one, Rate) else one.except_origins
    if _names(excluded, origin, membership, on, unknown=False):
        return False
    return not one.origins or _names(one.origins, origin, membership, on, unknown=True)


def _names(
    origins: Iterable[str], origin: str, membership: Membership, on: date, *, unknown: bool
) -> bool:
    for name in origins:
        if name == origin:
            return True
        members = membership(name, on)
        if members is None:
            # Two letters are a country, and another one; what is longer or shorter is a group.
            if unknown and not (len(name) == 2 and name.isalpha()):
                return True
        elif origin in members:
            return True
    return False


def found_beneath(
    schedule: SnapshotSchedule, prefix: str, cursor: str | None, limit: int
) -> tuple[list[Commodity], str | None]:
    """Declarable commodities under a prefix after a cursor, and the cursor of the next page."""
    codes = schedule.codes(prefix, _MOST_BENEATH)
    start = bisect_right(codes, cursor) if cursor else 0
    page = codes[start : start + limit]
    found = [commodity for code in page for commodity in schedule.find(code)]
    return found, page[-1] if start + limit < len(codes) else None


def third_country_rate(commodity: Commodity, on: date) -> str | None:
    """The expression of the third-country duty on a day."""
    for rate in commodity.rates:
        if rate.programme == "third_country" and rate.applies(on):
            return rate.expression
    return None
