"""In which zone of a card is a place, and is it remote?

The more exact word wins: a postcode prefix (the longest), a region, the origin's own country, a
country, and last the rest of the world.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from data.model.places import Place

DOMESTIC = "="
EVERYWHERE = "*"


@dataclass(frozen=True, slots=True)
class Zones:
    """Zones by country, by (country, region) and by (country, postcode prefix)."""

    countries: Mapping[str, str]
    regions: Mapping[tuple[str, str], str]
    postal_prefixes: Mapping[tuple[str, str], str]

    def zone(self, ship_from: str, ship_to: Place) -> str | None:
        """The zone of a destination for parcels from a country; None where the card has none."""
        country = ship_to.country
        if self.postal_prefixes and ship_to.postal_code:
            prefix = longest_prefix(self.postal_prefixes, country, ship_to.postal_code)
            if prefix is not None:
                return self.postal_prefixes[country, prefix]
        if ship_to.region is not None:
            zone = self.regions.get((country, ship_to.region))
            if zone is not None:
                return zone
        if ship_from == country and DOMESTIC in self.countries:
            return self.countries[DOMESTIC]
        return self.countries.get(country) or self.countries.get(EVERYWHERE)

    def names(self) -> frozenset[str]:
        """Every zone that some place is in."""
        return frozenset(
            [*self.countries.values(), *self.regions.values(), *self.postal_prefixes.values()]
        )


@dataclass(frozen=True, slots=True)
class PostalList:
    """Postcode prefixes by country; an empty prefix stands for the whole country."""

    prefixes: frozenset[tuple[str, str]]
    countries: frozenset[str]

    @classmethod
    def of(cls, prefixes: frozenset[tuple[str, str]]) -> "PostalList":
        """The list of those prefixes."""
        return cls(prefixes, frozenset(country for country, _ in prefixes))

    def has(self, place: Place) -> bool:
        """Whether a place is on the list."""
        if place.country not in self.countries:
            return False
        if (place.country, "") in self.prefixes:
            return True
        postal_code = place.postal_code or ""
        return longest_prefix(self.prefixes, place.country, postal_code) is not None


def longest_prefix(
    prefixes: Mapping[tuple[str, str], str] | frozenset[tuple[str, str]],
    country: str,
    postal_code: str,
) -> str | None:
    """The longest listed prefix of a postcode, written without blanks, in capitals."""
    written = plain(postal_code)
    for length in range(len(written), 0, -1):
        if (country, written[:length]) in prefixes:
            return written[:length]
    return None


def plain(postal_code: str) -> str:
    """A postcode without blanks and hyphens, in capitals.

    >>> plain("bt1 5gs")
    'BT15GS'
    """
    return postal_code.replace(" ", "").replace("-", "").upper()
