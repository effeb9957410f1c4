"""Two cards are compared by what a parcel costs, in percent by service and zone."""

from datetime import date

import pytest

from carriers.rate_cards import card_diff, load_card

ON = date(2026, 11, 20)


@pytest.fixture
def diff(card_folder, tmp_path):
    """What the card changes when some of its files do."""

    def compare(on=ON, **files):
        old = load_card(card_folder())
        new = load_card(card_folder(files=files))
        return card_diff(old, new, on)

    return compare


def test_a_card_does_not_differ_from_itself(diff):
    assert diff() == ()


def test_a_change_of_prices_is_said_in_percent_by_zone(diff):
    dearer = "service,zone,over,to,price,per_kg,minimum\nplain,near,0,,14.30,,\n"
    assert diff(**{"2026-01-01.csv": dearer}) == ("plain to zone near: +10.0%",)


def test_the_least_and_the_greatest_change_over_all_weights_are_said(diff):
    changed = (
        "service,zone,over,to,price,per_kg,minimum\nplain,near,0,5,13.00,,\nplain,near,5,,19.50,,\n"
    )
    assert diff(**{"2026-01-01.csv": changed}) == ("plain to zone near: +0.0% to +50.0%",)


def test_the_day_decides_which_editions_are_compared(diff):
    dearer = "service,zone,over,to,price,per_kg,minimum\nplain,near,0,,14.30,,\n"
    assert diff(date(2025, 12, 31), **{"2026-01-01.csv": dearer}) == ()


def test_fuel_and_surcharges_that_change_are_named(diff):
    found = diff(
        **{
            "fuel.csv": "since,percent\n2025-01-01,0\n2026-03-02,12\n",
            "2025-01-01.surcharges.csv": (
                "code,name,services,when,per,amount,per_kg,percent,of,minimum\n"
                "remote,Remote area,,remote,consignment,,0.50,,,4.00\n"
                "peak,Peak,plain,always,consignment,,,10,so_far,\n"
            ),
        }
    )
    assert "fuel: 10% → 12%" in found
    assert "surcharge oversize: gone" in found
    assert "surcharge remote: minimum 3.00 → 4.00" in found


def test_a_day_before_a_card_begins_is_said(diff):
    assert diff(date(2020, 1, 1)) == ("Paper Post has no prices on 2020-01-01",)
