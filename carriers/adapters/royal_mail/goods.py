"""How are parcels and their contents written for Royal Mail?"""

from decimal import ROUND_CEILING, Decimal
from typing import Any

from carriers.addresses import missing, refuse, too_long
from carriers.errors import Fault
from carriers.goods import DeclaredLine, declared_lines
from data.model.consignment import Parcel, Purpose
from data.model.shipment import Shipment

_GRAMS = (1, 30000)
_DESCRIPTION, _LONGER_DESCRIPTION = 50, 300
_CODE = 10
_CATEGORY: dict[Purpose, str] = {
    "sale": "saleOfGoods",
    "gift": "gift",
    "sample": "commercialSample",
    "return": "returnedGoods",
    "repair": "other",
}


def packages(shipment: Shipment, *, declared: bool) -> list[dict[str, Any]]:
    """One package of Royal Mail for each parcel; contents only where customs reads them.

    Contents are listed once, in the first package, unless each parcel says what is in it. Raises
    `RequestRejected`.
    """
    if not shipment.parcels:
        refuse([Fault("/parcels", "Royal Mail needs the weight of each parcel")])
    written = []
    for number, parcel in enumerate(shipment.parcels):
        package = _package(parcel, f"/parcels/{number}")
        if declared:
            package["contents"] = _contents(shipment, parcel, first=number == 0)
        written.append(package)
    return written


def _package(parcel: Parcel, pointer: str) -> dict[str, Any]:
    grams = int((parcel.weight * 1000).to_integral_value(ROUND_CEILING))
    if not _GRAMS[0] <= grams <= _GRAMS[1]:
        refuse([Fault(f"{pointer}/weight", f"Royal Mail takes {_GRAMS[0]} to {_GRAMS[1]} grams")])
    written: dict[str, Any] = {"weightInGrams": grams, "packageFormatIdentifier": "parcel"}
    if parcel.dimensions is not None:
        short, middle, long = (
            int((side * 10).to_integral_value(ROUND_CEILING)) for side in sorted(parcel.dimensions)
        )
        sizes = {"heightInMms": short, "widthInMms": middle, "depthInMms": long}
        written["dimensions"] = sizes
    return written


def _contents(shipment: Shipment, parcel: Parcel, *, first: bool) -> list[dict[str, Any]]:
    lines = declared_lines(shipment.items)
    if not parcel.contents:
        return [_content(shipment, line, line.pieces) for line in lines] if first else []
    left = dict(parcel.contents)
    written = []
    for line in lines:
        pieces = min(left.get(line.item.id, 0), line.pieces)
        if pieces:
            left[line.item.id] -= pieces
            written.append(_content(shipment, line, pieces))
    return written


def _content(shipment: Shipment, line: DeclaredLine, pieces: int) -> dict[str, Any]:
    item, at = line.item, f"/items/{line.place}"
    described = " ".join((item.description or "").split())
    code = item.hs_code or ""
    refuse(
        [
            *missing(
                (
                    (f"{at}/description", described),
                    (f"{at}/hs_code", code),
                    (f"{at}/country_of_origin", item.country_of_origin),
                    (f"{at}/unit_weight", "given" if item.unit_weight else None),
                ),
                "Royal Mail",
            ),
            *too_long(
                (
                    (f"{at}/description", described, _LONGER_DESCRIPTION),
                    (f"{at}/hs_code", code, _CODE),
                ),
                "Royal Mail",
            ),
        ]
    )
    grams = ((item.unit_weight or Decimal(0)) * 1000).to_integral_value(ROUND_CEILING)
    written: dict[str, Any] = {
        "name": described,
        "quantity": pieces,
        "unitValue": line.unit_price,
        "unitWeightInGrams": int(grams),
        "customsDescription": _summary(described),
        "customsCode": code,
        "originCountryCode": item.country_of_origin,
        "customsDeclarationCategory": _CATEGORY[shipment.purpose],
    }
    if len(described) > _DESCRIPTION:
        written["extendedCustomsDescription"] = described
    if item.sku:
        written["SKU"] = item.sku
    return written


def _summary(described: str) -> str:
    """The short form beside the whole description, which Royal Mail takes too."""
    if len(described) <= _DESCRIPTION:
        return described
    return described[:_DESCRIPTION].rpartition(" ")[0] or described[:_DESCRIPTION]
