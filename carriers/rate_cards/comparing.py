"""What changes from one card to another? In percent by service and zone, for those who sign it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from carriers.rate_cards.card import Band, Edition, RateCard
from carriers.rate_cards.pricing import band_price

_TENTH = Decimal("0.1")


def card_diff(old: RateCard, new: RateCard, on: date) -> tuple[str, ...]:
    """What a card says otherwise than another on a day: services, zones, prices, fuel, surcharges.

    A change of prices is given as the least and the greatest change over all weights where a band
    of either card begins or ends. The same card with itself gives nothing.
    """
    before, after = old.edition(on), new.edition(on)
    found = list(_named("service", {s.code for s in old.services}, {s.code for s in new.services}))
    if before is None or after is None:
        which = old if before is None else new
        return (*found, f"{which.name} has no prices on {on}")
    found += _named("zone", set(before.zones.names()), set(after.zones.names()))
    found += _price_changes(old, new, before, after)
    was, now = old.fuel_percent(on), new.fuel_percent(on)
    if was != now:
        found.append(f"fuel: {was}% → {now}%")
    found += _named(
        "surcharge",
        {surcharge.code for surcharge in before.surcharges},
        {surcharge.code for surcharge in after.surcharges},
    )
    found += _surcharge_changes(before, after)
    return tuple(found)


def _named(kind: str, old: set[str], new: set[str]) -> Iterator[str]:
    for code in sorted(old - new):
        yield f"{kind} {code}: gone"
    for code in sorted(new - old):
        yield f"{kind} {code}: new"


def _price_changes(old: RateCard, new: RateCard, before: Edition, after: Edition) -> Iterator[str]:
    for key in sorted({*before.bands, *after.bands}):
        service, zone = key
        where = f"{service} to zone {zone}"
        if key not in after.bands:
            yield f"{where}: no prices any more"
        elif key not in before.bands:
            yield f"{where}: prices that were not there"
        elif old.currency != new.currency:
            yield f"{where}: in {new.currency}, was in {old.currency}"
        elif changes := _changes(before.bands[key], after.bands[key], new.currency):
            least, greatest = min(changes), max(changes)
            if least or greatest:
                span = f"{least:+}%" if least == greatest else f"{least:+}% to {greatest:+}%"
                yield f"{where}: {span}"


def _changes(before: tuple[Band, ...], after: tuple[Band, ...], currency: str) -> list[Decimal]:
    """The change in percent at every weight where a band of either begins or ends."""
    weights = {end for band in (*before, *after) for end in (band.over, band.to) if end}
    open_ended = max(weights, default=Decimal(0)) + 1
    changes = []
    for weight in sorted({*weights, open_ended}):
        was, now = _price_at(before, weight, currency), _price_at(after, weight, currency)
        if was is not None and now is not None:
            changes.append(((now / was - 1) * 100).quantize(_TENTH))
    return changes


def _price_at(bands: tuple[Band, ...], weight: Decimal, currency: str) -> Decimal | None:
    for band in bands:
        if band.over < weight and (band.to is None or weight <= band.to):
            return band_price(band, weight, currency)[0]
    return None


def _surcharge_changes(before: Edition, after: Edition) -> Iterator[str]:
    was = {surcharge.code: surcharge for surcharge in before.surcharges}
    for surcharge in after.surcharges:
        old = was.get(surcharge.code)
        if old is None:
            continue
        for name in ("amount", "per_kg", "percent", "minimum"):
            if getattr(old, name) != getattr(surcharge, name):
                change = f"{getattr(old, name)} → {getattr(surcharge, name)}"
                yield f"surcharge {surcharge.code}: {name} {change}"
