"""Which of the seller's tax numbers belongs to this consignment, and may it be printed?

What a scheme covers is the destination's law (``data/facts/territories``); how its number travels
is in ``data/facts/documents/schemes.toml``.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import as_file, files
from typing import Any

from customs.documents.converting import converted, rate_needed
from customs.documents.faults import Fault
from customs.documents.form_facts import facts, is_within, read_amount, value_on
from customs.documents.kinds import Options
from data.loading.documents import load_document
from data.model.shipment import Shipment

_UNION_SCHEMES = frozenset({"ioss"})


def territory_of_scheme(scheme: str) -> str:
    """Where a registration counts: ``gb_vat`` in Great Britain, ``ioss`` in the Union.

    >>> territory_of_scheme("no_voec")
    'NO'
    """
    return "EU" if scheme in _UNION_SCHEMES else scheme.split("_")[0].upper()


@cache
def _schemes_of(territory: str) -> tuple[Mapping[str, Any], ...]:
    with as_file(files("data") / "facts" / "territories" / f"{territory}.toml") as path:
        document = load_document(path) if path.is_file() else {}
    return tuple(document.get("schemes", {}).values())


def registrations_here(shipment: Shipment, options: Options) -> dict[str, str]:
    """The seller's numbers that hold for this consignment: of its destination, within its limit.

    A number of a scheme whose limit this consignment passes is left out, and one that is named in
    the request (``scheme``) and does not hold is a fault (see `scheme_faults`).
    """
    return {
        scheme: number
        for scheme, number in shipment.registrations.items()
        if not any(_against(shipment, scheme, number, options))
    }


def printed_registrations(shipment: Shipment, options: Options) -> list[str]:
    """The numbers that papers print; those that travel only electronically are not among them."""
    held = facts("schemes")["schemes"]
    return [
        f"{scheme.upper().replace('_', ' ')} {number}"
        for scheme, number in sorted(registrations_here(shipment, options).items())
        if value_on(held.get(scheme, {}).get("printed"), shipment.on) != "no"
    ]


def placement(shipment: Shipment, operator: str | None, options: Options) -> str | None:
    """The IOSS number for the importer's reference, where the operator wants it there."""
    number = registrations_here(shipment, options).get("ioss")
    rules = facts("schemes")["schemes"]["ioss"]["placement"].get(operator)
    return number if number and value_on(rules, shipment.on) == "importer_reference" else None


def scheme_faults(shipment: Shipment, options: Options) -> Iterator[Fault]:
    """What is wrong with the scheme that the request says the tax was collected under."""
    scheme = options.get("scheme")
    if scheme is None:
        return
    number = shipment.registrations.get(scheme)
    if number is None:
        yield Fault("/registrations", f"The seller has no number of the scheme {scheme}.")
        return
    yield from _against(shipment, scheme, number, options)


def _against(shipment: Shipment, scheme: str, number: str, options: Options) -> Iterator[Fault]:
    """What keeps a number from holding for a consignment."""
    pointer, name = f"/registrations/{scheme}", scheme.upper().replace("_", " ")
    territory, place = territory_of_scheme(scheme), shipment.consignee.place.territory
    if not is_within(place, (territory,)):
        yield Fault(pointer, f"{name} counts in {territory}, and the goods go to {place}.")
        return
    form = value_on(facts("schemes")["schemes"].get(scheme, {}).get("format"), shipment.on)
    if form and not re.fullmatch(form, number):
        yield Fault(pointer, f"{number!r} is not written as a number of {name}.")
    for rules in _schemes_of(territory):
        if rules.get("registration") == scheme:
            yield from _beyond(shipment, name, rules, pointer, options)


def _beyond(
    shipment: Shipment, name: str, rules: Mapping[str, Any], pointer: str, options: Options
) -> Iterator[Fault]:
    limit = value_on(rules["versions"], shipment.on)
    if limit is None:
        yield Fault(pointer, f"{name} was not in force on {shipment.on}.")
    elif limit != "no limit":
        most = read_amount(limit)
        per_item = rules.get("per") == "item"
        values = [item.unit_price for item in shipment.items] if per_item else [shipment.goods]
        for value in values:
            worth = converted(value, most.currency.code, options)
            if worth is None:
                yield rate_needed(value, most.currency.code)
                return
            if worth > most.amount:
                yield Fault(pointer, f"{name} is for goods of up to {limit}; these are {value}.")
                return
