"""A carrier bills the larger of weight and size, rounded up to its steps."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carriers.weights import chargeable_weight, length_and_girth, round_up
from data.model.consignment import Parcel

BOX = (Decimal(40), Decimal(30), Decimal(20))  # 4.8 kg at 5000 cm³/kg


@pytest.mark.parametrize(
    ("weight", "dimensions", "divisor", "billed"),
    [
        ("4.0", BOX, "5000", "5.0"),
        ("5.2", BOX, "5000", "5.5"),
        ("4.0", None, "5000", "4.0"),
        ("4.0", BOX, None, "4.0"),
        ("0", None, None, "0.5"),
    ],
)
def test_the_larger_of_weight_and_size_is_billed(weight, dimensions, divisor, billed):
    parcel = Parcel(Decimal(weight), dimensions)
    divisor = divisor and Decimal(divisor)
    assert chargeable_weight(parcel, divisor, Decimal("0.5")) == Decimal(billed)


@given(st.decimals("0.001", "1000", places=3), st.sampled_from(["0.05", "0.5", "1"]))
def test_rounding_up_adds_less_than_a_step_and_takes_nothing_away(weight, step):
    step = Decimal(step)
    rounded = round_up(weight, step)
    assert 0 <= rounded - weight < step
    assert rounded % step == 0


def test_girth_goes_around_the_two_shorter_sides_however_they_are_given():
    assert length_and_girth(BOX) == length_and_girth(BOX[::-1]) == 140
