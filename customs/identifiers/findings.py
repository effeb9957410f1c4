"""Which numbers of a consignment are wrong, and which are missing?"""

from collections.abc import Iterator, Sequence
from datetime import date

from customs.identifiers.checking import Identifier, Identifiers
from customs.identifiers.needs import Need, needs_of
from data.model.charges import Citation, Finding
from data.model.consignment import Consignment

INVALID = "identifier-invalid"
NEEDED = "identifier-needed"

Told = tuple[str, Identifier]
"""A party and its number, looked at."""


def told_numbers(consignment: Consignment, known: Identifiers, on: date) -> Iterator[Told]:
    """The seller's registrations and the business buyer's tax number, looked at.

    Schemes and countries whose numbers are not known are passed over.
    """
    for scheme, number in consignment.seller.registrations.items():
        if of_scheme := known.schemes.get(scheme):
            yield "seller", known.check(of_scheme, number, on)
    buyer = consignment.buyer
    kind = known.buyer_tax_ids.get(consignment.ship_to.territory)
    if kind and buyer.tax_id and buyer.type == "business":
        yield "buyer", known.check(kind, buyer.tax_id, on)


def invalid_numbers(
    consignment: Consignment, known: Identifiers, on: date, given: Sequence[Told] = ()
) -> tuple[Finding, ...]:
    """The numbers of a consignment, and those given beside it, that are not as they must be."""
    told = (*told_numbers(consignment, known, on), *given)
    return tuple(against(number, party, known) for party, number in told if not number.valid)


def unmet_needs(
    consignment: Consignment, known: Identifiers, on: date, given: Sequence[Told] = ()
) -> Iterator[Need]:
    """The numbers that the lane asks for and that nobody gave."""
    told = (*told_numbers(consignment, known, on), *given)
    for need in needs_of(consignment, known, on):
        parties = (need.party, need.alias)
        if not any(n.valid and n.kind in need.kinds and party in parties for party, n in told):
            yield need


def needed(need: Need, known: Identifiers) -> Finding:
    """What is said of a number that is missing."""
    names = " or ".join(known.name(kind) for kind in need.kinds)
    message = f"{need.message}: {names}"
    return Finding(NEEDED, "document", message, party=need.party, citation=need.citation)


def against(number: Identifier, party: str, known: Identifiers) -> Finding:
    """What is said of a number that is wrong."""
    message = f"{number.normalised or 'Nothing'} is no {known.name(number.kind)}: {number.why}"
    citation = Citation(number.law) if number.law else None
    return Finding(INVALID, "warning", message, party=party, citation=citation)
