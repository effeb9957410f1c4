"""What do the US Treasury's lists say in XML? The form of its own schema, ``sdnList``."""

from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

from lxml import etree

from data.importing.sanctions.list_reports import ListTally
from data.importing.sanctions.wording import (
    countries,
    country_code,
    read_births,
    read_us_day,
    script_of,
)
from data.importing.sanctions.xml_files import children, local, records, text, texts
from data.model.listed_parties import (
    BirthDays,
    Identifier,
    ListedName,
    ListedParty,
    PartyKind,
)

_KINDS: dict[str, PartyKind] = {
    "individual": "person",
    "entity": "entity",
    "vessel": "vessel",
    "aircraft": "aircraft",
}
_NO_NUMBERS = (
    "gender",
    "secondary sanctions risk:",
    "additional sanctions information -",
    "website",
    "email address",
    "phone number",
    "fax",
    "telephone",
    "organization established date",
    "organization type:",
    "executive order",
    "target type",
    "nationality of registration",
    "transactions prohibited",
    "effective date",
    "listing date",
    "caatsa section",
    "ifca determination",
)
_ADDRESS = ("address1", "address2", "address3", "city", "stateOrProvince", "postalCode", "country")


def read_ofac_xml(file: BinaryIO, tally: ListTally) -> None:
    """Read a list into a tally. Raises `ListRefusedError`, also for a count that is not its own."""
    declared = 0
    for number, element, _ in records(file, tally, "sdnList", ("publshInformation", "sdnEntry")):
        if local(element) == "publshInformation":
            tally.stated = _published(element)
            declared = int(text(element, "Record_Count") or 0)
        else:
            _entry(number, element, tally)
    if declared and declared != len(tally.entries) + len(tally.refused):
        raise tally.refusal(f"the file says {declared} entries and has {len(tally.entries)}")


def _published(element: etree._Element) -> date | None:
    return read_us_day(text(element, "Publish_Date"))


def _entry(number: int, element: etree._Element, tally: ListTally) -> None:
    uid, kind = text(element, "uid"), text(element, "sdnType").lower()
    if not uid or kind not in _KINDS:
        tally.refuse(number, f"a record without number, or of the unknown kind {kind!r}")
        return
    addresses = list(children(element, "addressList", "address"))
    living = [
        *texts(element, "nationalityList", "nationality", "country"),
        *texts(element, "citizenshipList", "citizenship", "country"),
        *(text(each, "country") for each in addresses),
        text(element, "vesselInfo", "vesselFlag"),
    ]
    lines = (", ".join(filter(None, (text(each, part) for part in _ADDRESS))) for each in addresses)
    entry = ListedParty(
        list=tally.watch_list.id,
        id=uid,
        kind=_KINDS[kind],
        names=tuple(dict.fromkeys(_names(element))),
        births=tuple(dict.fromkeys(_births(number, element, tally))),
        birth_places=texts(element, "placeOfBirthList", "placeOfBirthItem", "placeOfBirth"),
        addresses=tuple(dict.fromkeys(line for line in lines if line)),
        countries=countries(living),
        identifiers=tuple(dict.fromkeys(_identifiers(element))),
        programmes=texts(element, "programList", "program"),
    )
    tally.add(number, entry)


def _names(element: etree._Element) -> Iterator[ListedName]:
    if primary := _whole(element):
        yield ListedName(primary)
    for alias in children(element, "akaList", "aka"):
        if name := _whole(alias):
            weak = text(alias, "category").lower() == "weak"
            yield ListedName(name, "weak" if weak else "alias", script_of(name))


def _whole(element: etree._Element) -> str:
    last, first = text(element, "lastName"), text(element, "firstName")
    return f"{last}, {first}" if first else last


def _births(number: int, element: etree._Element, tally: ListTally) -> Iterator[BirthDays]:
    for words in texts(element, "dateOfBirthList", "dateOfBirthItem", "dateOfBirth"):
        span = read_births(words)
        if span is None:
            tally.refuse(number, "a day of birth that cannot be read")
        else:
            yield span


def _identifiers(element: etree._Element) -> Iterator[Identifier]:
    for each in children(element, "idList", "id"):
        kind, number = text(each, "idType"), text(each, "idNumber")
        if kind and number and not kind.lower().startswith(_NO_NUMBERS):
            country = text(each, "idCountry")
            yield Identifier(
                kind.rstrip(".#: "),
                number.removeprefix("IMO ").strip(),
                country_code(country) if country else None,
            )
    if call_sign := text(element, "vesselInfo", "callSign"):
        yield Identifier("Vessel call sign", call_sign)
