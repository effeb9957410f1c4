"""Does a card look right, and how does it come to a price? For the people who keep it."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from carriers.offers import RateRequest
from carriers.rate_cards.card import Band, Edition, RateCard
from carriers.rate_cards.carrier import edition_of, lane_of
from carriers.rate_cards.pricing import (
    NotCarriedError,
    assumed_boxes,
    band_price,
    boxes_of,
    price_boxes,
)

_FUEL_IS_OLD_AFTER_DAYS = 92


def card_lint(card: RateCard, on: date) -> tuple[str, ...]:
    """What a reader of the card should look at; nothing of it stops the card from being used.

    What would stop it is a `CardError` when the card is loaded.
    """
    found: list[str] = []
    for edition in card.editions:
        found += _lint_edition(card, edition)
    if card.fuel and (on - card.fuel[-1][0]).days > _FUEL_IS_OLD_AFTER_DAYS:
        found.append(f"{card.code}/fuel.csv: the last entry is of {card.fuel[-1][0]}")
    return tuple(found)


def _lint_edition(card: RateCard, edition: Edition) -> Iterator[str]:
    name = f"{card.code}/{edition.since}.csv"
    for zone in sorted(edition.zones.names()):
        for service in card.services:
            bands = edition.bands.get((service.code, zone))
            if bands is None:
                yield f"{name}: {service.code} has no prices to zone {zone}"
                continue
            yield from _falling(card, bands)
            ends = bands[-1].to
            if ends is not None and ends < service.max_weight:
                yield f"{bands[-1].where}: prices end at {ends} kg, below {service.max_weight} kg"
            if (service.code, zone) not in edition.transit:
                yield f"{name}: {service.code} has no transit days to zone {zone}"


def _falling(card: RateCard, bands: tuple[Band, ...]) -> Iterator[str]:
    """Bands that begin cheaper than the one before ends."""
    for lighter, heavier in pairwise(bands):
        ends, _ = band_price(lighter, heavier.over, card.currency)
        begins, _ = band_price(heavier, heavier.over + card.weight_step, card.currency)
        if begins < ends:
            yield f"{heavier.where}: {begins} costs less than the lighter {ends}"


def card_explain(card: RateCard, request: RateRequest) -> str:
    """How the card comes to its prices: zone, weights, and every part of each service's price.

    Raises `RequestRejected` where the card has no prices at all for the request.
    """
    lane = lane_of(
        card,
        request.ship_from.country,
        request.ship_to,
        request.on,
        residential=request.residential,
    )
    edition = edition_of(card, request.on)
    fuel = card.fuel_percent(request.on)
    lines = [
        f"{card.name}: {card.note}",
        f"card of {edition.since}, zone {lane.zone}, fuel {fuel}% on {request.on}"
        + (", remote area" if lane.remote else "")
        + (", residential" if lane.residential else ""),
    ]
    for service in card.services:
        if request.mode not in (None, service.mode):
            lines.append(f"{service.name}: not by {request.mode}")
            continue
        try:
            boxes = boxes_of(card, request.parcels) or assumed_boxes(card, service, request.pieces)
            price = price_boxes(card, edition, service, lane, boxes, request.on)
        except NotCarriedError as error:
            lines.append(f"{service.name}: not carried: {error}")
            continue
        lines.append(f"{service.name}: {price.amount} {card.currency}")
        lines += [f"  {part.name}: {part.amount.amount} = {part.working}" for part in price.parts]
    return "\n".join(lines)
