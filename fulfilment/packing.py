"""In what boxes does it go, where the caller gave none?

Into one parcel, or as many as it takes for none to be over the heaviest that a parcel service
carries. Weights are the net weights of the pieces: packaging is not guessed. Where a weight is
missing and none is to be assumed there is no parcel, and the carriers say what they assume.
"""

from collections.abc import Iterator, Sequence
from decimal import ROUND_CEILING, Decimal

from data.model.consignment import GoodsItem, Parcel

Sides = tuple[Decimal, Decimal, Decimal]

HEAVIEST = Decimal(30)
"""Kilograms a parcel may weigh unless the caller says otherwise: where most posts end."""

MOST_PARCELS = 500
"""Beyond this it is freight: the rest stays in the last parcel, which no parcel service takes."""

_MOST_STACKS = 12


def pack(
    items: Sequence[GoodsItem],
    assumed_piece_weight: Decimal | None = None,
    heaviest: Decimal = HEAVIEST,
) -> tuple[Parcel, ...]:
    """The parcels for these items, in the order of the lines; none where a weight is not known.

    `assumed_piece_weight` (kg) stands in for a piece's weight that nobody gave. One piece over
    `heaviest` kilograms has a parcel of its own. Dimensions are a bound, not a packing plan (see
    `bounding_box`), and are there when every item has them.
    """
    weights: dict[str, Decimal] = {}
    for item in items:
        weight = assumed_piece_weight if item.unit_weight is None else item.unit_weight
        if weight is None:
            return ()
        weights[item.id] = weight
    sides = {item.id: item.dimensions for item in items if item.dimensions is not None}
    measured = len(sides) == len(weights)
    return tuple(
        Parcel(
            weight=sum([weights[line] * n for line, n in contents.items()], Decimal(0)),
            dimensions=bounding_box([(sides[line], n) for line, n in contents.items()])
            if measured
            else None,
            contents=contents,
        )
        for contents in _split(items, weights, heaviest)
    )


def _split(
    items: Sequence[GoodsItem], weights: dict[str, Decimal], heaviest: Decimal
) -> Iterator[dict[str, int]]:
    """Which pieces go together: each parcel is filled before the next is begun."""
    contents: dict[str, int] = {}
    room, parcels = heaviest, 1
    for item in items:
        weight, left = weights[item.id], item.quantity
        while left:
            fits = left if not weight or parcels == MOST_PARCELS else min(left, int(room // weight))
            if not fits and contents:
                yield contents
                contents, room, parcels = {}, heaviest, parcels + 1
                continue
            fits = max(fits, 1)
            contents[item.id] = contents.get(item.id, 0) + fits
            room = max(room - weight * fits, Decimal(0))
            left -= fits
    if contents:
        yield contents


def bounding_box(pieces: Sequence[tuple[Sides, int]]) -> Sides:
    """A box that surely holds the pieces, longest side first, in their unit.

    Every piece lies flat on a common base, smallest side up, in one stack or several side by side:
    as many as make the longest side shortest. No piece is turned to fill a gap, so the box is
    larger than a packer's would be, and never too small.

    >>> bounding_box([((Decimal(30), Decimal(20), Decimal(2)), 3)])
    (Decimal('30'), Decimal('20'), Decimal('6'))
    """
    shorts, middles, longs = zip(*[sorted(sides) for sides, _ in pieces], strict=True)
    counts = [count for _, count in pieces]
    length, width, thickest = max(longs), max(middles), max(shorts)
    height = sum([s * count for s, count in zip(shorts, counts, strict=True)], Decimal(0))
    count = sum(counts)
    even = min(shorts) == thickest
    boxes: list[Sides] = []
    for stacks in range(1, min(count, _MOST_STACKS) + 1):
        if even:
            tall = thickest * (Decimal(count) / stacks).to_integral_value(ROUND_CEILING)
        else:  # dealt out one after another, no stack passes the mean by more than one piece
            tall = min(height, height / stacks + thickest)
        long, middle, short = sorted((length, width * stacks, tall), reverse=True)
        boxes.append((long, middle, short))
        if width * stacks >= max(length, tall):
            break  # every further stack only makes it longer
    return min(boxes, key=lambda box: (box[0], box[0] * box[1] * box[2]))
