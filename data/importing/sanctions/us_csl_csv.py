"""What does the US Consolidated Screening List say? One CSV of the lists of three departments."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from data.importing.sanctions.list_reports import ListTally
from data.importing.sanctions.ofac_remarks import read_identifier
from data.importing.sanctions.tabular import Row, rows, split
from data.importing.sanctions.wording import (
    countries,
    country_code,
    read_births,
    read_day,
    script_of,
)
from data.model.listed_parties import (
    BirthDays,
    Identifier,
    ListedName,
    ListedParty,
    PartyKind,
)

_NEEDED = frozenset({"_id", "source", "type", "name", "addresses", "alt_names", "programs"})
_KINDS: dict[str, PartyKind] = {
    "": "entity",
    "individual": "person",
    "entity": "entity",
    "vessel": "vessel",
    "aircraft": "aircraft",
}
_SUCCESSORS = re.compile(r"[;,]?\s+and any (?:successors?|sub-?units?)\b.*$", re.IGNORECASE)
_LAST_COUNTRY = re.compile(r"(?:^|, )([A-Z]{2})$")
_AND = re.compile(r"^and\s+", re.IGNORECASE)
_IDENTIFIER = re.compile(r"^(?P<kind>[^,]+), (?P<number>[^,]+)(?:, (?P<country>[A-Z]{2}))?$")


def read_us_csl_csv(file: BinaryIO, tally: ListTally) -> None:
    """Read the list into a tally. Raises `ListRefusedError`."""
    for number, row in rows(file, tally, _NEEDED):
        if row["type"].lower() not in _KINDS or not row["_id"] or not row["source"]:
            tally.refuse(number, f"a line without id or source, or of the kind {row['type']!r}")
            continue
        tally.add(number, _entry(number, row, tally))


def _entry(number: int, row: Row, tally: ListTally) -> ListedParty:
    addresses = split(row["addresses"], "; ")
    living = [match[1] for each in addresses if (match := _LAST_COUNTRY.search(each))]
    belongs = [
        *split(row.get("citizenships", ""), "; "),
        *split(row.get("nationalities", ""), "; "),
    ]
    return ListedParty(
        list=tally.watch_list.id,
        id=row["_id"],
        kind=_KINDS[row["type"].lower()],
        names=tuple(dict.fromkeys(_names(row))),
        births=tuple(dict.fromkeys(_births(number, row, tally))),
        birth_places=split(row.get("places_of_birth", ""), "; "),
        addresses=addresses,
        countries=countries([*belongs, *living, row.get("vessel_flag", "")]),
        identifiers=tuple(dict.fromkeys(_identifiers(row))),
        programmes=(row["source"], *split(row["programs"], "; ")),
        listed_on=read_day(row.get("start_date")),
        until=read_day(row.get("end_date")),
    )


def _names(row: Row) -> Iterator[ListedName]:
    if name := _SUCCESSORS.sub("", row["name"]).strip():
        yield ListedName(name, "primary", script_of(name))
    for other in split(row["alt_names"], ";"):
        if name := _SUCCESSORS.sub("", _AND.sub("", other)).strip():
            yield ListedName(name, "alias", script_of(name))


def _births(number: int, row: Row, tally: ListTally) -> Iterator[BirthDays]:
    for text in split(row.get("dates_of_birth", ""), "; "):
        span = read_births(text)
        if span is None:
            tally.refuse(number, "a day of birth that cannot be read")
        else:
            yield span


def _identifiers(row: Row) -> Iterator[Identifier]:
    """Numbers are written ``Passport, A123, IR``; what is no number is read past."""
    for part in split(row.get("ids", ""), "; "):
        match = _IDENTIFIER.match(part)
        if match and (found := read_identifier(f"{match['kind']} {match['number']}")):
            country = match["country"]
            yield Identifier(found.kind, found.number, country_code(country) if country else None)
    if call_sign := row.get("call_sign", ""):
        yield Identifier("Vessel call sign", call_sign)
