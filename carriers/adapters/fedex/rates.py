"""What does FedEx ask, and when does it arrive?

One question with the goods, duty billed to the sender: FedEx's own prices, the account's before the
list's. What FedEx expects the border to ask is no part of a price; its fee for paying it is told
apart. Duties of nothing are duties that were not estimated.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
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
    Transit,
    bad_reply,
    exact_money,
    itemised,
    many,
    member,
)
from carriers.adapters.fedex.addresses import bare_address
from carriers.adapters.fedex.commodities import amount, commodities, whole_value
from carriers.adapters.fedex.errors import PRICED, output
from carriers.adapters.fedex.parcels import package, weight
from carriers.adapters.fedex.service import Service
from carriers.calendars import business_day, transit
from data.model.consignment import Mode
from data.model.money import Money, money

_PATH = "/rate/v1/rates/quotes"
_ACCOUNT, _LIST = "ACCOUNT", "LIST"
_NUMBERS = (
    "ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE TEN ELEVEN TWELVE THIRTEEN FOURTEEN FIFTEEN"
    " SIXTEEN SEVENTEEN EIGHTEEN NINETEEN TWENTY"
).split()
_MOST_DAYS = 60


class Rating(Service):
    """FedEx's prices and transit times."""

    def ask_rates(self, request: RateRequest) -> tuple[Ask, ...]:
        """The question for every service. Raises `RequestRejected` for parcels without weights."""
        if not request.parcels:
            said = "FedEx prices parcels by weight"
            raise RequestRejected(said, "validation", faults=(Fault("/parcels", said),), sent=False)
        shipment: dict[str, Any] = {
            "shipper": {"address": bare_address(request.ship_from)},
            "recipient": {
                "address": {**bare_address(request.ship_to), "residential": request.residential}
            },
            "shipDateStamp": request.on.isoformat(),
            "pickupType": self._account["pickup_type"],
            "packagingType": "YOUR_PACKAGING",
            "rateRequestType": [_ACCOUNT, _LIST],
            "requestedPackageLineItems": [package(parcel) for parcel in request.parcels],
        }
        if request.ship_from.country != request.ship_to.country:
            shipment["customsClearanceDetail"] = self._declared(request)
            shipment["edtRequestType"] = "ALL"
        body = {
            "accountNumber": self._number,
            "rateRequestControlParameters": {"returnTransitTimes": True},
            "requestedShipment": shipment,
        }
        return (self._ask("POST", _PATH, body),)

    def read_rates(self, request: RateRequest, answers: tuple[Answer, ...]) -> tuple[Offer, ...]:
        """The offers, one for each service. Raises `CarrierError` when there are none."""
        (answer,) = answers or (None,)
        if answer is None:
            raise bad_reply("no answer")
        found = many(member(output(answer, PRICED), "rateReplyDetails"))
        offers = {
            offer.service: offer for each in found if (offer := _offer(request, each)) is not None
        }
        if not offers:
            raise RequestRejected("FedEx has no price for this")
        return tuple(offers.values())

    def _declared(self, request: RateRequest) -> dict[str, Any]:
        """The goods, or at least their value, with duty billed to the sender."""
        if request.items:
            lines, value = commodities(request.items), whole_value(request.items)
        else:
            value = amount(request.declared_value)
            gross = sum((parcel.weight for parcel in request.parcels), Decimal(0))
            pieces = {"quantity": request.pieces, "quantityUnits": "PCS"}
            lines = [{**pieces, "weight": weight(gross), "customsValue": value}]
        return {
            "dutiesPayment": {"paymentType": "SENDER", "payor": self._payor},
            "totalCustomsValue": value,
            "commodities": lines,
        }


def _offer(request: RateRequest, found: Any) -> Offer | None:
    service = str(member(found, "serviceType"))
    mode: Mode = "road" if "GROUND" in service else "express"
    rated = _best(many(member(found, "ratedShipmentDetails")))
    if rated is None or request.mode not in (None, mode):
        return None
    unit = rated.get("currency") or member(rated, "shipmentRateDetail", "currency")
    price = exact_money(member(rated, "totalNetCharge"), unit)
    if price.amount <= 0:
        return None
    listed = "" if rated.get("rateType") == _ACCOUNT else "; FedEx's list price"
    return Offer(
        carrier=Service.code,
        service=service,
        mode=mode,
        price=price,
        parts=itemised(price, _parts(rated, price.currency.code)),
        source="live",
        transit=_transit(request, found),
        ddp_fee=_fee(rated, price.currency.code),
        source_note=f"{found.get('serviceName') or service}{listed}",
    )


def _best(rated: list[Any]) -> Mapping[str, Any] | None:
    """The account's price, else the list's: never two mixed, never one in a converted currency."""
    by_type = {
        str(each.get("rateType")): each for each in reversed(rated) if isinstance(each, Mapping)
    }
    return by_type.get(_ACCOUNT) or by_type.get(_LIST)


def _parts(rated: Mapping[str, Any], unit: str) -> Iterator[OfferPart]:
    """Freight, discounts, surcharges and the tax on them, as FedEx names them."""
    detail = rated.get("shipmentRateDetail")
    detail = detail if isinstance(detail, Mapping) else {}
    if rated.get("totalBaseCharge") is not None:
        base = exact_money(rated["totalBaseCharge"], unit)
        yield OfferPart("freight", "Freight", base, f"rate zone {detail.get('rateZone')}")
    discount = rated.get("totalDiscounts") or detail.get("totalFreightDiscount")
    if discount:
        less = exact_money(discount, unit)
        yield OfferPart("discount", "Discount", money(-less.amount, unit), "off the freight")
    for each in many(detail.get("surCharges")):
        code = str(member(each, "type"))
        percent = detail.get("fuelSurchargePercent") if code == "FUEL" else None
        working = f"{percent} %" if percent else "as FedEx names it"
        name = str(each.get("description") or code)
        yield OfferPart(code, name, exact_money(member(each, "amount"), unit), working)
    tax = rated.get("totalVatCharge")
    if tax:
        yield OfferPart("vat", "Tax on the carriage", exact_money(tax, unit), "as FedEx names it")


def _fee(rated: Mapping[str, Any], unit: str) -> DutyFee | None:
    """FedEx's fees for paying the border's charges; None unless it estimated them at all."""
    if not many(rated.get("edtCharges")) or rated.get("totalAncillaryFeesAndTaxes") is None:
        return None
    fee: Money = exact_money(rated["totalAncillaryFeesAndTaxes"], unit)
    said = "FedEx's fees that are neither carriage, duty nor tax"
    return DutyFee("ancillary", "Fees for paying duty", Decimal(0), fee, said)


def _transit(request: RateRequest, found: Mapping[str, Any]) -> Transit | None:
    """The day that FedEx commits to, else its days on the way; None when it says neither."""
    commit, detail = found.get("commit"), found.get("operationalDetail")
    commit = commit if isinstance(commit, Mapping) else {}
    detail = detail if isinstance(detail, Mapping) else {}
    least, most = _days(commit, detail)
    day = _day(commit, detail)
    if day is not None and day >= request.on:
        days = most or _business_days(request, day)
        return Transit(least or days, days, day, day)
    if most is None:
        return None
    return transit(request.ship_from, request.ship_to, request.on, least or most, most)


def _days(commit: Mapping[str, Any], detail: Mapping[str, Any]) -> tuple[int | None, int | None]:
    span = commit.get("transitDays")
    span = span if isinstance(span, Mapping) else {}
    single = detail.get("transitTime") or span.get("description")
    least = _number(span.get("minimumTransitTime") or single)
    most = _number(span.get("maximumTransitTime") or single)
    return (min(least, most), most) if least and most else (least or most, most or least)


def _number(word: object) -> int | None:
    """``THREE_DAYS`` as 3.

    >>> _number("THREE_DAYS"), _number("UNKNOWN")
    (3, None)
    """
    first = str(word or "").upper().partition("_")[0]
    return _NUMBERS.index(first) + 1 if first in _NUMBERS else None


def _day(commit: Mapping[str, Any], detail: Mapping[str, Any]) -> date | None:
    dated = commit.get("dateDetail")
    dated = dated if isinstance(dated, Mapping) else {}
    for text in (
        dated.get("dayFormat"),
        dated.get("dayCxsFormat"),
        detail.get("deliveryDate"),
        detail.get("commitDate"),
    ):
        try:
            return datetime.fromisoformat(str(text)).date()
        except ValueError:
            continue
    return None


def _business_days(request: RateRequest, day: date) -> int:
    """How many business days at the destination it takes until a day."""
    to = request.ship_to
    count = (
        n for n in range(_MOST_DAYS) if business_day(to.country, to.region, request.on, n) >= day
    )
    return next(count, _MOST_DAYS)
