"""How are goods declared into the Union in full? The H1 data set, as JSON or CSV.

One item for each line of the record. What only the parties know is asked, never filled. Options
beside those of `eu_imports.py`: ``valuation_indicator`` (four digits), ``procedure`` (four digits)
and ``additional_procedures`` (a list), ``nature_of_transaction``, ``valuation_method``,
``preferences`` (line id → code, for what no fact says), ``supplementary_units`` (line id → number).
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from customs.documents.eu_imports import (
    EORI,
    OPTIONS,
    common_faults,
    declaration_record,
    elements,
    fact,
    is_distance_sale,
    way_of_vat,
    worth_at_most,
)
from customs.documents.faults import Fault
from customs.documents.form_facts import territory, value_on
from customs.documents.invoice import total_of
from customs.documents.kinds import Kind, Options
from customs.documents.messages import (
    amount_of,
    boxes_of_lines,
    columns,
    data_set,
    gross_weights,
    plain,
    product_record,
    too_long,
    wanted_mapping,
    wanted_text,
)
from data.model.consignment import GoodsItem
from data.model.money import Money, currency
from data.model.shipment import Shipment

_LONGEST = 512
_DIGITS = 10
"""Of a commodity code at import: heading, subheadings, CN and TARIC."""


def data_of(shipment: Shipment, options: Options) -> dict[str, Any]:
    """The whole declaration."""
    code = currency(shipment.currency)
    total = Money(total_of(shipment), code)
    charges = Money(total.amount - shipment.goods.amount, code)
    declaration = {
        **declaration_record(shipment, options),
        "delivery_terms": {"incoterm": shipment.terms, "place": shipment.terms_place},
        "total_invoiced": amount_of(total),
        "additions": {
            "code": fact("codes", "transport_costs", shipment) if charges.amount else None,
            **amount_of(charges if charges.amount else None),
        },
        "country_of_destination": shipment.consignee.place.country,
        "country_of_dispatch": shipment.consignor.place.country,
        "nature_of_transaction": _nature(shipment, options),
        "packages": len(shipment.parcels),
        "gross_mass_kg": plain(shipment.gross_weight),
    }
    items = list(_items(shipment, options))
    return {
        "data_set": "H1",
        "day": shipment.on.isoformat(),
        "elements": elements(shipment, declaration, items[0]),
        "declaration": declaration,
        "items": items,
        "totals": {"items": len(items), "amount_invoiced": amount_of(shipment.goods)},
    }


def _items(shipment: Shipment, options: Options) -> Iterator[dict[str, Any]]:
    weights, boxes = gross_weights(shipment), boxes_of_lines(shipment)
    procedure = _procedure(shipment, options) or ""
    units = options.get("supplementary_units") or {}
    for at, item in enumerate(shipment.items):
        claimed = item.preference is not None
        yield {
            "number": at + 1,
            "procedure": {"requested": procedure[:2], "previous": procedure[2:]},
            "additional_procedures": list(_additional(shipment, options)),
            "documents": _documents(shipment, item),
            "valuation_indicator": options.get("valuation_indicator"),
            "amount_invoiced": amount_of(Money(item.price, item.unit_price.currency)),
            "valuation_method": _valuation(shipment, options),
            "preference": _preference(shipment, item, options),
            "country_of_origin": item.country_of_origin,
            "country_of_preferential_origin": item.country_of_origin if claimed else None,
            "net_mass_kg": plain(item.net_weight or Decimal(0)),
            "gross_mass_kg": plain(weights[at]),
            "supplementary_units": units.get(item.id),
            "description": item.description,
            "packaging": {
                "type": fact("codes", "package", shipment),
                "packages": boxes[at],
                "marks": shipment.reference,
            },
            "commodity_code": item.hs_code,
            "additional_code": item.additional_code,
            "products": [product_record(item)],
        }


def _documents(shipment: Shipment, item: GoodsItem) -> list[dict[str, str | None]]:
    invoice = {"code": fact("codes", "invoice", shipment), "number": shipment.invoice_number}
    others = [{"code": code, "number": None} for code in item.documents]
    return [*([invoice] if shipment.invoice_number else []), *others]


def _procedure(shipment: Shipment, options: Options) -> str | None:
    said = options.get("procedure")
    if said is None and shipment.purpose == "sale":
        return fact("procedures", "free_circulation", shipment)
    return said


def _additional(shipment: Shipment, options: Options) -> Sequence[str]:
    said: Sequence[str] | None = options.get("additional_procedures")
    if said:
        return said
    way = way_of_vat(shipment, options)
    code = fact("additional_procedures", way, shipment) if way else None
    return [code or fact("additional_procedures", "none", shipment) or ""]


def _valuation(shipment: Shipment, options: Options) -> str | None:
    said = options.get("valuation_method")
    if said is None and shipment.purpose == "sale":
        return fact("codes", "transaction_value", shipment)
    return said


def _nature(shipment: Shipment, options: Options) -> str | None:
    said: str | None = options.get("nature_of_transaction")
    if said is None and shipment.purpose == "sale":
        kind = "sale_to_business" if shipment.consignee.is_business else "sale_to_consumer"
        return fact("codes", kind, shipment)
    return said


def _preference(shipment: Shipment, item: GoodsItem, options: Options) -> str | None:
    said: str | None = (options.get("preferences") or {}).get(item.id)
    if said is not None:
        return said
    if item.preference is None:
        return fact("preferences", "none", shipment)
    kind = "gsp" if item.preference.agreement.startswith("gsp") else "agreement"
    return fact("preferences", kind, shipment)


def rows_of(shipment: Shipment, options: Options) -> list[dict[str, object]]:
    """One row for each item, with the head of the declaration on every row."""
    record = data_of(shipment, options)
    numbers = record["elements"]
    rows = []
    for item in record["items"]:
        documents = (" ".join(filter(None, each.values())) for each in item["documents"])
        flat = {**item, "documents": " | ".join(documents), "products": item["products"][0]}
        rows.append(
            {
                **columns(record["declaration"], numbers["declaration"], "declaration"),
                **columns(flat, numbers["item"], "item"),
            }
        )
    return rows


def _faults(shipment: Shipment, options: Options) -> Iterator[Fault]:
    yield from common_faults(shipment, options)
    yield from wanted_mapping(options, "preferences", "supplementary_units")
    yield from _asked(shipment, options)
    importer = shipment.importer or shipment.consignee
    role = "importer" if shipment.importer else "consignee"
    if importer.is_business and not re.fullmatch(EORI, importer.tax_ids.get("eori", "")):
        yield Fault(f"/{role}/tax_ids/eori", "A business imports with its EORI number.")
    if not (shipment.terms_place or "").strip():
        yield Fault("/terms_place", f"{shipment.terms} needs a place: {shipment.terms} where?")
    for at, item in enumerate(shipment.items):
        yield from _item_faults(at, item)
    yield from _flat_preference(shipment, options)


def _asked(shipment: Shipment, options: Options) -> Iterator[Fault]:
    if _valuation(shipment, options) == fact("codes", "transaction_value", shipment):
        why = "Four digits: whether buyer and seller are related, and which conditions there are."
        yield from wanted_text(options, "valuation_indicator", why, "[01]{4}")
    sold = shipment.purpose == "sale"
    for name, pattern, why in (
        ("procedure", "[0-9]{4}", "Four digits: the procedure wanted, and the one before."),
        ("nature_of_transaction", "[1-9][0-9]?", "One or two digits."),
        ("valuation_method", "[1-6]", "One digit, 1 to 6."),
    ):
        if not sold or name in options:
            yield from wanted_text(options, name, why, pattern)
    codes = options.get("additional_procedures", [])
    fine = isinstance(codes, list) and all(
        isinstance(code, str) and re.fullmatch("[0-9A-Z]{3}", code) for code in codes
    )
    if not fine:
        yield Fault("/options/additional_procedures", "A list of codes of three characters.")


def _item_faults(at: int, item: GoodsItem) -> Iterator[Fault]:
    if len(item.hs_code or "") != _DIGITS:
        yield Fault(f"/items/{at}/hs_code", "H1 takes ten digits.")
    if item.preference is not None and not item.documents:
        yield Fault(f"/items/{at}/documents", "Name the code of the document that proves origin.")
    yield from too_long(f"/items/{at}/description", item.description, _LONGEST)


def _flat_preference(shipment: Shipment, options: Options) -> Iterator[Fault]:
    """Under the flat duty a line without a claim has a preference code of its own, not held."""
    rule = territory("EU")["flat_duties"]["low_value_item"]
    if value_on(rule["versions"], shipment.on) is None or not is_distance_sale(shipment):
        return
    within = worth_at_most(shipment, rule["up_to"], options)
    if isinstance(within, Fault):
        yield within
        return
    told = options.get("preferences")
    told = told if isinstance(told, dict) else {}
    for item in shipment.items:
        if within and item.preference is None and not told.get(item.id):
            why = "Under the flat duty, say the preference code: it is not held here."
            yield Fault(f"/options/preferences/{item.id}", why)


KINDS = (
    Kind(
        name="h1",
        title="Import declaration into the Union (H1 data)",
        formats=("json", "csv"),
        make=data_set(data_of, rows_of),
        faults=lambda shipment, options: tuple(_faults(shipment, options)),
        options=(
            *OPTIONS,
            "valuation_indicator",
            "procedure",
            "additional_procedures",
            "nature_of_transaction",
            "valuation_method",
            "preferences",
            "supplementary_units",
        ),
    ),
)
