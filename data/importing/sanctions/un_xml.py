"""What does the United Nations' consolidated list say? One XML of individuals and entities."""

from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from data.importing.sanctions.list_reports import ListTally
from data.importing.sanctions.wording import (
    countries,
    country_code,
    read_births,
    read_day,
    script_of,
    year_span,
)
from data.importing.sanctions.xml_files import children, records, text, texts
from data.model.listed_parties import (
    BirthDays,
    Identifier,
    ListedName,
    ListedParty,
    NameKind,
)

_NAME_PARTS = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_STREET = ("STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY")
_BORN_IN = ("CITY", "STATE_PROVINCE", "COUNTRY")
_APPROXIMATELY = 1


def read_un_xml(file: BinaryIO, tally: ListTally) -> None:
    """Read the list into a tally. Raises `ListRefusedError`."""
    for number, element, root in records(
        file, tally, "CONSOLIDATED_LIST", ("INDIVIDUAL", "ENTITY")
    ):
        if tally.stated is None:
            tally.stated = read_day(root.get("dateGenerated"))
        _entry(number, element, tally)


def _entry(number: int, element: etree._Element, tally: ListTally) -> None:
    person = element.tag == "INDIVIDUAL"
    word = "INDIVIDUAL" if person else "ENTITY"
    reference = text(element, "REFERENCE_NUMBER") or text(element, "DATAID")
    listed_on = read_day(text(element, "LISTED_ON"))
    if not reference or listed_on is None:
        tally.refuse(number, "a record without reference number or day of listing")
        return
    born_in = [text_of(each, _BORN_IN) for each in children(element, f"{word}_PLACE_OF_BIRTH")]
    living = [text(each, "COUNTRY") for each in children(element, f"{word}_ADDRESS")]
    addresses = [text_of(each, _STREET) for each in children(element, f"{word}_ADDRESS")]
    entry = ListedParty(
        list=tally.watch_list.id,
        id=reference,
        kind="person" if person else "entity",
        names=tuple(dict.fromkeys(_names(element, word))),
        births=tuple(dict.fromkeys(_births(number, element, tally))),
        birth_places=tuple(dict.fromkeys(each for each in born_in if each)),
        addresses=tuple(dict.fromkeys(each for each in addresses if each)),
        countries=countries((*texts(element, "NATIONALITY", "VALUE"), *living)),
        identifiers=tuple(dict.fromkeys(_identifiers(element))),
        programmes=texts(element, "UN_LIST_TYPE"),
        listed_on=listed_on,
    )
    tally.add(number, entry)


def text_of(element: etree._Element, parts: tuple[str, ...]) -> str:
    """Some parts of an element in one line."""
    return ", ".join(filter(None, (text(element, part) for part in parts)))


def _names(element: etree._Element, word: str) -> Iterator[ListedName]:
    primary = " ".join(filter(None, (text(element, part) for part in _NAME_PARTS)))
    if primary:
        yield ListedName(primary)
    if original := text(element, "NAME_ORIGINAL_SCRIPT"):
        yield ListedName(original, "alias", script_of(original))
    for alias in children(element, f"{word}_ALIAS"):
        kind: NameKind = "weak" if text(alias, "QUALITY").lower() == "low" else "alias"
        # One alias may list several, divided by semicolons.
        for part in text(alias, "ALIAS_NAME").split(";"):
            if name := part.strip():
                yield ListedName(name, kind, script_of(name))


def _births(number: int, element: etree._Element, tally: ListTally) -> Iterator[BirthDays]:
    for born in children(element, "INDIVIDUAL_DATE_OF_BIRTH"):
        exact, year = text(born, "DATE"), text(born, "YEAR")
        first, last = text(born, "FROM_YEAR"), text(born, "TO_YEAR")
        span: BirthDays | None = None
        if exact:
            span = read_births(exact)
        elif year.isdigit():
            around = _APPROXIMATELY if text(born, "TYPE_OF_DATE") == "APPROXIMATELY" else 0
            span = year_span(int(year) - around, int(year) + around)
        elif first.isdigit() and last.isdigit():
            span = year_span(int(first), int(last))
        if span is not None:
            yield span
        elif exact or year or first or last:
            tally.refuse(number, "a day of birth that cannot be read")


def _identifiers(element: etree._Element) -> Iterator[Identifier]:
    for document in children(element, "INDIVIDUAL_DOCUMENT"):
        if number := text(document, "NUMBER"):
            kind = text(document, "TYPE_OF_DOCUMENT") or "Document"
            place = text(document, "ISSUING_COUNTRY") or text(document, "COUNTRY_OF_ISSUE")
            yield Identifier(kind, number, country_code(place) if place else None)
