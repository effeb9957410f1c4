"""Who is on a list of restricted parties, in one shape for every publisher?

Only what a comparison needs is kept: the reasons for a listing and other remarks are not. Days are
ranges, because lists know many births by the year only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

PartyKind = Literal["person", "entity", "vessel", "aircraft"]
NameKind = Literal["primary", "alias", "weak"]
"""A weak alias is one the publisher itself calls of low quality."""


@dataclass(frozen=True, slots=True)
class ListedName:
    """A name as the publisher writes it; `script` is ISO 15924, None where it is Latin."""

    text: str
    kind: NameKind = "primary"
    script: str | None = None


@dataclass(frozen=True, slots=True)
class BirthDays:
    """A day of birth, or the days between which it lies."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number of a document or register: its kind in the publisher's words, and the country."""

    kind: str
    number: str
    country: str | None = None


@dataclass(frozen=True, slots=True)
class ListedParty:
    """One entry of a list. `countries` are ISO codes, or the publisher's words where unknown.

    `until` is the day on which a measure ends, where the list itself says so.
    """

    list: str
    id: str
    kind: PartyKind
    names: tuple[ListedName, ...]
    births: tuple[BirthDays, ...] = ()
    birth_places: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    programmes: tuple[str, ...] = ()
    listed_on: date | None = None
    until: date | None = None

    @property
    def primary(self) -> str:
        """The name that the publisher puts first."""
        return next((name.text for name in self.names if name.kind == "primary"), self.id)


Record = dict[str, Any]


def write_party(party: ListedParty) -> Record:
    """An entry as plain JSON, without what it does not say."""
    record: Record = {
        "list": party.list,
        "id": party.id,
        "kind": party.kind,
        "names": [[name.text, name.kind, name.script] for name in party.names],
        "births": [[each.first.isoformat(), each.last.isoformat()] for each in party.births],
        "birth_places": list(party.birth_places),
        "addresses": list(party.addresses),
        "countries": list(party.countries),
        "identifiers": [[each.kind, each.number, each.country] for each in party.identifiers],
        "programmes": list(party.programmes),
        "listed_on": party.listed_on.isoformat() if party.listed_on else None,
        "until": party.until.isoformat() if party.until else None,
    }
    return {name: value for name, value in record.items() if value}


def read_party(record: Mapping[str, Any]) -> ListedParty:
    """An entry from its plain JSON."""
    return ListedParty(
        list=record["list"],
        id=record["id"],
        kind=record["kind"],
        names=tuple(ListedName(*each) for each in record["names"]),
        births=tuple(
            BirthDays(date.fromisoformat(first), date.fromisoformat(last))
            for first, last in record.get("births", ())
        ),
        birth_places=tuple(record.get("birth_places", ())),
        addresses=tuple(record.get("addresses", ())),
        countries=tuple(record.get("countries", ())),
        identifiers=tuple(Identifier(*each) for each in record.get("identifiers", ())),
        programmes=tuple(record.get("programmes", ())),
        listed_on=_day(record.get("listed_on")),
        until=_day(record.get("until")),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
