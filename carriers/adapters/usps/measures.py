"""How heavy and large is a parcel to USPS? In pounds and inches, rounded up only."""

from decimal import ROUND_DOWN, ROUND_UP, Decimal
from typing import Any

from carriers import Fault, RequestRejected
from data.model.consignment import Parcel

_POUND = Decimal("0.45359237")
_INCH = Decimal("2.54")
_LEAST = Decimal("0.001")
_TINY_STEP = Decimal("0.01")


def pounds(kilograms: Decimal) -> Decimal:
    """A gross weight in pounds, up to the next thousandth.

    >>> pounds(Decimal("0.90718474"))
    Decimal('2.000')
    """
    return max(_LEAST, (kilograms / _POUND).quantize(_LEAST, ROUND_UP))


def net_pounds(kilograms: Decimal) -> Decimal:
    """A net weight in pounds: rounded down, because contents may not outweigh their parcel."""
    return max(_LEAST, (kilograms / _POUND).quantize(_LEAST, ROUND_DOWN))


def size(parcel: Parcel, at: int = 0) -> dict[str, Any]:
    """A parcel's weight and sides as USPS names them, the longest first. Raises `RequestRejected`.

    >>> size(Parcel(Decimal("0.90718474"), (Decimal("5.08"), Decimal("2.54"), Decimal("2.54"))))[
    ...     "length"
    ... ]
    Decimal('2.00')
    """
    if parcel.dimensions is None:
        raise RequestRejected(
            "USPS prices a parcel by its three sides",
            "validation",
            faults=(Fault(f"/parcels/{at}/dimensions", "USPS needs the three sides"),),
            sent=False,
        )
    inches = [(side / _INCH).quantize(_TINY_STEP, ROUND_UP) for side in parcel.dimensions]
    length, width, height = sorted(inches, reverse=True)
    return {"weight": pounds(parcel.weight), "length": length, "width": width, "height": height}
