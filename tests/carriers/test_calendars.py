"""Arrival days count the business days of the place they are counted at."""

from datetime import date

import pytest

from carriers.calendars import business_day, transit
from data.model.places import Place


@pytest.mark.parametrize(
    ("country", "region", "start", "days", "arrives"),
    [
        ("DE", None, date(2026, 11, 20), 0, date(2026, 11, 20)),
        ("DE", None, date(2026, 11, 20), 1, date(2026, 11, 23)),  # Friday
        ("US", None, date(2026, 11, 25), 1, date(2026, 11, 27)),  # over Thanksgiving
        ("DE", "BY", date(2026, 1, 5), 1, date(2026, 1, 7)),  # over Epiphany in Bavaria
        ("DE", "BE", date(2026, 1, 5), 1, date(2026, 1, 6)),  # a working day in Berlin
        ("SA", None, date(2026, 11, 19), 1, date(2026, 11, 22)),  # Friday and Saturday are free
        ("DE", None, date(2026, 12, 31), 1, date(2027, 1, 4)),  # into the next year
        ("ZZ", None, date(2026, 11, 20), 1, date(2026, 11, 23)),  # no calendar known: weekends
    ],
)
def test_business_days_are_what_weekends_and_holidays_leave(country, region, start, days, arrives):
    assert business_day(country, region, start, days) == arrives


def test_a_parcel_ready_on_a_holiday_leaves_on_the_next_business_day():
    found = transit(Place("US"), Place("DE"), date(2026, 11, 26), 2, 3)
    assert (found.earliest, found.latest) == (date(2026, 12, 1), date(2026, 12, 2))
    assert (found.min_days, found.max_days) == (2, 3)
