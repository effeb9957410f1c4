"""What does each way of sending it cost to the door, under each set of terms?

An option is an offer of freight, the border's charges and the carrier's fee for paying them, added
up in the quote's currency. Every charge is priced once, however many options it is part of, and
what has been added up once is not added up again.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from api.services.quotes import Billed, Option, QuoteRequest, Totals
from carriers.offers import DutyFee, Offer
from customs.exchange import Exchange
from customs.incoterms import terms_at_the_door
from customs.landed_cost import BorderCost
from data.model.charges import Charge
from data.model.consignment import Consignment, Mode, Terms
from data.model.money import Currency, Money, round_half_up
from data.model.records import quick

NONE = Decimal(0)
_TOTAL_OF_KIND = {"duty": "duties", "excise": "taxes", "tax": "taxes", "fee": "fees"}


@quick
@dataclass(frozen=True, slots=True)
class Till:
    """One quote's currency and rates, and the goods in that currency."""

    currency: str
    exchange: Exchange
    goods: Decimal
    zero: Decimal
    priced: dict[int, Billed] = field(default_factory=dict)

    @classmethod
    def opened(cls, consignment: Consignment, currency: str, exchange: Exchange) -> "Till":
        """The till of a quote for a consignment."""
        goods = NONE
        for item in consignment.items:
            goods += exchange.presentment(item.price, item.unit_price.currency.code, currency)
        zero = round_half_up(NONE, currency)
        return cls(currency, exchange, round_half_up(goods, currency), zero)

    def amount(self, amount: Decimal, source: str) -> Decimal:
        """An amount as it is printed in the quote's currency, rounded half up."""
        return round_half_up(
            self.exchange.presentment(amount, source, self.currency), self.currency
        )

    def price(self, charges: Iterable[Charge]) -> tuple[Billed, ...]:
        """Each charge in the quote's currency; the same charge is priced once."""
        priced, found = self.priced, []
        for charge in charges:
            billed = priced.get(id(charge))
            if billed is None:
                assessed = charge.assessed
                amount, unit = assessed.amount, assessed.currency.code
                if unit != self.currency or not amount.same_quantum(self.zero):
                    amount = self.amount(amount, unit)
                billed = priced[id(charge)] = Billed(charge, amount)  # held: its id stays its own
            found.append(billed)
        return tuple(found)


@quick
@dataclass(frozen=True, slots=True)
class PricedBorder:
    """What the border asks, priced and added up once for all offers that meet it.

    `due_on_delivery` is what of it the buyer pays at the door under each set of terms; `advanced`
    what a carrier pays for whoever the terms make pay it, by currency; `low` and `high` how far
    open questions move the sum, in the quote's currency.
    """

    charges: tuple[Billed, ...]
    duties: Decimal
    taxes: Decimal
    fees: Decimal
    due_on_delivery: Mapping[Terms, Decimal]
    advanced: Mapping[str, Decimal]
    low: Decimal
    high: Decimal | None
    paying: dict[tuple[int, str], tuple[Billed, ...]] = field(default_factory=dict)
    advances: dict[str, Money] = field(default_factory=dict)

    @classmethod
    def at(cls, till: Till, cost: BorderCost) -> "PricedBorder":
        """The border's charges at a till."""
        charges = till.price(cost.charges)
        sums = {"duties": till.zero, "taxes": till.zero, "fees": till.zero}
        due: dict[Terms, Decimal] = {"DDP": till.zero, "DAP": till.zero}
        for billed in charges:
            if not billed.amount:
                continue
            charge = billed.charge
            sums[_TOTAL_OF_KIND[charge.kind]] += billed.amount
            for terms in terms_at_the_door(charge.billed_to, charge.collected_at):
                due[terms] += billed.amount
        low = till.amount(cost.low, cost.currency) if cost.low else NONE
        high = till.amount(cost.high, cost.currency) if cost.high else cost.high
        return cls(
            charges=charges,
            duties=sums["duties"],
            taxes=sums["taxes"],
            fees=sums["fees"],
            due_on_delivery=due,
            advanced=_advanced(charges),
            low=min(low, NONE),
            high=None if high is None else max(high, NONE),
        )

    def advance_in(self, unit: Currency, exchange: Exchange) -> Money:
        """All that a carrier advances, in the currency of its fee."""
        known = self.advances.get(unit.code)
        if known is None:
            total = NONE
            for source, amount in self.advanced.items():
                total += exchange.presentment(amount, source, unit.code)
            known = self.advances[unit.code] = Money(round_half_up(total, unit.code), unit)
        return known


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
    return [_option(till, terms, mode, None, moving, border, ()) for terms in request.terms]


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
    options = []
    for terms in request.terms:
        fee = offer.ddp_fee if terms == "DDP" else offer.disbursement_fee
        if border.advanced and terms == "DDP" and fee is None:
            continue  # this service cannot be sent duty paid
        paying: tuple[Billed, ...] = ()
        if border.advanced and fee is not None:
            paying = _paying(till, fee, offer, border)
        options.append(_option(till, terms, offer.mode, offer, moving, border, paying))
    return options


def _option(
    till: Till,
    terms: Terms,
    mode: Mode,
    offer: Offer | None,
    moving: tuple[Billed, ...],
    border: PricedBorder,
    paying: tuple[Billed, ...],
) -> Option:
    """One option: its totals, and the range that open questions leave around them."""
    totals = _add_up(till, terms, moving, border, paying)
    landed = totals.landed_cost
    return Option(
        terms=terms,
        mode=mode,
        offer=offer,
        moving=moving,
        border=border.charges,
        paying=paying,
        totals=totals,
        low=landed + border.low if border.low else landed,
        high=landed + border.high if border.high else None if border.high is None else landed,
    )


def _add_up(
    till: Till,
    terms: Terms,
    moving: tuple[Billed, ...],
    border: PricedBorder,
    paying: tuple[Billed, ...],
) -> Totals:
    """The totals of an option: the goods, and the printed charges by kind and by who pays when."""
    shipping = moving[0].amount
    insurance = moving[1].amount if len(moving) > 1 else till.zero
    due, fees = border.due_on_delivery[terms], border.fees
    for billed in paying:
        fees += billed.amount
        charge = billed.charge
        if terms in terms_at_the_door(charge.billed_to, charge.collected_at):
            due += billed.amount
    landed = till.goods + shipping + insurance + border.duties + border.taxes + fees
    return Totals(
        till.goods,
        shipping,
        insurance,
        border.duties,
        border.taxes,
        fees,
        landed,
        landed - due if due else landed,
        due,
    )


def _advanced(charges: Iterable[Billed]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for billed in charges:
        charge = billed.charge
        if charge.collected_at == "border" and charge.billed_to == "importer" and billed.amount:
            unit = charge.assessed.currency.code
            sums[unit] = sums.get(unit, NONE) + charge.assessed.amount
    return sums


def _paying(till: Till, fee: DutyFee, offer: Offer, border: PricedBorder) -> tuple[Billed, ...]:
    """The carrier's charge for paying a border, the same for all its services with one fee."""
    key = (id(fee), offer.carrier)
    known = border.paying.get(key)
    if known is None:
        advance = border.advance_in(fee.minimum.currency, till.exchange)
        charge = _fee_charge(fee, offer, advance)
        known = border.paying[key] = till.price([charge])
    return known


def _fee_charge(fee: DutyFee, offer: Offer, advance: Money) -> Charge:
    unit, total = advance.currency.code, advance.amount
    billed = max(round_half_up(total * fee.percent / 100, unit), fee.minimum.amount)
    return Charge(
        kind="brokerage",
        code=f"{offer.carrier}.{fee.code}",
        name=fee.name,
        expression=f"{fee.percent}% MIN {fee.minimum.amount} {unit}",
        base=advance,
        working=f"{fee.working}: {total} {unit}",
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
