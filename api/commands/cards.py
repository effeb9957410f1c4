"""What do the people who keep rate cards ask? ``flask carriers card lint|diff|explain``"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from api.schemas.values import Unreadable, read_country, read_positive
from carriers.offers import RateRequest
from carriers.rate_cards import (
    EMBEDDED,
    RateCard,
    card_diff,
    card_explain,
    card_lint,
    load_card,
)
from data.model.consignment import Parcel
from data.model.money import money
from data.model.places import Place


def card_at(where: str) -> RateCard:
    """The card in a folder, or one that comes with the product by its code. Raises `CardError`."""
    folder = Path(where)
    return load_card(folder if folder.is_dir() else EMBEDDED / where)


def linted(where: str, on: date) -> Iterator[str]:
    """What a reader of a card should look at, a line each."""
    card = card_at(where)
    found = card_lint(card, on)
    yield from found
    editions = ", ".join(str(edition.since) for edition in card.editions)
    yield f"{card.name}: editions of {editions}; {len(found)} to look at"


def differing(old: str, new: str, on: date) -> Iterator[str]:
    """What a new card changes on a day, a line each."""
    yield from card_diff(card_at(old), card_at(new), on) or ("no difference",)


def explained(
    where: str, ship_from: Place, ship_to: Place, weights: tuple[Decimal, ...], on: date
) -> str:
    """How a card comes to its prices for parcels of these weights. Raises `RequestRejected`."""
    card = card_at(where)
    value = money("0", card.currency)
    parcels = tuple(Parcel(weight) for weight in weights)
    return card_explain(card, RateRequest(ship_from, ship_to, parcels, on, value))


def place_of(text: str) -> Place:
    """A place from ``DE`` or ``DE-10115``. Raises `ValueError`."""
    country, _, postal_code = text.partition("-")
    try:
        return Place(read_country(country.upper()), postal_code=postal_code or None)
    except Unreadable as error:
        raise ValueError(f"{text}: {error.messages[0]}") from None


def weights_of(texts: tuple[str, ...]) -> tuple[Decimal, ...]:
    """Weights in kilograms. Raises `ValueError`."""
    try:
        return tuple(read_positive(text) for text in texts)
    except Unreadable as error:
        raise ValueError(f"weight: {error.messages[0]}") from None
