"""How does UPS want a box? In the units of the country it is sent from, never rounded down."""

from decimal import ROUND_CEILING, Decimal
from typing import Any

from data.model.consignment import Parcel

_POUND = Decimal("0.45359237")  # kilograms
_INCH = Decimal("2.54")  # centimetres
_BY_THE_POUND = ("US", "PR")
_CUSTOMERS_OWN = "02"
_TENTH = Decimal("0.1")


def weight(kilograms: Decimal, country: str) -> dict[str, Any]:
    """A weight as UPS weighs in the country of the shipper: pounds or kilograms, to a tenth.

    >>> weight(Decimal("0.90718474"), "US")["Weight"], weight(Decimal("1.21"), "DE")["Weight"]
    ('2', '1.3')
    """
    unit, value = ("LBS", kilograms / _POUND) if country in _BY_THE_POUND else ("KGS", kilograms)
    tenths = max((value / _TENTH).to_integral_value(ROUND_CEILING), Decimal(1))
    return {"UnitOfMeasurement": {"Code": unit}, "Weight": _spelled(tenths * _TENTH)}


def dimensions(parcel: Parcel, country: str) -> dict[str, Any] | None:
    """A size in whole inches or centimetres, the longest side first; None where it is unknown."""
    if parcel.dimensions is None:
        return None
    pounds = country in _BY_THE_POUND
    sides = [
        (side / _INCH if pounds else side).to_integral_value(ROUND_CEILING)
        for side in sorted(parcel.dimensions, reverse=True)
    ]
    return {
        "UnitOfMeasurement": {"Code": "IN" if pounds else "CM"},
        **{name: _spelled(s) for name, s in zip(("Length", "Width", "Height"), sides, strict=True)},
    }


def package(parcel: Parcel, country: str, packaging: str) -> dict[str, Any]:
    """A box of the customer's own; the two APIs call its `packaging` by two names."""
    size = dimensions(parcel, country)
    return {
        packaging: {"Code": _CUSTOMERS_OWN},
        **({"Dimensions": size} if size else {}),
        "PackageWeight": weight(parcel.weight, country),
    }


def _spelled(value: Decimal) -> str:
    return format(value.normalize(), "f")
