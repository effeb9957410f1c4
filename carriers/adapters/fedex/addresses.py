"""How does FedEx want an address? Three lines of 35 characters; nothing is ever cut off."""

import re
from collections.abc import Iterator
from typing import Any

from carriers import Fault
from carriers.addresses import in_latin, street_faults, wrapped_street
from data.model.places import Place
from data.model.shipment import Party

_LINES = 3
_LONGEST = 35
_PERSON = 70
_COMPANY = 35
_POSTAL_CODE = 10
_PHONE = 15
_WITH_STATES = ("US", "CA", "MX", "PR", "IN", "AE")  # FedEx takes two letters there, none elsewhere
_NEED_STATES = ("US", "CA")
_LATIN = "FedEx prints Latin letters"


def bare_address(place: Place) -> dict[str, Any]:
    """A place as the Rate API wants it: without a street."""
    return _filled(
        {
            "city": place.city,
            "stateOrProvinceCode": _state(place),
            "postalCode": place.postal_code,
            "countryCode": place.country,
        }
    )


def party(found: Party) -> dict[str, Any]:
    """Somebody whom `faults_of_party` found no fault with."""
    return {
        "contact": _filled(
            {
                "personName": found.name,
                "companyName": found.company,
                "phoneNumber": phone(found),
                "emailAddress": found.email,
            }
        ),
        "address": {
            "streetLines": street_lines(found.street),
            **bare_address(found.place),
            **({} if found.is_business else {"residential": True}),
        },
        **_tins(found),
    }


def faults_of_party(found: Party, at: str) -> Iterator[Fault]:
    """What FedEx cannot take of somebody at a pointer."""
    if len(found.name) > _PERSON:
        yield Fault(f"{at}/name", f"FedEx takes {_PERSON} characters for a person's name")
    if len(found.company or "") > _COMPANY:
        yield Fault(f"{at}/company", f"FedEx takes {_COMPANY} characters for a company's name")
    yield from street_faults(found.street, f"{at}/street", "FedEx", _LINES, _LONGEST)
    if not phone(found):
        yield Fault(f"{at}/phone", "FedEx needs a telephone number")
    elif len(phone(found)) > _PHONE:
        yield Fault(f"{at}/phone", f"FedEx takes {_PHONE} digits for a telephone number")
    yield from _faults_of_place(found.place, at)
    yield from _faults_of_letters(found, at)


def street_lines(street: tuple[str, ...]) -> list[str]:
    """A street on lines of 35 characters, broken at words, joined only where it must be."""
    return wrapped_street(street, _LINES, _LONGEST)


def phone(found: Party) -> str:
    """The digits of a telephone number; North American ones without the leading one."""
    digits = re.sub(r"\D", "", found.phone or "").removeprefix("00")
    if found.place.country in ("US", "CA", "PR") and len(digits) == 11:
        digits = digits.removeprefix("1")
    return digits


def _faults_of_place(place: Place, at: str) -> Iterator[Fault]:
    if not place.city:
        yield Fault(f"{at}/city", "FedEx needs a city")
    elif len(place.city) > _LONGEST:
        yield Fault(f"{at}/city", f"FedEx takes {_LONGEST} characters for a city")
    if place.country in _NEED_STATES and not place.region:
        yield Fault(f"{at}/region", "FedEx needs the state or province in the US and Canada")
    if len(place.postal_code or "") > _POSTAL_CODE:
        yield Fault(f"{at}/postal_code", f"FedEx takes {_POSTAL_CODE} characters for a postcode")


def _faults_of_letters(found: Party, at: str) -> Iterator[Fault]:
    texts = {"name": found.name, "company": found.company, "city": found.place.city}
    texts |= {f"street/{place}": line for place, line in enumerate(found.street)}
    for field, text in texts.items():
        if not in_latin(text or ""):
            yield Fault(f"{at}/{field}", f"{_LATIN}; write it in them")


def _tins(found: Party) -> dict[str, Any]:
    kinds = {"ein": "FEDERAL", "vat": "BUSINESS_NATIONAL", "eori": "BUSINESS_UNION"}
    tins = [
        {"number": number, "tinType": kinds[kind]}
        for kind, number in found.tax_ids.items()
        if kind in kinds
    ]
    return {"tins": tins} if tins else {}


def _state(place: Place) -> str | None:
    return place.region if place.country in _WITH_STATES else None


def _filled(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value}
