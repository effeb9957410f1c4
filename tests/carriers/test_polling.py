"""Carriers are asked as seldom as keeps people informed."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from carriers.polling import ADVANCE, Followed, expired, least_advanced, next_look
from carriers.tracking import STATUSES

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOURS = timedelta(hours=1)


def middle():
    return 0.5


def wait(status, *, days=0, chance=middle, **more):
    found = next_look(Followed(status, NOW - timedelta(days=days), **more), NOW, chance)
    return None if found is None else found - NOW


@pytest.mark.parametrize(
    ("status", "days", "expected"),
    [
        ("created", 0, 6 * HOURS),
        ("info_received", 4, 6 * HOURS),
        ("info_received", 5, 24 * HOURS),
        ("info_received", 29, 24 * HOURS),
        ("info_received", 30, None),
        ("unknown", 31, None),
        ("picked_up", 0, 4 * HOURS),
        ("in_transit", 40, 4 * HOURS),
        ("in_transit", 180, None),
        ("customs", 3, 2 * HOURS),
        ("out_for_delivery", 3, HOURS / 2),
        ("exception", 3, 4 * HOURS),
        ("returning", 3, 4 * HOURS),
        ("returned", 3, None),
        ("cancelled", 0, None),
    ],
)
def test_how_long_to_wait_depends_on_where_the_parcel_is_and_for_how_long(status, days, expected):
    assert wait(status, days=days) == expected


def test_a_delivered_parcel_is_looked_at_once_more_after_a_day():
    assert wait("delivered", delivered_at=NOW - 1 * HOURS) == 23 * HOURS
    assert wait("delivered", delivered_at=NOW - 24 * HOURS) is None
    assert wait("delivered", delivered_at=NOW - 25 * HOURS, failures=3) is None


def test_waits_are_spread_by_a_fifth_either_way():
    assert wait("in_transit", chance=lambda: 0.0) == 3.2 * HOURS
    assert wait("in_transit", chance=lambda: 1.0) == 4.8 * HOURS


def test_a_carrier_that_does_not_answer_is_asked_less_and_less_but_every_day():
    waits = [wait("out_for_delivery", failures=n) for n in range(1, 12)]
    assert waits[:3] == [1 * HOURS, 2 * HOURS, 4 * HOURS]
    assert all(one <= other for one, other in pairwise(waits))
    assert waits[-1] == 24 * HOURS


def test_a_carrier_that_asks_to_be_left_alone_is():
    assert wait("out_for_delivery", failures=1, retry_after=10_800.0) == 3 * HOURS
    assert wait("out_for_delivery", failures=1, retry_after=10.0) == 1 * HOURS
    assert wait("out_for_delivery", failures=1, retry_after=10.0**9) == 24 * HOURS


def test_a_parcel_that_never_came_is_given_up_and_one_that_ended_is_not():
    old = NOW - timedelta(days=30)
    assert expired(Followed("info_received", old), NOW)
    assert not expired(Followed("in_transit", old), NOW)
    assert not expired(Followed("returned", old), NOW)


@pytest.mark.parametrize(
    ("pieces", "whole"),
    [
        (("delivered",), "delivered"),
        (("delivered", "out_for_delivery"), "out_for_delivery"),
        (("in_transit", "exception", "delivered"), "exception"),
        (("in_transit", "info_received"), "info_received"),
        (("cancelled", "delivered"), "delivered"),
        (("returned", "delivered"), "returned"),
    ],
)
def test_a_shipment_is_where_its_last_parcel_is(pieces, whole):
    assert least_advanced(pieces) == whole


def test_every_status_has_its_place():
    assert sorted(ADVANCE) == sorted(STATUSES)
