"""What does each way of sending it cost to the door, under each set of terms?

An option is an offer of freight, the border's charges and the carrier's fee for paying them,
added up in the quote's currency.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from api.services.quotes import Billed, Option, QuoteRequest, Totals
from carriers.offers import DutyFee, Offer
from customs.exchange import Exchange
from customs.incoterms import is_due_on_delivery
from customs.landed_cost import BorderCost
from data.model.charges import Charge
from data.model.consignment import Consignment, Mode, Terms
from data.model.money import Money, round_half_up

_TOTAL_OF_KIND = {
    "duty": "duties",
    "excise": "taxes",
    "tax": "taxes",
    "fee": "fees",
    "brokerage": "fees",
    "shipping": "shipping",
    "insurance": "insurance",
}


def options_of(
    request: QuoteRequest,
    currency: str,
    offer: Offer,
    border_at: Callable[[Money, Mode], BorderCost],
    exchange: Exchange,
) -> list[Option]:
    """An offer under every set of terms asked for under which it can be sent.

    `border_at` says what the border asks at a price of freight. Where the weight was not given,
    the range of an option reaches from its cheapest freight to its dearest, with the duty and tax
    that freight brings about.
    """

    def at(freight: Money) -> list[Option]:
        border = border_at(freight, offer.mode)
        return _at_one_price(request, currency, replace(offer, price=freight), border, exchange)

    options = at(offer.price)
    if offer.low is None or offer.high is None:
        return options
    cheapest = {each.terms: each for each in at(offer.low)}
    dearest = {each.terms: each for each in at(offer.high)}
    return [
        _spread(each, cheapest.get(each.terms, each), dearest.get(each.terms, each))
        for each in options
    ]


def _at_one_price(
    request: QuoteRequest, currency: str, offer: Offer, border: BorderCost, exchange: Exchange
) -> list[Option]:
    shipping = shipping_charge(f"{offer.carrier}.{offer.service}", offer.price, _parts(offer))
    common = price(
        [shipping, *insurance_charges(request.consignment), *border.charges], currency, exchange
    )
    advanced = _advanced(common)
    options = []
    for terms in request.terms:
        fee = offer.ddp_fee if terms == "DDP" else offer.disbursement_fee
        if advanced and terms == "DDP" and fee is None:
            continue  # this service cannot be sent duty paid
        charges = common
        if advanced and fee is not None:
            billed = price([_fee_charge(fee, offer, advanced, exchange)], currency, exchange)
            charges = (*common, *billed)
        options.append(
            option(request, currency, terms, offer.mode, offer, charges, border, exchange)
        )
    return options


def option(
    request: QuoteRequest,
    currency: str,
    terms: Terms,
    mode: Mode,
    offer: Offer | None,
    charges: Sequence[Billed],
    border: BorderCost,
    exchange: Exchange,
) -> Option:
    """One option: its totals, and the range that open questions leave around them."""
    totals = add_up(request.consignment, charges, terms, currency, exchange)
    low = border.low and in_currency(border.low, border.currency, currency, exchange)
    high = border.high and in_currency(border.high, border.currency, currency, exchange)
    return Option(
        terms=terms,
        mode=mode,
        offer=offer,
        charges=tuple(charges),
        totals=totals,
        low=totals.landed_cost + min(low, Decimal(0)),
        high=None if high is None else totals.landed_cost + max(high, Decimal(0)),
    )


def price(charges: Iterable[Charge], currency: str, exchange: Exchange) -> tuple[Billed, ...]:
    """Each charge in the quote's currency, rounded half up to its minor unit."""
    return tuple(
        Billed(
            charge,
            in_currency(charge.assessed.amount, charge.assessed.currency.code, currency, exchange),
        )
        for charge in charges
    )


def add_up(
    consignment: Consignment,
    charges: Sequence[Billed],
    terms: Terms,
    currency: str,
    exchange: Exchange,
) -> Totals:
    """The totals of an option: the goods, and the printed charges by kind and by who pays when."""
    goods = Decimal(0)
    for item in consignment.items:
        goods += exchange.presentment(item.price, item.unit_price.currency.code, currency)
    goods = round_half_up(goods, currency)
    zero = round_half_up(Decimal(0), currency)
    sums = dict.fromkeys(("shipping", "insurance", "duties", "taxes", "fees"), zero)
    on_delivery = zero
    for billed in charges:
        sums[_TOTAL_OF_KIND[billed.charge.kind]] += billed.amount
        if is_due_on_delivery(billed.charge, terms):
            on_delivery += billed.amount
    landed = goods + sum(sums.values())
    return Totals(
        goods=goods,
        **sums,
        landed_cost=landed,
        due_at_checkout=landed - on_delivery,
        due_on_delivery=on_delivery,
    )


def shipping_charge(code: str, freight: Money, working: str) -> Charge:
    """What the carrier bills for moving the parcels: the seller pays, the buyer at the checkout."""
    return Charge(
        kind="shipping",
        code=code,
        name="Shipping",
        working=working,
        assessed=freight,
        billed_to="seller",
        collected_at="sale",
    )


def insurance_charges(consignment: Consignment) -> tuple[Charge, ...]:
    """The premium paid, if any."""
    premium = consignment.insurance
    if premium is None or not premium.amount:
        return ()
    return (
        Charge(
            kind="insurance",
            code="insurance",
            name="Insurance",
            working="premium as given",
            assessed=premium,
            billed_to="seller",
            collected_at="sale",
        ),
    )


def in_currency(amount: Decimal, source: str, target: str, exchange: Exchange) -> Decimal:
    """An amount as it is printed in another currency."""
    return round_half_up(exchange.presentment(amount, source, target), target)


def _advanced(common: Sequence[Billed]) -> list[Charge]:
    """The charges that a carrier pays at the border for whoever the terms make pay them."""
    return [
        billed.charge
        for billed in common
        if billed.charge.collected_at == "border"
        and billed.charge.billed_to == "importer"
        and billed.amount
    ]


def _fee_charge(
    fee: DutyFee, offer: Offer, advanced: Sequence[Charge], exchange: Exchange
) -> Charge:
    unit = fee.minimum.currency.code
    total = sum(
        (exchange.presentment(c.assessed.amount, c.assessed.currency.code, unit) for c in advanced),
        Decimal(0),
    )
    share = round_half_up(total * fee.percent / 100, unit)
    amount = max(share, fee.minimum.amount)
    working = (
        f"{fee.percent.normalize():f}% × {round_half_up(total, unit)} {unit} advanced"
        f", at least {fee.minimum.amount} {unit}"
    )
    return Charge(
        kind="brokerage",
        code=f"{offer.carrier}.{fee.code}",
        name=fee.name,
        expression=f"{fee.percent.normalize():f}% MIN {fee.minimum.amount} {unit}",
        base=Money(round_half_up(total, unit), fee.minimum.currency),
        working=working,
        assessed=Money(amount, fee.minimum.currency),
        billed_to="importer",
        collected_at="carrier",
    )


def _spread(likely: Option, cheapest: Option, dearest: Option) -> Option:
    """An option with the range that a weight which was not given leaves around it."""
    landed = likely.totals.landed_cost
    return replace(
        likely,
        low=min(likely.low, cheapest.low),
        high=None
        if likely.high is None or dearest.high is None
        else max(likely.high, dearest.high),
        by_weight=(
            min(cheapest.totals.landed_cost - landed, Decimal(0)),
            max(dearest.totals.landed_cost - landed, Decimal(0)),
        ),
    )


def _parts(offer: Offer) -> str:
    return " + ".join(f"{part.name} {part.amount.amount}" for part in offer.parts)
