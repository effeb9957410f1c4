"""What is a price that karrio hands over worth?

An amount comes as a float. It is read by its shortest spelling (``str``), which is the number that
the connector rounded to two decimals, and is then exact; an amount that does not fit its currency
is refused. karrio rounds to two decimals whatever the currency: prices in a currency with three
would not be the carrier's, so they are refused too. So are prices of nothing and without a
currency. What the charges leave open is shown as not itemised.
"""

from decimal import Decimal, InvalidOperation
from typing import Any

from carriers import Offer, OfferPart, RateRequest, Transit, bad_reply, exact_money, itemised
from carriers.adapters.karrio_bridge.connectors import Known
from carriers.calendars import transit
from data.model.consignment import Mode
from data.model.money import Money, minor_digits

_DIGITS = 2  # karrio's
_FAST, _ROAD = ("express", "priority", "overnight", "next_day", "worldwide_saver"), ("ground",)


def offer_of(code: str, known: Known, request: RateRequest, rate: Any) -> Offer:
    """One price as an offer. Raises `CarrierUnavailable` (`bad_reply`) for what is none."""
    service = str(rate.service or "").strip()
    if not service:
        raise bad_reply("a price without a service")
    price = _amount(rate.total_charge, rate.currency)
    if price.amount <= 0:
        raise bad_reply(f"{service} for {price.amount} {price.currency.code}")
    return Offer(
        carrier=code,
        service=service,
        mode=_mode(service, known.mode),
        price=price,
        parts=itemised(price, _parts(rate.extra_charges or (), price)),
        source="live",
        transit=_transit(request, rate.transit_days),
        source_note=f"by karrio; {known.caution}" if known.caution else "by karrio",
    )


def _amount(amount: Any, currency: Any) -> Money:
    if not currency:
        raise bad_reply("a price without a currency")
    try:
        value = Decimal(str(amount))
    except InvalidOperation:
        raise bad_reply(f"the amount {amount}") from None
    found = exact_money(value, currency)
    if minor_digits(found.currency.code) > _DIGITS:
        raise bad_reply(f"a price in {found.currency.code}, which karrio rounds to two decimals")
    return found


def _parts(charges: Any, price: Money) -> list[OfferPart]:
    """The charges in the price's own currency; others are left to what is not itemised."""
    parts = []
    for number, charge in enumerate(charges, 1):
        if not charge.amount:
            continue
        unit = charge.currency or price.currency.code
        amount = _amount(charge.amount, unit)
        if amount.currency == price.currency:
            name = str(charge.name or "Charge")
            parts.append(OfferPart(f"charge_{number}", name, amount, "as the carrier says"))
    return parts


def _transit(request: RateRequest, days: Any) -> Transit | None:
    """Arrival, if the carrier said in how many days; they are taken as business days."""
    try:
        count = int(days)
    except (TypeError, ValueError):
        return None
    if not 0 <= count <= 365:
        return None
    return transit(request.ship_from, request.ship_to, request.on, count, count)


def _mode(service: str, otherwise: Mode) -> Mode:
    """How it goes; a post's own express is still the post to customs."""
    if otherwise == "post":
        return otherwise
    if any(word in service for word in _FAST):
        return "express"
    return "road" if any(word in service for word in _ROAD) else otherwise
