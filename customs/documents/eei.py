"""What does the United States ask of an export? Electronic export information, as JSON or CSV.

The data for whoever files in AES; its number (the ITN) comes from there and is never made here.
Where nothing has to be filed, the exemption that stands in its place is said. Options:
``consignee_type`` (``direct consumer``, ``government``, ``reseller``, ``other``), ``related`` and
``routed`` (true or false), ``export_port`` and ``carrier`` and ``mode_of_transport`` where it is
filed, ``filer``, ``departure`` (a day), ``itn`` (of a filing that was made), ``rates``. An item
says its export control number and licence as facts (``eccn``, ``licence``).
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from customs.documents.faults import Fault
from customs.documents.form_facts import facts, read_amount, value_on
from customs.documents.kinds import Kind, Options
from customs.documents.messages import (
    amount_of,
    columns,
    data_set,
    gross_weights,
    party_record,
    plain,
    text_faults,
    wanted_text,
)
from data.model.consignment import GoodsItem
from data.model.money import Money, currency
from data.model.shipment import Shipment

_DIGITS = 10
_ECCN = r"EAR99|[0-9][A-E][0-9]{3}[a-z0-9.]*|USML [IVX]+.*"


def _fact(table: str, name: str, shipment: Shipment) -> str | None:
    return value_on(facts("eei")[table].get(name), shipment.on)


def schedule_b_totals(shipment: Shipment) -> dict[str, Decimal]:
    """Schedule B number → what goods of it are worth: a shipment is measured by number."""
    totals: dict[str, Decimal] = {}
    for item in shipment.items:
        code = item.hs_code or ""
        totals[code] = totals.get(code, Decimal(0)) + item.price
    return totals


def is_licensed(shipment: Shipment) -> bool:
    """Whether any goods leave under a licence."""
    none = _fact("codes", "no_licence", shipment)
    return any(item.facts.get("licence", none) != none for item in shipment.items)


def _always_filed(shipment: Shipment) -> bool:
    """Whether the destination makes these goods filed at any value."""
    rule, free = facts("eei")["always"], _fact("codes", "not_controlled", shipment)
    country = shipment.consignee.place.country
    if value_on(rule["versions"], shipment.on) is None:
        return False
    controlled = any(item.facts.get("eccn") != free for item in shipment.items)
    return country in rule["everything"] or (controlled and country in rule["controlled"])


def exemption(shipment: Shipment) -> str | None:
    """What stands in place of a filing; none where it must be filed.

    Licensed goods are filed at any value. To Canada nothing else is; elsewhere a Schedule B number
    above the limit is.
    """
    if is_licensed(shipment) or _always_filed(shipment):
        return None
    if shipment.consignee.place.country == "CA":
        return _fact("exemptions", "canada", shipment)
    limit = _fact("limits", "schedule_b", shipment)
    if limit is None or max(schedule_b_totals(shipment).values()) > read_amount(limit).amount:
        return None
    return _fact("exemptions", "low_value", shipment)


def data_of(shipment: Shipment, options: Options) -> dict[str, Any]:
    """Everything that a filer needs, or the exemption."""
    legend = exemption(shipment)
    itn = options.get("itn")
    return {
        "data_set": "EEI",
        "day": shipment.on.isoformat(),
        "filing": {
            "required": legend is None,
            "exemption": legend,
            "itn": itn,
            "proof": legend or (f"AES {itn}" if itn else None),
        },
        "shipment": {
            "reference": shipment.reference,
            "usppi": party_record(shipment.consignor, "ein"),
            "ultimate_consignee": party_record(shipment.consignee),
            "consignee_type": options.get("consignee_type"),
            "related": options.get("related"),
            "routed": options.get("routed"),
            "filer": options.get("filer"),
            "state_of_origin": shipment.consignor.place.region,
            "country_of_destination": shipment.consignee.place.country,
            "departure": options.get("departure"),
            "export_port": options.get("export_port"),
            "carrier": options.get("carrier"),
            "mode_of_transport": options.get("mode_of_transport"),
            "hazardous": any(item.facts.get("un_number") for item in shipment.items),
            "gross_weight_kg": plain(shipment.gross_weight),
        },
        "lines": list(_lines(shipment)),
        "totals": {
            "value": amount_of(shipment.goods),
            "by_schedule_b": {
                code: amount_of(Money(total, currency(shipment.currency)))
                for code, total in schedule_b_totals(shipment).items()
            },
        },
    }


def _lines(shipment: Shipment) -> Iterator[dict[str, Any]]:
    weights = gross_weights(shipment)
    for at, item in enumerate(shipment.items):
        yield {
            "number": at + 1,
            "schedule_b": item.hs_code,
            "description": item.description,
            "quantity": item.quantity,
            "net_weight_kg": plain(item.net_weight or Decimal(0)),
            "shipping_weight_kg": plain(weights[at]),
            "value": amount_of(Money(item.price, item.unit_price.currency)),
            "domestic_or_foreign": "D" if item.country_of_origin == "US" else "F",
            "eccn": item.facts["eccn"],
            "licence": item.facts.get("licence") or _fact("codes", "no_licence", shipment),
        }


def rows_of(shipment: Shipment, options: Options) -> list[dict[str, object]]:
    """One row for each line, with the shipment on every row."""
    record = data_of(shipment, options)
    head = {
        **columns(record["filing"], {}, "filing"),
        **columns(record["shipment"], {}, "shipment"),
    }
    return [{**head, **columns(line, {}, "line")} for line in record["lines"]]


def _faults(shipment: Shipment, options: Options) -> Iterator[Fault]:
    yield from text_faults(shipment, options)
    if shipment.consignor.place.country != "US":
        yield Fault("/consignor/country", "This is for exports from the United States.")
    if shipment.consignee.place.country == "US":
        yield Fault("/consignee/country", "The goods stay in the United States.")
    if shipment.currency != "USD":
        yield Fault("/items/0/unit_price", "Values are told in US dollars.")
    for at, item in enumerate(shipment.items):
        yield from _controlled(at, item, shipment)
    if not shipment.items or _fact("limits", "schedule_b", shipment) is None:
        yield Fault("/on", "The rules of this day are not held.")
    elif exemption(shipment) is None:
        yield from _filed(shipment, options)
    elif "itn" in options:
        yield Fault("/options/itn", f"Nothing is filed for these goods: {exemption(shipment)}.")


def _controlled(at: int, item: GoodsItem, shipment: Shipment) -> Iterator[Fault]:
    if len(item.hs_code or "") != _DIGITS:
        yield Fault(f"/items/{at}/hs_code", "Schedule B and HTS numbers have ten digits.")
    eccn = item.facts.get("eccn", "")
    if not re.fullmatch(_ECCN, eccn):
        yield Fault(f"/items/{at}/facts/eccn", "Say the ECCN (such as 5A992), or EAR99.")


def _filed(shipment: Shipment, options: Options) -> Iterator[Fault]:
    """What a filing needs beyond the goods."""
    ein = re.sub("-", "", shipment.consignor.tax_ids.get("ein", ""))
    if not re.fullmatch("[0-9]{9}([0-9]{2})?", ein):
        yield Fault("/consignor/tax_ids/ein", "The exporter files with its EIN, nine digits.")
    if not shipment.consignor.place.region:
        yield Fault("/consignor/region", "The state from which the goods begin is told.")
    names = facts("eei")["consignee_types"]["names"]
    if options.get("consignee_type") not in names:
        yield Fault("/options/consignee_type", f"One of {', '.join(names)}.")
    for name in ("related", "routed"):
        if not isinstance(options.get(name), bool):
            yield Fault(f"/options/{name}", "Must be said: true or false.")
    yield from wanted_text(options, "export_port", "The port of export, four digits.", "[0-9]{4}")
    yield from wanted_text(options, "mode_of_transport", "Two digits.", "[0-9]{2}")
    yield from wanted_text(options, "carrier", "The carrier's code, SCAC or IATA.", "[A-Z0-9]{2,4}")
    if not _is_day(options.get("departure")):
        yield Fault("/options/departure", "The day of export, such as 2026-11-20.")
    pattern = _fact("codes", "itn", shipment)
    if "itn" in options and pattern:
        yield from wanted_text(options, "itn", "X and fourteen digits, as AES gave it.", pattern)


def _is_day(said: object) -> bool:
    try:
        return isinstance(said, str) and bool(date.fromisoformat(said))
    except ValueError:
        return False


KINDS = (
    Kind(
        name="eei",
        title="Electronic export information of the United States (data)",
        formats=("json", "csv"),
        make=data_set(data_of, rows_of),
        faults=lambda shipment, options: tuple(_faults(shipment, options)),
        options=(
            "consignee_type",
            "related",
            "routed",
            "filer",
            "departure",
            "export_port",
            "carrier",
            "mode_of_transport",
            "itn",
            "rates",
            "scheme",
        ),
    ),
)
