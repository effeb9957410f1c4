"""What is offered in the place of a carrier that gives no answer?

The next best of these, and every offer says which: what it answered to the same question a while
ago (`cache` while it is fresh, `stale` up to a day), its own price list if one is installed
(`rate_card`), what the merchant set down for this case (`backup`). Never a price of nothing. A
carrier that answers "no" has answered: nothing is offered in its place.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from carriers.errors import CarrierError
from carriers.offers import Offer, RateRequest, Source, faults_of
from carriers.rates import Carrier, Prices
from carriers.resilience.guard import Guard

_LOG = logging.getLogger(__name__)

Cards = Callable[[str], Prices | None]
"""The price list of a carrier that is installed here, by the carrier's code."""

Backups = Callable[[str, RateRequest], tuple[Offer, ...]]
"""What a merchant offers when a carrier does not answer."""


def no_card(code: str) -> Prices | None:
    """No price lists are installed."""
    return None


def no_backups(carrier: str, request: RateRequest) -> tuple[Offer, ...]:
    """Nothing was set down."""
    return ()


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs below a live answer."""

    guard: Guard
    cards: Cards = no_card
    backups: Backups = no_backups

    def fresh(self, carrier: Carrier, request: RateRequest) -> tuple[Offer, ...]:
        """A recent answer, for a carrier whose calls are few; none without one."""
        kept = self.guard.kept and self.guard.kept.find(carrier, request)
        if not kept or kept.age > self.guard.fresh_seconds:
            return ()
        return self._from_before(kept.offers, kept.age, "asked seldom: its calls are few")

    def instead(self, carrier: Carrier, request: RateRequest, reason: str) -> tuple[Offer, ...]:
        """The best that can be offered in the carrier's place, and none at the end."""
        kept = self.guard.kept and self.guard.kept.find(carrier, request)
        if kept:
            return self._from_before(kept.offers, kept.age, reason)
        return self._from_card(carrier, request, reason) or tuple(
            _noted(offer, "backup", f"set down by the merchant; the carrier: {reason}")
            for offer in self.backups(carrier.code, request)
            if faults_of(offer) is None
        )

    def _from_before(self, offers: tuple[Offer, ...], age: float, reason: str) -> tuple[Offer, ...]:
        source: Source = "cache" if age <= self.guard.fresh_seconds else "stale"
        note = f"answered {self.guard.moment(-age)}, {_age(age)} ago; now: {reason}"
        return tuple(_noted(offer, source, note) for offer in offers)

    def _from_card(self, carrier: Carrier, request: RateRequest, reason: str) -> tuple[Offer, ...]:
        try:
            card = self.cards(carrier.code)
            offers = () if card is None else card.offers(request)
        except CarrierError:
            return ()  # the card does not price this
        except Exception:
            _LOG.exception("the rate card of %s failed", carrier.code)
            return ()
        note = f"from its price list; the carrier: {reason}"
        return tuple(
            _noted(offer, "rate_card", note) for offer in offers if faults_of(offer) is None
        )


def _noted(offer: Offer, source: Source, note: str) -> Offer:
    """The offer with where it comes from, before what it said of itself."""
    said = f"{note}. {offer.source_note}" if offer.source_note else note
    return replace(offer, source=source, source_note=said)


def _age(seconds: float) -> str:
    """How long ago, in the unit that people would use.

    >>> _age(40.2), _age(300), _age(7300)
    ('40 s', '5 min', '2 h')
    """
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
