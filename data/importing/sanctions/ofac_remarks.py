"""What do the remarks of a US list say that a comparison needs?

Births, numbers, nationalities and weak aliases are written in one cell, divided by semicolons. The
rest of it, which says why somebody is listed, is read past and not kept.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from data.importing.sanctions.wording import country_code, read_births, script_of
from data.model.listed_parties import BirthDays, Identifier, ListedName

_PARTS = re.compile(r";\s+")
_ALTERNATIVE = re.compile(r"^alt\. ", re.IGNORECASE)
_ALIAS = re.compile(r"^(?:a\.k\.a\.|f\.k\.a\.|n\.k\.a\.) '(.+)'$")
_BORN = re.compile(r"^DOB (.+)$")
_BORN_IN = re.compile(r"^POB (.+)$")
_BELONGS = re.compile(r"^(?:nationality|citizen|Nationality of Registration) (.+)$")
_LABELS = (
    "Passport",
    "Diplomatic Passport",
    "Stateless Person Passport",
    "National ID No.",
    "National Foreign ID Number",
    "Identification Number",
    "Personal ID Card",
    "Residency Number",
    "Cedula No.",
    "Cedula de Ciudadania",
    "D.N.I.",
    "C.U.R.P.",
    "CURP",
    "R.F.C.",
    "RFC",
    "RIF #",
    "RUC #",
    "NIT #",
    "C.U.I.T.",
    "C.U.I.",
    "C.U.I.P.",
    "SSN",
    "Driver's License No.",
    "Tax ID No.",
    "V.A.T. Number",
    "Romanian C.R.",
    "Registration ID",
    "Registration Number",
    "Registered Charity No.",
    "Public Registration Number",
    "Business Registration Document #",
    "Business Registration Number",
    "Business Number",
    "Commercial Registry Number",
    "Company Number",
    "Enterprise Number",
    "C.R. No.",
    "Unified Social Credit Code (USCC)",
    "Economic Register Number (CBLS)",
    "Government Gazette Number",
    "Folio Mercantil No.",
    "Matricula Mercantil No",
    "Trade License No.",
    "Certificate of Incorporation Number",
    "Legal Entity Number",
    "D-U-N-S Number",
    "SWIFT/BIC",
    "BIK (RU)",
    "UAE Identification",
    "Vessel Registration Identification",
    "Other Vessel Call Sign",
    "MMSI",
    "Aircraft Tail Number",
    "Aircraft Construction Number (also called L/N or S/N or F/N)",
    "Aircraft Manufacturer's Serial Number (MSN)",
)
_NUMBERED = re.compile(
    rf"^(?P<kind>{'|'.join(sorted(map(re.escape, _LABELS), key=len, reverse=True))}):?,? "
    r"(?P<number>[^()]+?)(?: \((?P<country>[^()]+)\))?(?: (?:issued|expires|expired)\b.*)?$"
)
_WALLET = re.compile(r"^Digital Currency Address - (?P<currency>[A-Z]+) (?P<number>\w+)$")


@dataclass(slots=True)
class Remarks:
    """What was found in a cell of remarks. `unread` are births that could not be read."""

    names: list[ListedName] = field(default_factory=list)
    births: list[BirthDays] = field(default_factory=list)
    birth_places: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    identifiers: list[Identifier] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def read_remarks(text: str) -> Remarks:
    """What the remarks of one entry say.

    >>> read_remarks("DOB 1962; POB Utopia; Passport A123 (Iran).").identifiers
    [Identifier(kind='Passport', number='A123', country='IR')]
    """
    found = Remarks()
    for part in _parts(text):
        _read_part(part, found)
    return found


def _parts(text: str) -> Iterator[str]:
    for part in _PARTS.split(text.strip().removesuffix(".").removesuffix(";")):
        yield _ALTERNATIVE.sub("", part.strip())


def _read_part(part: str, found: Remarks) -> None:
    if match := _ALIAS.match(part):
        found.names.append(ListedName(match[1], "weak", script_of(match[1])))
    elif match := _BORN.match(part):
        span = read_births(match[1])
        if span is None:
            found.unread.append(part)
        else:
            found.births.append(span)
    elif match := _BORN_IN.match(part):
        found.birth_places.append(match[1])
    elif match := _BELONGS.match(part):
        found.countries.append(country_code(match[1]))
    elif identifier := read_identifier(part):
        found.identifiers.append(identifier)


def read_identifier(part: str) -> Identifier | None:
    """A number of a document or register in the words of a remark; None for other words."""
    if match := _NUMBERED.match(part):
        country = match["country"]
        return Identifier(
            match["kind"].rstrip(".#: ").strip(),
            match["number"].strip().removeprefix("IMO ").strip(),
            country_code(country) if country else None,
        )
    if match := _WALLET.match(part):
        return Identifier(f"Digital currency address {match['currency']}", match["number"])
    return None
