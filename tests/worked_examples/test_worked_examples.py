"""Every worked example gives what its source says, to the last digit."""

from decimal import Decimal

import pytest

from customs.rounding import rounding
from tests.worked_examples.runner import (
    Example,
    examples,
    run_border,
    run_difference,
    run_expression,
    run_total,
)


def named(example: Example) -> str:
    return example.id


@pytest.mark.parametrize("example", examples(shapes=("expression",)), ids=named)
def test_an_expression_comes_to_what_its_source_says(example):
    assert run_expression(example.table) == Decimal(example.expect["amount"])


@pytest.mark.parametrize("example", examples(shapes=("difference",)), ids=named)
def test_the_duty_of_goods_not_at_risk_is_chosen_by_the_difference(example):
    assert run_difference(example.table) == example.expect["applies"]


@pytest.mark.parametrize("example", examples(shapes=("rounding",)), ids=named)
def test_an_amount_is_rounded_as_the_law_rounds(example):
    way = rounding(example.table["name"], example.table["currency"])
    assert way.apply(Decimal(example.table["amount"])) == Decimal(example.expect["amount"])


@pytest.mark.parametrize("example", examples(shapes=("total",)), ids=named)
def test_a_total_is_the_sum_of_what_is_printed(example):
    assert run_total(example.table) == Decimal(example.expect["amount"])


@pytest.mark.parametrize("example", examples(shapes=("border",)), ids=named)
def test_a_border_asks_what_the_source_says(example, territories):
    cost = run_border(example.table, territories(example.table["territory"]))
    charged: dict[str, Decimal] = {}
    bases: dict[str, Decimal] = {}
    for charge in cost.charges:
        charged[charge.code] = charged.get(charge.code, Decimal(0)) + charge.assessed.amount
        if charge.base is not None:
            bases[charge.code] = bases.get(charge.code, Decimal(0)) + charge.base.amount
    expect = example.expect
    for code, amount in expect.get("charges", {}).items():
        assert charged.get(code, Decimal(0)) == Decimal(amount), (code, charged)
    for code, amount in expect.get("bases", {}).items():
        assert bases[code] == Decimal(amount), (code, bases)
    if "customs_value" in expect:
        value = sum((line.customs_value for line in cost.lines), Decimal(0))
        assert rounding("half up", cost.currency).apply(value) == Decimal(expect["customs_value"])
    if "total" in expect:
        total = sum((charge.assessed.amount for charge in cost.charges), Decimal(0))
        assert total == Decimal(expect["total"])


@pytest.mark.parametrize("example", examples(shapes=("request",)), ids=named)
def test_a_request_is_answered_as_the_source_says(example, client):
    answered = client.post("/v1/landed-costs", json=example.table)
    assert answered.status_code == 200, answered.text
    answer = answered.get_json()
    expect = example.expect
    for name in ("status", "verdict"):
        if name in expect:
            found = answer[name] if name == "status" else answer[name]["outcome"]
            assert found == expect[name]
    for cost in answer["costs"]:
        wanted = {**expect.get("both", {}), **expect.get(cost["terms"], {})}
        for name, amount in wanted.get("totals", {}).items():
            assert cost["totals"][name]["amount"] == amount, (cost["terms"], name, cost["totals"])
        charged: dict[str, Decimal] = {}
        for charge in cost["charges"]:
            amount = Decimal(charge["assessed"]["amount"])
            charged[charge["code"]] = charged.get(charge["code"], Decimal(0)) + amount
        for code, amount in wanted.get("charges", {}).items():
            assert charged.get(code) == Decimal(amount), (cost["terms"], code, charged)
        for code in wanted.get("never", ()):
            assert code not in charged
        for code, where in wanted.get("collected_at", {}).items():
            (found,) = {c["collected_at"] for c in cost["charges"] if c["code"] == code}
            assert found == where
