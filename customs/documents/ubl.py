"""How does the Universal Business Language say parties, goods and terms? UBL 2.1, OASIS.

What every UBL message has in common. An element stands in the order of the schema; a value that
the record does not have is left out, never filled.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from lxml import etree

from customs.documents.form_facts import facts, value_on
from customs.documents.kinds import Options
from customs.documents.messages import Vocabulary, amount_text, name_of, plain
from customs.documents.packing_list import contents_of
from customs.documents.registrations import registrations_here
from data.model.consignment import GoodsItem, Parcel
from data.model.money import Money
from data.model.shipment import Party, Shipment

Element = etree._Element | None
VERSION = "2.1"
PIECE = "C62"
"""UN/ECE Recommendation 20: one piece."""
_NAMESPACE = "urn:oasis:names:specification:ubl:schema:xsd"
_UBL = Vocabulary(
    {
        "cac": f"{_NAMESPACE}:CommonAggregateComponents-2",
        "cbc": f"{_NAMESPACE}:CommonBasicComponents-2",
    }
)
_TAX_NUMBERS = frozenset({"vat", "gst", "bn", "ein"})
"""Kinds of numbers that a tax office gave; the others identify the party."""
_SIDES = {"LN": 0, "WD": 1, "HT": 2}
"""Length, width and height in UN/EDIFACT code list 6313, and their place among a box's sides."""


def document(name: str, *content: Any) -> Element:
    """A message of one kind: its root element."""
    root = Vocabulary({"": f"{_NAMESPACE}:{name}-2", **_UBL.namespaces})
    return root(name, cbc("UBLVersionID", VERSION), *content)


def cbc(name: str, content: Any, **attributes: str) -> Element:
    """A value."""
    return _UBL(f"cbc:{name}", content, **attributes)


def cac(name: str, *content: Any) -> Element:
    """A group of values; none where nothing in it is known."""
    return _UBL(f"cac:{name}", *content)


def money_of(name: str, amount: Money | None) -> Element:
    """An amount with its currency."""
    if amount is None:
        return None
    code = amount.currency.code
    return cbc(name, amount_text(amount.amount, code), currencyID=code)


def weight(name: str, kilograms: Decimal | None) -> Element:
    """A weight in kilograms."""
    return None if kilograms is None else cbc(name, plain(kilograms), unitCode="KGM")


def pieces(name: str, count: int) -> Element:
    """A number of pieces."""
    return cbc(name, str(count), unitCode=PIECE)


def party(name: str, who: Party | None, registrations: Mapping[str, str] | None = None) -> Element:
    """A party with its address and numbers under an element's name."""
    if who is None:
        return None
    numbers = {**who.tax_ids, **(registrations or {})}
    return cac(
        name,
        [
            cac("PartyIdentification", cbc("ID", number, schemeID=kind.upper()))
            for kind, number in sorted(who.tax_ids.items())
            if kind not in _TAX_NUMBERS
        ],
        cac("PartyName", cbc("Name", name_of(who))),
        address("PostalAddress", who),
        [
            cac(
                "PartyTaxScheme",
                cbc("CompanyID", number),
                cac("TaxScheme", cbc("ID", kind.upper().replace("_", " "))),
            )
            for kind, number in sorted(numbers.items())
            if kind in _TAX_NUMBERS or kind not in who.tax_ids
        ],
        cac(
            "Contact",
            cbc("Name", who.name),
            cbc("Telephone", who.phone),
            cbc("ElectronicMail", who.email),
        ),
    )


def address(name: str, who: Party) -> Element:
    """An address: the first line as its street, all of them as lines."""
    place = who.place
    return cac(
        name,
        cbc("StreetName", next(iter(who.street), None)),
        cbc("AdditionalStreetName", ", ".join(who.street[1:])),
        cbc("CityName", place.city),
        cbc("PostalZone", place.postal_code),
        cbc("CountrySubentityCode", place.region),
        country("Country", place.country),
    )


def country(name: str, code: str | None) -> Element:
    """A country by its code."""
    return cac(name, cbc("IdentificationCode", code))


def sent_registrations(shipment: Shipment, options: Options) -> dict[str, str]:
    """The seller's scheme numbers that may stand on an invoice, as on the printed one."""
    held = facts("schemes")["schemes"]
    return {
        scheme: number
        for scheme, number in registrations_here(shipment, options).items()
        if value_on(held.get(scheme, {}).get("printed"), shipment.on) != "no"
    }


def item_of(item: GoodsItem) -> Element:
    """What the goods are: description, numbers, origin, code, and what is dangerous about them."""
    number = item.facts.get("un_number")
    return cac(
        "Item",
        cbc("Description", item.description),
        cbc("HazardousRiskIndicator", "true") if number else None,
        cbc("AdditionalInformation", item.facts.get("composition") or item.facts.get("material")),
        cac("SellersItemIdentification", cbc("ID", item.sku)),
        cac("ManufacturersItemIdentification", cbc("ID", item.facts.get("manufacturer_id"))),
        cac("StandardItemIdentification", cbc("ID", item.facts.get("gtin"))),
        country("OriginCountry", item.country_of_origin),
        cac("CommodityClassification", cbc("ItemClassificationCode", item.hs_code)),
        hazardous(number),
        [
            cac("AdditionalItemProperty", cbc("Name", word.upper()), cbc("Value", said))
            for word in ("eccn", "licence")
            if (said := item.facts.get(word))
        ],
    )


def hazardous(number: str | None) -> Element:
    """Dangerous goods by their UN number, with the name where the facts have it."""
    entry = facts("batteries")["entries"].get(number, {})
    return cac("HazardousItem", cbc("UNDGCode", number), cbc("TechnicalName", entry.get("name")))


def goods_items(shipment: Shipment, options: Options) -> Iterator[Element]:
    """Every line as goods that are carried and declared."""
    criteria = options.get("criteria") or {}
    for at, item in enumerate(shipment.items, 1):
        yield cac(
            "GoodsItem",
            cbc("ID", item.id),
            cbc("SequenceNumberID", str(at)),
            cbc("Description", item.description),
            cbc("HazardousRiskIndicator", "true" if item.facts.get("un_number") else "false"),
            money_of("DeclaredCustomsValueAmount", Money(item.price, item.unit_price.currency)),
            weight("NetWeightMeasure", item.net_weight),
            pieces("Quantity", item.quantity),
            cbc("PreferenceCriterionCode", criteria.get(item.id)),
            cbc("RequiredCustomsID", item.hs_code),
            item_of(item),
        )


def handling_units(shipment: Shipment) -> Iterator[Element]:
    """Every box: its size, its weight and what is in it."""
    items = {item.id: item for item in shipment.items}
    count = len(shipment.parcels)
    for at, parcel in enumerate(shipment.parcels, 1):
        inside = contents_of(shipment, parcel)
        yield cac(
            "TransportHandlingUnit",
            cbc("ID", str(at)),
            pieces("TotalGoodsItemQuantity", sum(inside.values())) if inside else None,
            cbc("ShippingMarks", f"{shipment.reference} {at}/{count}"),
            _dimensions(parcel),
            [_inside(items[line], number) for line, number in inside.items()],
        )


def _dimensions(parcel: Parcel) -> Iterator[Element]:
    yield _dimension("G", parcel.weight, "KGM")
    for name, side in _SIDES.items():
        if parcel.dimensions is not None:
            yield _dimension(name, parcel.dimensions[side], "CMT")


def _dimension(name: str, size: Decimal, unit: str) -> Element:
    measure = cbc("Measure", plain(size), unitCode=unit)
    return cac("MeasurementDimension", cbc("AttributeID", name), measure)


def _inside(item: GoodsItem, count: int) -> Element:
    net = None if item.unit_weight is None else item.unit_weight * count
    return cac(
        "GoodsItem",
        cbc("ID", item.id),
        cbc("Description", item.description),
        weight("NetWeightMeasure", net),
        pieces("Quantity", count),
        item_of(item),
    )


def net_weight(shipment: Shipment) -> Decimal | None:
    """What all goods weigh; none where a line's weight is not told."""
    nets = [item.net_weight for item in shipment.items]
    told = [net for net in nets if net is not None]
    return sum(told, Decimal(0)) if len(told) == len(nets) else None


def delivery_terms(shipment: Shipment) -> Element:
    """The term of delivery and its place."""
    return cac(
        "DeliveryTerms",
        cbc("ID", shipment.terms),
        cac("DeliveryLocation", cbc("Name", shipment.terms_place)),
    )


def invoice_reference(shipment: Shipment) -> Element:
    """The invoice that belongs to the goods, where there is one."""
    if shipment.invoice_number is None:
        return None
    day = shipment.invoice_day
    return cac(
        "DocumentReference",
        cbc("ID", shipment.invoice_number),
        cbc("IssueDate", day.isoformat() if day else None),
        cbc("DocumentTypeCode", "380"),
    )
