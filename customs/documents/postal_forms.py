"""What do the post's customs forms say? CN 22 for small things, CN 23 for the others.

Both have French beside another language. Options: ``operator`` (who carries it; otherwise the one
of the sender's country), ``item_number`` (the S10 number that the operator gave), ``explanation``
(of other goods), ``rates``, ``scheme``, and for CN 23 ``licence``, ``certificate``, ``office``.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from customs.documents import s10
from customs.documents.barcodes import code_128
from customs.documents.converting import converted, rate_needed
from customs.documents.faults import Fault
from customs.documents.form_facts import facts, read_amount, value_on
from customs.documents.kinds import Format, Kind, Options
from customs.documents.printing import LANGUAGES, countries, head, kilograms, line, spelled, words
from customs.documents.registrations import placement
from customs.documents.typesetting import typeset
from data.model.shipment import Party, Shipment

CATEGORIES = ("gift", "documents", "sample", "sale", "return", "other")
_SIZES = {"cn22": ("74x105mm", "4x6in"), "cn23": ("A5", "4x6in")}
_OPTIONS = {
    "cn22": ("operator", "item_number", "explanation", "rates", "scheme"),
    "cn23": (
        "operator", "item_number", "explanation", "rates", "scheme", "licence", "certificate",
        "office",
    ),
}  # fmt: skip


def operator_of(shipment: Shipment, options: Options) -> tuple[str | None, Mapping[str, Any]]:
    """The post that carries it, by its code: the one that is named, or the sender's country's."""
    held: Mapping[str, Mapping[str, Any]] = facts("operators")["operators"]
    if (named := options.get("operator")) is not None:
        return named, held.get(named, {})
    for code, operator in held.items():
        if operator["country"] == shipment.consignor.place.country:
            return code, operator
    return None, {}


def data_of(kind: str, shipment: Shipment, language: str, options: Options) -> dict[str, Any]:
    """Everything that is printed, as the template takes it."""
    code = shipment.currency
    operator, rules = operator_of(shipment, options)
    number = options.get("item_number")
    number = s10.read_number(number) if number else None
    category = shipment.purpose if shipment.purpose in CATEGORIES else "other"
    record = head(shipment, language, "en" if language == "fr" else "fr")
    title = f"{kind[:2].upper()} {kind[2:]}"
    return {
        **record,
        "form": title,
        "title": f"{words(language)['customs_declaration']} {title}",
        "size": options.get("size") or _SIZES[kind][0],
        "operator": rules.get("name") or options.get("operator") or "",
        "number": number,
        "barcode": code_128(number) if number else None,
        "categories": [(name, name == category) for name in CATEGORIES],
        "explanation": options.get("explanation")
        or (words(language)["repair"] if shipment.purpose == "repair" else None),
        "lines": [line(item, at, language) for at, item in enumerate(shipment.items, 1)],
        "total": spelled(shipment.goods.amount, code),
        "gross": kilograms(shipment.gross_weight),
        "postage": None if shipment.freight is None else spelled(shipment.freight.amount, code),
        "sender_reference": _reference(shipment.consignor),
        "importer_reference": placement(shipment, operator, options)
        or _reference(shipment.importer or shipment.consignee),
        "importer_contact": _contact(shipment.importer or shipment.consignee),
        "comments": shipment.comments,
        "licence": options.get("licence"),
        "certificate": options.get("certificate"),
        "office": options.get("office"),
        "signatory": shipment.consignor.name,
    }


def _reference(party: Party) -> str | None:
    for kind, number in party.tax_ids.items():
        return f"{kind.upper().replace('_', ' ')} {number}"
    return None


def _contact(party: Party) -> str | None:
    return " · ".join(said for said in (party.phone, party.email) if said) or None


def _faults(kind: str, shipment: Shipment, options: Options) -> Iterator[Fault]:
    if len(shipment.parcels) > 1:
        yield Fault("/parcels", "A form goes with one parcel; these are several.")
    if shipment.purpose == "gift" and shipment.consignor.is_business:
        yield Fault("/purpose", "What a business sends is no gift.")
    yield from _number(shipment, options)
    if kind == "cn22":
        yield from _small(shipment, options)
    elif shipment.freight is None and value_on(facts("operators")["forms"]["postage"], shipment.on):
        yield Fault("/freight", "The postal charges are told on this form.")


def _number(shipment: Shipment, options: Options) -> Iterator[Fault]:
    _, operator = operator_of(shipment, options)
    number = options.get("item_number")
    if number is None:
        if value_on(operator.get("barcode"), shipment.on):
            yield Fault(
                "/options/item_number",
                f"{operator['name']} asks for the bar code of an item number that it has given.",
            )
        return
    try:
        s10.read_number(str(number))
    except s10.NumberError as error:
        yield Fault("/options/item_number", f"{error}.")


def _small(shipment: Shipment, options: Options) -> Iterator[Fault]:
    """What makes goods too many, too dear or too heavy for a CN 22."""
    forms = facts("operators")["forms"]
    most = value_on(forms["lines"], shipment.on)
    if most is not None and len(shipment.items) > int(most):
        yield Fault("/items", f"A CN 22 has {most} lines, and these are more: CN 23.")
    heaviest = value_on(forms["letter_post_kg"], shipment.on)
    if heaviest is not None and shipment.gross_weight > Decimal(heaviest):
        yield Fault("/parcels/0/weight", f"A CN 22 is for up to {heaviest} kg: CN 23.")
    code, operator = operator_of(shipment, options)
    limit = value_on(operator.get("limit"), shipment.on)
    if limit is None:
        who = code or f"the post of {shipment.consignor.place.country}"
        yield Fault(
            "/options/operator", f"The value up to which {who} takes a CN 22 is not held: CN 23."
        )
        return
    top = read_amount(limit)
    worth = converted(shipment.goods, top.currency.code, options)
    if worth is None:
        yield rate_needed(shipment.goods, top.currency.code)
    elif worth > top.amount:
        yield Fault("/items", f"{operator['name']} takes a CN 22 up to {limit}: CN 23.")


def _kind(name: str) -> Kind:
    def make(shipment: Shipment, form: Format, language: str, options: Options) -> bytes:
        record = data_of(name, shipment, language, options)
        return typeset(name, record, day=shipment.on, countries=countries(shipment), form=form)

    return Kind(
        name=name,
        title=f"Customs declaration {name[:2].upper()} {name[2:]}",
        formats=("pdf", "png"),
        make=make,
        faults=lambda shipment, options: tuple(_faults(name, shipment, options)),
        languages=LANGUAGES,
        sizes=_SIZES[name],
        options=_OPTIONS[name],
    )


KINDS = (_kind("cn22"), _kind("cn23"))
