"""Do the goods, weights, prices and parties agree with each other, and is everything said?

Every paper is made of one record; this looks at the record. What only one kind asks is in its own
module. A paper with a fault is not made at all.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from customs.descriptions import refused_because
from customs.documents.converting import converted
from customs.documents.faults import Fault
from customs.documents.form_facts import facts, is_within, read_amount, value_on, version_on
from customs.documents.kinds import Options
from customs.documents.registrations import scheme_faults
from customs.identifiers import installed
from data.model.consignment import GoodsItem
from data.model.money import round_half_up
from data.model.shipment import Party, Shipment

_NOT_FOR_CUSTOMS = frozenset(
    {"packing_list", "ubl_packing_list", "dangerous_goods", "battery_mark"}
)
"""Kinds that say what is in the boxes, without code, origin and price of the goods."""
_UNWEIGHED = frozenset(
    {
        "commercial_invoice",
        "proforma",
        "ubl_invoice",
        "statement_on_origin",
        "usmca_certification",
        "ubl_certificate_of_origin",
        "dangerous_goods",
        "battery_mark",
    }
)
"""Kinds that are good without the net weight of each line."""
_LIKE_AN_INVOICE = frozenset({"commercial_invoice", "proforma", "ubl_invoice"})
_PRODUCTS_TOLD = frozenset({"commercial_invoice", "h1", "h7", "itmatt", "ubl_invoice"})
_CODE = re.compile(r"[0-9]{6}([0-9]{2}){0,3}")
_COUNTRY = re.compile(r"[A-Z]{2}")


def preflight(kind: str, shipment: Shipment, options: Options) -> list[Fault]:
    """Everything in a shipment that keeps a paper of this kind from being made."""
    found = [
        *_party("consignor", shipment.consignor, shipment.on),
        *_party("consignee", shipment.consignee, shipment.on),
        *(() if shipment.importer is None else _party("importer", shipment.importer, shipment.on)),
        *_money(shipment),
        *_weights(shipment, every_line=kind not in _UNWEIGHED),
        *_contents(shipment),
    ]
    if kind not in _NOT_FOR_CUSTOMS:
        found += [*_goods(shipment), *scheme_faults(shipment, options)]
    if kind in _LIKE_AN_INVOICE:
        found += _terms(shipment)
    if kind in _PRODUCTS_TOLD:
        found += _products(shipment, options)
    return found


def disagreements(shipment: Shipment) -> list[Fault]:
    """What keeps every paper for a border from being made: asked before a label is bought."""
    return [
        *_party("consignor", shipment.consignor, shipment.on),
        *_party("consignee", shipment.consignee, shipment.on),
        *_money(shipment),
        *_weights(shipment, every_line=False),
        *_contents(shipment),
        *_goods(shipment),
    ]


def _party(role: str, party: Party, on: date) -> Iterator[Fault]:
    said = {
        "name": party.name,
        "street": " ".join(party.street),
        "city": party.place.city,
        "country": party.place.country,
    }
    for name, text in said.items():
        if not (text or "").strip():
            yield Fault(f"/{role}/{name}", f"The {role} has no {name}.")
    known = installed()
    for kind, number in party.tax_ids.items():
        if kind in known.kinds and known.check(kind, number, on).is_mistyped:
            detail = f"{number!r} is no {known.name(kind)}: its check digits do not agree."
            yield Fault(f"/{role}/tax_ids/{kind}", detail)


def _money(shipment: Shipment) -> Iterator[Fault]:
    if not shipment.items:
        yield Fault("/items", "There are no goods.")
        return
    code = shipment.currency
    for at, item in enumerate(shipment.items):
        if (other := item.unit_price.currency.code) != code:
            yield Fault(
                f"/items/{at}/unit_price", f"Prices are in {code} and {other}; a paper takes one."
            )
        elif item.price < 0:
            yield Fault(f"/items/{at}/discount", "The discount is more than the price.")
        elif item.price != round_half_up(item.price, code):
            yield Fault(
                f"/items/{at}/unit_price", f"The line is {item.price} {code}, no payable amount."
            )
    for name in ("freight", "insurance"):
        amount = getattr(shipment, name)
        if amount is not None and amount.currency.code != code:
            yield Fault(
                f"/{name}", f"The {name} is in {amount.currency.code}, the goods in {code}."
            )


def _weights(shipment: Shipment, *, every_line: bool) -> Iterator[Fault]:
    if not shipment.parcels:
        yield Fault("/parcels", "No box is told, nor what it weighs.")
    for at, parcel in enumerate(shipment.parcels):
        if parcel.weight <= 0:
            yield Fault(f"/parcels/{at}/weight", "The box weighs nothing.")
    net = Decimal(0)
    for at, item in enumerate(shipment.items):
        if item.net_weight is None:
            if every_line:
                yield Fault(f"/items/{at}/unit_weight", "What a piece weighs is not told.")
        elif item.net_weight <= 0:
            yield Fault(f"/items/{at}/unit_weight", "The goods weigh nothing.")
        else:
            net += item.net_weight
    if shipment.parcels and net > shipment.gross_weight:
        yield Fault(
            "/parcels", f"The goods weigh {net} kg net, the boxes {shipment.gross_weight} kg gross."
        )


def _contents(shipment: Shipment) -> Iterator[Fault]:
    """Where it is told what is in the boxes, all the goods are in them, and nothing else."""
    if not any(parcel.contents for parcel in shipment.parcels):
        return
    known = {item.id: at for at, item in enumerate(shipment.items)}
    packed = dict.fromkeys(known, 0)
    for at, parcel in enumerate(shipment.parcels):
        for line, pieces in parcel.contents.items():
            if line in packed:
                packed[line] += pieces
            else:
                yield Fault(f"/parcels/{at}/contents/{line}", f"There is no line {line!r}.")
    for item in shipment.items:
        if packed[item.id] != item.quantity:
            yield Fault(
                f"/items/{known[item.id]}/quantity",
                f"{item.quantity} pieces are sold, and {packed[item.id]} are in the boxes.",
            )


def _goods(shipment: Shipment) -> Iterator[Fault]:
    words = facts("products")["no_origin"]
    no_origin = words["words"] if version_on(words["versions"], shipment.on) else ()
    for at, item in enumerate(shipment.items):
        yield from _described(item, f"/items/{at}")
        if not item.hs_code:
            yield Fault(f"/items/{at}/hs_code", "The goods have no commodity code.")
        elif not _CODE.fullmatch(item.hs_code):
            yield Fault(f"/items/{at}/hs_code", "A commodity code has 6, 8, 10 or 12 digits.")
        if not item.country_of_origin:
            yield Fault(f"/items/{at}/country_of_origin", "The country of origin is not told.")
        elif item.country_of_origin in no_origin or not _COUNTRY.fullmatch(item.country_of_origin):
            yield Fault(
                f"/items/{at}/country_of_origin",
                f"{item.country_of_origin!r} is no country: name the one where it was made.",
            )


def _described(item: GoodsItem, pointer: str) -> Iterator[Fault]:
    if not (item.description or "").strip():
        yield Fault(f"{pointer}/description", "The goods are not described.")
    elif said := refused_because(item.description):
        yield Fault(f"{pointer}/description", said)


def _terms(shipment: Shipment) -> Iterator[Fault]:
    if not (shipment.terms_place or "").strip():
        yield Fault("/terms_place", f"{shipment.terms} needs a place: {shipment.terms} where?")
    if shipment.terms == "DDP" and shipment.importer is None:
        yield Fault("/importer", "Under DDP somebody imports for the seller: say who.")


def _products(shipment: Shipment, options: Options) -> Iterator[Fault]:
    """Which products these are, where a destination wants to know of each item."""
    for territory, rule in facts("products")["identifiers"].items():
        if not _asks(rule, territory, shipment, options):
            continue
        for at, item in enumerate(shipment.items):
            for name in rule["needs"]:
                said = item.sku if name == "sku" else item.facts.get(name)
                pointer = "sku" if name == "sku" else f"facts/{name}"
                if not said:
                    yield Fault(
                        f"/items/{at}/{pointer}",
                        f"{territory} asks for each item's {name} since "
                        f"{rule['versions'][0]['since']}.",
                    )


def _asks(rule: dict[str, object], territory: str, shipment: Shipment, options: Options) -> bool:
    """Whether a rule on product identifiers is for this consignment; in doubt it is."""
    if not is_within(shipment.consignee.place.territory, (territory,)):
        return False
    if value_on(rule["versions"], shipment.on) is None:  # type: ignore[arg-type]
        return False
    buyer = "business" if shipment.consignee.is_business else "consumer"
    if buyer != rule["buyer"] or shipment.purpose not in rule["purposes"]:  # type: ignore[operator]
        return False
    most = read_amount(str(rule["up_to"]))
    worth = converted(shipment.goods, most.currency.code, options) if _one(shipment) else None
    return worth is None or worth <= most.amount


def _one(shipment: Shipment) -> bool:
    return len({item.unit_price.currency.code for item in shipment.items}) == 1
