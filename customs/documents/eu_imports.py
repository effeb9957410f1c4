"""What do both import declarations of the Union ask, the low-value one and the standard one?

Options of both: ``lrn`` (the declarant's own reference), ``declarant`` (its EORI),
``additional_declaration_type`` (one letter), ``location_of_goods``, ``representative`` with
``representative_status`` (2 direct, 3 indirect), ``previous_document``, ``vat`` (how the tax is
paid: ``ioss``, ``special_arrangements``, ``standard_vat``), ``rates``, ``scheme``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from customs.documents.converting import converted, rate_needed
from customs.documents.faults import Fault
from customs.documents.form_facts import facts, is_within, read_amount, value_on
from customs.documents.kinds import Options
from customs.documents.messages import (
    numbers_on,
    party_record,
    text_faults,
    wanted_text,
)
from customs.documents.registrations import registrations_here
from data.model.shipment import Shipment

OPTIONS = (
    "lrn",
    "declarant",
    "additional_declaration_type",
    "location_of_goods",
    "representative",
    "representative_status",
    "previous_document",
    "vat",
    "rates",
    "scheme",
)
EORI = r"[A-Z]{2}[A-Z0-9]{1,15}"
WAYS_OF_VAT = ("ioss", "special_arrangements", "standard_vat")


def fact(table: str, name: str, shipment: Shipment) -> str | None:
    """A code of the declarations on the shipment's day."""
    return value_on(facts("eu_h7")[table].get(name), shipment.on)


def elements(
    shipment: Shipment, declaration: Mapping[str, Any], item: Mapping[str, Any]
) -> dict[str, dict[str, str]]:
    """Which number of a data element stands behind each word of a declaration."""
    held = facts("eu_h7")["elements"]
    return {
        part: {
            word: number
            for word, number in numbers_on(held[part], shipment.on).items()
            if word in record
        }
        for part, record in (("declaration", declaration), ("item", item))
    }


def way_of_vat(shipment: Shipment, options: Options) -> str | None:
    """How the tax is paid: as the request says, or under the seller's IOSS number that holds."""
    said = options.get("vat")
    if (
        said is None
        and shipment.purpose == "sale"
        and "ioss" in registrations_here(shipment, options)
    ):
        return "ioss"
    return said if said in WAYS_OF_VAT else None


def declaration_record(shipment: Shipment, options: Options) -> dict[str, Any]:
    """The head of a declaration, as both data sets have it."""
    return {
        "declaration_type": fact("codes", "declaration", shipment),
        "additional_declaration_type": options["additional_declaration_type"],
        "lrn": options["lrn"],
        "previous_document": options.get("previous_document"),
        "exporter": party_record(shipment.consignor),
        "importer": party_record(shipment.importer or shipment.consignee),
        "declarant": options["declarant"],
        "representative": options.get("representative"),
        "representative_status": options.get("representative_status"),
        "fiscal_reference": fiscal_reference(shipment, options),
        "location_of_goods": options["location_of_goods"],
    }


def fiscal_reference(shipment: Shipment, options: Options) -> dict[str, str | None]:
    """The IOSS number with its role, where the tax is paid under it."""
    if way_of_vat(shipment, options) != "ioss":
        return {"role": None, "number": None}
    number = registrations_here(shipment, options)["ioss"]
    return {"role": fact("fiscal_roles", "ioss", shipment), "number": number}


def worth_at_most(shipment: Shipment, limit: str, options: Options) -> bool | Fault:
    """Whether the goods are within a limit; a fault where nobody gave the rate."""
    most = read_amount(limit)
    worth = converted(shipment.goods, most.currency.code, options)
    if worth is None:
        return rate_needed(shipment.goods, most.currency.code)
    return bool(worth <= most.amount)


def is_distance_sale(shipment: Shipment) -> bool:
    """Whether a consumer bought the goods."""
    return shipment.purpose == "sale" and not shipment.consignee.is_business


def common_faults(shipment: Shipment, options: Options) -> Iterator[Fault]:
    """What is missing or wrong for either declaration."""
    yield from text_faults(shipment, options)
    for role, inside in (("consignee", True), ("consignor", False)):
        if is_within(getattr(shipment, role).place.territory, ("EU",)) is not inside:
            yield Fault(f"/{role}/country", "This declaration is for goods brought into the Union.")
    lrn = "Give the declarant's own reference: 22 characters at most."
    yield from wanted_text(options, "lrn", lrn, r"[!-~]{1,22}")
    yield from wanted_text(options, "declarant", "Give the declarant's EORI number.", EORI)
    letter = "One letter: A for goods that have arrived, D before."
    yield from wanted_text(options, "additional_declaration_type", letter, "[A-FR-Z]")
    yield from wanted_text(options, "location_of_goods", "Say where customs may see the goods.")
    if "representative" in options:
        yield from wanted_text(options, "representative", "An EORI number.", EORI)
        direct = "2 for direct, 3 for indirect representation."
        yield from wanted_text(options, "representative_status", direct, "[23]")
    yield from _vat(shipment, options)


def _vat(shipment: Shipment, options: Options) -> Iterator[Fault]:
    said = options.get("vat")
    if said is not None and said not in WAYS_OF_VAT:
        yield Fault("/options/vat", f"One of {', '.join(WAYS_OF_VAT)}.")
    if said == "ioss" and "ioss" not in registrations_here(shipment, options):
        yield Fault("/registrations/ioss", "The seller has no IOSS number for these goods.")
