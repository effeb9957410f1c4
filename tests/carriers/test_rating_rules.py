"""What a merchant sets down is done to the offers, and the carrier's own price stays visible."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from carriers import Offer, OfferPart, Silence
from carriers.offers import faults_of
from carriers.rules import Backup, Rule, Rules, Where
from data.model.money import money

EVERYWHERE = Where()


def an_offer(carrier="acme", service="plain", mode="post", amount="10.00", **changes):
    price = money(amount, "EUR")
    part = OfferPart("freight", "Freight", price, "as given")
    return Offer(carrier, service, mode, price, (part,), "live", **changes)


def no_rates(amount, unit):
    if amount.currency.code == unit:
        return amount
    raise LookupError(f"no rate to {unit}")


def at_half(amount, unit):
    return money(amount.amount / 2, unit) if amount.currency.code != unit else amount


@pytest.fixture
def applied(request_for):
    def apply(offer, *rules, convert=no_rates, request=None):
        return Rules(rules).apply([offer], request or request_for("1"), convert)

    return apply


def parts(offer):
    return [(part.code, part.name, str(part.amount.amount), part.working) for part in offer.parts]


def test_an_excluded_offer_is_silent_with_the_name_of_the_rule(applied):
    rule = Rule("No post", "exclude", Where(modes=frozenset({"post"})))
    kept, silences = applied(an_offer(), rule)
    assert kept == []
    assert silences == [Silence("acme", "plain: left out by the rule 'No post'")]
    assert applied(an_offer(mode="air"), rule) == ([an_offer(mode="air")], [])


def test_a_mark_up_is_a_part_of_its_own_beside_the_carriers_price(applied):
    percent = Rule("Handling", "mark_up", EVERYWHERE, percent=Decimal("7.25"))
    fixed = Rule("Box", "mark_up", EVERYWHERE, amount=money("1.50", "EUR"))
    (offer,), _ = applied(an_offer(), percent, fixed)
    assert str(offer.price.amount) == "12.23"
    assert parts(offer) == [
        ("freight", "Freight", "10.00", "as given"),
        ("mark_up", "Handling", "0.73", "7.25 % of 10.00"),
        ("mark_up", "Box", "1.50", "1.5 EUR"),
    ]
    assert faults_of(offer) is None


def test_a_mark_up_moves_the_bounds_of_a_price_with_it(applied):
    low, high = money("5.00", "EUR"), money("40.00", "EUR")
    both = Rule("Both", "mark_up", EVERYWHERE, percent=Decimal(10), amount=money("1", "EUR"))
    (offer,), _ = applied(an_offer(low=low, high=high, weight_assumed=True), both)
    prices = (offer.low, offer.price, offer.high)
    assert [str(price.amount) for price in prices] == ["6.50", "12.00", "45.00"]
    assert faults_of(offer) is None


def test_shipping_is_free_from_an_order_value_and_says_what_it_would_have_cost(applied):
    rule = Rule("Free above 50", "free_above", EVERYWHERE, order_value=money("50", "EUR"))
    mark_up = Rule("Box", "mark_up", EVERYWHERE, amount=money("1.50", "EUR"))
    (offer,), _ = applied(an_offer(), rule, mark_up)  # it comes last, wherever it stands
    assert str(offer.price.amount) == "0.00"
    assert parts(offer)[-1] == (
        "free_above",
        "Free above 50",
        "-11.50",
        "order of 50 EUR or more",
    )
    assert sum(part.amount.amount for part in offer.parts) == 0
    dearer = replace(rule, order_value=money("50.01", "EUR"))
    (paid,), _ = applied(an_offer(), dearer)
    assert paid == an_offer()


def test_sums_in_another_currency_are_exchanged_and_without_a_rate_the_offer_is_left_out(applied):
    fixed = Rule("Box", "mark_up", EVERYWHERE, amount=money("3.00", "USD"))
    (offer,), _ = applied(an_offer(), fixed, convert=at_half)
    assert parts(offer)[-1] == ("mark_up", "Box", "1.50", "3 USD")
    kept, silences = applied(an_offer(), fixed)
    assert kept == []
    assert silences[0].reason == "plain: a rule cannot be applied: no rate to EUR"
    free = Rule("Free", "free_above", EVERYWHERE, order_value=money("100.02", "USD"))
    assert applied(an_offer(), free, convert=at_half)[0] == [an_offer()]


def test_a_preferred_offer_says_so_and_costs_the_same(applied):
    prefer = Rule("Ours", "prefer", Where(carriers=frozenset({"acme"})))
    assert applied(an_offer(), prefer)[0] == [an_offer(preferred=True)]
    assert applied(an_offer("other"), prefer)[0] == [an_offer("other")]


@pytest.mark.parametrize(
    ("where", "holds"),
    [
        (Where(), True),
        (Where(ship_to=frozenset({"DE"})), True),
        (Where(ship_to=frozenset({"FR"})), False),
        (Where(ship_from=frozenset({"AT"}), services=frozenset({"plain"})), True),
        (Where(ship_from=frozenset({"DE"})), False),
        (Where(services=frozenset({"fast"})), False),
        (Where(over=Decimal("2.9"), up_to=Decimal(3)), True),
        (Where(over=Decimal(3)), False),
        (Where(up_to=Decimal("2.9")), False),
        (Where(since=date(2025, 6, 2), until=date(2025, 6, 3)), True),
        (Where(since=date(2025, 6, 3)), False),
        (Where(until=date(2025, 6, 2)), False),
    ],
)
def test_a_rule_holds_for_the_lanes_weights_services_and_days_that_it_names(
    where, holds, request_for
):
    rules = Rules((Rule("r", "exclude", where),))
    kept, _ = rules.apply([an_offer()], request_for("1", "2"), no_rates)
    assert (kept == []) is holds


def test_a_rule_about_weights_leaves_alone_what_has_no_known_weight(request_for):
    rules = Rules((Rule("r", "exclude", Where(up_to=Decimal(100))),))
    kept, _ = rules.apply([an_offer()], request_for(), no_rates)
    assert kept == [an_offer()]


def test_a_backup_stands_in_for_its_carrier_on_its_lane(request_for):
    price = money("24.00", "EUR")
    backup = Backup("acme", "standard", "express", price, Where(ship_to=frozenset({"DE"})))
    rules = Rules(backups=(backup,))
    (offer,) = rules.instead("acme", request_for("1"))
    assert (offer.carrier, offer.service, offer.price) == ("acme", "standard", price)
    assert offer.source == "backup"
    assert faults_of(offer) is None
    assert rules.instead("other", request_for("1")) == ()
