"""The shapes that the borders of many destinations share, each tried on the facts as they stand."""

from copy import deepcopy
from datetime import date
from decimal import Decimal

import pytest

from customs.border import Border
from customs.landed_cost import border_cost
from customs.regions import region_of
from customs.rounding import rounding
from customs.territories import TerritoryError, read_territory
from data.model.consignment import Buyer, Consignment, GoodsItem, Seller
from data.model.money import money
from data.model.places import Place
from tests.customs.conftest import DOCUMENTS

TODAY = date(2026, 11, 20)
COVERED = [
    "AE", "AU", "BR", "CA", "CH", "CN", "HK", "ID", "IL", "IN", "JP", "KR", "LI", "MX", "MY", "NO",
    "NZ", "PH", "SA", "SG", "TH", "TR", "VN", "ZA",
]  # fmt: skip
PER_EURO = {
    "AED": "4", "AUD": "1.6", "BRL": "6", "CAD": "1.5", "CHF": "0.9", "CNY": "8", "HKD": "9",
    "IDR": "18000", "ILS": "4", "INR": "95", "JPY": "160", "KRW": "1500", "MXN": "20", "MYR": "5",
    "NOK": "11", "NZD": "1.8", "PHP": "65", "SAR": "4", "SGD": "1.5", "THB": "38", "TRY": "45",
    "VND": "28000", "ZAR": "20", "USD": "1.25",
}  # fmt: skip


@pytest.fixture
def ask(territory, exchange):
    """What a territory's border asks for one line, under rates that are easy to reckon with."""

    def asked(code, price, *, unit=None, on=TODAY, region=None, registered=(), **fields):
        rules = territory(code)
        unit = unit or rules.currency
        item = GoodsItem(
            "1", fields.pop("quantity", 1), money(price, unit),
            hs_code=fields.pop("hs_code", "950300"),
            country_of_origin=fields.pop("origin", "CN"),
            facts=fields.pop("facts", {}),
            duty_expression=fields.pop("duty", None),
        )  # fmt: skip
        consignment = Consignment(
            Place(fields.pop("dispatch", "CN")),
            Place(code, region),
            (item, *fields.pop("more", ())),
            buyer=fields.pop("buyer", Buyer()),
            seller=Seller(registrations=dict.fromkeys(registered, "1")),
            purpose=fields.pop("purpose", "sale"),
        )
        freight, mode = fields.pop("freight", "0"), fields.pop("mode", "express")
        assert not fields
        rates = exchange(on, rows=lambda source, day: (on, PER_EURO) if source == "ECB" else None)
        border = Border(rules, None, None, {}, rates, on)
        return border_cost(border, consignment, money(freight, unit), mode)

    return asked


def amounts(cost):
    return {charge.code: charge.assessed.amount for charge in cost.charges}


@pytest.mark.parametrize("code", COVERED)
def test_every_destination_prices_a_parcel_with_and_without_its_seller_registered(
    ask, territory, code
):
    schemes = [s.registration for s in territory(code).schemes if s.registration]
    for registered in ((), tuple(schemes)):
        cost = ask(code, "100.00", unit="USD", registered=registered)
        assert cost.charges
        assert cost.low <= 0
        assert cost.high is None or cost.high >= 0
        assert all(charge.assessed.amount >= 0 for charge in cost.charges)
        assert all(charge.citation or charge.status != "applies" for charge in cost.charges)


@pytest.mark.parametrize("code", COVERED)
@pytest.mark.parametrize("registered", [False, True])
def test_every_destination_prices_a_parcel_on_the_first_day_that_its_value_is_known(
    ask, territory, code, registered
):
    first = territory(code).customs_value.versions[0].since
    schemes = [s.registration for s in territory(code).schemes if registered and s.registration]
    charges = ask(code, "100.00", unit="USD", on=first, registered=schemes).charges
    assert {charge.kind for charge in charges} & {"tax", "duty"}


@pytest.mark.parametrize("code", COVERED)
def test_a_callers_duty_expression_is_charged_in_every_destination(ask, code):
    cost = ask(code, "9000.00", unit="USD", duty="10%", buyer=Buyer("business"))
    (given,) = [c for c in cost.charges if c.code.endswith(".given") and c.kind == "duty"]
    assert given.expression == "10%"
    assert given.assessed.amount > 0


def test_a_duty_that_nobody_holds_has_no_upper_end_and_is_asked_for(ask):
    cost = ask("KR", "300.00", unit="USD")
    assert cost.high is None
    assert [e.question.fact for e in cost.effects] == ["duty_expression"]


def test_a_duty_between_two_rates_is_charged_at_the_dearer_and_may_be_less(ask):
    cost = ask("AU", "2000.00")
    assert amounts(cost)["AU.third_country"] == Decimal("100.00")
    # the duty of 100 and the tax of 10 on it
    assert (cost.low, cost.high) == (Decimal("-110.00"), Decimal(0))


def test_without_a_code_only_a_bound_for_all_goods_is_known(ask):
    assert ask("CH", "500.00", hs_code=None).high is None
    assert ask("HK", "500.00", hs_code=None).high == 0


def test_an_unknown_region_is_taken_as_the_dearest_and_asked_for(ask):
    cost = ask("CA", "100.00", duty="Free")
    (effect,) = cost.effects
    assert effect.question.fact == "ship_to.region"
    assert amounts(cost)["CA.gst.atlantic"] == Decimal("15.00")
    assert cost.low == effect.low == Decimal("-10.00")  # Alberta, 5 %
    assert cost.high == 0


@pytest.mark.parametrize(
    ("place", "region"),
    [
        (Place("CA", "on"), "ON"),
        (Place("CA", postal_code="h2x 1y4"), "QC"),
        (Place("CA", "XX", "V5K 0A1"), "BC"),
        (Place("CA"), None),
        (Place("CA", "XX"), None),
    ],
)
def test_a_region_is_known_by_its_name_or_its_postal_code(territory, place, region):
    assert region_of(territory("CA"), place) == region


def test_a_tax_that_counts_itself_is_its_rate_of_what_is_paid(ask):
    tax = amounts(ask("BR", "830.00", duty="Free", region="SP", facts={"ipi_percent": "0"}))
    paid = Decimal("830.00") + sum(tax.values())
    assert abs(tax["BR.icms.parcels_17"] - paid * Decimal("0.17")) < Decimal("0.01")


def test_a_rate_that_is_a_fact_is_asked_for_and_leaves_the_top_open(ask):
    cost = ask("BR", "830.00", duty="Free", region="SP", buyer=Buyer("business"))
    assert cost.high is None
    facts = {effect.question.fact for effect in cost.effects}
    assert facts == {"ipi_percent", "icms_percent"}
    waiting = [c.code for c in cost.charges if c.status == "needs_answer"]
    assert waiting == ["BR.ipi.unknown", "BR.icms.unknown"]


def test_an_unknown_origin_leaves_a_range_between_the_bands_of_a_regime(ask):
    cost = ask("MX", "50.00", unit="USD", origin=None)
    assert amounts(cost)["MX.courier"] == Decimal("268.00")  # 33.5 % of 800.00
    assert (cost.low, cost.high) == (Decimal("-268.00"), Decimal(0))
    assert [effect.question.fact for effect in cost.effects] == ["country_of_origin"]


def test_a_duty_expression_asks_for_the_full_declaration_instead_of_a_regime(ask):
    assert "ID.consignment_goods" in amounts(ask("ID", "100.00", unit="USD"))
    codes = amounts(ask("ID", "100.00", unit="USD", duty="5%", facts={"pph22_percent": "10"}))
    assert "ID.consignment_goods" not in codes
    assert {"ID.given", "ID.pph.given"} <= codes.keys()


def test_lines_of_one_band_are_charged_together_and_shared_by_value(ask):
    more = GoodsItem("2", 1, money("100.00", "USD"), hs_code="640399", country_of_origin="CN")
    cost = ask("ID", "100.00", unit="USD", more=(more,))
    charged = [(c.line, c.assessed.amount) for c in cost.charges if c.code.endswith("_goods")]
    value = Decimal(100) * 18000 / Decimal("1.25")
    assert charged == [("1", value * Decimal("0.075")), ("2", value * Decimal("0.25"))]


@pytest.mark.parametrize(("price", "tax"), [("61.99", "0.00"), ("62.00", "5.02")])
def test_a_tax_too_small_is_shown_and_not_collected(ask, price, tax):
    (charge,) = [c for c in ask("CH", price).charges if c.kind == "tax"]
    assert charge.assessed.amount == Decimal(tax)
    assert (charge.status == "waived") is (tax == "0.00")


def test_a_small_tax_is_collected_all_the_same_when_the_seller_charges_it(ask):
    (charge,) = [c for c in ask("CH", "10.00", registered=["ch_vat"]).charges if c.kind == "tax"]
    assert (charge.assessed.amount, charge.collected_at) == (Decimal("0.81"), "sale")


def test_a_scheme_per_item_covers_the_lines_inside_its_limit_only(ask):
    dear = GoodsItem("2", 1, money("3000.00", "NOK"), hs_code="640399", country_of_origin="CN")
    cost = ask("NO", "2999.00", more=(dear,), registered=["no_voec"])
    places = [(c.line, c.collected_at) for c in cost.charges if c.kind == "tax"]
    assert places == [("1", "sale"), ("2", "border")]


def test_a_relief_at_the_border_does_not_spare_what_the_seller_collects(ask):
    at_border = ask("AU", "100.00")
    assert sum(amounts(at_border).values()) == 0
    assert {c.status for c in at_border.charges} == {"waived"}
    at_sale = amounts(ask("AU", "100.00", registered=["au_gst"]))
    assert at_sale["AU.gst.standard"] == Decimal("10.00")


def test_goods_for_own_use_are_worth_a_part_of_their_price(ask):
    own, trade = ask("JP", "50000"), ask("JP", "50000", buyer=Buyer("business"))
    assert [cost.lines[0].customs_value for cost in (own, trade)] == [30000, 50000]


def test_strong_liquor_of_unknown_strength_bears_excise_until_somebody_says_otherwise(ask):
    cost = ask("HK", "500.00", hs_code="220830")
    assert amounts(cost)["HK.excise.liquor"] == Decimal("230.00")
    assert (cost.low, cost.high) == (Decimal("-230.00"), Decimal(0))
    assert cost.effects[0].question.fact == "alcohol_percent"
    weak = ask("HK", "500.00", hs_code="220830", facts={"alcohol_percent": "30"})
    assert "HK.excise.liquor" not in amounts(weak)


def test_a_levy_by_weight_asks_for_the_weight(ask):
    cost = ask("NZ", "100.00", mode="post")
    assert cost.high is None
    assert [effect.question.fact for effect in cost.effects] == ["unit_weight"]


def test_a_share_of_78ths_that_is_exact_is_not_cut_by_a_step():
    cut = rounding("down to 100", "JPY").apply
    for hundreds in range(1, 400):
        tax = Decimal(hundreds * 3900)
        assert cut(tax * (Decimal(22) * 100 / 78) / 100) == hundreds * 1100


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        (("JP", "taxes", "LOCAL", "on"), ["GST"], "GST"),
        (("NO", "schemes", "voec", "collects"), ["MVA"], "MVA"),
        (("ID", "regimes", "consignment_goods", "replaces"), ["everything"], "everything"),
        (("CA", "postal_regions", "A"), "NF", "NF"),
        (("NZ", "fees", "low_value_levy_air", "with_tax"), "VAT", "VAT"),
        (("SG", "reliefs", "low_value", "on"), "value", "value"),
        (("IN", "taxes", "SWS", "kind"), "levy", "levy"),
    ],
)
def test_a_rule_that_names_what_the_territory_does_not_have_is_refused(path, value, complaint):
    documents = deepcopy(DOCUMENTS)
    table = documents
    for step in path[:-1]:
        table = table[step]
    table[path[-1]] = value
    with pytest.raises(TerritoryError, match=complaint):
        read_territory(path[0], documents)
