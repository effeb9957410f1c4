"""What does every carrier ask, within the time there is?

One carrier that is slow, wrong or silent costs its own offer and nobody else's; what can be put in
its place is `carriers.resilience`'.
"""

import logging
from collections.abc import Mapping, Sequence

from carriers.errors import CarrierError
from carriers.offers import Offer, RateRequest, Silence
from carriers.rates import Carrier, Converses, OverTheWire, Prices, Rates, answers_at_once
from carriers.resilience.asking import OUR_FAULT, NoAnswer, Outcome, Questions
from carriers.resilience.bulkheads import Bulkheads
from carriers.resilience.guard import Guard
from carriers.resilience.ladder import Ladder

__all__ = [
    "Bulkheads",
    "Carrier",
    "Converses",
    "OverTheWire",
    "Prices",
    "Rates",
    "rate_all",
]

_LOG = logging.getLogger(__name__)

_BULKHEADS = Bulkheads()


def rate_all(
    carriers: Sequence[Carrier],
    request: RateRequest,
    max_wait_ms: int,
    bulkheads: Bulkheads = _BULKHEADS,
    ladder: Ladder | None = None,
) -> tuple[tuple[Offer, ...], tuple[Silence, ...]]:
    """Ask all carriers at once and take what arrives in time: offers, and who gave none and why.

    Carriers that answer at once are asked here; each of the others has a thread of its own that is
    left behind at the deadline. Nothing a carrier does is raised. The order is the carriers', so
    that the same answers make the same quote. Without a `ladder` nothing is remembered from one
    request to the next, and nothing offered in the place of a carrier that does not answer.
    """
    slow = {place: each for place, each in enumerate(carriers) if not answers_at_once(each)}
    questions = None
    if slow:
        ladder = ladder or Ladder(Guard(bulkheads=bulkheads))
        questions = Questions(slow, request, max_wait_ms, ladder)
        questions.begin()
    outcomes: dict[int, Outcome] = {
        place: _price(carrier, request)
        for place, carrier in enumerate(carriers)
        if place not in slow and not isinstance(carrier, OverTheWire)
    }
    if questions is not None:
        outcomes |= questions.collect()
    return _sorted(outcomes, carriers, request)


def _price(carrier: Prices, request: RateRequest) -> Outcome:
    """The offers of a carrier that answers at once, or why it has none; our faults are logged."""
    try:
        return carrier.offers(request)
    except CarrierError as error:
        return NoAnswer(error.reason, final=True)
    except Exception:
        _LOG.exception("carrier %s failed while rating", carrier.code)
        return NoAnswer(OUR_FAULT, final=True)


def _sorted(
    outcomes: Mapping[int, Outcome], carriers: Sequence[Carrier], request: RateRequest
) -> tuple[tuple[Offer, ...], tuple[Silence, ...]]:
    """Offers of the mode asked for, in the carriers' order; a silence for whoever has none."""
    offers: list[Offer] = []
    silences: list[Silence] = []
    for place, carrier in enumerate(carriers):
        outcome = outcomes[place]
        if isinstance(outcome, NoAnswer):
            silences.append(Silence(carrier.code, outcome.reason))
            continue
        if request.mode is not None:
            outcome = tuple(offer for offer in outcome if offer.mode == request.mode)
        if outcome:
            offers += outcome
        else:
            silences.append(Silence(carrier.code, "no service for this"))
    return tuple(offers), tuple(silences)
