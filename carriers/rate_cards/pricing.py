"""What does a service of a card cost for these parcels? Freight, surcharges, then fuel.

Every part is rounded half up to the currency's minor unit, so that the parts are the price.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from carriers.offers import OfferPart
from carriers.rate_cards.card import Band, Edition, RateCard, Service, Surcharge
from carriers.weights import (
    Dimensions,
    length_and_girth,
    longest_side,
    round_up,
    volumetric_weight,
)
from data.model.consignment import Parcel
from data.model.money import money, round_half_up


@dataclass(frozen=True, slots=True)
class Box:
    """A parcel as a card sees it: its weight rounded up to the card's steps, and its sides."""

    weight: Decimal
    dimensions: Dimensions | None


@dataclass(frozen=True, slots=True)
class Lane:
    """Where parcels go on a card: the zone, and what is special about the address."""

    zone: str
    remote: bool
    residential: bool


@dataclass(frozen=True, slots=True)
class Price:
    """A price in its parts, in the card's currency."""

    amount: Decimal
    parts: tuple[OfferPart, ...]


class NotCarriedError(Exception):
    """A service does not take these parcels on this lane; the message says why."""


def boxes_of(card: RateCard, parcels: Sequence[Parcel]) -> tuple[Box, ...]:
    """The parcels as the card sees them: many weights become one, and one price."""
    step = card.weight_step
    return tuple(Box(round_up(parcel.weight, step), parcel.dimensions) for parcel in parcels)


def assumed_boxes(card: RateCard, service: Service, pieces: int) -> tuple[Box, ...]:
    """Parcels for pieces whose weight nobody gave: each weighs the card's assumed weight.

    As many as fit share a parcel. Raises `NotCarriedError` when one piece is too heavy.
    """
    each = card.assumed_piece_weight
    in_one = int(service.max_weight // each)
    if not in_one:
        raise NotCarriedError(f"an assumed piece of {each} kg is over {service.max_weight} kg")
    full, rest = divmod(max(pieces, 1), in_one)
    boxes = [Box(round_up(each * in_one, card.weight_step), None)] * full
    if rest:
        boxes.append(Box(round_up(each * rest, card.weight_step), None))
    return tuple(boxes)


def lightest_box(card: RateCard) -> Box:
    """The lightest parcel that a card prices: one step of its weights."""
    return Box(card.weight_step, None)


def dearest_boxes(edition: Edition, service: Service, lane: Lane, count: int) -> tuple[Box, ...]:
    """As many parcels of the heaviest weight that the service has a price for on the lane."""
    bands = edition.bands.get((service.code, lane.zone), ())
    ends = bands[-1].to if bands else None
    heaviest = service.max_weight if ends is None else min(ends, service.max_weight)
    return (Box(heaviest, None),) * count


def price_boxes(
    card: RateCard,
    edition: Edition,
    service: Service,
    lane: Lane,
    boxes: Sequence[Box],
    on: date,
) -> Price:
    """The price of a service for parcels. Raises `NotCarriedError`."""
    bands = edition.bands.get((service.code, lane.zone))
    if bands is None:
        raise NotCarriedError(f"no prices to zone {lane.zone}")
    chargeable = [_chargeable(card, service, box) for box in boxes]
    parts = [_freight(card, lane.zone, bands, chargeable)]
    freight = so_far = parts[0].amount.amount
    weight = sum(chargeable, Decimal(0))
    oversize = sum(_is_oversize(card, box) for box in boxes)
    for surcharge in edition.surcharges:
        count = _times(surcharge, service, lane, len(boxes), oversize)
        if count:
            base = freight if surcharge.of == "freight" else so_far
            parts.append(_surcharge(card.currency, surcharge, base, weight, count))
            so_far += parts[-1].amount.amount
    percent = card.fuel_percent(on)
    if percent:
        parts.append(_fuel(card, percent, freight, so_far))
        so_far += parts[-1].amount.amount
    return Price(so_far, tuple(parts))


def _chargeable(card: RateCard, service: Service, box: Box) -> Decimal:
    """The kilograms billed for a parcel, once it is known that the service takes it."""
    if box.weight > service.max_weight:
        raise NotCarriedError(f"a parcel of {box.weight} kg; at most {service.max_weight} kg")
    if box.dimensions is None:
        return box.weight
    side, girth = longest_side(box.dimensions), length_and_girth(box.dimensions)
    if service.max_side is not None and side > service.max_side:
        raise NotCarriedError(f"a side of {side} cm; at most {service.max_side} cm")
    if service.max_girth is not None and girth > service.max_girth:
        raise NotCarriedError(f"length and girth of {girth} cm; at most {service.max_girth} cm")
    if card.volumetric_divisor is None:
        return box.weight
    volumetric = volumetric_weight(box.dimensions, card.volumetric_divisor)
    return max(box.weight, round_up(volumetric, card.weight_step))


def _freight(
    card: RateCard, zone: str, bands: Sequence[Band], chargeable: Sequence[Decimal]
) -> OfferPart:
    unit = card.currency
    total = Decimal(0)
    workings: list[str] = []
    for weight, count in Counter(chargeable).items():
        amount, working = band_price(band_of(bands, weight), weight, unit)
        total += amount * count
        workings.append(f"{count} × {working}" if count > 1 else working)
    return OfferPart(
        "freight", "Freight", money(total, unit), f"zone {zone}: {'; '.join(workings)}"
    )


def band_of(bands: Sequence[Band], weight: Decimal) -> Band:
    """The band a weight falls in. Raises `NotCarriedError` above the last."""
    for band in bands:
        if band.to is None or weight <= band.to:
            return band
    raise NotCarriedError(f"{weight} kg chargeable; the prices end at {bands[-1].to} kg")


def band_price(band: Band, weight: Decimal, unit: str) -> tuple[Decimal, str]:
    """What one parcel of a weight costs in its band, and how that is worked out."""
    upper = f" up to {band.to}" if band.to is not None else ""
    working = f"{weight} kg (over {band.over}{upper} kg)"
    amount = band.price
    if band.per_kg:
        amount += band.per_kg * (weight - band.over)
        working += f": {band.price} + {band.per_kg}/kg × {weight - band.over} kg"
    else:
        working += f": {band.price}"
    if band.minimum is not None and amount < band.minimum:
        amount = band.minimum
        working += f", at least {band.minimum}"
    return round_half_up(amount, unit), f"{working} {unit}"


def _is_oversize(card: RateCard, box: Box) -> bool:
    if card.oversize_side is None or box.dimensions is None:
        return False
    return longest_side(box.dimensions) > card.oversize_side


def _times(surcharge: Surcharge, service: Service, lane: Lane, boxes: int, oversize: int) -> int:
    """How many times a surcharge is due; 0 where it is not."""
    if service.code not in surcharge.services:
        return 0
    concerned = {
        "always": boxes,
        "remote": boxes * lane.remote,
        "oversize": oversize,
        "residential": boxes * lane.residential,
    }[surcharge.when]
    return min(concerned, 1) if surcharge.per == "consignment" else concerned


def _surcharge(
    unit: str, surcharge: Surcharge, base: Decimal, weight: Decimal, count: int
) -> OfferPart:
    terms: list[str] = []
    amount = surcharge.amount * count
    if surcharge.amount:
        terms.append(f"{count} × {surcharge.amount}" if count > 1 else f"{surcharge.amount}")
    if surcharge.per_kg:
        amount += surcharge.per_kg * weight
        terms.append(f"{surcharge.per_kg}/kg × {weight} kg")
    if surcharge.percent:
        amount += base * surcharge.percent / 100
        terms.append(f"{surcharge.percent}% × {base}")
    working = " + ".join(terms)
    if amount < surcharge.minimum:
        amount = surcharge.minimum
        working += f", at least {surcharge.minimum}"
    amount = round_half_up(amount, unit)
    return OfferPart(surcharge.code, surcharge.name, money(amount, unit), f"{working} {unit}")


def _fuel(card: RateCard, percent: Decimal, freight: Decimal, so_far: Decimal) -> OfferPart:
    base, of = (
        (so_far, "freight and surcharges") if card.fuel_on_surcharges else (freight, "freight")
    )
    amount = round_half_up(base * percent / 100, card.currency)
    working = f"{percent}% × {base} {card.currency} ({of})"
    return OfferPart("fuel", "Fuel surcharge", money(amount, card.currency), working)
