"""Does UPS want customs papers between two places?

The facts of the territories say which share a customs territory, and where there is no border.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

from data.model.places import Place

_OF_UPS = {"PR": "US"}  # UPS counts Puerto Rico and the States as one country, both ways


def crosses_border(origin: Place, destination: Place, on: date) -> bool:
    """Whether goods are imported on a day: not within a country, a union, or without a border.

    >>> paris, berlin, oslo, day = Place("FR"), Place("DE"), Place("NO"), date(2026, 1, 1)
    >>> crosses_border(paris, berlin, day), crosses_border(berlin, oslo, day)
    (False, True)
    """
    if origin.country == destination.country:
        return False
    here, there = customs_union(origin.territory), customs_union(destination.territory)
    without = [
        version["value"]
        for version in sorted(_facts(there).get("no_border_with", ()), key=lambda v: v["since"])
        if version["since"] <= on
    ]
    return here != there and not (without and here in without[-1])


def customs_union(territory: str) -> str:
    """The customs union of a territory; its own code when it is in none.

    >>> customs_union("DE"), customs_union("GB")
    ('EU', 'GB')
    """
    code = _OF_UPS.get(territory, territory)
    union: str = _facts(code).get("customs_territory", code)
    return union


@lru_cache(maxsize=512)
def _facts(territory: str) -> Mapping[str, Any]:
    file = files("data") / "facts" / "territories" / f"{territory}.toml"
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
