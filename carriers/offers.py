"""What does a carrier offer?"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from data.model.consignment import Mode, Parcel
from data.model.money import Money
from data.model.places import Place

Source = Literal["live", "cache", "stale", "rate_card", "backup"]


@dataclass(frozen=True, slots=True)
class RateRequest:
    """What a carrier is asked to price: parcels from here to there, ready on a day.

    `declared_value` is the price of the goods, for duty-paid and insurance fees.
    `weight_assumed` says that parcel weights were not given and are a card's working weight.
    """

    ship_from: Place
    ship_to: Place
    parcels: tuple[Parcel, ...]
    on: date
    declared_value: Money
    mode: Mode | None = None
    pieces: int = 1


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
    `low` and `high` bound the price where the weight was not given.
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


@dataclass(frozen=True, slots=True)
class Silence:
    """A carrier that gave no offer, and why, in words a shipping team can act on."""

    carrier: str
    reason: str

