"""What is sent, by whom, to whom, and in what boxes?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from data.model.money import Money
from data.model.places import Place
from data.model.records import quick

BuyerType = Literal["consumer", "business"]
Purpose = Literal["sale", "gift", "sample", "return", "repair"]
Terms = Literal["DDP", "DAP"]
Mode = Literal["post", "express", "air", "sea", "road"]

NO_FACTS: Mapping[str, str] = MappingProxyType({})


def _none() -> Mapping[str, str]:
    return NO_FACTS


@dataclass(frozen=True, slots=True)
class PreferenceClaim:
    """A claim that an agreement's lower duty applies, and the proof that goes with it."""

    agreement: str
    proof: str | None = None


@quick
@dataclass(frozen=True, slots=True)
class GoodsItem:
    """One line of a consignment: goods of one kind at one price.

    `unit_price` is before tax; `discount` is for the whole line, in the same currency.
    `unit_weight` is net kilograms of one piece, `dimensions` its centimetres, longest first or not.
    """

    id: str
    quantity: int
    unit_price: Money
    discount: Decimal = Decimal(0)
    sku: str | None = None
    description: str | None = None
    hs_code: str | None = None
    country_of_origin: str | None = None
    unit_weight: Decimal | None = None
    dimensions: tuple[Decimal, Decimal, Decimal] | None = None
    preference: PreferenceClaim | None = None
    facts: Mapping[str, str] = field(default_factory=_none)
    duty_expression: str | None = None
    additional_code: str | None = None
    documents: tuple[str, ...] = ()

    @property
    def price(self) -> Decimal:
        """What was paid for the line: pieces × price − discount, in `unit_price`'s currency."""
        amount: Decimal = self.unit_price.amount
        return amount * self.quantity - self.discount

    @property
    def net_weight(self) -> Decimal | None:
        """Net kilograms of the line, if a piece's weight is known."""
        return None if self.unit_weight is None else self.unit_weight * self.quantity


@quick
@dataclass(frozen=True, slots=True)
class Parcel:
    """One box: gross kilograms, centimetres, and which pieces are in it (line id → pieces)."""

    weight: Decimal
    dimensions: tuple[Decimal, Decimal, Decimal] | None = None
    contents: Mapping[str, int] = field(default_factory=dict)


@quick
@dataclass(frozen=True, slots=True)
class Buyer:
    """Who the goods are for. A business with a tax number may account for the tax itself."""

    type: BuyerType = "consumer"
    name: str | None = None
    tax_id: str | None = None


@quick
@dataclass(frozen=True, slots=True)
class Seller:
    """Who sells. `registrations` maps a scheme (``ioss``, ``gb_vat``…) to its number."""

    name: str | None = None
    registrations: Mapping[str, str] = field(default_factory=_none)


@quick
@dataclass(frozen=True, slots=True)
class Consignment:
    """Everything that crosses the border together, from one sender to one receiver.

    `discount` (on the order) has been spread over the items already; `insurance` is the premium.
    """

    ship_from: Place
    ship_to: Place
    items: tuple[GoodsItem, ...]
    buyer: Buyer = field(default_factory=Buyer)
    seller: Seller = field(default_factory=Seller)
    purpose: Purpose = "sale"
    parcels: tuple[Parcel, ...] | None = None
    insurance: Money | None = None
