"""What does DHL Express ask for a shipment?

DHL names a price in three currencies: the one it bills (BILLC), the one of its public rates (PULCL)
and its base currency (BASEC). An offer is in the one that is billed; nothing is converted.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from carriers.adapters.dhl_express.addresses import place_of
from carriers.adapters.dhl_express.errors import content
from carriers.adapters.dhl_express.goods import packages_of
from carriers.adapters.dhl_express.service import Service, moment
from carriers.answers import bad_reply, exact_money, itemised, many
from carriers.borders import crosses_border
from carriers.errors import CarrierError, RequestRejected
from carriers.offers import DutyFee, Offer, OfferPart, RateRequest, Transit
from carriers.wire import Answer, Ask
from data.model.money import Money, money

DUTY_PAID = "DD"  # DHL's service by which the sender pays duty and tax
_BILLED = "BILLC"
_TAX = "STTXA"


class AsksRates(Service):
    """Prices for all products in one request, and those that can be sent duty paid in another."""

    def ask_rates(self, request: RateRequest) -> tuple[Ask, ...]:
        """The request for prices, and over a border the same with duty paid.

        Raises `RequestRejected`. DHL prices a service only where it is asked for, and then names
        only the products that have it: the price of duty paid needs a question of its own.
        """
        over_border = crosses_border(request.ship_from, request.ship_to, request.on)
        body = self._rate_body(request, over_border=over_border)
        asks = [self.send("POST", "/rates", body)]
        if over_border:
            paid = {**body, "valueAddedServices": [{"serviceCode": DUTY_PAID}]}
            asks.append(self.send("POST", "/rates", paid))
        return tuple(asks)

    def read_rates(self, request: RateRequest, answers: tuple[Answer, ...]) -> tuple[Offer, ...]:
        """One offer for each product with a price. Raises `CarrierError`."""
        if not answers:
            raise bad_reply("nothing")
        products = _products(answers[0])
        fees, note = _duty_paid(answers[1]) if len(answers) > 1 else ({}, None)
        offers = tuple(
            offer for each in products if (offer := _offer(request, each, fees, note)) is not None
        )
        if not offers:
            raise RequestRejected(
                "DHL Express names no price in the currency that it bills this account in"
                if products
                else "DHL Express has no product for this",
                "not_serviceable",
            )
        return offers

    def _rate_body(self, request: RateRequest, *, over_border: bool) -> dict[str, Any]:
        at = self.handed_over(request.on, request.ship_from.country)
        body: dict[str, Any] = {
            "customerDetails": {
                "shipperDetails": place_of(request.ship_from, "/ship_from"),
                "receiverDetails": place_of(request.ship_to, "/ship_to"),
            },
            "accounts": self.accounts(),
            "plannedShippingDateAndTime": moment(at, spaced=False),
            "unitOfMeasurement": "metric",
            "isCustomsDeclarable": over_border,
            "estimatedDeliveryDate": {"isRequested": True, "typeCode": "QDDC"},
            "nextBusinessDay": True,
            "packages": packages_of(request.parcels, numbered=False),
        }
        if over_border and request.declared_value.amount > 0:
            value = request.declared_value
            body["monetaryAmount"] = [
                {
                    "typeCode": "declaredValue",
                    "value": value.amount,
                    "currency": value.currency.code,
                }
            ]
        return body


def service_of(product: Mapping[str, Any]) -> str:
    """Our name of a product: its global code, and its local one where that differs.

    >>> service_of({"productCode": "P"}), service_of({"productCode": "N", "localProductCode": "O"})
    ('P', 'N:O')
    """
    code, local = product.get("productCode"), product.get("localProductCode")
    if not isinstance(code, str) or not code:
        raise bad_reply("no productCode")
    return code if not local or local == code else f"{code}:{local}"


def billed(prices: object) -> tuple[Mapping[str, Any], Money] | None:
    """Among prices by currency the one that is billed, and its amount; None without one."""
    for each in many(prices):
        if isinstance(each, Mapping) and each.get("currencyType") == _BILLED:
            amount = each.get("price")
            if amount in (None, "") or not each.get("priceCurrency"):
                return None
            return each, exact_money(amount, each["priceCurrency"])
    return None


def _products(answer: Answer) -> list[Mapping[str, Any]]:
    found = content(answer, "rates", "products")
    return [each for each in many(found["products"]) if isinstance(each, Mapping)]


def _offer(
    request: RateRequest,
    product: Mapping[str, Any],
    fees: Mapping[str, DutyFee],
    note: str | None,
) -> Offer | None:
    price = billed(product.get("totalPrice"))
    if price is None or price[1].amount <= 0:
        return None
    service = service_of(product)
    fee = fees.get(service)
    if fee is not None and fee.minimum.currency != price[1].currency:
        fee = None
    return Offer(
        carrier="dhl_express",
        service=service,
        mode="express",
        price=price[1],
        parts=_parts(product, price[1]),
        source="live",
        transit=_transit(product.get("deliveryCapabilities")),
        ddp_fee=fee,
        source_note=note,
    )


def _parts(product: Mapping[str, Any], price: Money) -> tuple[OfferPart, ...]:
    unit = price.currency.code
    parts = [
        OfferPart(*_named(line, product), exact_money(line["price"], unit), "as DHL Express bills")
        for line in _lines(product, unit)
        if line["price"] != 0
    ]
    left = price.amount - sum((part.amount.amount for part in parts), Decimal(0))
    if left > 0 and left == _taxes(product):
        parts.append(OfferPart("tax", "Tax on the transport", money(left, unit), "as DHL bills"))
    return itemised(price, parts)


def _named(line: Mapping[str, Any], product: Mapping[str, Any]) -> tuple[str, str]:
    code = line.get("serviceCode") or line.get("typeCode")
    name = str(line.get("name") or product.get("productName") or code or "Transport")
    return (str(code), name) if line.get("serviceCode") else ("freight", name)


def _lines(product: Mapping[str, Any], unit: str) -> Iterator[Mapping[str, Any]]:
    """The priced lines of the breakdown in the billed currency; services not taken have none."""
    for each in many(product.get("detailedPriceBreakdown")):
        if isinstance(each, Mapping) and each.get("currencyType") == _BILLED:
            for line in many(each.get("breakdown")):
                if isinstance(line, Mapping) and _is_in(unit, {**each, **line}):
                    yield line


def _is_in(unit: str, line: Mapping[str, Any]) -> bool:
    return isinstance(line.get("price"), Decimal) and line.get("priceCurrency", unit) == unit


def _taxes(product: Mapping[str, Any]) -> Decimal:
    for each in many(product.get("totalPriceBreakdown")):
        if isinstance(each, Mapping) and each.get("currencyType") == _BILLED:
            for line in many(each.get("priceBreakdown")):
                if isinstance(line, Mapping) and line.get("typeCode") == _TAX:
                    price = line.get("price")
                    return price if isinstance(price, Decimal) else Decimal(0)
    return Decimal(0)


def _transit(found: object) -> Transit | None:
    """The days in transit, customs included; None where DHL does not say both days and date."""
    if not isinstance(found, Mapping):
        return None
    days, day = found.get("totalTransitDays"), _day(found.get("estimatedDeliveryDateAndTime"))
    if day is None or not str(days).isdigit():
        return None
    return Transit(int(str(days)), int(str(days)), day, day)


def _day(text: object) -> date | None:
    try:
        return datetime.fromisoformat(str(text)).date()
    except ValueError:
        return None


def _duty_paid(answer: Answer) -> tuple[dict[str, DutyFee], str | None]:
    """What duty paid costs with each product; where DHL has no answer, why not."""
    try:
        products = _products(answer)
    except CarrierError as error:
        return {}, f"Not offered duty paid: {error.reason}"
    fees: dict[str, DutyFee] = {}
    for product in products:
        price = billed(product.get("totalPrice"))
        if price is None:
            continue
        unit = price[1].currency.code
        for line in _lines(product, unit):
            if line.get("serviceCode") == DUTY_PAID:
                fee = exact_money(line["price"], unit)
                name = str(line.get("name") or "Duty tax paid")
                working = "DHL Express's price of its service DD; its answer names no percentage"
                fees[service_of(product)] = DutyFee(DUTY_PAID, name, Decimal(0), fee, working)
    return fees, None if fees else "Not offered duty paid: DHL Express has no price for it here"
