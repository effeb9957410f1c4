"""What does a carrier offer whose prices are a card?

The same boxes on the same lane and day cost the same: answers are kept by zone, weight step and
day, so that a known question costs a look-up.
"""

from datetime import date
from functools import lru_cache, partial

from carriers.calendars import transit
from carriers.errors import RequestRejected
from carriers.offers import Offer, RateRequest, Transit
from carriers.rate_cards.card import Edition, RateCard, Service, fee_of
from carriers.rate_cards.pricing import (
    Box,
    Lane,
    NotCarriedError,
    Price,
    assumed_boxes,
    boxes_of,
    dearest_boxes,
    lightest_box,
    price_boxes,
)
from data.model.consignment import Mode
from data.model.money import money
from data.model.places import Place

_REMEMBERED = 8192  # answers, a few KB each

_Answer = tuple[tuple[Offer, ...], str]


class CardCarrier:
    """A carrier that prices from a card, in the process and without waiting."""

    inline = True

    def __init__(self, card: RateCard) -> None:
        self.card = card
        self.code = card.code
        self._lanes = lru_cache(maxsize=_REMEMBERED)(partial(lane_of, card))
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._price)

    def __repr__(self) -> str:
        return f"CardCarrier({self.code!r})"

    def offers(self, request: RateRequest) -> tuple[Offer, ...]:
        """Every service of the card that takes the parcels. Raises `RequestRejected`."""
        ship_from, ship_to = request.ship_from, request.ship_to
        lane = self._lanes(ship_from.country, ship_to, request.on, residential=request.residential)
        offers, refusals = self._remembered(
            lane,
            (ship_from.country, ship_from.region),
            (ship_to.country, ship_to.region),
            boxes_of(self.card, request.parcels),
            0 if request.parcels else request.pieces,
            request.mode,
            request.on,
        )
        if not offers:
            raise RequestRejected(refusals, "no_service")
        return offers

    def _price(
        self,
        lane: Lane,
        ship_from: tuple[str, str | None],
        ship_to: tuple[str, str | None],
        boxes: tuple[Box, ...],
        pieces: int,
        mode: Mode | None,
        on: date,
    ) -> _Answer:
        """The offers, and why each of the other services gives none."""
        edition = edition_of(self.card, on)
        offers: list[Offer] = []
        refusals: list[str] = []
        for service in self.card.services:
            if mode is not None and service.mode != mode:
                continue
            days = edition.transit.get((service.code, lane.zone))
            arrival = days and transit(Place(*ship_from), Place(*ship_to), on, *days)
            try:
                offers.append(
                    offer_of(self.card, edition, service, lane, boxes, pieces, on, arrival)
                )
            except NotCarriedError as error:
                refusals.append(f"{service.name}: {error}")
        return tuple(offers), "; ".join(refusals) or f"no service of mode {mode}"


def edition_of(card: RateCard, on: date) -> Edition:
    """The edition of that day. Raises `RequestRejected` before the card begins."""
    edition = card.edition(on)
    if edition is None:
        raise RequestRejected(f"its card begins on {card.editions[0].since}", "before_card")
    return edition


def lane_of(card: RateCard, ship_from: str, ship_to: Place, on: date, *, residential: bool) -> Lane:
    """The lane from a country to a place on the card of that day. Raises `RequestRejected`."""
    edition = edition_of(card, on)
    if card.ship_from and ship_from not in card.ship_from:
        raise RequestRejected(f"its card is not for parcels from {ship_from}", "origin")
    zone = edition.zones.zone(ship_from, ship_to)
    if zone is None:
        raise RequestRejected(f"no prices to {ship_to.country}", "destination")
    return Lane(zone, edition.remote.has(ship_to), residential)


def offer_of(
    card: RateCard,
    edition: Edition,
    service: Service,
    lane: Lane,
    boxes: tuple[Box, ...],
    pieces: int,
    on: date,
    arrival: Transit | None,
) -> Offer:
    """One service's offer; with no boxes, for pieces of the card's assumed weight.

    The range of an assumed weight runs from the card's lightest parcel to as many of its heaviest.
    Raises `NotCarriedError`.
    """
    low: Price | None = None
    high: Price | None = None
    note = f"{card.name}, card of {edition.since}. {card.note}"
    priced = boxes or assumed_boxes(card, service, pieces)
    price = price_boxes(card, edition, service, lane, priced, on)
    if not boxes:
        lightest = (lightest_box(card),)
        heaviest = dearest_boxes(edition, service, lane, len(priced))
        low = price_boxes(card, edition, service, lane, lightest, on)
        high = price_boxes(card, edition, service, lane, heaviest, on)
        note += f". No weight given: {card.assumed_piece_weight} kg a piece is assumed"
    unit = card.currency
    return Offer(
        carrier=card.code,
        service=service.code,
        mode=service.mode,
        price=money(price.amount, unit),
        parts=price.parts,
        source="rate_card",
        transit=arrival,
        ddp_fee=fee_of(card.ddp_fees, service.code, on),
        disbursement_fee=fee_of(card.disbursement_fees, service.code, on),
        low=None if low is None else money(min(low.amount, price.amount), unit),
        high=None if high is None else money(max(high.amount, price.amount), unit),
        weight_assumed=not boxes,
        source_note=note,
    )
