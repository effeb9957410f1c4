"""What did a carrier offer for the same question lately?

The question is normalised (a postcode is the same with or without its blank, boxes in any order)
and belongs to an account, a day and a version of the adapter. Answers are kept for a day.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from decimal import Decimal
from threading import Lock

from carriers.offers import Offer, RateRequest
from carriers.rates import Carrier, OverTheWire
from data.model.consignment import GoodsItem, Parcel
from data.model.money import Money
from data.model.places import Place

STALE_SECONDS = 24 * 3600.0
_MOST = 4096


@dataclass(frozen=True, slots=True)
class Kept:
    """Offers of a while ago."""

    offers: tuple[Offer, ...]
    age: float  # seconds


class KeptOffers:
    """Answers of carriers, by question; the least used are forgotten first."""

    def __init__(self, clock: Callable[[], float], most: int = _MOST) -> None:
        self._clock = clock
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, tuple[tuple[Offer, ...], float]] = OrderedDict()

    def keep(self, carrier: Carrier, request: RateRequest, offers: tuple[Offer, ...]) -> None:
        """Remember an answer, in place of an older one."""
        with self._lock:
            key = question_of(carrier, request)
            self._kept[key] = (offers, self._clock())
            self._kept.move_to_end(key)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def find(self, carrier: Carrier, request: RateRequest) -> Kept | None:
        """The last answer to the same question, if it is not older than a day."""
        with self._lock:
            key = question_of(carrier, request)
            if (found := self._kept.get(key)) is None:
                return None
            age = self._clock() - found[1]
            if age > STALE_SECONDS:
                del self._kept[key]
                return None
            self._kept.move_to_end(key)
            return Kept(found[0], age)


def question_of(carrier: Carrier, request: RateRequest) -> Hashable:
    """What makes a question the same as another."""
    account, version = "", ""
    if isinstance(carrier, OverTheWire):
        account, version = carrier.account, carrier.version
    return (
        (carrier.code, account, version),
        (request.on, request.mode, request.pieces, request.residential),
        (_place(request.ship_from), _place(request.ship_to)),
        tuple(sorted(_parcel(parcel) for parcel in request.parcels)),
        _money(request.declared_value),
        tuple(_item(item) for item in request.items),
    )


def _place(place: Place) -> tuple[str, ...]:
    parts = (place.country, place.region, place.postal_code, place.city)
    return tuple("".join((part or "").split()).casefold() for part in parts)


def _parcel(parcel: Parcel) -> tuple[Decimal, tuple[Decimal, ...]]:
    return parcel.weight.normalize(), tuple(sorted(parcel.dimensions or ()))


def _money(amount: Money) -> tuple[Decimal, str]:
    return amount.amount.normalize(), amount.currency.code


def _item(item: GoodsItem) -> tuple[object, ...]:
    return (
        item.quantity,
        _money(item.unit_price),
        item.discount,
        item.hs_code,
        item.country_of_origin,
        item.unit_weight,
        item.description,
    )
