"""What does USPS ask for a parcel to another country?

One question for each mail class and each kind of parcel: the services that can carry all parcels
are offered, each at the least of its prices for parcels in one's own packaging.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from carriers import (
    Answer,
    Ask,
    DutyFee,
    Fault,
    Offer,
    OfferPart,
    RateRequest,
    RequestRejected,
    bad_reply,
    exact_money,
    itemised,
    many,
    member,
)
from carriers.adapters.usps.errors import PRICED, read
from carriers.adapters.usps.quoting import (
    DUTIES_PAID,
    PATH,
    extra_service,
    faults_of_goods,
    price_query,
    rate_options,
    with_duties,
)
from carriers.adapters.usps.service import CURRENCY, Service, refuse_other_lanes
from carriers.adapters.usps.services import MailClass, Product, mail_classes, prepays_duties
from data.model.consignment import Parcel
from data.model.money import Money, money

_NO_PARCELS = ("LETTERS", "FLATS", "CARDS")
_Size = tuple[Decimal, tuple[Decimal, Decimal, Decimal] | None]


@dataclass(frozen=True, slots=True)
class _Price:
    """What one parcel costs in one product, and USPS's fee for prepaying duty, if it named one."""

    product: Product
    total: Money
    option: Mapping[str, Any]
    fee: Money | None


class Prices(Service):
    """USPS's international prices."""

    def ask_rates(self, request: RateRequest) -> tuple[Ask, ...]:
        """One question for each mail class and kind of parcel. Raises `RequestRejected`."""
        refuse_other_lanes(request.ship_from, request.ship_to)
        classes = _asked(request)
        if not request.parcels or not request.ship_from.postal_code:
            missing = "/ship_from/postal_code" if request.parcels else "/parcels"
            said = "USPS prices parcels by ZIP code, weight and sides"
            raise RequestRejected(said, "validation", faults=(Fault(missing, said),), sent=False)
        return tuple(
            self._send("POST", PATH, self._question(request, parcel, at, each))
            for at, parcel in _kinds(request).values()
            for each in classes
        )

    def read_rates(self, request: RateRequest, answers: tuple[Answer, ...]) -> tuple[Offer, ...]:
        """The services that can carry every parcel. Raises `CarrierError` when none can."""
        classes, kinds = _asked(request), _kinds(request)
        if not answers or len(answers) != len(classes) * len(kinds):
            raise bad_reply(f"{len(answers)} answers")
        refusals: list[RequestRejected] = []
        offers: list[Offer] = []
        for place, each in enumerate(classes):
            try:
                prices = {
                    kind: _least(each, answers[n * len(classes) + place])
                    for n, kind in enumerate(kinds)
                }
            except RequestRejected as error:
                refusals.append(error)
                continue
            kept = {kind: price for kind, price in prices.items() if price is not None}
            if len(kept) == len(prices):
                offers.append(_offer(each, [kept[_size(p)] for p in request.parcels]))
        if not offers:
            raise refusals[0] if refusals else RequestRejected("USPS has no price for this")
        return tuple(offers)

    def _question(
        self, request: RateRequest, parcel: Parcel, at: int, mail_class: MailClass
    ) -> dict[str, Any]:
        query = {
            **price_query(
                request.ship_from, request.ship_to, parcel, at, mail_class.code, request.on
            ),
            "priceType": self._account["price_type"],
            "accountType": self._account["account_type"],
            "accountNumber": self._account["account_number"],
        }
        prepaid = prepays_duties(request.ship_to.country, request.on)
        if prepaid and not any(faults_of_goods(request.items, request.ship_to)):
            return with_duties(query, request.ship_to, request.items)
        return query


def _asked(request: RateRequest) -> tuple[MailClass, ...]:
    found = [c for c in mail_classes().values() if request.mode in (None, c.mode)]
    if not found:
        raise RequestRejected(f"USPS sends nothing by {request.mode}", sent=False)
    return tuple(found)


def _kinds(request: RateRequest) -> dict[_Size, tuple[int, Parcel]]:
    """The parcels that differ in weight or size, with their places: alike ones are priced once."""
    found: dict[_Size, tuple[int, Parcel]] = {}
    for place, parcel in enumerate(request.parcels):
        found.setdefault(_size(parcel), (place, parcel))
    return found


def _size(parcel: Parcel) -> _Size:
    return parcel.weight, parcel.dimensions


def _least(mail_class: MailClass, answer: Answer) -> _Price | None:
    """The least price for one piece in one's own packaging; None when there is none."""
    options = rate_options(read(answer, PRICED))
    prices = list(_prices(mail_class, options))
    return min(prices, key=lambda price: price.total.amount) if prices else None


def _prices(mail_class: MailClass, options: list[Any]) -> Iterator[_Price]:
    for option in options:
        rates = [rate for rate in many(member(option, "rates")) if isinstance(rate, Mapping)]
        if not rates:
            raise bad_reply("an option without a rate")
        first = rates[0]
        product = Product(
            mail_class.code,
            str(first.get("rateIndicator")),
            str(first.get("processingCategory")),
            str(first.get("destinationEntryFacilityType") or "NONE"),
        )
        total = exact_money(member(option, "totalBasePrice"), CURRENCY)
        sold = (
            first.get("mailClass") == mail_class.code
            and product.rate_indicator == mail_class.rate_indicator
            and product.processing_category not in _NO_PARCELS
        )
        if sold and total.amount > 0:
            fee = extra_service(option, DUTIES_PAID)
            paid = exact_money(member(fee, "price"), CURRENCY) if fee else None
            yield _Price(product, total, option, paid)


def _offer(mail_class: MailClass, prices: list[_Price]) -> Offer:
    """One service's offer for all parcels: the sum of their prices."""
    total = money(sum((price.total.amount for price in prices), Decimal(0)), CURRENCY)
    parts = [part for number, price in enumerate(prices, 1) for part in _parts(number, price)]
    return Offer(
        carrier=Service.code,
        service=prices[0].product.service,
        mode=mail_class.mode,
        price=total,
        parts=itemised(total, parts),
        source="live",
        ddp_fee=_fee(prices),
        source_note=f"{mail_class.name}; USPS promises no days of delivery abroad",
    )


def _parts(number: int, price: _Price) -> Iterator[OfferPart]:
    for rate in many(price.option["rates"]):
        working = f"parcel {number}: {rate.get('weight')} lb, price group {rate.get('zone')}"
        name = str(rate.get("description") or price.product.mail_class)
        amount = exact_money(member(rate, "price"), CURRENCY)
        yield OfferPart("postage", name, amount, working)
        for fee in many(rate.get("fees")):
            code, said = str(member(fee, "SKU")), str(member(fee, "name"))
            yield OfferPart(code, said, exact_money(member(fee, "price"), CURRENCY), working)


def _fee(prices: list[_Price]) -> DutyFee | None:
    """What USPS bills for prepaying; None unless it named it for every parcel."""
    fees = [price.fee.amount for price in prices if price.fee is not None]
    if len(fees) < len(prices):
        return None
    total = money(sum(fees, Decimal(0)), CURRENCY)
    named = extra_service(prices[0].option, DUTIES_PAID) or {}
    name = str(named.get("name") or "Delivery Duties Paid fee")
    return DutyFee(DUTIES_PAID, name, Decimal(0), total, f"{len(prices)} × extra service 370")
