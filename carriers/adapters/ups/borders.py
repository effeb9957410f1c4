"""Does UPS want customs papers between two places?"""

from dataclasses import replace
from datetime import date

from carriers import borders
from data.model.places import Place

_OF_UPS = {"PR": "US"}  # UPS counts Puerto Rico and the States as one country, both ways


def crosses_border(origin: Place, destination: Place, on: date) -> bool:
    """Whether goods are imported on a day, as UPS counts countries.

    >>> paris, oslo, day = Place("FR"), Place("NO"), date(2026, 1, 1)
    >>> crosses_border(paris, oslo, day), crosses_border(Place("US"), Place("PR"), day)
    (True, False)
    """
    return borders.crosses_border(_counted(origin), _counted(destination), on)


def _counted(place: Place) -> Place:
    return replace(place, country=_OF_UPS.get(place.country, place.country))
