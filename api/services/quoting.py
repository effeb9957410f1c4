"""What does it cost to the door, every way to send it?

The use case itself: which border, which carriers, what each option costs, and what is open. Only
this module joins customs and carriers, which never meet.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from babel.numbers import get_territory_currencies

from api.services.controlling import controls_of_quote, outcome_of
from api.services.options import PricedBorder, Till, bare_options, options_of
from api.services.quotes import (
    OpenQuestion,
    Option,
    Quote,
    QuoteRequest,
    Saving,
    Stamp,
    Status,
    Verdict,
)
from api.services.ranking import rank
from carriers.offers import Offer, RateRequest, Silence
from customs.controls import Checked
from customs.exchange import Exchange, ExchangeRateNeededError
from customs.given import given_territory
from customs.import_duties import Border
from customs.landed_cost import BorderCost, LineOutcome, border_cost, counts_freight
from customs.rulebook import Rulebook, is_inside
from customs.territories import Territory
from data.model.charges import Finding
from data.model.consignment import Consignment, GoodsItem, Mode, Parcel
from data.model.money import Money, currency
from data.model.places import Place
from fulfilment.packing import pack

Rate = Callable[[RateRequest, QuoteRequest], tuple[Sequence[Offer], Sequence[Silence]]]
"""Asks the carriers: their offers, and who gave none."""


NOT_COVERED_BUT_GIVEN = Finding(
    code="territory-not-covered",
    outcome="warning",
    message="The border's rules of this destination are not held: duty and tax are as given",
)


Screen = Callable[[Consignment], Sequence[Finding]]
"""Compares the parties that are named with lists of restricted parties."""


def no_screening(consignment: Consignment) -> Sequence[Finding]:
    """Where nobody is screened, nothing is found."""
    return ()


class TerritoryNotCoveredError(ValueError):
    """The border's rules of this destination are not held."""

    def __init__(self, place: Place):
        where = " ".join(filter(None, (place.country, place.postal_code)))
        super().__init__(f"The border's rules of {where} are not held.")


def make_quote(
    request: QuoteRequest,
    rulebook: Rulebook,
    rate: Rate,
    stamp: Stamp,
    screen: Screen = no_screening,
) -> Quote:
    """Every offer under every set of terms, priced to the door, cheapest first."""
    consignment = request.consignment
    checked = controls_of_quote(request, rulebook)
    if found := screen(consignment):
        checked = replace(checked, findings=(*checked.findings, *found))
    territory = _covered(rulebook, consignment.ship_to, request.on)
    unit = request.currency or local_currency(consignment.ship_to.country, territory)
    exchange = rulebook.exchange(request.on, request.exchange_rates, territory)
    border = rulebook.border(territory, request.on, exchange) if territory else None
    till = Till.opened(consignment, unit, exchange)
    offers, silences = rate(rate_request(request, till), request)
    unmoved = Money(0, currency(unit))

    costs: dict[tuple[str, str, Mode], BorderCost] = {}
    borders: dict[int, PricedBorder] = {}

    def cost_at(freight: Money, mode: Mode) -> BorderCost:
        key = (str(freight.amount), freight.currency.code, mode)
        cost = costs.get(key)
        if cost is None:
            cost = costs[key] = _ask_border(rulebook, border, request, freight, mode, exchange)
        return cost

    def border_at(freight: Money, mode: Mode) -> PricedBorder:
        cost = cost_at(freight, mode)
        priced = borders.get(id(cost))
        if priced is None:
            priced = borders[id(cost)] = PricedBorder.at(till, cost)
        return priced

    counts = border is not None and counts_freight(border.territory, request.on)
    asked = request if border else _without_duty_paid(request)
    options: list[Option] = []
    for offer in offers:
        if offer.mode in checked.barred:
            silence = Silence(offer.carrier, checked.barred[offer.mode])
            silences = silences if silence in silences else (*silences, silence)
            continue
        try:
            options += options_of(
                asked,
                till,
                offer,
                lambda freight, mode: border_at(freight if counts else unmoved, mode),
            )
        except ExchangeRateNeededError as error:
            if offer.price.currency.code not in error.pair:
                raise
            silences = (*silences, Silence(offer.carrier, str(error)))
    rank(options, request.rank)

    first = options[0].offer if options else None
    freight = first.price if first and counts else unmoved
    cost = cost_at(freight, first.mode if first else request.mode or "express")
    return _answer(request, rulebook, stamp, till, options, cost, offers, silences, checked)


def make_landed_cost(
    request: QuoteRequest, freight: Money, rulebook: Rulebook, stamp: Stamp, *, explain: bool
) -> Quote:
    """The border's part alone, for a price of freight that the caller knows."""
    consignment = request.consignment
    known = territory = _covered(rulebook, consignment.ship_to, request.on)
    unit = request.currency or local_currency(consignment.ship_to.country, territory)
    if territory is None:
        territory = given_territory(consignment.ship_to.country, unit, consignment.items)
    if territory is None:
        raise TerritoryNotCoveredError(consignment.ship_to)
    exchange = rulebook.exchange(request.on, request.exchange_rates, territory)
    border = rulebook.border(territory, request.on, exchange)
    mode = request.mode or "express"
    till = Till.opened(consignment, unit, exchange)
    cost = _ask_border(rulebook, border, request, freight, mode, exchange, explain=explain)
    if known is None:
        cost = replace(cost, findings=(NOT_COVERED_BUT_GIVEN, *cost.findings))
    options = bare_options(request, till, freight, mode, PricedBorder.at(till, cost))
    checked = controls_of_quote(request, rulebook)
    return _answer(request, rulebook, stamp, till, options, cost, (), (), checked)


def rate_request(request: QuoteRequest, till: Till) -> RateRequest:
    """What the carriers are asked: the caller's parcels, or the service's own packing."""
    consignment = request.consignment
    return RateRequest(
        ship_from=consignment.ship_from,
        ship_to=consignment.ship_to,
        parcels=parcels_of(consignment),
        on=request.on,
        declared_value=Money(till.goods, currency(till.currency)),
        mode=request.mode,
        pieces=sum([item.quantity for item in consignment.items]),
        residential=consignment.buyer.type == "consumer",
        items=consignment.items,
    )


def parcels_of(consignment: Consignment) -> tuple[Parcel, ...]:
    """The parcels given, or the items packed by the service; none where a weight is missing."""
    return consignment.parcels or pack(consignment.items)


def local_currency(country: str, territory: Territory | None) -> str:
    """The currency that people pay in at the destination."""
    if territory is not None:
        return territory.local_currency
    found = get_territory_currencies(country)
    return found[-1] if found else "USD"


def _covered(rulebook: Rulebook, place: Place, on: date) -> Territory | None:
    """The territory of a place, None when its rules are not held, or none of that day."""
    territory = rulebook.territory_of(place)
    return territory if territory and territory.customs_value.on(on) else None


def _without_duty_paid(request: QuoteRequest) -> QuoteRequest:
    """The request without DDP: nobody can pay in advance what is not known."""
    return replace(request, terms=tuple(terms for terms in request.terms if terms != "DDP"))


def _ask_border(
    rulebook: Rulebook,
    border: Border | None,
    request: QuoteRequest,
    freight: Money,
    mode: Mode,
    exchange: Exchange,
    *,
    explain: bool = False,
) -> BorderCost:
    """The border's charges; none inside one customs territory, and none that we know uncovered."""
    consignment = request.consignment
    if border is None:
        return _without_charges(
            request,
            exchange,
            "territory-not-covered",
            "The border's rules of this destination are not held: duty and tax are not included",
            None,
        )
    origin = rulebook.territory_of(consignment.ship_from)
    if is_inside(border.territory, origin, request.on):
        return _without_charges(
            request,
            exchange,
            "no-customs-border",
            "No customs border is crossed; tax on the sale itself is the seller's to account for",
            Decimal(0),
        )
    return border_cost(border, consignment, freight, mode, explain=explain)


def _without_charges(
    request: QuoteRequest, exchange: Exchange, code: str, message: str, high: Decimal | None
) -> BorderCost:
    items = request.consignment.items
    unit = items[0].unit_price.currency.code

    def value(item: GoodsItem) -> Decimal:
        return exchange.presentment(item.price, item.unit_price.currency.code, unit)

    return BorderCost(
        currency=unit,
        charges=(),
        lines=tuple(LineOutcome(item.id, item.hs_code, None, value(item)) for item in items),
        high=high,
        findings=(Finding(code=code, outcome="warning", message=message),),
    )


def _answer(
    request: QuoteRequest,
    rulebook: Rulebook,
    stamp: Stamp,
    till: Till,
    options: Sequence[Option],
    cost: BorderCost,
    offers: Sequence[Offer],
    silences: Sequence[Silence],
    checked: Checked,
) -> Quote:
    findings = (*cost.findings, *checked.findings)
    verdict = outcome_of(findings)
    shown = () if verdict == "refused" else options
    questions = [
        OpenQuestion(
            effect.question.fact,
            effect.question.line,
            effect.question.why,
            till.amount(effect.low, cost.currency),
            None if effect.high is None else till.amount(effect.high, cost.currency),
        )
        for effect in cost.effects
    ]
    questions += _weight_questions(request, options)
    questions.sort(key=_width, reverse=True)
    savings = [
        Saving(line, missed.agreement, till.amount(missed.saving, cost.currency), missed.proof)
        for line, missed in cost.missed
    ]
    return Quote(
        stamp=stamp,
        on=request.on,
        reference=request.reference,
        currency=till.currency,
        border_currency=cost.currency,
        locale=request.locale,
        status=_status(verdict, shown, questions),
        verdict=verdict,
        findings=findings,
        options=shown,
        offers=offers,
        lines=cost.lines,
        questions=questions,
        assumptions=[*cost.assumptions, *till.exchange.assumptions, *checked.assumptions],
        savings=savings,
        silences=silences,
        exchange_rates=till.exchange.used,
        considered=cost.considered,
        facts_version=rulebook.version,
        rank=request.rank,
    )


def _weight_questions(request: QuoteRequest, options: Sequence[Option]) -> list[OpenQuestion]:
    """Weights are asked for where an offer had to assume them."""
    assumed = [each for each in options if each.offer and each.offer.weight_assumed]
    if not assumed:
        return []
    low, high = assumed[0].by_weight or (Decimal(0), None)
    why = "Freight is priced by weight"
    missing = [item.id for item in request.consignment.items if item.unit_weight is None]
    return [OpenQuestion("unit_weight", line, why, low, high) for line in missing]


def _width(question: OpenQuestion) -> Decimal:
    """How far a question's answers are apart; wider than any other where nobody knows."""
    return Decimal("Infinity") if question.high is None else question.high - question.low


def _status(
    verdict: Verdict, options: Sequence[Option], questions: Sequence[OpenQuestion]
) -> Status:
    if verdict == "refused":
        return "refused"
    if not options:
        return "no_offer"
    open_ended = any(each.high is None or each.low != each.high for each in options)
    return "partial" if questions or open_ended else "complete"
