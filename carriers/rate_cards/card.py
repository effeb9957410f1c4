"""What is on a rate card? The card as it is read from its files, before anything is priced.

Weights are kilograms, sides centimetres, amounts decimals in the card's currency.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from carriers.offers import DutyFee
from carriers.rate_cards.zones import PostalList, Zones
from data.model.consignment import Mode

When = Literal["always", "remote", "oversize", "residential"]
Per = Literal["parcel", "consignment"]
BaseOfPercent = Literal["freight", "so_far"]


@dataclass(frozen=True, slots=True)
class Service:
    """One service of a card, and what it takes."""

    code: str
    name: str
    mode: Mode
    max_weight: Decimal
    max_side: Decimal | None = None
    max_girth: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """One line of prices: more than `over` and up to `to` kilograms (None: to the service's end).

    A parcel costs `price` + `per_kg` for each kilogram above `over`, at least `minimum`.
    """

    over: Decimal
    to: Decimal | None
    price: Decimal
    per_kg: Decimal
    minimum: Decimal | None
    where: str


@dataclass(frozen=True, slots=True)
class Surcharge:
    """One surcharge: `amount` per parcel or consignment + `per_kg` + `percent` of what is before.

    A percentage is of the freight, or of the freight and the surcharges above it on the card.
    """

    code: str
    name: str
    services: frozenset[str]
    when: When
    per: Per
    amount: Decimal
    per_kg: Decimal
    percent: Decimal
    of: BaseOfPercent
    minimum: Decimal
    where: str


@dataclass(frozen=True, slots=True)
class Edition:
    """The prices of a card from a day on."""

    since: date
    zones: Zones
    remote: PostalList
    bands: Mapping[tuple[str, str], tuple[Band, ...]]
    transit: Mapping[tuple[str, str], tuple[int, int]]
    surcharges: tuple[Surcharge, ...]


@dataclass(frozen=True, slots=True)
class FeeVersion:
    """A fee for paying duty from a day on, and the services it comes with."""

    since: date
    fee: DutyFee
    services: frozenset[str]


@dataclass(frozen=True, slots=True)
class RateCard:
    """A carrier's prices through time. Editions, fuel and fees are oldest first.

    `fuel` is percent of the freight, and of the surcharges too where `fuel_on_surcharges`.
    `ship_from` are the countries it may be used from, empty for every country.
    """

    code: str
    name: str
    note: str
    currency: str
    weight_step: Decimal
    volumetric_divisor: Decimal | None
    assumed_piece_weight: Decimal
    oversize_side: Decimal | None
    services: tuple[Service, ...]
    editions: tuple[Edition, ...]
    fuel: tuple[tuple[date, Decimal], ...]
    fuel_on_surcharges: bool
    ddp_fees: tuple[FeeVersion, ...] = ()
    disbursement_fees: tuple[FeeVersion, ...] = ()
    ship_from: frozenset[str] = frozenset()

    def edition(self, on: date) -> Edition | None:
        """The prices of that day, or None before the card begins."""
        place = bisect_right(self.editions, on, key=lambda edition: edition.since)
        return self.editions[place - 1] if place else None

    def fuel_percent(self, on: date) -> Decimal:
        """The fuel surcharge of that day, in percent; none before its file begins."""
        place = bisect_right(self.fuel, on, key=lambda version: version[0])
        return self.fuel[place - 1][1] if place else Decimal(0)


def fee_of(fees: tuple[FeeVersion, ...], service: str, on: date) -> DutyFee | None:
    """The fee of a service on a day, or None where there is none."""
    place = bisect_right(fees, on, key=lambda version: version.since)
    if not place or service not in fees[place - 1].services:
        return None
    return fees[place - 1].fee
