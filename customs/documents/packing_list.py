"""What is in which box? Packages with their sizes, weights and contents.

Options: ``signatory``, ``marks`` (what is written on the boxes; otherwise the reference).
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from customs.documents.faults import Fault
from customs.documents.kinds import Format, Kind, Options
from customs.documents.printing import LANGUAGES, countries, head, kilograms, words
from customs.documents.typesetting import typeset
from data.model.consignment import GoodsItem, Parcel
from data.model.shipment import Shipment

SIZES = ("A4", "Letter")


def contents_of(shipment: Shipment, parcel: Parcel) -> Mapping[str, int]:
    """Line id → pieces in a box; of an only box that is not told, everything."""
    if not parcel.contents and len(shipment.parcels) == 1:
        return {item.id: item.quantity for item in shipment.items}
    return parcel.contents


def data_of(shipment: Shipment, language: str, options: Options) -> dict[str, Any]:
    """Everything that is printed, as the template takes it."""
    items = {item.id: item for item in shipment.items}
    count = len(shipment.parcels)
    boxes = [
        _box(shipment, parcel, f"{at} {words(language)['of']} {count}", items)
        for at, parcel in enumerate(shipment.parcels, 1)
    ]
    return {
        **head(shipment, language),
        "title": words(language)["packing_list"],
        "size": options.get("size") or "A4",
        "marks": options.get("marks") or shipment.reference,
        "boxes": boxes,
        "pieces": str(sum(item.quantity for item in shipment.items)),
        "net": kilograms(
            sum((item.net_weight or Decimal(0) for item in shipment.items), Decimal())
        ),
        "gross": kilograms(shipment.gross_weight),
        "signatory": options.get("signatory") or shipment.consignor.name,
        "place": shipment.consignor.place.city,
    }


def _box(
    shipment: Shipment, parcel: Parcel, number: str, items: Mapping[str, GoodsItem]
) -> dict[str, Any]:
    inside = contents_of(shipment, parcel)
    net = sum(
        ((items[line].unit_weight or Decimal(0)) * pieces for line, pieces in inside.items()),
        Decimal(0),
    )
    sides = parcel.dimensions
    return {
        "number": number,
        "dimensions": " × ".join(f"{side.normalize():f}" for side in sides) if sides else "–",
        "net": kilograms(net),
        "gross": kilograms(parcel.weight),
        "contents": [
            {
                "description": items[line].description or "",
                "sku": items[line].sku,
                "marks": [],
                "pieces": str(pieces),
            }
            for line, pieces in inside.items()
        ],
    }


def _faults(shipment: Shipment) -> Iterator[Fault]:
    items = {item.id: item for item in shipment.items}
    for at, parcel in enumerate(shipment.parcels):
        inside = contents_of(shipment, parcel)
        if not inside:
            yield Fault(f"/parcels/{at}/contents", "What is in this box is not told.")
        known = [(items[line], pieces) for line, pieces in inside.items() if line in items]
        net = sum(((item.unit_weight or Decimal(0)) * pieces for item, pieces in known), Decimal(0))
        if net > parcel.weight:
            yield Fault(
                f"/parcels/{at}/weight", f"Goods of {net} kg are in a box of {parcel.weight} kg."
            )


def _make(shipment: Shipment, form: Format, language: str, options: Options) -> bytes:
    record = data_of(shipment, language, options)
    return typeset(
        "packing_list", record, day=shipment.on, countries=countries(shipment), form=form
    )


KINDS = (
    Kind(
        name="packing_list",
        title="Packing list",
        formats=("pdf", "png"),
        make=_make,
        faults=lambda shipment, options: tuple(_faults(shipment)),
        languages=LANGUAGES,
        sizes=SIZES,
        options=("signatory", "marks"),
    ),
)
