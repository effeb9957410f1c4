"""Alcohol duty by strength: the band a drink is in, and what is said of one in none."""

from datetime import date
from decimal import Decimal

import pytest

from customs.border import Border
from customs.landed_cost import border_cost
from data.model.consignment import Consignment, GoodsItem
from data.model.money import money
from data.model.places import Place

TODAY = date(2026, 11, 20)


@pytest.fixture
def ask(territory, exchange):
    def asked(hs_code, strength, to="GB", litres="10", on=TODAY, duty="Free"):
        facts = {"alcohol_percent": strength, "volume_litres": litres}
        item = GoodsItem(
            "1", 1, money("100", "GBP"), hs_code=hs_code, country_of_origin="CN",
            duty_expression=duty, facts={k: v for k, v in facts.items() if v is not None},
        )  # fmt: skip
        border = Border(territory(to), None, None, {}, exchange(on), on)
        consignment = Consignment(Place("CN"), Place("GB"), (item,))
        return border_cost(border, consignment, money("0", "GBP"), "express")

    return asked


def excise(cost):
    return [(c.code, c.assessed.amount) for c in cost.charges if c.kind == "excise"]


def codes(cost):
    return [finding.code for finding in cost.findings]


@pytest.mark.parametrize("to", ["GB", "XI"])
@pytest.mark.parametrize(
    ("hs_code", "strength", "band", "amount"),
    [
        ("220300", "3.5", "beer", "7.62"),
        ("220300", "8.4", "beer", "18.29"),
        ("220300", "3.4", "low_strength", "3.26"),
        ("22060051", "5", "still_cider", "5.01"),
        ("220421", "8.5", "wine", "25.10"),
        ("220421", "22", "wine", "64.98"),
        ("220421", "22.1", "spirits", "72.46"),
        ("220830", "40", "spirits", "131.16"),
    ],
)
def test_a_drink_pays_the_rate_of_its_strength_cut_to_the_penny(
    ask, to, hs_code, strength, band, amount
):
    cost = ask(hs_code, strength, to)
    assert excise(cost) == [(f"{to}.excise.{band}", Decimal(amount))]
    assert codes(cost) == []
    (tax,) = [c for c in cost.charges if c.kind == "tax"]
    assert tax.assessed.amount == round((100 + Decimal(amount)) / 5, 2)


@pytest.mark.parametrize(
    ("hs_code", "strength", "on"),
    [
        ("220421", "5", TODAY),
        ("220870", "17", TODAY),
        ("22060031", "5", TODAY),
        ("240220", "40", TODAY),
        ("220830", "40", date(2025, 1, 31)),
    ],
)
def test_what_no_band_or_no_rate_is_held_for_is_said_and_has_no_upper_end(
    ask, hs_code, strength, on
):
    cost = ask(hs_code, strength, on=on)
    assert excise(cost) == []
    assert codes(cost) == ["excise-not-covered"]
    assert cost.high is None


def test_a_drink_of_unknown_strength_is_asked_for_it_once(ask):
    cost = ask("220421", None)
    assert excise(cost) == [("GB.excise.wine", Decimal("0.00"))]
    assert [e.question.fact for e in cost.effects] == ["alcohol_percent"]
    assert cost.high is None


def test_a_quantity_that_duty_and_excise_both_need_is_asked_for_once(ask):
    cost = ask("220421", "12", litres=None, duty="26 GBP/hl")
    assert [(e.question.fact, e.high) for e in cost.effects] == [("volume_litres", None)]


def test_the_rates_since_february_2026_are_an_assumption(ask):
    def said(on):
        assumed = ask("220830", "40", on=on).assumptions
        return [a.confidence for a in assumed if a.what.startswith("Alcohol duty")]

    assert said(date(2026, 1, 31)) == []
    assert said(date(2026, 2, 1)) == ["unconfirmed"]
