"""In what boxes does it go?

Where the caller gave no parcels, everything goes into one: the net weights of the pieces together.
Packaging is not guessed. Where a weight is missing there is no parcel to price, and the carriers
say what they assume.
"""

from collections.abc import Sequence
from decimal import Decimal

from data.model.consignment import GoodsItem, Parcel


def pack(items: Sequence[GoodsItem]) -> tuple[Parcel, ...]:
    """One parcel with every item, or none when a piece's weight is not known."""
    weights = [item.net_weight for item in items]
    if any(weight is None for weight in weights):
        return ()
    total = sum((weight for weight in weights if weight is not None), Decimal(0))
    return (Parcel(total, contents={item.id: item.quantity for item in items}),)
