"""What do carriers ask that have a price list and no service to question?

A rate card is a folder of dated files. `load_card` reads it strictly, `CardCarrier` prices from
it, `card_lint` says what looks wrong with it, `card_explain` how it comes to a price, and
`card_diff` what another card changes.
"""

from pathlib import Path

import data
from carriers.rate_cards.card import RateCard
from carriers.rate_cards.carrier import CardCarrier
from carriers.rate_cards.comparing import card_diff
from carriers.rate_cards.explaining import card_explain, card_lint
from carriers.rate_cards.loading import load_card
from carriers.rate_cards.rows import CardError

__all__ = [
    "EMBEDDED",
    "CardCarrier",
    "CardError",
    "RateCard",
    "card_diff",
    "card_explain",
    "card_lint",
    "embedded_card",
    "load_card",
]

EMBEDDED = Path(data.__path__[0]) / "facts" / "rate_cards"
"""The cards that come with the product."""


def embedded_card(code: str) -> CardCarrier:
    """The carrier of a card that comes with the product. Raises `CardError`."""
    return CardCarrier(load_card(EMBEDDED / code))
