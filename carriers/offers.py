"""What does a carrier offer?"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from data.model.consignment import GoodsItem, Mode, Parcel
from data.model.money import Money, quantum
from data.model.places import Place
from data.model.records import quick

Source = Literal["live", "cache", "stale", "rate_card", "backup"]


@quick
@dataclass(frozen=True, slots=True)
class RateRequest:
    """What a carrier is asked to price: parcels from here to there, ready on a day.

    No parcels at all means that weights were not given: a carrier that can works from a stated
    weight of its own for each of the `pieces`, and says so in its offer. `declared_value` is the
    price of the goods, for insurance and the carriers that ask for it. `residential` says that the
    receiver lives there.
    """

    ship_from: Place
    ship_to: Place
    parcels: tuple[Parcel, ...]
    on: date
    declared_value: Money
    mode: Mode | None = None
    pieces: int = 1
    residential: bool = False
    items: tuple[GoodsItem, ...] = ()


@dataclass(frozen=True, slots=True)
class OfferPart:
    """One part of a price: freight, fuel, a surcharge. Parts add up to the offer's price."""

    code: str
    name: str
    amount: Money
    working: str


@dataclass(frozen=True, slots=True)
class DutyFee:
    """What a carrier bills for paying duty on somebody's behalf.

    The fee is `percent` % of the duty and tax advanced, at least `minimum`.
    """

    code: str
    name: str
    percent: Decimal
    minimum: Money
    working: str


@dataclass(frozen=True, slots=True)
class Transit:
    """How long it takes, in business days and as the days it may arrive."""

    min_days: int
    max_days: int
    earliest: date
    latest: date


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to send the parcels and its price, before any duty or tax.

    `ddp_fee` is billed when the seller pays the border's charges through the carrier (None: the
    service cannot be sent duty paid); `disbursement_fee` when the carrier collects from the buyer.
    `low` and `high` bound the price where the weight was not given. `preferred` ones come before
    others: the merchant said so.
    """

    carrier: str
    service: str
    mode: Mode
    price: Money
    parts: tuple[OfferPart, ...]
    source: Source
    transit: Transit | None = None
    ddp_fee: DutyFee | None = None
    disbursement_fee: DutyFee | None = None
    low: Money | None = None
    high: Money | None = None
    weight_assumed: bool = False
    source_note: str | None = None
    preferred: bool = False


def faults_of(offer: Offer) -> str | None:
    """What makes an offer unfit to be shown: a price of nothing, parts that do not add up.

    None when it is sound. Money must be exact, in one currency, without more decimals than the
    currency has.
    """
    price = offer.price
    unit = price.currency
    if price.amount <= 0:
        return f"a price of {price.amount} {unit.code}"
    amounts = [price, *(part.amount for part in offer.parts)]
    amounts += [bound for bound in (offer.low, offer.high) if bound is not None]
    if any(amount.currency != unit for amount in amounts):
        return f"parts in another currency than its price's {unit.code}"
    if any(a.amount != a.amount.quantize(quantum(unit.code)) for a in amounts):
        return f"an amount with more decimals than {unit.code} has"
    parts = sum((part.amount.amount for part in offer.parts), Decimal(0))
    if parts != price.amount:
        return f"parts that add up to {parts} {unit.code} and a price of {price.amount}"
    low, high = offer.low or price, offer.high or price
    if not low.amount <= price.amount <= high.amount:
        return f"a price of {price.amount} outside its own range {low.amount}–{high.amount}"
    return None


@dataclass(frozen=True, slots=True)
class Silence:
    """A carrier that gave no offer, and why, in words a shipping team can act on."""

    carrier: str
    reason: str
