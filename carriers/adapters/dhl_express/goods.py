"""How are boxes and what is in them written for DHL Express?"""

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Any

from carriers.addresses import refuse
from carriers.errors import Fault
from carriers.goods import DeclaredLine
from data.model.consignment import GoodsItem, Parcel

_THOUSANDTH = Decimal("0.001")
_DESCRIPTION = 70
MOST = 999  # parcels of a shipment, and lines of its declaration


def packages_of(parcels: Sequence[Parcel], *, numbered: bool) -> list[dict[str, Any]]:
    """Boxes in kilograms and centimetres, rounded up to the thousandths that DHL takes."""
    if not parcels:
        refuse([Fault("/parcels", "DHL Express needs the weight of each parcel")])
    if len(parcels) > MOST:
        refuse([Fault("/parcels", f"DHL Express takes {MOST} parcels")])
    return [
        _package(parcel, number if numbered else None) for number, parcel in enumerate(parcels, 1)
    ]


def _package(parcel: Parcel, number: int | None) -> dict[str, Any]:
    written: dict[str, Any] = {"weight": max(up(parcel.weight), _THOUSANDTH)}
    if parcel.dimensions is not None:
        long, middle, short = sorted(parcel.dimensions, reverse=True)
        sides = {"length": long, "width": middle, "height": short}
        written["dimensions"] = {name: max(up(side), _THOUSANDTH) for name, side in sides.items()}
    if number is not None:
        written["referenceNumber"] = number
    return written


def up(value: Decimal) -> Decimal:
    """Rounded up to thousandths, without idle zeros.

    >>> up(Decimal("0.90718474")), up(Decimal("30.00"))
    (Decimal('0.908'), Decimal('30'))
    """
    rounded = value.quantize(_THOUSANDTH, ROUND_CEILING)
    return Decimal(format(rounded.normalize(), "f"))


def net_weight(line: DeclaredLine) -> Decimal | None:
    """Net kilograms of a line as DHL takes them, if they are known."""
    return None if line.net_weight is None else up(line.net_weight)


def summary(items: Sequence[GoodsItem]) -> str:
    """What is in it, on the label's one line: a summary. The declaration has all of it."""
    named = dict.fromkeys(" ".join((item.description or "").split()) for item in items)
    first, *others = [name for name in named if name] or [""]
    if not first:
        refuse([Fault("/items/0/description", "DHL Express needs a description of the goods")])
    if len(first) > _DESCRIPTION:
        cut = first[: _DESCRIPTION - 1]
        return f"{cut.rpartition(' ')[0] or cut}…"
    text = first
    for name in others:
        if len(text) + len(name) + len(", …") > _DESCRIPTION:
            return text if len(text) == _DESCRIPTION else f"{text}…"
        text = f"{text}, {name}"
    return text
