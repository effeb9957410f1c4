"""What does USPS expect the border to ask? A quote in US dollars, from the same call as a price.

It becomes a guarantee only with a label that prepays it: as a quote it has no id and no end.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from carriers import (
    Answer,
    Ask,
    DutyAmount,
    DutyItem,
    DutyQuote,
    DutyRequest,
    RequestRejected,
    exact_money,
    many,
    member,
)
from carriers.adapters.usps.errors import read
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
from carriers.adapters.usps.services import product_of

_UNNAMED = "PRIORITY_MAIL_INTERNATIONAL"


class DutyQuotes(Service):
    """USPS's quotes of duty and tax."""

    def ask_duties(self, request: DutyRequest) -> Ask:
        """The request for a quote, line by line. Raises `RequestRejected`."""
        shipment = request.shipment
        origin, destination = shipment.consignor.place, shipment.consignee.place
        refuse_other_lanes(origin, destination)
        if len(shipment.parcels) != 1:
            said = "USPS quotes duties for one parcel at a time"
            raise RequestRejected(said, "unsupported", sent=False)
        faults = tuple(faults_of_goods(shipment.items, destination))
        if faults:
            said = "; ".join(fault.detail for fault in faults)
            raise RequestRejected(said, "validation", faults=faults, sent=False)
        mail_class = product_of(request.service or _UNNAMED).mail_class
        query = price_query(
            origin, destination, shipment.parcels[0], 0, mail_class, shipment.on
        ) | {"priceType": self._account["price_type"]}
        return self._send("POST", PATH, with_duties(query, destination, shipment.items))

    def read_duties(self, request: DutyRequest, answer: Answer) -> DutyQuote:
        """The quote; a line that USPS leaves out is not calculable. Raises `CarrierError`."""
        for option in rate_options(read(answer)):
            quote = option.get("dutiesTaxesFeesQuote") if isinstance(option, Mapping) else None
            if isinstance(quote, Mapping):
                return _quote(request, option, quote)
        raise RequestRejected("USPS gave prices and no quote of duties", "not_serviceable")


def _quote(request: DutyRequest, option: Any, quote: Mapping[str, Any]) -> DutyQuote:
    found = {str(member(each, "itemId")): each for each in many(quote.get("itemQuotes"))}
    items = tuple(
        DutyItem(
            item.id,
            item.hs_code,
            tuple(_amounts(found.get(str(number), {}))),
            calculable=str(number) in found,
        )
        for number, item in enumerate(request.shipment.items, 1)
    )
    return DutyQuote(Service.code, items, tuple(_fees(option, quote)))


def _amounts(found: Mapping[str, Any]) -> Iterator[DutyAmount]:
    """What USPS names; a price that is not there is no zero."""
    if found.get("dutyPrice") is not None:
        yield DutyAmount("duty", "dutyPrice", "Duty", exact_money(found["dutyPrice"], CURRENCY))
    if found.get("taxPrice") is not None:
        yield DutyAmount("tax", "taxPrice", "Tax", exact_money(found["taxPrice"], CURRENCY))


def _fees(option: Any, quote: Mapping[str, Any]) -> Iterator[DutyAmount]:
    if quote.get("packageFee") is not None:
        amount = exact_money(quote["packageFee"], CURRENCY)
        yield DutyAmount("fee", "packageFee", "Fees of the parcel at the border", amount)
    paid = extra_service(option, DUTIES_PAID)
    if paid is not None:
        name = str(paid.get("name") or "Delivery Duties Paid fee")
        yield DutyAmount("fee", DUTIES_PAID, name, exact_money(member(paid, "price"), CURRENCY))
