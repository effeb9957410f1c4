"""Which region of the destination do the goods go to, and what tax is due there?"""

from collections.abc import Sequence

from customs.border import Border, rounding_of
from customs.line_duties import LineDuty
from customs.rules import Territory
from customs.tax_groups import Assessed, rates_of
from customs.taxation import Taxation
from data.model.places import Place


def taxations_of(
    border: Border, assessed: Assessed, duties: Sequence[LineDuty]
) -> tuple[Taxation, tuple[Taxation, ...]]:
    """The taxes as they are charged, and in every other region the goods may be going to.

    Where nobody said which region it is, the dearest one is charged.
    """
    way = rounding_of(border.territory, "tax", border.on)
    territory, consignment = border.territory, assessed.consignment

    def to(region: str | None) -> Taxation:
        rates = border.once(
            ("tax rates", region), lambda: rates_of(territory, consignment, border.on, region)
        )
        return Taxation(assessed, way, rates)

    if not territory.regions:
        return to(None), ()
    region = region_of(territory, consignment.ship_to)
    if region is not None:
        return to(region), ()
    owed = [line.in_tax_base for line in duties]
    by_region = [to(region) for region in territory.regions]
    dearest = max(by_region, key=lambda each: each.total(owed, lowest=False))
    return dearest, tuple(each for each in by_region if each is not dearest)


def region_of(territory: Territory, place: Place) -> str | None:
    """The region that a place is in, as it says or by its postal code; None when not known."""
    region = (place.region or "").upper()
    if region in territory.regions:
        return region
    postal_code = (place.postal_code or "").upper().replace(" ", "").replace("-", "")
    found = [one for prefix, one in territory.postal_regions if postal_code.startswith(prefix)]
    return found[0] if found and postal_code else None
