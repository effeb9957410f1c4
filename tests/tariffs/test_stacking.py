from datetime import date
from decimal import Decimal

import pytest

from data.model.dated import Law
from tariffs.schedule import Measure, Role
from tariffs.selection import covers_goods, covers_origin, select
from tariffs.stacking import StackingError, settle

LAW = Law("L", "A law")
DAY = date(2026, 8, 1)


def measure(heading, role="add", programme="duty", **more):
    more.setdefault("unknown", "excluded" if role == "exempt" else "applies")
    return Measure(
        heading=heading,
        programme=programme,
        name=heading,
        role=Role(role),
        expression=more.pop("expression", "10%"),
        law=LAW,
        since=more.pop("since", date(2026, 1, 1)),
        **more,
    )


def stack(*measures, facts=None, origin="VN", on=DAY, column_2=False, mode="sea", programmes=()):
    selection = select(measures, origin, on, column_2=column_2)
    return settle(selection, facts or {}, mode, frozenset(programmes))


def headings(*measures, **how):
    return [one.measure.heading for one in stack(*measures, **how).charged]


def shares(*measures, **how):
    return {one.measure.heading: one.share for one in stack(*measures, **how).charged}


@pytest.mark.parametrize(
    ("code", "covered"),
    [("7326908688", True), ("7326909000", True), ("7326901000", False), ("7327", False)],
)
def test_goods_are_code_prefixes_less_the_excepted_ones(code, covered):
    assert (
        covers_goods(measure("1", goods=("732690",), except_goods=("73269010",)), code) is covered
    )


def test_a_measure_without_goods_is_for_all_goods():
    assert covers_goods(measure("1"), "0101210010")


def test_a_measure_is_for_its_origins_less_the_excepted_ones():
    assert covers_origin(measure("1"), "VN")
    assert covers_origin(measure("1", origins=("VN",)), "VN")
    assert not covers_origin(measure("1", origins=("VN",)), "CN")
    assert not covers_origin(measure("1", except_origins=("VN",)), "VN")


@pytest.mark.parametrize(
    ("on", "applies"),
    [
        (date(2026, 2, 23), False),
        (date(2026, 2, 24), True),
        (date(2026, 7, 23), True),
        (date(2026, 7, 24), False),
    ],
)
def test_a_measure_applies_from_its_first_day_to_its_last(on, applies):
    surcharge = measure("1", since=date(2026, 2, 24), until=date(2026, 7, 24))
    assert bool(headings(surcharge, on=on)) is applies


def test_under_column_2_only_the_measures_that_say_so_are_added():
    both, one = measure("both"), measure("column 1", column_2=False)
    assert headings(both, one, column_2=True) == ["both"]
    assert headings(both, one) == ["both", "column 1"]


def test_an_unknown_condition_is_answered_by_paying_and_stays_open():
    quartz = measure("1", requires=("quartz_surface_product",))
    assert headings(quartz) == ["1"]
    assert list(stack(quartz).open_facts) == ["quartz_surface_product"]
    assert headings(quartz, facts={"quartz_surface_product": "false"}) == []


def test_an_unknown_exemption_is_not_applied_and_stays_open():
    duty, free = (
        measure("duty"),
        measure("free", "exempt", removes=("duty",), requires=("confirm",)),
    )
    assert headings(duty, free) == ["duty"]
    assert list(stack(duty, free).open_facts) == ["confirm:free"]
    assert headings(duty, free, facts={"confirm:free": "true"}) == ["free"]


def test_an_exemption_is_declared_only_where_it_frees_something():
    free = measure("free", "exempt", removes=("duty",))
    assert headings(free) == []
    assert headings(measure("duty"), free) == ["free"]


def test_an_exemption_that_goes_with_another_programme_needs_it():
    surcharge = measure("surcharge", programme="section_122")
    metal = measure("metal", programme="section_232", requires=("confirm",), unknown="excluded")
    free = measure("free", "exempt", removes=("section_122",), requires=("with section_232",))
    assert headings(surcharge, metal, free) == ["surcharge"]
    assert headings(surcharge, metal, free, facts={"confirm:metal": "true"}) == ["metal", "free"]


def test_an_out_heading_brings_back_what_the_removed_measure_had_switched_off():
    surcharge = measure("surcharge", programme="section_122")
    metal = measure("9903.82.02", programme="section_232")
    free = measure("free", "exempt", removes=("section_122",), requires=("with section_232",))
    out = measure("out", "exempt", programme="out", removes=("9903.82",), requires=("confirm",))
    everything = (surcharge, metal, free, out)
    assert headings(*everything) == ["9903.82.02", "free"]
    assert headings(*everything, facts={"confirm:out": "true"}) == ["surcharge", "out"]


def test_within_a_group_only_the_best_rank_applies():
    deal = measure("deal", group="g", rank=1, requires=("confirm",), unknown="excluded")
    vehicle, metal = measure("vehicle", group="g", rank=2), measure("metal", group="g", rank=3)
    assert headings(metal, vehicle, deal) == ["vehicle"]
    assert headings(metal, vehicle, deal, facts={"confirm:deal": "true"}) == ["deal"]


def test_a_heading_with_two_records_is_charged_once():
    assert headings(measure("1", expression="10%"), measure("1", expression="20%")) == ["1"]


def test_a_duty_on_metal_content_leaves_the_rest_to_the_surcharge():
    metal = measure(
        "metal",
        programme="section_232",
        basis="steel_content_percent",
        content="steel_content_percent",
    )
    surcharge = measure("surcharge", programme="section_122")
    free = measure(
        "free",
        "exempt",
        removes=("section_122",),
        requires=("with section_232",),
        covers="with section_232",
    )
    everything = (metal, surcharge, free)
    known = shares(*everything, facts={"steel_content_percent": "60"})
    assert known == {"metal": Decimal("0.6"), "surcharge": Decimal("0.4"), "free": 1}
    unknown = shares(*everything)
    assert unknown == {"metal": 1, "surcharge": 1}
    assert "steel_content_percent" in stack(*everything).open_facts
    assert shares(*everything, facts={"steel_content_percent": "100"}) == {"metal": 1, "free": 1}


def test_contents_of_several_metals_add_up_and_never_pass_the_whole():
    steel = measure("steel", programme="m", content="steel_content_percent")
    copper = measure("copper", programme="m", content="copper_content_percent")
    other = measure("other", programme="o")
    free = measure("free", "exempt", removes=("o",), requires=("with m",), covers="with m")
    facts = {"steel_content_percent": "50", "copper_content_percent": "10"}
    assert shares(steel, copper, other, free, facts=facts)["other"] == Decimal("0.4")
    facts = {"steel_content_percent": "80", "copper_content_percent": "40"}
    assert "other" not in shares(steel, copper, other, free, facts=facts)


def test_content_from_the_importing_country_is_deducted_up_to_a_limit():
    equipment = measure("1", basis="less us_content_percent max 40")
    assert shares(equipment, facts={"us_content_percent": "20"})["1"] == Decimal("0.8")
    assert shares(equipment, facts={"us_content_percent": "70"})["1"] == Decimal("0.6")
    assert shares(equipment)["1"] == 1


def test_what_is_set_aside_says_why():
    deal = measure("deal", group="g", rank=2)
    vehicle = measure("vehicle", group="g", rank=1)
    never = measure("never", requires=("not in_bulk",))
    found = stack(deal, vehicle, never, facts={"in_bulk": "true"}).rejected
    reasons = {one.measure.heading: one.because for one in found}
    assert reasons["deal"] == "gives way to vehicle"
    assert "in_bulk" in reasons["never"]


def test_a_prohibition_is_no_charge_and_an_unknown_one_is_doubtful():
    ban = measure("ban", "prohibit")
    doubt = measure("doubt", "prohibit", requires=("confirm",), unknown="excluded")
    found = stack(ban, doubt)
    assert found.charged == ()
    assert [one.heading for one in found.prohibited] == ["ban"]
    assert [one.heading for one in found.doubtful] == ["doubt"]


def test_measures_that_switch_each_other_off_in_a_circle_are_refused():
    first = measure("first", programme="a", removes=("b",))
    second = measure("second", programme="b", removes=("a",))
    with pytest.raises(StackingError):
        stack(first, second)


def test_the_same_facts_are_settled_once():
    selection = select((measure("1", requires=("confirm",)),), "VN", DAY)
    facts = {"confirm:1": "true", "colour": "red"}
    one = settle(selection, facts, "sea", frozenset())
    other = settle(selection, {**facts, "colour": "blue"}, "sea", frozenset())
    assert one is other
