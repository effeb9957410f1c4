"""What does the European Union's list say? The XML of its financial sanctions files, schema 1.1."""

from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from data.importing.sanctions.list_reports import ListTally
from data.importing.sanctions.wording import countries, read_day, script_of, year_span
from data.importing.sanctions.xml_files import children, records
from data.model.listed_parties import BirthDays, Identifier, ListedName, ListedParty

_UNKNOWN_COUNTRY = ("", "00")
_STREET = ("street", "poBox", "zipCode", "city", "place", "region", "countryDescription")
_BORN_IN = ("place", "city", "region", "countryDescription")


def read_eu_fsf_xml(file: BinaryIO, tally: ListTally) -> None:
    """Read the list into a tally. Raises `ListRefusedError`."""
    for number, element, root in records(file, tally, "export", ("sanctionEntity",)):
        if tally.stated is None:
            tally.stated = read_day(root.get("generationDate"))
        _entry(number, element, tally)


def _entry(number: int, element: etree._Element, tally: ListTally) -> None:
    reference = element.get("euReferenceNumber") or element.get("logicalId")
    subject = next(children(element, "subjectType"), None)
    if not reference or subject is None or subject.get("classificationCode") not in ("P", "E"):
        tally.refuse(number, "a record without reference number or kind of subject")
        return
    regulation = next(children(element, "regulation"), None)
    programme = regulation.get("programme", "") if regulation is not None else ""
    published = regulation.get("publicationDate") if regulation is not None else None
    parts = ("citizenship", "birthdate", "address")
    places = [each.get("countryIso2Code") for part in parts for each in children(element, part)]
    entry = ListedParty(
        list=tally.watch_list.id,
        id=reference,
        kind="person" if subject.get("classificationCode") == "P" else "entity",
        names=tuple(dict.fromkeys(_names(element))),
        births=tuple(dict.fromkeys(_births(number, element, tally))),
        birth_places=_lines(element, "birthdate", _BORN_IN),
        addresses=_lines(element, "address", _STREET),
        countries=countries(each for each in places if each not in _UNKNOWN_COUNTRY),
        identifiers=tuple(dict.fromkeys(_identifiers(element))),
        programmes=(programme,) if programme else (),
        listed_on=read_day(element.get("designationDate")) or read_day(published),
        until=read_day(element.get("delistingDate")),
    )
    tally.add(number, entry)


def _names(element: etree._Element) -> Iterator[ListedName]:
    primary = True
    for alias in children(element, "nameAlias"):
        parts = (alias.get(part) for part in ("firstName", "middleName", "lastName"))
        name = alias.get("wholeName") or " ".join(filter(None, parts))
        if name := " ".join(name.split()):
            strong = alias.get("strong", "true") == "true"
            script = script_of(name)
            if strong and primary and script is None:
                primary = False
                yield ListedName(name)
            else:
                yield ListedName(name, "alias" if strong else "weak", script)


def _births(number: int, element: etree._Element, tally: ListTally) -> Iterator[BirthDays]:
    for born in children(element, "birthdate"):
        if born.get("calendarType", "GREGORIAN") != "GREGORIAN":
            continue  # a day of another calendar would be compared with the wrong one
        day = read_day(born.get("birthdate"))
        first = born.get("year") or born.get("yearRangeFrom") or ""
        last = born.get("year") or born.get("yearRangeTo") or first
        around = 1 if born.get("circa") == "true" else 0
        if day is not None and not around:
            yield BirthDays(day, day)
        elif first.isdigit() and last.isdigit():
            if span := year_span(int(first) - around, int(last) + around):
                yield span
        elif day is not None:
            yield BirthDays(day.replace(month=1, day=1), day.replace(month=12, day=31))
        elif born.get("birthdate") or first:
            tally.refuse(number, "a day of birth that cannot be read")


def _lines(element: etree._Element, part: str, words: tuple[str, ...]) -> tuple[str, ...]:
    lines = (
        ", ".join(
            word for name in words if (word := (each.get(name) or "").strip()) != "UNKNOWN" and word
        )
        for each in children(element, part)
    )
    return tuple(dict.fromkeys(line for line in lines if line))


def _identifiers(element: etree._Element) -> Iterator[Identifier]:
    for each in children(element, "identification"):
        number = each.get("latinNumber") or each.get("number")
        if number and each.get("knownFalse") != "true":
            country = each.get("countryIso2Code", "")
            kind = each.get("identificationTypeDescription") or "Document"
            yield Identifier(kind, number, None if country in _UNKNOWN_COUNTRY else country)
