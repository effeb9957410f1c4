"""How heavy and large is a parcel to FedEx? In kilograms and whole centimetres, up only."""

from decimal import ROUND_UP, Decimal
from typing import Any

from data.model.consignment import Parcel

_STEP = Decimal("0.01")


def package(parcel: Parcel) -> dict[str, Any]:
    """One package line."""
    found: dict[str, Any] = {"weight": weight(parcel.weight)}
    if parcel.dimensions is not None:
        sides = sorted(int(side.to_integral_value(ROUND_UP)) for side in parcel.dimensions)[::-1]
        found["dimensions"] = {
            **dict(zip(("length", "width", "height"), sides, strict=True)),
            "units": "CM",
        }
    return found


def weight(kilograms: Decimal) -> dict[str, Any]:
    """A weight, up to the next ten grams.

    >>> weight(Decimal("0.621"))
    {'units': 'KG', 'value': Decimal('0.63')}
    """
    return {"units": "KG", "value": kilograms.quantize(_STEP, ROUND_UP)}
