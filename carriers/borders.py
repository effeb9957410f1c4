"""Must a parcel be declared to customs between two places?

The facts of the territories say which share a customs territory, and where no border is. Carriers
need no more of the law than this.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

from data.model.places import Place


def crosses_border(origin: Place, destination: Place, on: date) -> bool:
    """Whether goods are imported on a day: not within a union, or where there is no border.

    Parts of a country outside its customs or tax territory are declared too.

    >>> berlin, day = Place("DE"), date(2026, 1, 1)
    >>> crosses_border(Place("FR"), berlin, day), crosses_border(Place("GB"), berlin, day)
    (False, True)
    """
    if _outside(origin, on) or _outside(destination, on):
        return True
    here, there = customs_territory(origin), customs_territory(destination)
    return here != there and here not in _in_force(_facts(there).get("no_border_with", ()), on)


def customs_territory(place: Place) -> str:
    """The code of the customs territory of a place: ``EU`` for Germany, its own for most."""
    found: str = _facts(place.territory).get("customs_territory", place.territory)
    return found


def _outside(place: Place, on: date) -> bool:
    code = (place.postal_code or "").replace(" ", "").upper()
    return any(
        code.startswith(str(each["postal_code"]).replace(" ", ""))
        for each in _facts(place.territory).get("outside", ())
        if each.get("postal_code") and each["since"] <= on
    )


def _in_force(versions: Any, on: date) -> tuple[str, ...]:
    newest = max(
        (each for each in versions if each["since"] <= on),
        key=lambda each: each["since"],
        default=None,
    )
    return tuple(newest["value"]) if newest else ()


@lru_cache(maxsize=512)
def _facts(territory: str) -> Mapping[str, Any]:
    file = files("data") / "facts" / "territories" / f"{territory}.toml"
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
