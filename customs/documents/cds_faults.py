"""What keeps a declaration to CDS from being made?"""

from collections.abc import Iterator, Mapping
from typing import Any

from customs.documents.cds_items import valuation
from customs.documents.cds_parts import DATA_SETS, data_set_of, fact, identified, importer_is_named
from customs.documents.converting import converted, rate_needed
from customs.documents.faults import Fault
from customs.documents.form_facts import read_amount, territory
from customs.documents.kinds import Options
from customs.documents.messages import (
    name_of,
    text_faults,
    too_long,
    wanted_mapping,
    wanted_text,
)
from customs.documents.registrations import registrations_here
from data.model.shipment import Party, Shipment

_EORI = r"(GB|XI)[0-9]{12}"
_DIGITS = 10
_LENGTHS = {"name": 70, "street": 70, "city": 35, "postal_code": 9}
_DESCRIPTION = 512
_ASKED = {
    "lrn": ("Give the declarant's own reference: 22 characters at most.", r"[!-~]{1,22}"),
    "declarant": ("Give the declarant's EORI number: GB or XI and twelve digits.", _EORI),
    "importer": ("Give the importer's EORI number: GB or XI and twelve digits.", _EORI),
    "additional_declaration_type": ("One letter: A for goods that have arrived.", "[A-Z]"),
    "location_of_goods": ("Such as GBAUBELBFSBEL: country, type, qualifier, place.",
                          r"[A-Z]{2}[A-D][U-Z][!-~]{1,35}"),
    "transport_mode": ("One digit, 1 to 9: 1 sea, 4 air, 5 post.", "[1-9]"),
}  # fmt: skip
_NO_SALE = {
    "procedure": ("Four digits: the procedure wanted, and the one before.", "[0-9]{4}"),
    "nature_of_transaction": ("One or two digits.", "[1-9][0-9]?"),
    "valuation_method": ("One digit, 1 to 6.", "[1-6]"),
}
_BIRDS = {
    "authorisation": ("Give the EORI number of the authorised declarant.", _EORI),
    "authorisation_document": ("Give the number of the authorisation.", r".*\S.*"),
    "supervising_office": ("Give the supervising office.", r"[A-Z]{2}[A-Z0-9]{6}"),
}


def faults(shipment: Shipment, options: Options) -> Iterator[Fault]:
    """Everything that is missing or wrong, for the data set that was asked for."""
    yield from text_faults(shipment, options)
    name = data_set_of(options)
    if name not in DATA_SETS:
        yield Fault("/options/data_set", f"One of {', '.join(DATA_SETS)}.")
        return
    yield from _places(shipment, name)
    for word, (why, pattern) in _ASKED.items():
        if word == "importer" and importer_is_named(shipment, options):
            continue
        yield from wanted_text(options, word, why, pattern)
    yield from wanted_mapping(options, "fiscal_references", "document_ids", "arrival_transport")
    yield from _told(options)
    yield from _documents(options, needed=name != "h1")
    yield from _lengths(shipment, options)
    yield from {"h1": _full, "srds": _reduced, "birds": _bulk}[name](shipment, options)


def _places(shipment: Shipment, name: str) -> Iterator[Fault]:
    wanted = {"h1": ("GB", "XI"), "srds": ("XI",), "birds": ("GB",)}[name]
    if shipment.consignee.place.territory not in wanted:
        where = " or ".join(wanted)
        yield Fault("/consignee/country", f"This data set is for goods brought into {where}.")
    home = shipment.consignor.place.territory
    if home == "GB" and name != "birds" and shipment.consignee.place.territory == "XI":
        return
    if home in ("GB", "XI"):
        yield Fault("/consignor/country", "The goods are in the United Kingdom already.")


def _told(options: Options) -> Iterator[Fault]:
    """What may be told, where it is told in a wrong form."""
    for word, why, pattern in (
        ("representative_status", "2 for direct, 3 for indirect representation.", "[23]"),
        ("border_nationality", "A country's two letters.", "[A-Z]{2}"),
        ("terms_location", "A UN/LOCODE.", "[A-Z]{2}[A-Z0-9]{3}"),
    ):
        if word in options:
            yield from wanted_text(options, word, why, pattern)
    codes = options.get("additional_procedures", [])
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        yield Fault("/options/additional_procedures", "A list of codes.")


def _documents(options: Options, *, needed: bool) -> Iterator[Fault]:
    """Data element 2/1: every reduced data set names one."""
    told: Any = options.get("previous_documents") or []
    pointer = "/options/previous_documents"
    if not isinstance(told, list) or not all(_is_document(each) for each in told):
        yield Fault(pointer, 'A list of {"category", "type", "id"}.')
    elif needed and not told:
        yield Fault(pointer, "Name the previous document, such as the packing list.")


def _is_document(told: Any) -> bool:
    wanted = ("category", "type", "id")
    return isinstance(told, Mapping) and all(
        isinstance(told.get(name), str) and told[name] for name in wanted
    )


def _lengths(shipment: Shipment, options: Options) -> Iterator[Fault]:
    yield from too_long("/reference", shipment.reference, 35)
    yield from too_long("/invoice_number", shipment.invoice_number, 70)
    for at, item in enumerate(shipment.items):
        yield from too_long(f"/items/{at}/description", item.description, _DESCRIPTION)
        for document in item.documents:
            if len(document) != len("N935"):
                yield Fault(f"/items/{at}/documents", f"{document!r} is no code of four letters.")
    yield from _address("consignor", shipment.consignor)
    if importer_is_named(shipment, options):
        yield from _address("consignee", shipment.consignee)


def _address(role: str, party: Party) -> Iterator[Fault]:
    """A party that is named, not numbered, fits into the elements of its name and address."""
    element = identified("Exporter", party)
    if element is None or str(element[0].tag).endswith("}ID"):
        return
    said = {
        "name": name_of(party),
        "street": ", ".join(party.street),
        "city": party.place.city,
        "postal_code": party.place.postal_code,
    }
    for word, most in _LENGTHS.items():
        yield from too_long(f"/{role}/{word}", said[word], most)


def _full(shipment: Shipment, options: Options) -> Iterator[Fault]:
    yield from wanted_text(options, "payment_method", "One letter, such as E.", "[A-Z]")
    if not isinstance(options.get("container"), bool):
        yield Fault("/options/container", "Say whether the goods are in a container.")
    for word, (why, pattern) in _NO_SALE.items():
        if shipment.purpose != "sale" or word in options:
            yield from wanted_text(options, word, why, pattern)
    if valuation(shipment, options) == fact("codes", "transaction_value", shipment):
        why = "Four digits, 0 or 1: whether buyer and seller are related, and which conditions."
        yield from wanted_text(options, "valuation_indicator", why, "[01]{4}")
    if not (shipment.terms_place or "").strip():
        yield Fault("/terms_place", f"{shipment.terms} needs a place: {shipment.terms} where?")
    if shipment.purpose == "sale" and not shipment.invoice_number:
        yield Fault("/invoice_number", "The value of a sale is shown by its invoice.")
    for at, item in enumerate(shipment.items):
        if len(item.hs_code or "") != _DIGITS:
            yield Fault(f"/items/{at}/hs_code", "An import takes ten digits.")
        if item.preference is not None and not item.documents:
            yield Fault(f"/items/{at}/documents", "Name the document that proves the origin.")


def _reduced(shipment: Shipment, options: Options) -> Iterator[Fault]:
    gift = shipment.purpose == "gift"
    if gift and (shipment.consignor.is_business or shipment.consignee.is_business):
        yield Fault("/purpose", "A gift is between private persons.")
    yield from _within("gift" if gift else "srds", shipment, options)
    yield from _plain_goods(shipment, "SRDS")


def _bulk(shipment: Shipment, options: Options) -> Iterator[Fault]:
    for word, (why, pattern) in _BIRDS.items():
        yield from wanted_text(options, word, why, pattern)
    if options.get("transport_mode") == fact("birds", "postal_mode", shipment):
        yield Fault("/options/transport_mode", "BIRDS is not for goods that come by post.")
    if shipment.purpose != "sale" or "gb_vat" not in registrations_here(shipment, options):
        yield Fault("/registrations/gb_vat", "BIRDS is for sales taxed at sale: give the number.")
    if not isinstance(options.get("container"), bool):
        yield Fault("/options/container", "Say whether the goods are in a container.")
    yield from _within("birds", shipment, options)
    yield from _plain_goods(shipment, "BIRDS")


def _within(name: str, shipment: Shipment, options: Options) -> Iterator[Fault]:
    limit = fact("limits", name, shipment)
    if limit is None:
        yield Fault("/on", "The rules of this day are not held.")
        return
    most = read_amount(limit)
    worth = converted(shipment.goods, most.currency.code, options)
    if worth is None:
        yield rate_needed(shipment.goods, most.currency.code)
    elif worth > most.amount:
        yield Fault("/items", f"This is for up to {limit}; these are {shipment.goods}: take H1.")


def _plain_goods(shipment: Shipment, name: str) -> Iterator[Fault]:
    """Neither excise goods nor a claim of preference in a reduced data set."""
    excise = tuple(territory("GB")["excise_goods"]["goods"])
    for at, item in enumerate(shipment.items):
        if item.preference is not None:
            yield Fault(f"/items/{at}/preference", f"{name} claims no preference: take H1.")
        if (item.hs_code or "").startswith(excise):
            yield Fault(f"/items/{at}/hs_code", f"{name} is not for excise goods.")
