"""Items go into parcels whole, in order, none over the heaviest, and nothing is invented."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model.consignment import GoodsItem
from data.model.money import money
from fulfilment.packing import MOST_PARCELS, bounding_box, pack


def an_item(name, quantity, weight=None, dimensions=None):
    return GoodsItem(
        name,
        quantity,
        money("1.00", "EUR"),
        unit_weight=None if weight is None else Decimal(weight),
        dimensions=dimensions and tuple(Decimal(side) for side in dimensions),
    )


def test_one_parcel_holds_everything_at_its_net_weight():
    (parcel,) = pack([an_item("1", 2, "0.2"), an_item("2", 1, "1.5")])
    assert parcel.weight == Decimal("1.9")
    assert parcel.contents == {"1": 2, "2": 1}
    assert parcel.dimensions is None


def test_a_missing_weight_leaves_no_parcel_unless_one_is_assumed():
    items = [an_item("1", 2, "0.2"), an_item("2", 3)]
    assert pack(items) == ()
    (parcel,) = pack(items, Decimal("0.5"))
    assert parcel.weight == Decimal("1.9")


def test_what_is_too_heavy_for_one_parcel_is_split_in_the_order_of_the_lines():
    parcels = pack([an_item("1", 5, "4"), an_item("2", 2, "6")], heaviest=Decimal(10))
    assert [dict(parcel.contents) for parcel in parcels] == [
        {"1": 2},
        {"1": 2},
        {"1": 1, "2": 1},
        {"2": 1},
    ]
    assert [parcel.weight for parcel in parcels] == [8, 8, 10, 6]


def test_a_piece_that_is_too_heavy_travels_alone():
    parcels = pack([an_item("1", 1, "1"), an_item("2", 2, "45"), an_item("3", 1, "1")])
    assert [dict(parcel.contents) for parcel in parcels] == [{"1": 1}, {"2": 1}, {"2": 1}, {"3": 1}]


def test_very_many_pieces_end_in_one_parcel_that_no_service_takes():
    parcels = pack([an_item("1", 10**9, "20")])
    assert len(parcels) == MOST_PARCELS
    assert sum(parcel.contents["1"] for parcel in parcels) == 10**9
    assert parcels[-1].weight > 10**9


def test_pieces_without_weight_fit_anywhere():
    (parcel,) = pack([an_item("1", 1000, "0"), an_item("2", 1, "1")])
    assert parcel.weight == 1


def test_dimensions_are_there_when_every_item_has_them():
    shirt, mug = an_item("1", 3, "0.2", (30, 20, 2)), an_item("2", 1, "0.4", (10, 10, 9))
    (parcel,) = pack([shirt, mug])
    assert parcel.dimensions == (30, 20, 15)
    (parcel,) = pack([shirt, an_item("3", 1, "0.1")])
    assert parcel.dimensions is None


@pytest.mark.parametrize(
    ("sides", "count", "box"),
    [
        ((30, 20, 2), 1, (30, 20, 2)),
        ((2, 20, 30), 15, (30, 30, 20)),
        ((30, 20, 2), 30, (40, 30, 30)),  # two stacks side by side
        ((10, 10, 10), 4, (20, 20, 10)),
    ],
)
def test_a_tall_stack_becomes_several_side_by_side(sides, count, box):
    assert bounding_box([(tuple(map(Decimal, sides)), count)]) == box


side = st.integers(1, 60).map(Decimal)
pieces = st.lists(
    st.tuples(st.tuples(side, side, side), st.integers(1, 40)), min_size=1, max_size=6
)


@given(pieces)
def test_the_box_is_never_smaller_than_what_is_in_it(found):
    long, middle, short = bounding_box(found)
    assert long >= middle >= short
    assert long >= max(max(sides) for sides, _ in found)
    assert long * middle * short >= sum(a * b * c * count for (a, b, c), count in found)


weighed = st.lists(
    st.tuples(st.integers(1, 200), st.decimals("0", "40", places=2)), min_size=1, max_size=8
)


@given(weighed, st.integers(5, 40).map(Decimal))
def test_every_piece_is_in_exactly_one_parcel_and_no_full_parcel_is_too_heavy(lines, heaviest):
    items = [an_item(str(n), quantity, weight) for n, (quantity, weight) in enumerate(lines)]
    parcels = pack(items, heaviest=heaviest)
    for item in items:
        assert sum(parcel.contents.get(item.id, 0) for parcel in parcels) == item.quantity
    assert sum(parcel.weight for parcel in parcels) == sum(item.net_weight for item in items)
    if len(parcels) < MOST_PARCELS:  # beside what weighs nothing, a piece too heavy is alone
        for parcel in parcels:
            heavy = {line: n for line, n in parcel.contents.items() if lines[int(line)][1]}
            assert parcel.weight <= heaviest or sum(heavy.values()) == 1
