"""What does each way of sending it cost to the door, under each set of terms?

An option is an offer of freight, the border's charges and the carrier's fee for paying them, added
up in the quote's currency. Every charge is priced once, however many options it is part of, and
what has been added up once is not added up again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from api.services.quotes import Billed, Option, QuoteRequest, Totals
from carriers.offers import DutyFee, Offer
from customs.exchange import Exchange
from customs.incoterms import is_due_on_delivery
from customs.landed_cost import BorderCost
from data.model.charges import Charge, ChargeKind
from data.model.consignment import Consignment, Mode, Terms
from data.model.money import Money, round_half_up

TERMS: tuple[Terms, ...] = ("DDP", "DAP")
NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Till:
    """One quote's currency and rates, and the goods in that currency."""

    currency: str
    exchange: Exchange
    goods: Decimal
    priced: dict[int, Billed] = field(default_factory=dict)

    @classmethod
    def opened(cls, consignment: Consignment, currency: str, exchange: Exchange) -> "Till":
        """The till of a quote for a consignment."""
        goods = NONE
        for item in consignment.items:
            goods += exchange.presentment(item.price, item.unit_price.currency.code, currency)
        return cls(currency, exchange, round_half_up(goods, currency))

    def amount(self, amount: Decimal, source: str) -> Decimal:
        """An amount as it is printed in the quote's currency, rounded half up."""
        return round_half_up(
            self.exchange.presentment(amount, source, self.currency), self.currency
        )

    def price(self, charges: Iterable[Charge]) -> tuple[Billed, ...]:
        """Each charge in the quote's currency; the same charge is priced once."""
        return tuple([self.priced.get(id(charge)) or self._price(charge) for charge in charges])

    def _price(self, charge: Charge) -> Billed:
        amount = self.amount(charge.assessed.amount, charge.assessed.currency.code)
        billed = Billed(charge, amount)
        self.priced[id(charge)] = billed  # holds the charge, so that its id stays its own
        return billed


@dataclass(frozen=True, slots=True)
class Tally:
    """Priced charges added up: by kind, and what of them is due on delivery under each terms."""

    kinds: Mapping[ChargeKind, Decimal]
    on_delivery: Mapping[Terms, Decimal]

    @classmethod
    def of(cls, billed: Iterable[Billed]) -> "Tally":
        """The sums of some priced charges."""
        kinds: dict[ChargeKind, Decimal] = {}
        on_delivery = dict.fromkeys(TERMS, NONE)
        for each in billed:
            charge = each.charge
            kinds[charge.kind] = kinds.get(charge.kind, NONE) + each.amount
            for terms in TERMS:
                if is_due_on_delivery(charge, terms):
                    on_delivery[terms] += each.amount
        return cls(kinds, on_delivery)


@dataclass(frozen=True, slots=True)
class PricedBorder:
    """What the border asks, priced once for all offers that meet it.

    `advanced` is what a carrier pays for whoever the terms make pay it, by currency; `low` and
    `high` how far open questions move the sum, in the quote's currency.
    """

    charges: tuple[Billed, ...]
    tally: Tally
    advanced: Mapping[str, Decimal]
    low: Decimal
    high: Decimal | None

    @classmethod
    def at(cls, till: Till, cost: BorderCost) -> "PricedBorder":
        """The border's charges at a till."""
        charges = till.price(cost.charges)
        low = till.amount(cost.low, cost.currency) if cost.low else NONE
        high = till.amount(cost.high, cost.currency) if cost.high else cost.high
        return cls(
            charges,
            Tally.of(charges),
            _advanced(charges),
            min(low, NONE),
            None if high is None else max(high, NONE),
        )


def options_of(
    request: QuoteRequest,
    till: Till,
    offer: Offer,
    border_at: Callable[[Money, Mode], PricedBorder],
) -> list[Option]:
    """An offer under every set of terms asked for under which it can be sent.

    `border_at` says what the border asks at a price of freight. Where the weight was not given,
    the range of an option reaches from its cheapest freight to its dearest, with the duty and tax
    that freight brings about.
    """

    def at(freight: Money) -> list[Option]:
        border = border_at(freight, offer.mode)
        return _at_one_price(request, till, replace(offer, price=freight), border)

    if offer.low is None or offer.high is None:
        return _at_one_price(request, till, offer, border_at(offer.price, offer.mode))
    cheapest = {each.terms: each for each in at(offer.low)}
    dearest = {each.terms: each for each in at(offer.high)}
    return [
        _spread(each, cheapest.get(each.terms, each), dearest.get(each.terms, each))
        for each in at(offer.price)
    ]


def bare_options(
    request: QuoteRequest, till: Till, freight: Money, mode: Mode, border: PricedBorder
) -> list[Option]:
    """The border's part under every set of terms, for a price of freight without a carrier."""
    moving = till.price(moving_charges(request.consignment, "shipping", freight, "as given"))
    tallies = (border.tally, Tally.of(moving))
    return [
        _option(till, terms, mode, None, moving, border, (), tallies) for terms in request.terms
    ]


def moving_charges(
    consignment: Consignment, code: str, freight: Money, working: str
) -> list[Charge]:
    """What is billed for moving and insuring the parcels: the buyer pays it at the checkout."""
    shipping = Charge(
        kind="shipping",
        code=code,
        name="Shipping",
        working=working,
        assessed=freight,
        billed_to="seller",
        collected_at="sale",
    )
    premium = consignment.insurance
    if premium is None or not premium.amount:
        return [shipping]
    insurance = replace(
        shipping,
        kind="insurance",
        code="insurance",
        name="Insurance",
        working="premium as given",
        assessed=premium,
    )
    return [shipping, insurance]


def _at_one_price(
    request: QuoteRequest, till: Till, offer: Offer, border: PricedBorder
) -> list[Option]:
    code = f"{offer.carrier}.{offer.service}"
    moving = till.price(moving_charges(request.consignment, code, offer.price, _parts(offer)))
    tallies = (border.tally, Tally.of(moving))
    options = []
    for terms in request.terms:
        fee = offer.ddp_fee if terms == "DDP" else offer.disbursement_fee
        if border.advanced and terms == "DDP" and fee is None:
            continue  # this service cannot be sent duty paid
        if not border.advanced or fee is None:
            options.append(_option(till, terms, offer.mode, offer, moving, border, (), tallies))
            continue
        paying = till.price([_fee_charge(fee, offer, border.advanced, till.exchange)])
        sums = (*tallies, Tally.of(paying))
        options.append(_option(till, terms, offer.mode, offer, moving, border, paying, sums))
    return options


def _option(
    till: Till,
    terms: Terms,
    mode: Mode,
    offer: Offer | None,
    moving: tuple[Billed, ...],
    border: PricedBorder,
    paying: tuple[Billed, ...],
    tallies: Sequence[Tally],
) -> Option:
    """One option: its totals, and the range that open questions leave around them."""
    totals = add_up(till.goods, tallies, terms)
    landed = totals.landed_cost
    return Option(
        terms=terms,
        mode=mode,
        offer=offer,
        moving=moving,
        border=border.charges,
        paying=paying,
        totals=totals,
        low=landed + border.low,
        high=None if border.high is None else landed + border.high,
    )


def add_up(goods: Decimal, tallies: Sequence[Tally], terms: Terms) -> Totals:
    """The totals of an option: the goods, and the printed charges by kind and by who pays when."""

    def sum_of(*kinds: ChargeKind) -> Decimal:
        total = NONE
        for tally in tallies:
            for kind in kinds:
                if kind in tally.kinds:
                    total += tally.kinds[kind]
        return total

    duties, taxes = sum_of("duty"), sum_of("excise", "tax")
    fees = sum_of("fee", "brokerage")
    shipping, insurance = sum_of("shipping"), sum_of("insurance")
    landed = goods + shipping + insurance + duties + taxes + fees
    on_delivery = NONE
    for tally in tallies:
        on_delivery += tally.on_delivery[terms]
    return Totals(
        goods=goods,
        shipping=shipping,
        insurance=insurance,
        duties=duties,
        taxes=taxes,
        fees=fees,
        landed_cost=landed,
        due_at_checkout=landed - on_delivery,
        due_on_delivery=on_delivery,
    )


def _advanced(charges: Iterable[Billed]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for billed in charges:
        charge = billed.charge
        if charge.collected_at == "border" and charge.billed_to == "importer" and billed.amount:
            unit = charge.assessed.currency.code
            sums[unit] = sums.get(unit, NONE) + charge.assessed.amount
    return sums


def _fee_charge(
    fee: DutyFee, offer: Offer, advanced: Mapping[str, Decimal], exchange: Exchange
) -> Charge:
    unit = fee.minimum.currency.code
    total = NONE
    for source, amount in advanced.items():
        total += exchange.presentment(amount, source, unit)
    total = round_half_up(total, unit)
    billed = max(round_half_up(total * fee.percent / 100, unit), fee.minimum.amount)
    return Charge(
        kind="brokerage",
        code=f"{offer.carrier}.{fee.code}",
        name=fee.name,
        expression=f"{fee.percent}% MIN {fee.minimum.amount} {unit}",
        base=Money(total, fee.minimum.currency),
        working=f"{fee.percent}% × {total} {unit} advanced, at least {fee.minimum.amount} {unit}",
        assessed=Money(billed, fee.minimum.currency),
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
            min(cheapest.totals.landed_cost - landed, NONE),
            max(dearest.totals.landed_cost - landed, NONE),
        ),
    )


def _parts(offer: Offer) -> str:
    return " + ".join([f"{part.name} {part.amount.amount}" for part in offer.parts])
