"""What does UPS ask for parcels, and when do they arrive?

Every service is asked for at once (`Shoptimeintransit`). Across a border it is asked a second time
with duty and tax billed to the shipper: what that adds is UPS's fee for paying them.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from carriers import (
    Answer,
    Ask,
    CarrierError,
    DutyFee,
    Fault,
    Offer,
    RateRequest,
    Transit,
    bad_reply,
    many,
    member,
)
from carriers.adapters.ups.addresses import bare_place
from carriers.adapters.ups.borders import crosses_border
from carriers.adapters.ups.charges import Price, price_of, service_mode, service_name
from carriers.adapters.ups.errors import PRICED, part, read
from carriers.adapters.ups.parcels import package, weight
from carriers.adapters.ups.service import Service
from carriers.addresses import refuse
from data.model.money import Money, money

_PATH = "/rating/v2409/Shoptimeintransit"
_WITH_ITEMS = "2205"  # itemised and negotiated base charges are given from this version on
_GOODS = "03"
_TRANSPORT, _DUTIES = "01", "02"


class Rating(Service):
    """UPS's prices for an account."""

    def ask_rates(self, request: RateRequest) -> tuple[Ask, ...]:
        """One question, and across a border a second for duty paid. Raises `RequestRejected`."""
        if not request.parcels:
            refuse((Fault("/parcels", "UPS prices by weight and none was given"),))
        payments = ((_TRANSPORT,), (_TRANSPORT, _DUTIES))
        abroad = crosses_border(request.ship_from, request.ship_to, request.on)
        return tuple(
            self._post(_PATH, {"RateRequest": self._rate_request(request, each)})
            for each in (payments if abroad else payments[:1])
        )

    def read_rates(self, request: RateRequest, answers: tuple[Answer, ...]) -> tuple[Offer, ...]:
        """The offers, with UPS's fee for paying duty where it named one. Raises `CarrierError`."""
        plain = _rated(answers[0])
        paid = _rated_or_none(answers[1]) if len(answers) > 1 else {}
        return tuple(
            _offer(request, service, shipment, price, paid.get(service))
            for service, (shipment, price) in plain.items()
            if price.total.amount > 0  # what costs nothing is no price
        )

    def _rate_request(self, request: RateRequest, payments: tuple[str, ...]) -> Any:
        origin = request.ship_from.country
        sender = {"Address": bare_place(request.ship_from)}
        receiver = bare_place(request.ship_to)
        if request.residential:
            receiver["ResidentialAddressIndicator"] = "Y"
        shipment = {
            "Shipper": {"ShipperNumber": self._number, **sender},
            "ShipTo": {"Address": receiver},
            "ShipFrom": sender,
            "PaymentDetails": {
                "ShipmentCharge": [
                    {"Type": each, "BillShipper": {"AccountNumber": self._number}}
                    for each in payments
                ]
            },
            "ShipmentRatingOptions": {"NegotiatedRatesIndicator": "Y"},
            "DeliveryTimeInformation": {
                "PackageBillType": _GOODS,
                "Pickup": {"Date": f"{request.on:%Y%m%d}"},
            },
            "ShipmentTotalWeight": weight(
                sum((parcel.weight for parcel in request.parcels), Decimal(0)), origin
            ),
            "Package": [package(each, origin, "PackagingType") for each in request.parcels],
        }
        if request.ship_from.country != request.ship_to.country:
            value = request.declared_value
            shipment["InvoiceLineTotal"] = {
                "CurrencyCode": value.currency.code,
                "MonetaryValue": format(max(value.amount, Decimal(1)), "f"),  # UPS's least
            }
        asked = {"RequestOption": "Shoptimeintransit", "SubVersion": _WITH_ITEMS}
        return {"Request": asked, "Shipment": shipment}


_Rated = dict[str, tuple[Mapping[str, Any], Price]]


def _rated(answer: Answer) -> _Rated:
    """The shipments that UPS rated by service, the cheaper where it rated one twice."""
    found: _Rated = {}
    for rated in many(member(read(answer, PRICED), "RateResponse", "RatedShipment")):
        shipment = part(rated)
        service = str(member(shipment, "Service", "Code"))
        price = price_of(shipment, shipment.get("NegotiatedRateCharges"), service)
        if service not in found or _is_cheaper(price, found[service][1]):
            found[service] = (shipment, price)
    return found


def _is_cheaper(one: Price, other: Price) -> bool:
    return one.total.currency == other.total.currency and one.total < other.total


def _rated_or_none(answer: Answer) -> _Rated:
    """The same for the second question: what it lacks is a fee, never the offer."""
    try:
        return _rated(answer)
    except CarrierError:
        return {}


def _offer(
    request: RateRequest,
    service: str,
    shipment: Mapping[str, Any],
    price: Price,
    paid: tuple[Mapping[str, Any], Price] | None,
) -> Offer:
    return Offer(
        carrier=Service.code,
        service=service,
        mode=service_mode(service),
        price=price.total,
        parts=price.parts,
        source="live",
        transit=_transit(shipment, request.on),
        ddp_fee=_fee(price, paid[1]) if paid else None,
        source_note="; ".join(_notes(shipment, service, price)),
    )


def _fee(unpaid: Price, paid: Price) -> DutyFee | None:
    """What UPS adds when it bills duty and tax to the shipper; only like is compared with like."""
    if unpaid.is_negotiated != paid.is_negotiated or unpaid.total.currency != paid.total.currency:
        return None
    added: Money = paid.total - unpaid.total
    if added.amount < 0:
        return None
    working = f"{paid.total.amount} with duty paid − {unpaid.total.amount} without, by UPS"
    if not added.amount:
        working = "UPS named none when it was asked for duty paid; its bill may have one"
    return DutyFee(
        code="duty_paid",
        name="Duty and tax billed to the shipper",
        percent=Decimal(0),
        minimum=money(added.amount, added.currency.code),
        working=working,
    )


def _notes(shipment: Mapping[str, Any], service: str, price: Price) -> Iterator[str]:
    yield service_name(service)
    if not price.is_negotiated:
        yield "list price: UPS gave no negotiated one"
    for alert in many(shipment.get("RatedShipmentAlert")):
        if isinstance(alert, Mapping) and alert.get("Description"):
            yield str(alert["Description"])


def _transit(shipment: Mapping[str, Any], on: date) -> Transit | None:
    summary = shipment.get("TimeInTransit")
    if not isinstance(summary, Mapping):
        return None
    arrival = part(summary, "ServiceSummary", "EstimatedArrival")
    days = str(arrival.get("BusinessDaysInTransit", ""))
    day = _day(member(arrival, "Arrival", "Date"))
    if not days.isdecimal() or day < on:
        return None
    return Transit(int(days), int(days), day, day)


def _day(text: object) -> date:
    try:
        return datetime.strptime(str(text), "%Y%m%d").date()  # noqa: DTZ007 (a day has no zone)
    except ValueError:
        raise bad_reply(f"the day {text}") from None
