"""On which day does it arrive?

Business days are what the place's own weekend and public holidays leave. A parcel is handed over
on the first business day at the origin; from then on the days of the destination count.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache, lru_cache

import holidays

from carriers.offers import Transit
from data.model.places import Place

_DAY = timedelta(days=1)


def transit(origin: Place, destination: Place, on: date, min_days: int, max_days: int) -> Transit:
    """The days on which parcels that are ready on `on` may arrive, for a transit in business days.

    Where a country's holidays are not known, weekends alone are counted out.
    """
    handed_over = business_day(origin.country, origin.region, on, 0)
    return Transit(
        min_days,
        max_days,
        business_day(destination.country, destination.region, handed_over, min_days),
        business_day(destination.country, destination.region, handed_over, max_days),
    )


@lru_cache(maxsize=8192)
def business_day(country: str, region: str | None, start: date, days: int) -> date:
    """The business day that is so many business days after `start`; the first one for 0.

    >>> business_day("US", None, date(2026, 12, 24), 1)  # Christmas is a Friday
    datetime.date(2026, 12, 28)
    """
    day = start
    while day in _closed(country, region, day.year):
        day += _DAY
    for _ in range(days):
        day += _DAY
        while day in _closed(country, region, day.year):
            day += _DAY
    return day


@lru_cache(maxsize=2048)
def _closed(country: str, region: str | None, year: int) -> frozenset[date]:
    """Every day of the year on which nobody works there."""
    subdivisions = _supported().get(country)
    if subdivisions is None:
        days = _days(year)
        return frozenset(day for day in days if day.weekday() >= 5)
    calendar = holidays.country_holidays(
        country, subdiv=region if region in subdivisions else None, years=year
    )
    return frozenset(day for day in _days(year) if not calendar.is_working_day(day))


def _days(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + _DAY * n for n in range((date(year + 1, 1, 1) - first).days)]


@cache
def _supported() -> Mapping[str, Sequence[str]]:
    return holidays.list_supported_countries(include_aliases=False)
