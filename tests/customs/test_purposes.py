"""Goods that are no sale: what frees them, what is asked, what is said where no rule is held."""

from datetime import date
from decimal import Decimal

import pytest

from customs.answers import WrongFactError
from customs.border import Border
from customs.landed_cost import border_cost
from customs.territories import TerritoryError, read_territory
from data.model.consignment import Consignment, GoodsItem
from data.model.money import money
from data.model.places import Place
from tests.customs.conftest import DOCUMENTS

TODAY = date(2026, 11, 20)
RETURNS = ["US", "DE", "GB", "XI", "CA", "AU"]
FACT = "returned_unaltered"


@pytest.fixture
def ask(territory, exchange):
    def asked(to, *facts, purpose="return", price="2000", duty="10%", hs_code="950300"):
        rules = territory(to)
        items = tuple(
            GoodsItem(
                str(n), 1, money(price, rules.currency), hs_code=hs_code, country_of_origin="CN",
                duty_expression=duty, facts=said,
            )
            for n, said in enumerate(facts, 1)
        )  # fmt: skip
        rates = exchange(TODAY, rows=lambda name, day: (day, {"USD": "1.2", "CAD": "1.5"}))
        border = Border(rules, None, None, {}, rates, TODAY)
        place = Place(to, "ON" if to == "CA" else None)
        consignment = Consignment(Place("CN"), place, items, purpose=purpose)
        return border_cost(border, consignment, money("0", rules.currency), "express")

    return asked


def due(cost, *kinds):
    return sum(c.assessed.amount for c in cost.charges if c.kind in (kinds or ("duty", "tax")))


@pytest.mark.parametrize("to", RETURNS)
def test_goods_that_come_back_unaltered_are_free_where_it_is_said(ask, to):
    cost = ask(to, {FACT: "true"})
    assert due(cost) == 0
    assert [c.status for c in cost.charges if c.kind == "duty"] == ["waived"]
    assert all(effect.question.fact != FACT for effect in cost.effects)
    assert any(
        "eturned goods" in a.what and a.confidence == "unconfirmed" for a in cost.assumptions
    )


@pytest.mark.parametrize("to", RETURNS)
def test_where_nobody_said_so_they_pay_and_the_question_says_what_it_would_save(ask, to):
    cost, freed, paying = ask(to, {}), ask(to, {FACT: "true"}), ask(to, {FACT: "false"})
    assert due(cost) == due(paying) > 0
    assert cost.low == due(freed) - due(cost)
    assert cost.high == 0
    (effect,) = [e for e in cost.effects if e.question.fact == FACT]
    assert (effect.low, effect.high) == (cost.low, 0)
    assert effect.question.line == "1"
    assert paying.effects == ()


def test_only_the_lines_of_which_it_is_said_are_free_and_one_question_asks_for_the_rest(ask):
    cost = ask("GB", {FACT: "true"}, {})
    assert due(cost, "duty") == 200
    (effect,) = cost.effects
    assert effect.question.line is None
    assert cost.low == effect.low == -(200 + Decimal("440.00"))


def test_a_sale_is_not_freed_by_saying_so(ask):
    assert due(ask("GB", {FACT: "true"}, purpose="sale")) > 0


def test_alcohol_that_comes_back_is_not_freed(ask):
    assert due(ask("GB", {FACT: "true"}, hs_code="220830"), "duty") == 200


def test_another_word_than_true_or_false_is_refused_where_it_stands(ask):
    with pytest.raises(WrongFactError) as refused:
        ask("GB", {FACT: "true"}, {FACT: "perhaps"})
    assert refused.value.pointer == "/lines/1/facts/returned_unaltered"


@pytest.mark.parametrize(
    ("to", "purpose", "held"),
    [
        ("DE", "repair", False),
        ("DE", "sample", False),
        ("DE", "gift", True),
        ("DE", "return", True),
        ("ZA", "gift", False),
        ("ZA", "return", False),
        ("ZA", "sale", True),
    ],
)
def test_a_purpose_without_any_rule_here_is_said_to_be_an_ordinary_import(ask, to, purpose, held):
    cost = ask(to, {FACT: "false"}, purpose=purpose)
    assert ("purpose-not-covered" not in [f.code for f in cost.findings]) == held


@pytest.mark.parametrize(
    "change",
    [{"fact": None}, {"purposes": []}, {"purposes": ["sale", "return"]}, {"limit": "GBP 100"}],
)
def test_a_relief_has_a_limit_or_a_fact_for_what_is_no_sale(change):
    table = dict(DOCUMENTS["GB"]["reliefs"]["returned_goods"])
    if limit := change.pop("limit", None):
        table["versions"] = [{**table["versions"][0], "value": limit}]
    table = {name: value for name, value in (table | change).items() if value is not None}
    document = DOCUMENTS["GB"] | {"reliefs": {"returned_goods": table}}
    with pytest.raises(TerritoryError):
        read_territory("GB", {"GB": document})
