"""What is sent, as every paper, label and message says it? One frozen record.

The quote's option, the invoice, the CN 22 or CN 23, the label and the data messages all derive from
a `Shipment`, so that none of them can say another total, code, origin or weight.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from data.model.consignment import GoodsItem, Parcel, Purpose, Terms
from data.model.money import Money, money
from data.model.places import Place


def _none() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Party:
    """A person or company with an address, as it is printed.

    `street` are address lines without city and postcode; `tax_ids` maps a kind of number (``eori``,
    ``vat``, ``ein``, ``cpf``…) to it. `is_business` is whether it acts in the course of business.
    """

    name: str
    place: Place
    street: tuple[str, ...] = ()
    company: str | None = None
    phone: str | None = None
    email: str | None = None
    tax_ids: Mapping[str, str] = field(default_factory=_none)
    is_business: bool = False


@dataclass(frozen=True, slots=True)
class Shipment:
    """Goods in parcels from a consignor to a consignee, under terms, on a day.

    `reference` is the seller's. All prices are in one currency. `freight` and `insurance` are what
    the buyer is charged for them. `registrations` maps a scheme (``ioss``, ``gb_vat``…) to its
    number. `importer` is the importer of record where it is not the consignee.
    """

    reference: str
    on: date
    consignor: Party
    consignee: Party
    items: tuple[GoodsItem, ...]
    parcels: tuple[Parcel, ...]
    terms: Terms
    purpose: Purpose = "sale"
    importer: Party | None = None
    freight: Money | None = None
    insurance: Money | None = None
    registrations: Mapping[str, str] = field(default_factory=_none)
    invoice_number: str | None = None
    invoice_day: date | None = None
    terms_place: str | None = None
    comments: str | None = None

    @property
    def currency(self) -> str:
        """The one currency of the goods."""
        code: str = self.items[0].unit_price.currency.code
        return code

    @property
    def goods(self) -> Money:
        """What the goods cost, discounts taken off, without freight and insurance."""
        return money(sum((item.price for item in self.items), Decimal(0)), self.currency)

    @property
    def gross_weight(self) -> Decimal:
        """Kilograms of all parcels."""
        return sum((parcel.weight for parcel in self.parcels), Decimal(0))
