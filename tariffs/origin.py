"""Which agreement lowers the duty of goods from this country, and what proves it?

An agreement names its members, the words that a schedule uses for it (US special programme
indicators, area codes of the UK and the EU), the proofs it accepts and up to what value it asks
for none. A preference is never guessed: it is granted to who claims it, for goods of a member,
with a proof or below the waiver. The countries that a law puts outside normal trade relations
(US column 2) are facts of the same form.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from data.model.consignment import PreferenceClaim
from data.model.dated import Confidence, Law

COLUMN_2 = "column_2"
PREFERENCE = "preference"
Convert = Callable[[Decimal, str, str], Decimal]


class AgreementError(ValueError):
    """An agreement's facts say something that this version of the rules does not know."""


@dataclass(frozen=True, slots=True)
class Period:
    """One version of an agreement: who is in it, from which day to which."""

    kind: str
    members: tuple[str, ...]
    since: date
    until: date | None
    law: Law
    confidence: Confidence = "official"

    def applies(self, on: date) -> bool:
        """Whether this version is the law on that day."""
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class Agreement:
    """An arrangement of one territory that changes the duty of goods from some countries.

    `programmes` are the words for it in that territory's schedule; `waiver` (amount, currency) is
    the value up to which no proof is asked for. No members at all means goods from everywhere.
    One agreement whose members have rates of their own is several here, `claimed_as` one name.
    """

    id: str
    name: str
    territory: str
    programmes: tuple[str, ...]
    proofs: tuple[str, ...]
    waiver: tuple[Decimal, str] | None
    periods: tuple[Period, ...]
    claimed_as: str | None = None

    def covers(self, origin: str, on: date) -> Period | None:
        """The version that covers goods of that origin on that day."""
        for period in self.periods:
            if period.applies(on) and (not period.members or origin in period.members):
                return period
        return None


@dataclass(frozen=True, slots=True)
class Grant:
    """The answer to a claim. Without `agreement` nothing is granted, and `because` says why.

    `lacks_proof` says that the claim would be granted if a proof were stated.
    """

    agreement: Agreement | None
    period: Period | None
    because: str
    lacks_proof: bool = False


NOT_CLAIMED = Grant(None, None, "no preference is claimed")


def read_agreements(document: Mapping[str, Any]) -> dict[str, Agreement]:
    """The agreements of one territory from its facts document: id → agreement.

    Raises `AgreementError`.
    """
    territory = document["territory"]
    laws = {key: Law(key, law["title"], law.get("url")) for key, law in document["laws"].items()}
    return {
        key: _agreement(key, territory, table, laws)
        for key, table in document.get("agreements", {}).items()
    }


def settle_claim(
    claim: PreferenceClaim | None,
    origin: str,
    agreements: Mapping[str, Agreement],
    *,
    on: date,
    value: Decimal,
    currency: str,
    convert: Convert,
) -> Grant:
    """Whether a claimed preference is granted for goods of this origin and value on this day.

    The claim may name the agreement's id or a programme of the schedule (``S``, ``KR``).
    """
    if claim is None:
        return NOT_CLAIMED
    named = agreements_named(claim.agreement, agreements)
    if not named:
        return Grant(None, None, f"no agreement is known as {claim.agreement}")
    agreement = next((each for each in named if each.covers(origin, on)), named[0])
    period = agreement.covers(origin, on)
    if period is None or period.kind != PREFERENCE:
        return Grant(None, None, f"{agreement.name} does not cover goods of {origin} on {on}")
    if claim.proof or proof_is_waived(agreement, value, currency, convert):
        return Grant(agreement, period, f"claimed under {agreement.name}")
    return Grant(
        agreement, period, f"{agreement.name} asks for a proof of origin", lacks_proof=True
    )


def agreements_named(name: str, agreements: Mapping[str, Agreement]) -> tuple[Agreement, ...]:
    """The agreements of an id or of the name they share, else that of a programme code."""
    key = name if name in agreements else name.lower()
    named = tuple(a for a in agreements.values() if key in (a.id, a.claimed_as))
    return named or tuple(a for a in agreements.values() if name.upper() in a.programmes)[:1]


def proof_is_waived(agreement: Agreement, value: Decimal, currency: str, convert: Convert) -> bool:
    """Whether goods of this value need no proof, only the claim."""
    if agreement.waiver is None:
        return False
    limit, unit = agreement.waiver
    return value <= (limit if unit == currency else convert(limit, unit, currency))


def outside_normal_relations(
    origin: str, agreements: Iterable[Agreement], on: date
) -> Period | None:
    """The law that denies this origin the general rate (US column 2), if one does."""
    for agreement in agreements:
        period = agreement.covers(origin, on)
        if period is not None and period.kind == COLUMN_2:
            return period
    return None


def _agreement(
    key: str, territory: str, table: Mapping[str, Any], laws: Mapping[str, Law]
) -> Agreement:
    return Agreement(
        id=key,
        name=table["name"],
        territory=territory,
        programmes=tuple(table.get("programmes", ())),
        proofs=tuple(table.get("proofs", ())),
        waiver=_waiver(table.get("waiver")),
        periods=tuple(_period(table, version, laws) for version in table["versions"]),
        claimed_as=table.get("claimed_as"),
    )


def _period(
    table: Mapping[str, Any], version: Mapping[str, Any], laws: Mapping[str, Law]
) -> Period:
    if version["value"] not in (PREFERENCE, COLUMN_2):
        raise AgreementError(f"{table['name']}: {version['value']!r} is no kind of agreement")
    until = version.get("until")
    return Period(
        kind=version["value"],
        members=tuple(version.get("members", table.get("members", ()))),
        since=date.fromisoformat(version["since"]),
        until=date.fromisoformat(until) if until else None,
        law=laws[version["law"]],
        confidence=version.get("confidence", "official"),
    )


def _waiver(text: str | None) -> tuple[Decimal, str] | None:
    if text is None:
        return None
    unit, amount = text.split()
    return Decimal(amount), unit
