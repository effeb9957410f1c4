"""How are places and people written for DHL Express?

Nothing is cut off: what is longer than DHL takes, or missing where it needs it, is refused.
"""

from collections.abc import Iterator
from typing import Any

from carriers.addresses import missing, refuse, street_lines, too_long
from data.model.places import Place
from data.model.shipment import Party

_DHL = "DHL Express"
_LINES, _CHARACTERS = 3, 45

_NUMBERS = {
    "vat": "VAT",
    "eori": "EOR",
    "ein": "EIN",
    "ssn": "SSN",
    "gst": "GST",
    "cpf": "CNP",
    "cnpj": "CNP",
    "duns": "DUN",
    "rex": "RGP",
    "ukims": "IMS",
}
"""DHL's types for the kinds of tax number that it has a field for."""

_ISSUERS = {"EL": "GR", "XI": "GB"}  # prefixes of numbers that are no ISO codes


def place_of(place: Place, pointer: str) -> dict[str, Any]:
    """A place in DHL's words. Raises `RequestRejected`: without a city DHL finds nothing."""
    refuse(missing([(f"{pointer}/city", place.city)], _DHL))
    limits = (
        (f"{pointer}/city", place.city, 45),
        (f"{pointer}/postal_code", place.postal_code, 12),
    )
    refuse(too_long(limits, _DHL))
    written = {
        "postalCode": place.postal_code or "",
        "cityName": place.city,
        "countryCode": place.country,
    }
    if place.region and len(place.region) > 1:  # DHL takes no province of one letter
        written["provinceCode"] = place.region
    return written


def party_of(party: Party, pointer: str, *more: dict[str, str]) -> dict[str, Any]:
    """A person or company in DHL's words; `more` are registrations beside its own.

    Raises `RequestRejected` where something is missing or longer than DHL takes.
    """
    lines = street_lines(party.street, f"{pointer}/street", _DHL, _LINES, _CHARACTERS)
    numbered = {f"addressLine{number}": line for number, line in enumerate(lines, 1)}
    numbers = [*_registrations(party), *more]
    written: dict[str, Any] = {
        "postalAddress": {**place_of(party.place, pointer), **numbered},
        "contactInformation": _contact(party, pointer),
        "typeCode": "business" if party.is_business else "private",
    }
    if numbers:
        written["registrationNumbers"] = numbers
    return written


def registration(kind: str, number: str, issuer: str) -> dict[str, str]:
    """A registration number as DHL writes it."""
    return {"typeCode": kind, "number": number, "issuerCountryCode": issuer}


def _registrations(party: Party) -> Iterator[dict[str, str]]:
    for kind, number in party.tax_ids.items():
        if (code := _NUMBERS.get(kind.lower())) is not None and number.strip():
            prefix = number[:2].upper()
            named = prefix.isalpha() and prefix.isascii() and code in ("VAT", "EOR")
            issuer = _ISSUERS.get(prefix, prefix) if named else party.place.country
            yield registration(code, number.strip(), issuer)


def _contact(party: Party, pointer: str) -> dict[str, str]:
    company = party.company or party.name
    needed = ((f"{pointer}/name", party.name), (f"{pointer}/phone", party.phone))
    refuse(missing(needed, _DHL))
    limits = (
        (f"{pointer}/name", party.name, 255),
        (f"{pointer}/company", company, 100),
        (f"{pointer}/phone", party.phone, 70),
        (f"{pointer}/email", party.email, 70),
    )
    refuse(too_long(limits, _DHL))
    written = {
        "phone": (party.phone or "").strip(),
        "companyName": company.strip(),
        "fullName": party.name.strip(),
    }
    return written | ({"email": party.email.strip()} if party.email else {})
