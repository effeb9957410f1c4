"""Who says that the goods are originating? A statement on origin, and the certification of USMCA.

Options of the statement: see `statements.py`. Of the certification: ``certifier`` (``exporter``,
``producer`` or ``importer``), ``criteria`` (line id → A to D), ``period``, ``producer`` (a name and
address, or ``various``, or ``available upon request``), ``signatory``, ``signatory_title``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from customs.documents.faults import Fault
from customs.documents.form_facts import facts, version_on
from customs.documents.kinds import Format, Kind, Options
from customs.documents.printing import countries, head, line, party, words
from customs.documents.statements import (
    period_faults,
    period_of,
    statement_faults,
    statement_text,
)
from customs.documents.typesetting import typeset
from data.model.consignment import GoodsItem
from data.model.shipment import Party, Shipment

_SIZES = ("A4", "Letter")
_CERTIFIERS = ("exporter", "producer", "importer")
_UNNAMED = ("various", "available upon request", "same as exporter")
_USMCA = ("usmca", "usmca-mexico")


def statement_data(shipment: Shipment, language: str, options: Options) -> dict[str, Any]:
    """A statement on origin with the goods it is for."""
    claimed = [item for item in shipment.items if item.preference is not None]
    return {
        **head(shipment, language),
        "title": words(language)["statement_on_origin"],
        "size": options.get("size") or "A4",
        "statement": statement_text(shipment, language, options),
        "lines": [line(item, at, language) for at, item in enumerate(claimed, 1)],
        "packages": str(len(shipment.parcels)),
        "signatory": options.get("signatory") or shipment.consignor.name,
        "place": shipment.consignor.place.city,
    }


def _make_statement(shipment: Shipment, form: Format, language: str, options: Options) -> bytes:
    record = statement_data(shipment, language, options)
    return typeset(
        "statement_on_origin", record, day=shipment.on, countries=countries(shipment), form=form
    )


def claimed_lines(shipment: Shipment) -> list[tuple[int, GoodsItem]]:
    """The lines that claim USMCA, each with its place among the items."""
    return [
        (at, item)
        for at, item in enumerate(shipment.items)
        if item.preference is not None and item.preference.agreement in _USMCA
    ]


def certification_data(shipment: Shipment, options: Options) -> dict[str, Any]:
    """The nine elements of Annex 5-A."""
    importer = shipment.importer or shipment.consignee
    roles: dict[str, Party] = {"exporter": shipment.consignor, "importer": importer}
    role = options["certifier"]
    producer = options.get("producer") or "same as exporter"
    certifier = roles.get(role)
    criteria = options.get("criteria") or {}
    period = period_of(options)
    return {
        **head(shipment, "en"),
        "title": "USMCA certification of origin",
        "size": options.get("size") or "Letter",
        "roles": [(name, name == role) for name in _CERTIFIERS],
        "certifier": party(certifier, "en"),
        "exporter": party(shipment.consignor, "en"),
        "producer": producer,
        "importing": party(importer, "en"),
        "lines": [
            {**line(item, at, "en"), "hs_code": _hs6(item), "criterion": criteria[item.id]}
            for at, (_, item) in enumerate(claimed_lines(shipment), 1)
        ],
        "period": [day.isoformat() for day in period] if period else None,
        "certification": facts("origin_statements")["usmca"]["certification"]["text"],
        "signatory": options.get("signatory") or (certifier or shipment.consignor).name,
        "signatory_title": options.get("signatory_title"),
        "place": (certifier or shipment.consignor).place.city,
    }


def _hs6(item: GoodsItem) -> str:
    code = item.hs_code or ""
    return f"{code[:4]}.{code[4:6]}"


def _certification_faults(shipment: Shipment, options: Options) -> Iterator[Fault]:
    rule = facts("origin_statements")["usmca"]
    if version_on(rule["versions"], shipment.on) is None:
        yield Fault("/on", "The agreement was not in force on this day.")
    for role in ("consignor", "consignee"):
        if getattr(shipment, role).place.country not in rule["members"]:
            yield Fault(f"/{role}/country", "The agreement is between the US, Canada and Mexico.")
    if options.get("certifier") not in _CERTIFIERS:
        yield Fault("/options/certifier", "Say who certifies: exporter, producer or importer.")
    yield from _reachable("consignor", shipment.consignor)
    importer = "consignee" if shipment.importer is None else "importer"
    yield from _reachable(importer, shipment.importer or shipment.consignee)
    yield from _producer(options)
    yield from _lines(shipment, rule, options)
    yield from period_faults(options, int(rule["months"]))
    if period_of(options) is None and not shipment.invoice_number:
        yield Fault("/invoice_number", "For one consignment, the invoice is named.")


def _reachable(role: str, who: Party) -> Iterator[Fault]:
    for name in ("phone", "email"):
        if not getattr(who, name):
            yield Fault(f"/{role}/{name}", f"The certification names the {role}'s {name}.")


def _producer(options: Options) -> Iterator[Fault]:
    producer = options.get("producer")
    if options.get("certifier") == "producer" and (producer in _UNNAMED or not producer):
        yield Fault("/options/producer", "A producer who certifies is named, with its address.")
    if producer is not None and (not isinstance(producer, str) or not producer.strip()):
        yield Fault("/options/producer", "The producer is a name and address, or one of: "
                    + ", ".join(_UNNAMED) + ".")  # fmt: skip


def _lines(shipment: Shipment, rule: Mapping[str, Any], options: Options) -> Iterator[Fault]:
    claimed = claimed_lines(shipment)
    if not claimed:
        yield Fault("/items/0/preference", "No line claims USMCA.")
    criteria = options.get("criteria")
    given = criteria if isinstance(criteria, Mapping) else {}
    for at, item in claimed:
        if given.get(item.id) not in rule["criteria"]:
            yield Fault(f"/options/criteria/{item.id}", "Say how the origin was won: A, B, C or D.")
        if item.country_of_origin not in rule["members"]:
            yield Fault(
                f"/items/{at}/country_of_origin",
                f"Goods of {item.country_of_origin} do not originate in North America.",
            )


def _make_certification(shipment: Shipment, form: Format, language: str, options: Options) -> bytes:
    record = certification_data(shipment, options)
    return typeset("usmca", record, day=shipment.on, countries=countries(shipment), form=form)


KINDS = (
    Kind(
        name="statement_on_origin",
        title="Statement on origin",
        formats=("pdf", "png"),
        make=_make_statement,
        faults=lambda shipment, options: tuple(statement_faults(shipment, options)),
        languages=("en", "fr", "de"),
        sizes=_SIZES,
        options=("period", "criteria", "rates", "signatory", "scheme"),
    ),
    Kind(
        name="usmca_certification",
        title="USMCA certification of origin",
        formats=("pdf", "png"),
        make=_make_certification,
        faults=lambda shipment, options: tuple(_certification_faults(shipment, options)),
        sizes=_SIZES,
        options=(
            "certifier",
            "criteria",
            "period",
            "producer",
            "signatory",
            "signatory_title",
            "rates",
            "scheme",
        ),
    ),
)
