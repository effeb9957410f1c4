"""Above the limit of a regime, where nobody holds the ordinary duty: what the sum reckons with."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from customs.border import Border
from customs.landed_cost import border_cost
from data.model.consignment import Consignment, GoodsItem
from data.model.money import money
from data.model.places import Place

TODAY = date(2026, 11, 20)
PER_EURO = {"ZAR": "20", "BRL": "6", "MXN": "20", "IDR": "18000", "JPY": "160", "USD": "1.25"}
LIMITS = [  # a destination, the last price inside its regime, and a step over it
    ("ZA", "500", "ZAR", "0.01"),
    ("BR", "3000", "USD", "0.01"),
    ("ID", "1500", "USD", "0.01"),
    ("MX", "2500", "USD", "0.01"),
    ("JP", "333333", "JPY", "2"),  # three fifths of the price are the value: 200,000
]


@pytest.fixture
def ask(territory, exchange):
    def asked(code, *prices, unit=None, hs_code="950300", origin="CN", **item):
        rules = item.pop("rules", territory(code))
        unit = unit or rules.currency
        items = tuple(
            GoodsItem(
                str(n), 1, money(price, unit), hs_code=hs_code, country_of_origin=origin, **item
            )
            for n, price in enumerate(prices, 1)
        )
        rates = exchange(TODAY, rows=lambda name, day: (day, PER_EURO) if name == "ECB" else None)
        border = Border(rules, None, None, {}, rates, TODAY)
        consignment = Consignment(Place("CN"), Place(code), items)
        return border_cost(border, consignment, money("0", unit), "express")

    return asked


def due(cost):
    return sum(charge.assessed.amount for charge in cost.charges)


def duty_of(cost):
    (charge,) = [c for c in cost.charges if c.code.endswith("third_country")]
    return charge


@pytest.mark.parametrize(("to", "limit", "unit", "step"), LIMITS)
@pytest.mark.parametrize("hs_code", ["950300", "620441", "910111", "490110"])
def test_the_sum_does_not_fall_as_the_value_passes_the_limit_of_a_regime(
    ask, to, limit, unit, step, hs_code
):
    over = str(Decimal(limit) + Decimal(step))
    inside = ask(to, limit, unit=unit, hs_code=hs_code)
    above = ask(to, over, unit=unit, hs_code=hs_code)
    assert duty_of(inside).status == "waived"
    assert duty_of(above).status == "needs_answer"
    assert due(above) >= due(inside)


@pytest.mark.parametrize("origin", ["CN", "US", None])
def test_a_regime_in_place_of_taxes_lends_only_what_they_leave_of_its_rate(ask, origin):
    cost = ask("MX", "3000", unit="USD", origin=origin)
    rate = {"US": "19% - 16.8%"}.get(origin, "33.5% - 16.8%")
    charge = duty_of(cost)
    value = Decimal("48000.00")
    assert charge.expression == rate
    assert charge.assessed.amount == value * (Decimal("0.022" if origin == "US" else "0.167"))
    assert cost.low < 0
    assert cost.high is None


def test_the_lower_end_is_no_duty_and_the_finding_says_what_was_reckoned_with(ask):
    cost = ask("ZA", "600")
    assert duty_of(cost).assessed.amount == Decimal("120.00")
    # 600 + 60 + 120 is taxed at 15 %; without the duty 660 is
    assert cost.low == -(120 + Decimal("18.00"))
    (finding,) = cost.findings
    assert (finding.code, finding.line) == ("duty-not-held", "1")
    assert "reckons with 20%" in finding.message
    assert [a.confidence for a in cost.assumptions if "not held" in a.what] == ["unconfirmed"]


def test_lines_share_what_the_regime_would_take_of_all_of_them(ask):
    together, apart = ask("ZA", "300", "700"), ask("ZA", "1000")
    duties = [c.assessed.amount for c in together.charges if c.kind == "duty"]
    assert duties == [60, 140]
    assert due(together) == due(apart)


def test_a_callers_own_duty_is_taken_and_nothing_is_said(ask):
    cost = ask("ZA", "600", duty_expression="45%")
    assert [c.assessed.amount for c in cost.charges if c.kind == "duty"] == [270]
    assert cost.findings == ()
    assert cost.high == 0


def test_goods_outside_every_regime_are_said_to_be_without_their_duty(ask):
    cost = ask("JP", "400000", unit="JPY", hs_code="640399")
    assert duty_of(cost).assessed.amount == 0
    assert [f.code for f in cost.findings] == ["duty-not-held"]
    assert "no landed cost" in cost.findings[0].message
    assert cost.high is None


def test_a_territory_without_a_regime_says_so_too(ask, territory):
    rules = replace(territory("ZA"), regimes=())
    cost = ask("ZA", "600", rules=rules)
    assert duty_of(cost).assessed.amount == 0
    assert [f.code for f in cost.findings] == ["duty-not-held"]
