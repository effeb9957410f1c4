from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customs.exchange import Exchange, ExchangeRateNeededError, GivenRate, Peg, legal_day
from data.model.dated import Law, Version

LAW = Law("L", "A law")
DAY = date(2026, 11, 20)


def law(value: str, confidence="official") -> Version[str]:
    return Version(value, date(2020, 1, 1), None, LAW, confidence)


def test_a_currency_is_itself_without_any_rate(exchange):
    rates = exchange()
    assert rates.customs(Decimal("5"), "XAU", "XAU") == 5
    assert rates.used == ()


def test_two_currencies_meet_in_the_sources_own(exchange):
    assert exchange().customs(Decimal("125"), "USD", "GBP") == Decimal("80.00")


def test_a_rate_given_by_the_caller_comes_first_and_works_both_ways(exchange):
    rates = exchange(given=[GivenRate("USD", "GBP", Decimal("0.5"))])
    assert rates.customs(Decimal("10"), "USD", "GBP") == 5
    assert rates.presentment(Decimal("10"), "GBP", "USD") == 20
    assert {rate.source for rate in rates.used} == {"given"}


def test_the_laws_own_source_needs_no_assumption_when_it_is_held(exchange):
    rates = exchange(law=law("ECB on the penultimate Wednesday of the month before"))
    rates.customs(Decimal(1), "USD", "EUR")
    assert rates.assumptions == []


def test_the_ecbs_rate_in_place_of_the_laws_source_is_an_assumption(exchange):
    rates = exchange(law=law("HMRC on the penultimate Thursday of the month before"))
    rates.customs(Decimal(1), "USD", "GBP")
    rates.customs(Decimal(1), "EUR", "GBP")
    (assumption,) = rates.assumptions
    assert "HMRC" in assumption.what
    assert assumption.confidence == "unconfirmed"


def test_a_pegged_currency_goes_through_its_anchor(exchange):
    peg = Peg("AED", "USD", Decimal("3.6725"), date(2000, 1, 1), None, LAW, "unconfirmed")
    rates = exchange(pegs=[peg])
    assert rates.customs(Decimal("1.25"), "USD", "AED") == Decimal("1.25") * Decimal("3.6725")


def test_a_peg_that_has_ended_is_not_used(exchange):
    peg = Peg("AED", "USD", Decimal("3.6725"), date(2000, 1, 1), DAY, LAW, "unconfirmed")
    with pytest.raises(ExchangeRateNeededError) as refused:
        exchange(pegs=[peg]).customs(Decimal(1), "USD", "AED")
    assert refused.value.pair == ("USD", "AED")


@pytest.mark.parametrize(
    ("on", "day"),
    [
        (date(2026, 11, 20), date(2026, 10, 21)),
        (date(2026, 1, 5), date(2025, 12, 24)),
        (date(2024, 3, 1), date(2024, 2, 21)),
    ],
)
def test_the_penultimate_wednesday_is_of_the_month_before(on, day):
    assert legal_day("penultimate Wednesday of the month before", on) == day


@given(st.dates(date(1999, 2, 1), date(2090, 1, 1)))
def test_the_penultimate_thursday_has_exactly_one_thursday_after_it_in_its_month(on):
    day = legal_day("penultimate Thursday of the month before", on)
    assert day.weekday() == 3
    assert day.month == (on.month - 2) % 12 + 1
    assert date.fromordinal(day.toordinal() + 7).month == day.month
    assert date.fromordinal(day.toordinal() + 14).month != day.month


def test_a_day_that_has_no_meaning_is_refused():
    with pytest.raises(ValueError, match="no day"):
        legal_day("blue moon", DAY)


def test_a_rate_kept_from_another_quote_is_told_and_assumed_alike():
    def rows(source, on):
        return (date(2026, 10, 21), {"USD": "1.25"}) if source == "ECB" else None

    rule, published = law("HMRC on the same day"), {}
    first, second = (Exchange(rows, DAY, law=rule, published=published) for _ in range(2))
    for exchange in (first, second):
        assert exchange.customs(Decimal(10), "EUR", "USD") == Decimal("12.50")
    assert len(published) == 1
    assert first.used == second.used
    assert first.assumptions == second.assumptions != []
