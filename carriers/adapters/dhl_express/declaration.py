"""What does DHL tell the customs offices? The export declaration of a shipment that is bought."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from carriers.adapters.dhl_express.addresses import registration
from carriers.adapters.dhl_express.goods import MOST, net_weight, up
from carriers.addresses import refuse, too_long
from carriers.borders import customs_territory
from carriers.errors import Fault
from carriers.goods import DeclaredLine, declared_lines
from data.model.consignment import GoodsItem, Purpose
from data.model.money import money
from data.model.shipment import Shipment

DECIMALS = 3  # of a unit price in /shipments

_REASONS: Mapping[Purpose, str] = {
    "sale": "commercial_purpose_or_sale",
    "gift": "gift",
    "sample": "sample",
    "return": "return",
    "repair": "temporary",
}

_SCHEMES: Mapping[str, tuple[str, ...]] = {
    "ioss": ("EU", "XI"),
    "gb_vat": ("GB",),
    "no_voec": ("NO",),
    "au_gst": ("AU",),
    "nz_gst": ("NZ",),
    "ch_vat": ("CH",),
    "sg_ovr": ("SG",),
}
"""Where each registration of a seller abroad counts: DHL takes it as the type SDT, there alone."""


def export_declaration(shipment: Shipment) -> dict[str, Any]:
    """The declaration of every line. Raises `RequestRejected` for what no customs office takes."""
    lines = declared_lines(shipment.items, DECIMALS)
    refuse(_faults(shipment, lines))
    charges = dict(_charges(shipment))
    taxed = shipment.purpose == "sale" and bool(registrations(shipment))
    written: dict[str, Any] = {
        "lineItems": [_line(n, line, shipment, taxed=taxed) for n, line in enumerate(lines, 1)],
        "invoice": _invoice(shipment, lines, sum(charges.values(), Decimal(0))),
        "exportReasonType": _REASONS[shipment.purpose],
        "shipmentType": "personal" if shipment.purpose == "gift" else "commercial",
    }
    if charges:
        written["additionalCharges"] = [
            {"typeCode": kind, "value": value} for kind, value in charges.items()
        ]
    if shipment.terms_place:
        written["placeOfIncoterm"] = shipment.terms_place
    if shipment.comments:
        written["remarks"] = [{"value": shipment.comments}]
    return written


def registrations(shipment: Shipment) -> tuple[dict[str, str], ...]:
    """The seller's registrations that count at the destination: IOSS in the EU, VOEC in Norway…"""
    there = customs_territory(shipment.consignee.place)
    country = shipment.consignee.place.country
    return tuple(
        registration("SDT", number, country)
        for scheme, number in shipment.registrations.items()
        if {there, country} & set(_SCHEMES.get(scheme, ()))
    )


def line_places(shipment: Shipment) -> tuple[int, ...]:
    """Which item each line of the declaration stands for."""
    return tuple(line.place for line in declared_lines(shipment.items, DECIMALS))


def _line(number: int, line: DeclaredLine, shipment: Shipment, *, taxed: bool) -> dict[str, Any]:
    item, net = line.item, net_weight(line)
    written: dict[str, Any] = {
        "number": number,
        "description": item.description,
        "price": line.unit_price,
        "quantity": {"value": line.pieces, "unitOfMeasurement": "PCS"},
        "manufacturerCountry": item.country_of_origin,
        "exportReasonType": _REASONS[shipment.purpose],
        "weight": {"grossValue": up(shipment.gross_weight)} if net is None else {"netValue": net},
        "isTaxesPaid": taxed,
        "preCalculatedLineItemTotalValue": line.total,
    }
    if item.hs_code:  # the first six digits mean the same at both ends, the rest at the destination
        written["commodityCodes"] = [
            {"typeCode": "outbound", "value": item.hs_code.replace(".", "")[:6]},
            {"typeCode": "inbound", "value": item.hs_code},
        ]
    return written


def _invoice(
    shipment: Shipment, lines: tuple[DeclaredLine, ...], charges: Decimal
) -> dict[str, Any]:
    goods = shipment.goods.amount
    written: dict[str, Any] = {
        "number": shipment.invoice_number or shipment.reference,
        "date": (shipment.invoice_day or shipment.on).isoformat(),
        "totalGrossWeight": up(shipment.gross_weight),
        "preCalculatedTotalValues": {
            "preCalculatedTotalGoodsValue": goods,
            "preCalculatedTotalInvoiceValue": goods + charges,
        },
    }
    weights = [net_weight(line) for line in lines]
    if None not in weights:
        written["totalNetWeight"] = sum((w for w in weights if w is not None), Decimal(0))
    return written


def _charges(shipment: Shipment) -> Iterator[tuple[str, Decimal]]:
    nothing = money(Decimal(0), shipment.currency)
    for kind, charge in (("freight", shipment.freight), ("insurance", shipment.insurance)):
        if charge is not None and charge.currency == nothing.currency and charge > nothing:
            yield kind, charge.amount


def _faults(shipment: Shipment, lines: tuple[DeclaredLine, ...]) -> Iterator[Fault]:
    for place, item in enumerate(shipment.items):
        yield from _faults_of(item, f"/items/{place}", alone=len(lines) == 1)
    if len(lines) > MOST:
        yield Fault("/items", f"DHL Express takes {MOST} lines")
    limits = (
        ("/invoice_number", shipment.invoice_number or shipment.reference, 35),
        ("/terms_place", shipment.terms_place, 256),
    )
    yield from too_long(limits, "DHL Express")
    for kind, charge in (("freight", shipment.freight), ("insurance", shipment.insurance)):
        if charge is not None and charge.currency.code != shipment.currency:
            yield Fault(f"/{kind}", f"one invoice has one currency: {shipment.currency}")


def _faults_of(item: GoodsItem, at: str, *, alone: bool) -> Iterator[Fault]:
    if not item.description:
        yield Fault(f"{at}/description", "customs need a description")
    if not item.country_of_origin:
        yield Fault(f"{at}/country_of_origin", "customs need the country of origin")
    if item.unit_weight is None and not alone:
        yield Fault(f"{at}/unit_weight", "customs need the weight of each line")
    limits = ((f"{at}/description", item.description, 512), (f"{at}/hs_code", item.hs_code, 18))
    yield from too_long(limits, "DHL Express")
