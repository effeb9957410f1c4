"""How are parcels of low value declared into the Union? The H7 data set, as JSON or CSV.

Nobody files this as it is: a declarant's system maps it, by the numbers of the data elements in
`elements`, to what its customs administration takes. Options: see `eu_imports.py`.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from customs.documents.eu_imports import (
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
from customs.documents.form_facts import read_amount, territory, value_on
from customs.documents.kinds import Kind, Options
from customs.documents.messages import (
    amount_of,
    columns,
    data_set,
    gross_weights,
    plain,
    product_record,
    too_long,
)
from customs.flat_duties import subheading_of
from data.model.consignment import GoodsItem
from data.model.money import Money, currency
from data.model.shipment import Shipment

_LONGEST = 512
"""Characters of a description, n of data element 18 05."""
Lines = list[tuple[GoodsItem, Decimal]]


def items_of(shipment: Shipment) -> dict[str, Lines]:
    """Subheading → its lines with their gross weights: what the flat duty counts as one item."""
    found: dict[str, Lines] = {}
    for item, gross in zip(shipment.items, gross_weights(shipment), strict=True):
        found.setdefault(subheading_of(item), []).append((item, gross))
    return found


def data_of(shipment: Shipment, options: Options) -> dict[str, Any]:
    """The whole declaration."""
    groups = items_of(shipment)
    codes = additional_procedures(shipment, options)
    declaration = {
        **declaration_record(shipment, options),
        "transport_costs": amount_of(shipment.freight),
        "packages": len(shipment.parcels),
        "gross_mass_kg": plain(shipment.gross_weight),
    }
    items = [
        _item(shipment, at, code, lines, codes)
        for at, (code, lines) in enumerate(groups.items(), 1)
    ]
    return {
        "data_set": "H7",
        "day": shipment.on.isoformat(),
        "elements": elements(shipment, declaration, items[0]),
        "declaration": declaration,
        "items": items,
        "totals": {
            "items": len(groups),
            "intrinsic_value": amount_of(shipment.goods),
            "flat_duty": _flat_duty(shipment, len(groups)),
        },
    }


def _item(
    shipment: Shipment, at: int, code: str, lines: Lines, codes: Sequence[str]
) -> dict[str, Any]:
    value = sum((item.price for item, _ in lines), Decimal(0))
    procedure = fact("procedures", "free_circulation", shipment) or ""
    return {
        "number": at,
        "procedure": {"requested": procedure[:2], "previous": procedure[2:]},
        "additional_procedures": list(codes),
        "commodity_code": code,
        "description": _description(lines),
        "intrinsic_value": amount_of(Money(value, currency(shipment.currency))),
        "gross_mass_kg": plain(sum((gross for _, gross in lines), Decimal(0))),
        "quantity": sum(item.quantity for item, _ in lines),
        "products": [product_record(item) for item, _ in lines],
    }


def _description(lines: Lines) -> str:
    return "; ".join(dict.fromkeys(item.description or "" for item, _ in lines))


def additional_procedures(shipment: Shipment, options: Options) -> list[str]:
    """The codes of relief and of the way in which the tax is paid, of the shipment's day."""
    way = way_of_vat(shipment, options)
    words = ["gift"] if shipment.purpose == "gift" else ["low_value", way]
    found = [fact("additional_procedures", word, shipment) for word in words if word]
    return [code for code in found if code]


def _flat_duty(shipment: Shipment, count: int) -> dict[str, Any] | None:
    """The flat duty of the items, by the law that quotes read; none where there is none."""
    rule = territory("EU")["flat_duties"]["low_value_item"]
    each = value_on(rule["versions"], shipment.on)
    if each is None or not is_distance_sale(shipment):
        return None
    amount = read_amount(each)
    return {
        "items": count,
        "each": amount_of(amount),
        "total": amount_of(Money(amount.amount * count, amount.currency)),
    }


def rows_of(shipment: Shipment, options: Options) -> list[dict[str, object]]:
    """One row for each item, with the head of the declaration on every row."""
    record = data_of(shipment, options)
    numbers = record["elements"]
    return [
        {
            **columns(record["declaration"], numbers["declaration"], "declaration"),
            **columns({**item, "products": _products(item)}, numbers["item"], "item"),
        }
        for item in record["items"]
    ]


def _products(item: dict[str, Any]) -> str:
    kept = ("sku", "manufacturer_id", "gtin")
    return " | ".join(
        " / ".join(product[name] or "" for name in kept) for product in item["products"]
    )


def _faults(shipment: Shipment, options: Options) -> Iterator[Fault]:
    yield from common_faults(shipment, options)
    yield from _value(shipment, options)
    yield from _use(shipment, options)
    excise = tuple(territory("EU")["excise_goods"]["goods"])
    for at, item in enumerate(shipment.items):
        if item.preference is not None:
            yield Fault(f"/items/{at}/preference", "H7 claims no preference: take H1.")
        if (item.hs_code or "").startswith(excise):
            yield Fault(f"/items/{at}/hs_code", "H7 is not for excise goods: take H1.")
        if item.documents:
            yield Fault(f"/items/{at}/documents", "Goods that need a certificate go by H1.")
    for lines in items_of(shipment).values():
        at = shipment.items.index(lines[0][0])
        yield from too_long(f"/items/{at}/description", _description(lines), _LONGEST)


def _value(shipment: Shipment, options: Options) -> Iterator[Fault]:
    names = ("h7", "gift") if shipment.purpose == "gift" else ("h7",)
    for name in names:
        limit = fact("limits", name, shipment)
        if limit is None:
            yield Fault("/on", f"There was no H7 on {shipment.on}.")
            return
        within = worth_at_most(shipment, limit, options)
        if isinstance(within, Fault):
            yield within
            return
        if not within:
            yield Fault("/items", f"H7 is for up to {limit}; these are {shipment.goods}: take H1.")


def _use(shipment: Shipment, options: Options) -> Iterator[Fault]:
    gift = shipment.purpose == "gift"
    if gift and (shipment.consignor.is_business or shipment.consignee.is_business):
        yield Fault("/purpose", "A gift is between private persons.")
    every = fact("uses", "h7", shipment) == "all"
    if not (every or gift or is_distance_sale(shipment)):
        yield Fault("/purpose", "On this day H7 is for sales to consumers and for gifts: take H1.")
    if not gift and not additional_procedures(shipment, options):
        ways = "ioss, special_arrangements or standard_vat"
        yield Fault("/options/vat", f"Say how the tax is paid: {ways}.")


KINDS = (
    Kind(
        name="h7",
        title="Low-value import declaration into the Union (H7 data)",
        formats=("json", "csv"),
        make=data_set(data_of, rows_of),
        faults=lambda shipment, options: tuple(_faults(shipment, options)),
        options=OPTIONS,
    ),
)
