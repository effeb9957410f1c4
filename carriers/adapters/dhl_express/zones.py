"""Which time is it there, when DHL gives a local time without its zone?

The zones of a country come from CLDR (Babel), their offsets from the time zone database.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global

_ABANDONED = frozenset({"Asia/Urumqi"})
"""Zones whose official time is another's: all of China keeps Beijing time."""


def only_offset(country: str, local: datetime) -> tzinfo | None:
    """The offset of a country's one time at a local moment; None where it has several or none.

    >>> only_offset("DE", datetime(2026, 7, 1, 12)), only_offset("US", datetime(2026, 7, 1, 12))
    (datetime.timezone(datetime.timedelta(seconds=7200)), None)
    """
    offsets = _offsets(country, local)
    return timezone(offsets.pop()) if len(offsets) == 1 else None


def last_offset(country: str, local: datetime) -> tzinfo:
    """The offset of the place in a country where a local time comes last; UTC if none is known."""
    offsets = _offsets(country, local)
    return timezone(min(offsets)) if offsets else UTC


def _offsets(country: str, local: datetime) -> set[timedelta]:
    found = (local.replace(tzinfo=zone).utcoffset() for zone in _zones(country))
    return {offset for offset in found if offset is not None}


@cache
def _zones(country: str) -> tuple[ZoneInfo, ...]:
    zones: list[ZoneInfo] = []
    for name in _names().get(country, ()):
        try:
            zones.append(ZoneInfo(name))
        except ZoneInfoNotFoundError:  # CLDR remembers names that the database has dropped
            continue
    return tuple(zones)


@cache
def _names() -> Mapping[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {}
    territories: Mapping[str, str] = get_global("zone_territories")
    for name, country in territories.items():
        if name not in _ABANDONED:
            names[country] = (*names.get(country, ()), name)
    return names
