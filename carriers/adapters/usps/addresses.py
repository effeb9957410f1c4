"""How does USPS want an address? Two lines, in Latin letters; nothing is ever cut off."""

import re
from collections.abc import Iterator
from typing import Any

from carriers import Fault
from carriers.addresses import in_latin, street_faults, wrapped_street
from data.model.shipment import Party

_LINES = 2
_LONGEST = 50
_CITY = 28
_PHONE = 15
_ZIP = re.compile(r"(\d{5})(?:-?(\d{4}))?")


def from_address(party: Party) -> dict[str, Any]:
    """The address of a sender in the United States, whom `faults_of_sender` found no fault with."""
    code = _ZIP.fullmatch(party.place.postal_code or "")
    return _filled(
        {
            **_who(party),
            "city": party.place.city,
            "state": party.place.region,
            "ZIPCode": code[1] if code else None,
            "ZIPPlus4": code[2] if code else None,
        }
    )


def to_address(party: Party) -> dict[str, Any]:
    """The address of a receiver abroad, whom `faults_of_receiver` found no fault with."""
    return _filled(
        {
            **_who(party),
            "city": party.place.city,
            "province": party.place.region,
            "postalCode": party.place.postal_code,
            "countryISOAlpha2Code": party.place.country,
        }
    )


def faults_of_sender(party: Party, at: str = "/consignor") -> Iterator[Fault]:
    """What USPS cannot take of the sender."""
    yield from _faults(party, at)
    if not party.place.region:
        yield Fault(f"{at}/region", "USPS needs the sender's state")
    if not _ZIP.fullmatch(party.place.postal_code or ""):
        yield Fault(f"{at}/postal_code", "USPS needs the sender's ZIP code")


def faults_of_receiver(party: Party, at: str = "/consignee") -> Iterator[Fault]:
    """What USPS cannot take of the receiver."""
    yield from _faults(party, at)


def street_lines(street: tuple[str, ...]) -> list[str]:
    """A street on lines of fifty characters, broken at words, joined only where it must be."""
    return wrapped_street(street, _LINES, _LONGEST)


def _who(party: Party) -> dict[str, Any]:
    first, _, last = party.name.rpartition(" ")
    lines = [*street_lines(party.street), None, None]
    return {
        "firstName": first or party.name,
        "lastName": last if first else None,
        "firm": party.company,
        "phone": _phone(party),
        "email": party.email,
        "streetAddress": lines[0],
        "secondaryAddress": lines[1],
    }


def _faults(party: Party, at: str) -> Iterator[Fault]:
    for text, field in ((party.name, "name"), (party.company, "company")):
        if text and len(text) > _LONGEST:
            yield Fault(f"{at}/{field}", f"USPS takes {_LONGEST} characters for a name")
        if not in_latin(text or ""):
            yield Fault(f"{at}/{field}", "USPS wants addresses in Latin letters")
    yield from street_faults(party.street, f"{at}/street", "USPS", _LINES, _LONGEST)
    for place, line in enumerate(party.street):
        if not in_latin(line):
            yield Fault(f"{at}/street/{place}", "USPS wants addresses in Latin letters")
    yield from _faults_of_city(party, at)


def _faults_of_city(party: Party, at: str) -> Iterator[Fault]:
    city = party.place.city or ""
    if not city:
        yield Fault(f"{at}/city", "USPS needs a city")
    elif len(city) > _CITY:
        yield Fault(f"{at}/city", f"USPS takes {_CITY} characters for a city")
    elif not in_latin(city):
        yield Fault(f"{at}/city", "USPS wants addresses in Latin letters")
    if len(_phone(party) or "") > _PHONE:
        yield Fault(f"{at}/phone", f"USPS takes {_PHONE} digits for a telephone number")


def _phone(party: Party) -> str | None:
    """The digits; those of the United States without the country's own."""
    digits = re.sub(r"\D", "", party.phone or "").removeprefix("00")
    if party.place.country == "US" and len(digits) == 11:
        digits = digits.removeprefix("1")
    return digits or None


def _filled(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value}
