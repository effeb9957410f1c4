"""How does UPS want an address? Three lines of 35 characters; nothing is ever cut off."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from carriers import Fault
from carriers.adapters.ups.letters import plain
from carriers.addresses import street_faults, wrapped_street
from data.model.places import Place
from data.model.shipment import Party

_LINES = 3
_LONGEST = 35
_CITY = 30
_REGION = 5
_POSTAL_CODE = 9
_EMAIL = 50
_PHONE = 15
_NEED_A_REGION = ("US", "CA")
_ONE = ("US", "CA", "PR", "VI")  # numbers without the country's code, +1
_PO_BOX = re.compile(r"\b(p\.?\s?o\.?\s?box|post\s?box|postfach|bo[iî]te postale)\b", re.I)


def bare_place(place: Place) -> dict[str, Any]:
    """A place as the Rating API wants it: without a street."""
    return _filled(
        {
            "City": plain(place.city or ""),
            "StateProvinceCode": _region(place),
            "PostalCode": postal_code(place),
            "CountryCode": place.country,
        }
    )


def address(party: Party) -> dict[str, Any]:
    """The address of somebody whom `faults_of_party` found no fault with."""
    return {"AddressLine": street_lines(party.street), **bare_place(party.place)}


def contact(party: Party) -> dict[str, Any]:
    """Who somebody is and how to reach them, as UPS prints it."""
    number = phone(party)
    return {
        "Name": plain(party.company or party.name),
        "AttentionName": plain(party.name),
        **({"Phone": {"Number": number}} if number else {}),
        **({"EMailAddress": party.email} if party.email else {}),
        "Address": address(party),
    }


def faults_of_party(party: Party, at: str, *, abroad: bool) -> Iterator[Fault]:
    """What UPS cannot take of somebody at a pointer; `abroad` asks for a telephone too."""
    for text, field in ((party.company, "company"), (party.name, "name")):
        if text and len(plain(text)) > _LONGEST:
            yield Fault(f"{at}/{field}", f"UPS takes {_LONGEST} characters for a name")
    street = [plain(line) for line in party.street]
    yield from street_faults(street, f"{at}/street", "UPS", _LINES, _LONGEST)
    yield from _faults_of_place(party.place, at)
    if abroad and not phone(party):
        yield Fault(f"{at}/phone", "UPS needs a telephone number across a border")
    if len(phone(party)) > _PHONE:
        yield Fault(f"{at}/phone", f"UPS takes {_PHONE} digits for a telephone number")
    if party.email and len(party.email) > _EMAIL:
        yield Fault(f"{at}/email", f"UPS takes {_EMAIL} characters for an e-mail address")


def street_lines(street: tuple[str, ...]) -> list[str]:
    """A street on lines of 35 characters, broken at words, joined only where it must be.

    >>> street_lines(("12 Foundry Row",))
    ['12 Foundry Row']
    """
    return wrapped_street([plain(line) for line in street], _LINES, _LONGEST)


def is_po_box(party: Party) -> bool:
    """Whether an address is a box at a post office."""
    return any(_PO_BOX.search(line) for line in party.street)


def phone(party: Party) -> str:
    """The digits of a telephone number as UPS writes them in the party's country."""
    digits = re.sub(r"\D", "", (party.phone or "").removeprefix("00"))
    if party.place.country in _ONE and len(digits) == 11 and digits.startswith("1"):
        return digits[1:]
    return digits


def postal_code(place: Place) -> str:
    """A postcode in at most nine characters where that can be done without losing any."""
    code = (place.postal_code or "").strip().upper()
    if place.country in ("CA", "US", "PR") or len(code) > _POSTAL_CODE:
        return re.sub(r"[\s-]", "", code)
    return code


def _faults_of_place(place: Place, at: str) -> Iterator[Fault]:
    if not place.city:
        yield Fault(f"{at}/city", "UPS needs a city")
    elif len(plain(place.city)) > _CITY:
        yield Fault(f"{at}/city", f"UPS takes {_CITY} characters for a city")
    if place.country in _NEED_A_REGION and not place.region:
        yield Fault(f"{at}/region", "UPS needs the state or province in the US and Canada")
    if len(place.region or "") > _REGION:
        yield Fault(f"{at}/region", f"UPS takes {_REGION} characters for a region")
    if len(postal_code(place)) > _POSTAL_CODE:
        yield Fault(f"{at}/postal_code", f"UPS takes {_POSTAL_CODE} characters for a postcode")


def _region(place: Place) -> str:
    """UPS knows no parts of the United Kingdom."""
    return "" if place.country == "GB" else place.region or ""


def _filled(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value}
