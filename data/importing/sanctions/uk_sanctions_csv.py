"""What does the UK Sanctions List say? Its CSV: a line with the day, a header, a line per name.

The form is that of the publisher's columns as they are described by others who read them; the
file itself was not at hand when this was written. One entry has several lines with one Unique ID,
each with a name, and each may add births, addresses and numbers.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from data.importing.sanctions.list_reports import ListTally
from data.importing.sanctions.tabular import Row, first_line, rows
from data.importing.sanctions.wording import (
    countries,
    country_code,
    read_births,
    read_day,
    script_of,
    year_span,
)
from data.model.listed_parties import (
    BirthDays,
    Identifier,
    ListedName,
    ListedParty,
    NameKind,
    PartyKind,
)

_REPORTED = re.compile(r'^"?Report Date:?\s*([^,"]+)')
_NEEDED = frozenset({"Unique ID", "Name 6", "Name type", "Regime Name", "Date Designated"})
_KIND_COLUMNS = ("Designation Type", "Individual, Entity, Ship")
_KINDS: dict[str, PartyKind] = {"individual": "person", "entity": "entity", "ship": "vessel"}
_NAME = ("Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6")
_ADDRESS = (
    *(f"Address Line {number}" for number in range(1, 7)),
    "Address Postal Code",
    "Address Country",
)
_NUMBERS = {
    "Passport number": "Passport",
    "National Identifier number": "National ID",
    "Business registration number (s)": "Business registration number",
    "IMO number": "IMO",
    "Hull identification number (HIN)": "Hull identification number",
}
_SEVERAL = re.compile(r"\s*(?:;|\(\d+\))\s*")
_UNKNOWN_DAY = re.compile(r"(?:dd|00)/(?:mm|00)/(\d{4})", re.IGNORECASE)
_UNKNOWN_DAY_ONLY = re.compile(r"(?:dd|00)/(\d{2})/(\d{4})", re.IGNORECASE)
_UNKNOWN = re.compile(r"(?:dd|00)/(?:mm|00)/(?:yyyy|0000)", re.IGNORECASE)


@dataclass(slots=True)
class _Entry:
    line: int
    kind: PartyKind
    regimes: dict[str, None] = field(default_factory=dict)
    names: dict[ListedName, None] = field(default_factory=dict)
    births: dict[BirthDays, None] = field(default_factory=dict)
    birth_places: dict[str, None] = field(default_factory=dict)
    addresses: dict[str, None] = field(default_factory=dict)
    countries: dict[str, None] = field(default_factory=dict)
    identifiers: dict[Identifier, None] = field(default_factory=dict)
    designated: str = ""


def read_uk_sanctions_csv(file: BinaryIO, tally: ListTally) -> None:
    """Read the list into a tally. Raises `ListRefusedError`."""
    reported = _REPORTED.match(first_line(file))
    if reported:
        tally.stated = read_day(reported[1])
        if tally.stated is None:
            raise tally.refusal(f"the day of the report cannot be read: {reported[1]!r}")
    found: dict[str, _Entry] = {}
    for number, row in rows(file, tally, _NEEDED, skip=1 if reported else 0):
        _read_row(number, row, found, tally)
    for key, entry in found.items():
        tally.add(entry.line, _party(tally.watch_list.id, key, entry))


def _read_row(number: int, row: Row, found: dict[str, _Entry], tally: ListTally) -> None:
    word = next((row[name] for name in _KIND_COLUMNS if name in row), "").lower()
    key = row["Unique ID"]
    if not key or word not in _KINDS:
        tally.refuse(number, f"a line without Unique ID, or of the unknown kind {word!r}")
        return
    entry = found.setdefault(key, _Entry(number, _KINDS[word]))
    entry.names.update(dict.fromkeys(_names(row)))
    entry.designated = entry.designated or row["Date Designated"]
    entry.regimes[row["Regime Name"]] = None
    born = row.get("D.O.B", "")
    for text in filter(None, _SEVERAL.split(born)):
        if span := _birth(text):
            entry.births[span] = None
        elif not _UNKNOWN.fullmatch(text):
            tally.refuse(number, "a day of birth that cannot be read")
    place = _line(row, ("Town of birth", "Country of birth"))
    address = _line(row, _ADDRESS)
    entry.birth_places.update({place: None} if place else {})
    entry.addresses.update({address: None} if address else {})
    nations = [*_SEVERAL.split(row.get("Nationality(/ies)", "")), row.get("Address Country", "")]
    entry.countries.update(dict.fromkeys(countries(nations)))
    entry.identifiers.update(dict.fromkeys(_identifiers(row)))


def _names(row: Row) -> Iterator[ListedName]:
    name = " ".join(row[part] for part in _NAME if row.get(part))
    kind: NameKind = "alias"
    if row["Name type"].lower().startswith("primary name") and "variation" not in row["Name type"]:
        kind = "primary"
    if row.get("Alias strength", "").lower().startswith(("low", "weak")):
        kind = "weak"
    if name:
        yield ListedName(name, kind, script_of(name))
    if other := row.get("Name non-latin script", ""):
        yield ListedName(other, "alias", script_of(other))


def _birth(text: str) -> BirthDays | None:
    if match := _UNKNOWN_DAY.fullmatch(text):
        return year_span(int(match[1]), int(match[1]))
    if match := _UNKNOWN_DAY_ONLY.fullmatch(text):
        first = read_day(f"01/{match[1]}/{match[2]}")
        return BirthDays(first, first.replace(day=28)) if first else None
    return read_births(text)


def _line(row: Row, parts: tuple[str, ...]) -> str:
    return ", ".join(row[part] for part in parts if row.get(part))


def _identifiers(row: Row) -> Iterator[Identifier]:
    for column, kind in _NUMBERS.items():
        for number in filter(None, _SEVERAL.split(row.get(column, ""))):
            yield Identifier(kind, number)


def _party(list_id: str, key: str, entry: _Entry) -> ListedParty:
    return ListedParty(
        list=list_id,
        id=key,
        kind=entry.kind,
        names=tuple(entry.names),
        births=tuple(entry.births),
        birth_places=tuple(entry.birth_places),
        addresses=tuple(entry.addresses),
        countries=tuple(country_code(each) for each in entry.countries),
        identifiers=tuple(entry.identifiers),
        programmes=tuple(each for each in entry.regimes if each),
        listed_on=read_day(entry.designated),
    )
