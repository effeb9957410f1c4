"""What was sold, to whom and for how much? The commercial invoice, and the pro forma of no sale.

The totals are the record's own: goods, freight and insurance. Options: ``signatory`` (the
responsible person), ``purchase_order``, ``port_of_entry``, ``marks`` (of the packages), ``rates``,
``scheme``, ``origin_statement`` (true, or what `statements.py` takes).
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from customs.documents.faults import Fault
from customs.documents.form_facts import facts, value_on
from customs.documents.kinds import Format, Kind, Options
from customs.documents.printing import (
    LANGUAGES,
    countries,
    country_name,
    head,
    kilograms,
    line,
    spelled,
    words,
)
from customs.documents.registrations import printed_registrations
from customs.documents.statements import control_statement, statement_faults, statement_text
from customs.documents.typesetting import typeset
from data.model.shipment import Shipment

SIZES = ("A4", "Letter")
_TOLD = ("purchase_order", "port_of_entry", "marks")
OPTIONS = ("signatory", *_TOLD, "rates", "scheme", "origin_statement")


def total_of(shipment: Shipment) -> Decimal:
    """Goods, freight and insurance together."""
    charges = (shipment.freight, shipment.insurance)
    return Decimal(shipment.goods.amount) + sum(
        (Decimal(charge.amount) for charge in charges if charge is not None), Decimal(0)
    )


def data_of(kind: str, shipment: Shipment, language: str, options: Options) -> dict[str, Any]:
    """Everything that is printed, as the template takes it."""
    code, place = shipment.currency, shipment.consignee.place
    rules = facts("products")["invoice_language"].get(place.country)
    second = value_on(rules, shipment.on)
    record = head(shipment, language, second)
    title = words(language)[kind]
    if record["w2"] is not None:
        title = f"{title} / {record['w2'][kind]}"
    dispatch = shipment.consignor.place.country
    return {
        **record,
        "title": title,
        "size": options.get("size") or ("Letter" if dispatch in ("US", "CA") else "A4"),
        "number": shipment.invoice_number or shipment.reference,
        "day": record["invoice_day"],
        "terms": f"{shipment.terms} {shipment.terms_place}",
        "reason": " / ".join(
            dict.fromkeys(words(each)[shipment.purpose] for each in (language, second or language))
        ),
        "from": f"{country_name(dispatch, language)} ({dispatch})",
        "to": f"{country_name(place.country, language)} ({place.country})",
        "packages": str(len(shipment.parcels)),
        "gross": kilograms(shipment.gross_weight),
        "told": [(name, options[name]) for name in _TOLD if options.get(name)],
        "lines": [line(item, at, language) for at, item in enumerate(shipment.items, 1)],
        "charges": list(_charges(shipment)),
        "total": spelled(total_of(shipment), code),
        "registrations": printed_registrations(shipment, options),
        "comments": shipment.comments,
        "statements": list(_statements(shipment, language, options)),
        "declaration": "invoice_declaration"
        if kind == "commercial_invoice"
        else "proforma_declaration",
        "signatory": options.get("signatory") or shipment.consignor.name,
        "place": shipment.consignor.place.city,
    }


def _charges(shipment: Shipment) -> Iterator[tuple[str, str]]:
    code = shipment.currency
    yield "goods", spelled(shipment.goods.amount, code)
    for name in ("freight", "insurance"):
        charge = getattr(shipment, name)
        if charge is not None:
            yield name, spelled(charge.amount, code)


def _statements(shipment: Shipment, language: str, options: Options) -> Iterator[str]:
    if options.get("origin_statement"):
        yield statement_text(shipment, language, _wish(options))
    if (control := control_statement(shipment)) is not None:
        yield control


def _wish(options: Options) -> dict[str, Any]:
    wish = options.get("origin_statement")
    extra = wish if isinstance(wish, dict) else {}
    return {**extra, "rates": options.get("rates")}


def _faults(kind: str, shipment: Shipment, options: Options) -> Iterator[Fault]:
    if kind == "commercial_invoice":
        if not (shipment.invoice_number or "").strip():
            yield Fault("/invoice_number", "An invoice has a number.")
        if shipment.purpose != "sale":
            yield Fault("/purpose", f"A {shipment.purpose} is no sale: a pro forma goes with it.")
    if options.get("origin_statement"):
        wish = _wish(options)
        for name in ("period", "criteria"):
            if not isinstance(wish.get(name, {}), dict):
                yield Fault(f"/options/origin_statement/{name}", f"{name} is an object.")
                return
        yield from statement_faults(shipment, wish)


def _kind(name: str, title: str) -> Kind:
    def make(shipment: Shipment, form: Format, language: str, options: Options) -> bytes:
        record = data_of(name, shipment, language, options)
        return typeset("invoice", record, day=shipment.on, countries=countries(shipment), form=form)

    return Kind(
        name=name,
        title=title,
        formats=("pdf", "png"),
        make=make,
        faults=lambda shipment, options: tuple(_faults(name, shipment, options)),
        languages=LANGUAGES,
        sizes=SIZES,
        options=OPTIONS,
    )


KINDS = (
    _kind("commercial_invoice", "Commercial invoice"),
    _kind("proforma", "Pro forma invoice"),
)
