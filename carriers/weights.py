"""How heavy is a parcel to a carrier?

A carrier bills the larger of what a parcel weighs and what its size stands for, rounded up to the
steps of its price list. Kilograms and centimetres, exact decimals.
"""

from decimal import ROUND_CEILING, Decimal

from data.model.consignment import Parcel

Dimensions = tuple[Decimal, Decimal, Decimal]


def volumetric_weight(dimensions: Dimensions, divisor: Decimal) -> Decimal:
    """What a size stands for in kilograms: cubic centimetres ÷ the carrier's divisor.

    >>> volumetric_weight((Decimal(40), Decimal(30), Decimal(20)), Decimal(5000))
    Decimal('4.8')
    """
    length, width, height = dimensions
    return length * width * height / divisor


def round_up(weight: Decimal, step: Decimal) -> Decimal:
    """A weight to the next step; a parcel of no weight counts as one step.

    >>> round_up(Decimal("1.01"), Decimal("0.5")), round_up(Decimal("1.0"), Decimal("0.5"))
    (Decimal('1.5'), Decimal('1.0'))
    """
    steps = (weight / step).to_integral_value(ROUND_CEILING)
    return max(steps, Decimal(1)) * step


def chargeable_weight(parcel: Parcel, divisor: Decimal | None, step: Decimal) -> Decimal:
    """What is billed: the larger of actual and volumetric kilograms, rounded up to `step`.

    Without a divisor, or without dimensions, the actual weight counts.
    """
    weight = parcel.weight
    if divisor is not None and parcel.dimensions is not None:
        weight = max(weight, volumetric_weight(parcel.dimensions, divisor))
    return round_up(weight, step)


def longest_side(dimensions: Dimensions) -> Decimal:
    """The longest of three sides, in centimetres."""
    return max(dimensions)


def length_and_girth(dimensions: Dimensions) -> Decimal:
    """The longest side and once around the other two, in centimetres.

    >>> length_and_girth((Decimal(20), Decimal(50), Decimal(30)))
    Decimal('150')
    """
    long = max(dimensions)
    return long + 2 * (sum(dimensions) - long)
