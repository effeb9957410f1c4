"""Laws that hold for every duty expression, whatever it says."""

import doctest
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tariffs.expressions
import tariffs.expressions.special
import tariffs.expressions.terms
import tariffs.expressions.tokens
import tariffs.expressions.wordings
from tariffs.expressions import FACTS, Outcome, evaluate, parse
from tariffs.units import _UNITS

rates = st.decimals(0, 500, places=3)
sums = st.decimals(0, 5000, places=4)
values = st.decimals(0, 1_000_000, places=2)
quantities = st.decimals(0, 100_000, places=3)
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))

percentages = rates.map(lambda rate: f"{rate}%")
units = st.sampled_from(sorted(unit.name for unit in _UNITS.values()))
amounts = st.builds(
    lambda amount, code, unit: f"{amount} {code} / {unit}",
    sums,
    st.sampled_from(["EUR", "GBP", "USD"]),
    units,
)
parts = st.builds(
    lambda rate, part: f"{rate}% on the {part}",
    rates,
    st.sampled_from(["case", "case and strap", "lead content", "retail price"]),
)
worded = st.sampled_from(["Free", "base duty", "EA", "ADSZ", "See 9822.05.20"])
components = st.one_of(percentages, amounts, parts, worded)
added = st.lists(components, min_size=1, max_size=3).map(" + ".join)
bounded = st.builds(
    lambda first, rest: "".join([first, *(f" {kind} {limit}" for kind, limit in rest)]),
    added,
    st.lists(st.tuples(st.sampled_from(["MIN", "MAX"]), added), max_size=3),
)


def assess(text: str, value: Decimal, quantity: Decimal, on: date = date(2026, 7, 1)) -> Outcome:
    """Every fact and quantity known and equal (percentages capped); EUR and GBP are 2 USD."""
    facts = {name: str(min(quantity, Decimal(100))) for name in FACTS}
    return evaluate(
        parse(text),
        value=value,
        currency="USD",
        quantities={},
        facts={**facts, "free_terms_met": "yes"},
        on=on,
        convert=lambda amount, source, target: amount * 2,
    )


def amount(text: str, value: Decimal, quantity: Decimal) -> Decimal:
    outcome = assess(text, value, quantity)
    assert outcome.kind == "value", (text, outcome)
    assert outcome.amount is not None
    return outcome.amount


@given(bounded, values, quantities)
def test_the_canonical_spelling_reads_back_to_itself_and_means_the_same(
    text: str, value: Decimal, quantity: Decimal
) -> None:
    expression = parse(text)
    assert expression.readable, (text, expression.reason)
    again = parse(expression.text)
    assert (again.text, again.needs, again.ad_valorem) == (
        expression.text,
        expression.needs,
        expression.ad_valorem,
    )
    assert assess(expression.text, value, quantity) == assess(text, value, quantity)


@given(
    st.one_of(st.text(max_size=60), st.text("0123456789.,%/+- MINAXEURGBP¢$()kghl", max_size=40))
)
def test_no_text_can_break_the_reader(text: str) -> None:
    expression = parse(text)
    assert expression.source == text
    assert expression.readable == (expression.reason is None)
    outcome = assess(text, Decimal(100), Decimal(5))
    assert (outcome.kind == "value") == (outcome.amount is not None)
    if outcome.amount is not None:
        assert outcome.amount >= 0


@given(rates, values, values)
def test_an_ad_valorem_duty_is_exact_never_negative_and_grows_with_the_value(
    rate: Decimal, low: Decimal, high: Decimal
) -> None:
    low, high = sorted((low, high))
    text = f"{rate}%"
    assert parse(text).ad_valorem == rate
    assert amount(text, low, Decimal(0)) * 100 == low * rate
    assert 0 <= amount(text, low, Decimal(0)) <= amount(text, high, Decimal(0))


@given(bounded, values, quantities)
def test_a_duty_without_subtraction_is_never_negative(
    text: str, value: Decimal, quantity: Decimal
) -> None:
    assert amount(text, value, quantity) >= 0


@given(added, added, values, quantities)
def test_max_is_the_lesser_and_min_the_greater_of_its_two_sides(
    left: str, right: str, value: Decimal, quantity: Decimal
) -> None:
    a, b = amount(left, value, quantity), amount(right, value, quantity)
    assert amount(f"{left} MAX {right}", value, quantity) == min(a, b)
    assert amount(f"{left} MIN {right}", value, quantity) == max(a, b)


@given(bounded, added, values, quantities)
def test_the_last_bound_splits_the_expression(
    left: str, right: str, value: Decimal, quantity: Decimal
) -> None:
    a, b = amount(left, value, quantity), amount(right, value, quantity)
    assert amount(f"{left} MAX {right}", value, quantity) == min(a, b)


@given(bounded, values, quantities)
def test_what_is_missing_is_asked_for_and_nothing_else(
    text: str, value: Decimal, quantity: Decimal
) -> None:
    outcome = evaluate(
        parse(text),
        value=value,
        currency="USD",
        quantities={},
        facts={},
        on=date(2026, 7, 1),
        convert=lambda amount, source, target: amount,
    )
    assert set(outcome.needs) <= set(parse(text).needs)
    assert (outcome.kind == "question") == bool(outcome.needs) == bool(parse(text).needs)


@given(days)
def test_two_seasons_that_share_the_year_leave_no_day_without_a_rate(on: date) -> None:
    outcome = assess("14% (16 JUL - 15 JUN), 6% (16 JUN - 15 JUL)", Decimal(100), Decimal(0), on)
    summer = date(on.year, 6, 16) <= on <= date(on.year, 7, 15)
    assert outcome.amount == (6 if summer else 14)


@pytest.mark.parametrize(
    "module",
    [
        tariffs.expressions,
        tariffs.expressions.special,
        tariffs.expressions.terms,
        tariffs.expressions.tokens,
        tariffs.expressions.wordings,
    ],
    ids=lambda module: module.__name__,
)
def test_the_examples_in_the_docstrings_hold(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]
    assert result.attempted > 0
    assert result.failed == 0
