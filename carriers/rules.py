"""What has a merchant set down about the carriers' offers?

Rules leave offers out, put some before others, and change what the buyer pays for shipping: by a
percentage, by an amount, to nothing above a value of the order. A change is a part of the price of
its own, beside the carrier's. Backups are what is offered when a carrier does not answer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from carriers.offers import Offer, OfferPart, RateRequest, Silence
from data.model.consignment import Mode
from data.model.money import Money, money, round_half_up, spell_amount

Deed = Literal["exclude", "prefer", "mark_up", "free_above"]

Convert = Callable[[Money, str], Money]
"""An amount in another currency. Raises `LookupError` where no rate is known."""

_ANY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Where:
    """For what something is set down; an empty part sets no limit.

    Weights are kilograms of all parcels: more than `over`, up to `up_to`. Where no weight is known
    nothing holds that is limited to weights. `until` is the first day on which it no longer holds.
    """

    carriers: frozenset[str] = _ANY
    services: frozenset[str] = _ANY
    modes: frozenset[str] = _ANY
    ship_from: frozenset[str] = _ANY
    ship_to: frozenset[str] = _ANY
    over: Decimal | None = None
    up_to: Decimal | None = None
    since: date | None = None
    until: date | None = None

    def fits(self, request: RateRequest) -> bool:
        """Whether it holds for what is sent, wherever it goes, on that day."""
        return (
            (not self.ship_from or request.ship_from.country in self.ship_from)
            and (not self.ship_to or request.ship_to.country in self.ship_to)
            and (self.since is None or self.since <= request.on)
            and (self.until is None or request.on < self.until)
            and self._weighs(request)
        )

    def means(self, offer: Offer) -> bool:
        """Whether it is about this offer."""
        return (
            (not self.carriers or offer.carrier in self.carriers)
            and (not self.services or offer.service in self.services)
            and (not self.modes or offer.mode in self.modes)
        )

    def _weighs(self, request: RateRequest) -> bool:
        if self.over is None and self.up_to is None:
            return True
        if not request.parcels:
            return False
        weight = sum((parcel.weight for parcel in request.parcels), Decimal(0))
        return (self.over is None or weight > self.over) and (
            self.up_to is None or weight <= self.up_to
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is to be done with offers.

    A `mark_up` has a `percent` of the carrier's price, a fixed `amount`, or both; `free_above` the
    `order_value` from which shipping costs the buyer nothing.
    """

    name: str
    do: Deed
    where: Where
    percent: Decimal | None = None
    amount: Money | None = None
    order_value: Money | None = None


@dataclass(frozen=True, slots=True)
class Backup:
    """What is offered in the place of a carrier that does not answer."""

    carrier: str
    service: str
    mode: Mode
    price: Money
    where: Where


@dataclass(frozen=True, slots=True)
class Rules:
    """What one merchant has set down."""

    rules: tuple[Rule, ...] = ()
    backups: tuple[Backup, ...] = ()

    def instead(self, carrier: str, request: RateRequest) -> tuple[Offer, ...]:
        """What is offered in the place of a carrier that does not answer."""
        return tuple(
            Offer(
                carrier=carrier,
                service=backup.service,
                mode=backup.mode,
                price=backup.price,
                parts=(OfferPart("backup", "Backup rate", backup.price, "as set down"),),
                source="backup",
            )
            for backup in self.backups
            if backup.carrier == carrier and backup.where.fits(request)
        )

    def apply(
        self, offers: Sequence[Offer], request: RateRequest, convert: Convert
    ) -> tuple[list[Offer], list[Silence]]:
        """The offers as this merchant makes them, and which were left out by which rule.

        Mark-ups are of the carrier's own price, in their order; what makes shipping free comes
        last. An offer is left out where a rule needs an exchange rate that nobody knows.
        """
        rules = [rule for rule in self.rules if rule.where.fits(request)]
        rules.sort(key=lambda rule: _ORDER[rule.do])
        kept: list[Offer] = []
        silences: list[Silence] = []
        for offer in offers:
            own = [rule for rule in rules if rule.where.means(offer)]
            if own and own[0].do == "exclude":
                left_out = f"{offer.service}: left out by the rule {own[0].name!r}"
                silences.append(Silence(offer.carrier, left_out))
                continue
            try:
                kept.append(_ruled(offer, own, request, convert))
            except LookupError as error:
                unknown = f"{offer.service}: a rule cannot be applied: {error}"
                silences.append(Silence(offer.carrier, unknown))
        return kept, silences


NO_RULES = Rules()
_ORDER: dict[Deed, int] = {"exclude": 0, "prefer": 1, "mark_up": 2, "free_above": 3}


def _ruled(offer: Offer, rules: Sequence[Rule], request: RateRequest, convert: Convert) -> Offer:
    ruled = offer
    for rule in rules:
        if rule.do == "prefer":
            ruled = replace(ruled, preferred=True)
        elif rule.do == "mark_up":
            ruled = _marked_up(ruled, offer, rule, convert)
        elif rule.do == "free_above" and _is_reached(rule, request, convert):
            ruled = _free(ruled, rule)
    return ruled


def _marked_up(ruled: Offer, offer: Offer, rule: Rule, convert: Convert) -> Offer:
    """The offer with a mark-up on the carrier's own price, and on the bounds of it."""
    unit = offer.price.currency.code
    percent = rule.percent or Decimal(0)
    fixed = Money(0, offer.price.currency)
    if rule.amount is not None:
        converted = convert(rule.amount, unit)
        fixed = money(round_half_up(converted.amount, unit), unit)

    def on(price: Money) -> Money:
        return money(round_half_up(price.amount * percent / 100, unit), unit) + fixed

    terms = [f"{percent} % of {offer.price.amount}"] if rule.percent else []
    if rule.amount is not None:
        terms.append(spell_amount(rule.amount))
    part = OfferPart("mark_up", rule.name, on(offer.price), " + ".join(terms))
    return replace(
        ruled,
        price=ruled.price + part.amount,
        parts=(*ruled.parts, part),
        low=ruled.low and ruled.low + on(offer.low or offer.price),
        high=ruled.high and ruled.high + on(offer.high or offer.price),
    )


def _is_reached(rule: Rule, request: RateRequest, convert: Convert) -> bool:
    order, needed = request.declared_value, rule.order_value
    if needed is None:
        return False
    return bool(order.amount >= convert(needed, order.currency.code).amount)


def _free(offer: Offer, rule: Rule) -> Offer:
    nothing = offer.price - offer.price
    above = f"order of {spell_amount(rule.order_value)} or more" if rule.order_value else ""
    part = OfferPart("free_above", rule.name, nothing - offer.price, above)
    bounded = offer.low is not None
    return replace(
        offer,
        price=nothing,
        parts=(*offer.parts, part),
        low=nothing if bounded else None,
        high=nothing if bounded else None,
    )
