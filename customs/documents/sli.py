"""What does a forwarder need to export from the United States? The shipper's letter of instruction.

Options: ``consignee_type`` (``direct consumer``, ``government``, ``reseller``, ``other``),
``related`` and ``routed`` (true or false, both must be said), ``forwarder``,
``intermediate_consignee``, ``instructions``, ``signatory``, ``itn`` (the filing's own number, where
it was filed already). An item says its export control number and licence as facts (``eccn``,
``licence``).
"""

from collections.abc import Iterator
from typing import Any

from customs.documents.faults import Fault
from customs.documents.kinds import Format, Kind, Options
from customs.documents.printing import countries, country_name, head, kilograms, line, spelled
from customs.documents.statements import control_statement
from customs.documents.typesetting import typeset
from data.model.shipment import Shipment

CONSIGNEE_TYPES = ("direct consumer", "government", "reseller", "other")
_LENGTH_OF_SCHEDULE_B = 10


def data_of(shipment: Shipment, options: Options) -> dict[str, Any]:
    """Everything that is printed, as the template takes it."""
    code, place = shipment.currency, shipment.consignee.place
    return {
        **head(shipment, "en"),
        "title": "Shipper's letter of instruction",
        "size": options.get("size") or "Letter",
        "ein": shipment.consignor.tax_ids["ein"],
        "state": shipment.consignor.place.region or "",
        "destination": f"{country_name(place.country, 'en')} ({place.country})",
        "consignee_type": options["consignee_type"],
        "related": _yes(options["related"]),
        "routed": _yes(options["routed"]),
        "hazardous": _yes(any(item.facts.get("un_number") for item in shipment.items)),
        "forwarder": options.get("forwarder"),
        "intermediate": options.get("intermediate_consignee"),
        "instructions": options.get("instructions") or shipment.comments,
        "itn": options.get("itn"),
        "terms": " ".join(said for said in (shipment.terms, shipment.terms_place) if said),
        "packages": str(len(shipment.parcels)),
        "gross": kilograms(shipment.gross_weight),
        "lines": [
            {
                **line(item, at, "en"),
                "foreign": "D" if item.country_of_origin == "US" else "F",
                "eccn": item.facts["eccn"],
                "licence": item.facts.get("licence", "NLR"),
                "marks": [],
            }
            for at, item in enumerate(shipment.items, 1)
        ],
        "total": spelled(shipment.goods.amount, code),
        "control": control_statement(shipment),
        "signatory": options.get("signatory") or shipment.consignor.name,
        "place": shipment.consignor.place.city,
    }


def _yes(said: object) -> str:
    return "Yes" if said else "No"


def _faults(shipment: Shipment, options: Options) -> Iterator[Fault]:
    if shipment.consignor.place.country != "US":
        yield Fault("/consignor/country", "This letter is for exports from the United States.")
    if not shipment.consignor.tax_ids.get("ein"):
        yield Fault("/consignor/tax_ids/ein", "The exporter's EIN is not told.")
    if shipment.currency != "USD":
        yield Fault("/items/0/unit_price", "Values in the letter are in US dollars.")
    if options.get("consignee_type") not in CONSIGNEE_TYPES:
        yield Fault("/options/consignee_type", f"One of {', '.join(CONSIGNEE_TYPES)}.")
    for name in ("related", "routed"):
        if not isinstance(options.get(name), bool):
            yield Fault(f"/options/{name}", "Must be said: true or false.")
    for at, item in enumerate(shipment.items):
        if len(item.hs_code or "") != _LENGTH_OF_SCHEDULE_B:
            yield Fault(f"/items/{at}/hs_code", "Schedule B and HTS numbers have ten digits.")
        if not item.facts.get("eccn"):
            yield Fault(f"/items/{at}/facts/eccn", "Say the ECCN, or EAR99.")


def _make(shipment: Shipment, form: Format, language: str, options: Options) -> bytes:
    record = data_of(shipment, options)
    return typeset("sli", record, day=shipment.on, countries=countries(shipment), form=form)


KINDS = (
    Kind(
        name="sli",
        title="Shipper's letter of instruction",
        formats=("pdf", "png"),
        make=_make,
        faults=lambda shipment, options: tuple(_faults(shipment, options)),
        sizes=("Letter", "A4"),
        options=(
            "consignee_type",
            "related",
            "routed",
            "forwarder",
            "intermediate_consignee",
            "instructions",
            "signatory",
            "itn",
            "rates",
            "scheme",
        ),
    ),
)
