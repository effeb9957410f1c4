from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model.consignment import PreferenceClaim
from data.model.dated import Law
from tariffs.duties import DutyContext, DutyLine, assess_duty
from tariffs.origin import read_agreements
from tariffs.schedule import Commodity, Measure, Programme, Rate, Role

LAW = Law("L", "A law")
SINCE = date(2026, 1, 1)
AGREEMENTS = read_agreements(
    {
        "territory": "US",
        "laws": {"L": {"title": "A law"}},
        "agreements": {
            "northern": {
                "name": "Northern agreement",
                "programmes": ["N"],
                "members": ["CA"],
                "proofs": ["certification"],
                "versions": [{"since": "2020-07-01", "value": "preference", "law": "L"}],
            },
            "column-2": {
                "name": "Column 2",
                "versions": [
                    {"since": "2020-07-01", "value": "column_2", "members": ["CU"], "law": "L"}
                ],
            },
        },
    }
)


def rate(programme, expression, **more):
    return Rate(Programme(programme), expression, SINCE, None, LAW, **more)


def measure(heading, role="add", expression="10%", **more):
    more.setdefault("unknown", "excluded" if role == "exempt" else "applies")
    return Measure(
        heading, more.pop("programme", "p"), heading, Role(role), expression, LAW, SINCE, **more
    )


def commodity(*rates, measures=(), code="6109100012"):
    return Commodity(code, rates or (rate("third_country", "16.5%"),), tuple(measures))


def assess(*commodities, origin="VN", value="1000", explain=False, agreements=AGREEMENTS, **line):
    context = DutyContext(
        territory="US",
        currency="USD",
        on=line.pop("on", date(2026, 8, 1)),
        mode=line.pop("mode", "sea"),
        agreements=agreements,
        convert=lambda amount, _source, _target: amount * 2,
        round_duty=lambda amount: amount.quantize(Decimal("0.01"), ROUND_HALF_UP),
        rounding="half up to cents",
    )
    asked = DutyLine(
        id="7",
        candidates=commodities,
        origin=origin,
        dispatch=line.pop("dispatch", "CN"),
        value=Decimal(value),
        quantities=line.pop("quantities", {}),
        facts=line.pop("facts", {}),
        **line,
    )
    return assess_duty(asked, context, explain=explain)


def charges(assessment):
    return {charge.code: charge.assessed.amount for charge in assessment.charges}


def question(assessment, fact):
    (found,) = [one for one in assessment.questions if one.fact == fact]
    return found


def test_the_general_rate_is_charged_with_its_working_and_its_law():
    assessment = assess(commodity())
    (charge,) = assessment.charges
    assert charge.code == "US.general"
    assert charge.assessed.amount == Decimal("165.00")
    assert charge.base is not None
    assert charge.base.amount == Decimal(1000)
    assert charge.working == "16.5% × 1000 USD"
    assert charge.citation is not None
    assert charge.citation.law is LAW
    assert charge.line == "7"
    assert assessment.low == assessment.amount == assessment.high
    assert assessment.questions == ()


def test_without_a_column_2_the_ordinary_rate_is_called_third_country():
    assert list(charges(assess(commodity(), agreements={}))) == ["US.third_country"]


def test_column_2_takes_the_place_of_the_general_rate_for_its_countries():
    goods = commodity(rate("third_country", "16.5%"), rate("column_2", "90%"))
    assert charges(assess(goods, origin="CU")) == {"US.column_2": Decimal("900.00")}
    assert charges(assess(goods, origin="VN")) == {"US.general": Decimal("165.00")}


def test_a_preference_is_charged_only_when_it_is_claimed_with_a_proof():
    goods = commodity(rate("third_country", "16.5%"), rate("preference", "Free", origins=("N",)))
    claim = PreferenceClaim("northern", "certification")
    assert charges(assess(goods, origin="CA")) == {"US.general": Decimal("165.00")}
    assert charges(assess(goods, origin="CA", preference=claim)) == {"US.preference": Decimal(0)}


def test_a_claim_without_proof_is_asked_about_with_its_effect():
    goods = commodity(rate("third_country", "16.5%"), rate("preference", "Free", origins=("N",)))
    assessment = assess(goods, origin="CA", preference=PreferenceClaim("northern"))
    asked = question(assessment, "proof_of_origin")
    assert (asked.low, asked.likely, asked.high) == (0, Decimal("165.00"), Decimal("165.00"))
    assert assessment.low == 0


def test_a_claim_that_cannot_be_granted_is_a_warning_that_says_why():
    assessment = assess(commodity(), preference=PreferenceClaim("northern", "certification"))
    (finding,) = assessment.findings
    assert finding.outcome == "warning"
    assert "VN" in finding.message


def test_a_preference_dearer_than_the_general_rate_is_not_charged():
    goods = commodity(rate("third_country", "2%"), rate("preference", "5%", origins=("N",)))
    claim = PreferenceClaim("N", "certification")
    assert charges(assess(goods, origin="CA", preference=claim)) == {"US.general": Decimal("20.00")}


def test_a_preference_that_was_not_claimed_is_shown_with_what_it_saves():
    goods = commodity(rate("third_country", "16.5%"), rate("preference", "1.5%", origins=("N",)))
    (missed,) = assess(goods, origin="CA").missed
    assert (missed.agreement, missed.saving, missed.proof) == (
        "northern",
        Decimal("150.00"),
        "certification",
    )
    assert assess(goods, origin="VN").missed == ()


def test_of_several_commodities_the_dearest_is_charged_and_the_code_is_asked_for():
    low, high = commodity(rate("third_country", "2%")), commodity(rate("third_country", "20%"))
    assessment = assess(low, high)
    assert assessment.amount == Decimal("200.00")
    assert assessment.commodity is high
    asked = question(assessment, "hs_code")
    assert (asked.low, asked.high) == (Decimal("20.00"), Decimal("200.00"))
    assert (assessment.low, assessment.high) == (Decimal("20.00"), Decimal("200.00"))


def test_a_commodity_that_cannot_be_priced_yet_leaves_the_range_open_above():
    known = commodity(rate("third_country", "2%"))
    by_weight = commodity(rate("third_country", "3.3¢/kg"))
    assessment = assess(known, by_weight)
    assert assessment.amount == Decimal("20.00")
    assert assessment.high is None


def test_commodities_that_owe_the_same_leave_nothing_to_ask():
    assessment = assess(commodity(code="6109100004"), commodity(code="6109100012"))
    assert assessment.questions == ()
    assert assessment.low == assessment.high == Decimal("165.00")


def test_an_unknown_origin_is_taken_as_the_country_of_dispatch_and_asked_for():
    china = measure("9903.88.15", expression="7.5%", origins=("CN",))
    dear = measure("9903.05.01", expression="25%", origins=("BR",))
    goods = commodity(
        rate("third_country", "16.5%"), rate("column_2", "90%"), measures=(china, dear)
    )
    assessment = assess(goods, origin=None, dispatch="CN")
    assert assessment.amount == Decimal("240.00")
    asked = question(assessment, "country_of_origin")
    assert (asked.low, asked.likely, asked.high) == (
        Decimal("165.00"),
        Decimal("240.00"),
        Decimal("900.00"),
    )
    assert (assessment.low, assessment.high) == (asked.low, asked.high)


def test_an_unknown_condition_is_charged_and_asked_about_with_its_effect():
    quartz = measure("9903.45.30", expression="25%", requires=("quartz_surface_product",))
    assessment = assess(commodity(measures=(quartz,)))
    assert assessment.amount == Decimal("415.00")
    asked = question(assessment, "quartz_surface_product")
    assert (asked.low, asked.high) == (Decimal("165.00"), Decimal("415.00"))
    assert "9903.45.30" in asked.why


def test_a_fact_without_effect_is_not_asked_for():
    nothing = measure("9903.45.30", expression="0%", requires=("quartz_surface_product",))
    assessment = assess(commodity(measures=(nothing,)))
    assert assessment.questions == ()


def test_the_question_that_narrows_the_range_most_comes_first():
    small = measure("small", expression="5%", requires=("small_fact",))
    large = measure("large", expression="50%", requires=("large_fact",))
    facts = [q.fact for q in assess(commodity(measures=(small, large))).questions]
    assert facts == ["large_fact", "small_fact"]


def test_the_range_is_over_all_answers_together():
    one = measure("one", expression="5%", requires=("a",))
    two = measure("two", expression="50%", requires=("b",))
    assessment = assess(commodity(measures=(one, two)))
    assert (assessment.low, assessment.high) == (Decimal("165.00"), Decimal("715.00"))


def test_many_open_facts_still_give_the_whole_range():
    measures = tuple(
        measure(f"m{n}", expression=f"{n}%", requires=(f"fact_{n}",)) for n in range(1, 9)
    )
    assessment = assess(commodity(measures=measures))
    assert (assessment.low, assessment.high) == (Decimal("165.00"), Decimal("525.00"))


def test_a_missing_quantity_is_a_charge_that_needs_an_answer_and_no_upper_bound():
    assessment = assess(commodity(rate("third_country", "3.3¢/kg")))
    (charge,) = assessment.charges
    assert charge.status == "needs_answer"
    assert charge.assessed.amount == 0
    assert assessment.high is None
    (asked,) = assessment.questions
    assert asked.high is None
    known = assess(commodity(rate("third_country", "3.3¢/kg")), quantities={"kg": Decimal(100)})
    assert (known.amount, known.high) == (Decimal("3.30"), Decimal("3.30"))


def test_the_callers_own_rate_takes_the_place_of_the_schedules():
    assessment = assess(commodity(), given="5%")
    assert charges(assessment) == {"US.given": Decimal("50.00")}
    assert [one.confidence for one in assessment.assumptions] == ["unconfirmed"]


def test_the_callers_own_rate_works_where_no_schedule_is_held():
    assessment = assess(given="5%")
    assert charges(assessment) == {"US.given": Decimal("50.00")}
    assert (assessment.commodity, assessment.high) == (None, Decimal("50.00"))


def test_without_a_code_and_a_rate_the_duty_is_open():
    assessment = assess()
    assert assessment.amount == 0
    assert assessment.high is None
    assert question(assessment, "hs_code").high is None


def test_a_rate_that_was_not_read_in_an_official_text_is_an_assumption():
    goods = commodity(rate("third_country", "16.5%", confidence="secondary"))
    (assumption,) = assess(goods).assumptions
    assert assumption.confidence == "secondary"
    assert assumption.law is LAW


def test_several_rates_of_one_code_are_a_range_and_the_dearest_is_charged():
    goods = commodity(rate("third_country", "2%"), rate("third_country", "6%"))
    assessment = assess(goods)
    assert assessment.amount == Decimal("60.00")
    asked = question(assessment, "hs_code")
    assert (asked.low, asked.high) == (Decimal("20.00"), Decimal("60.00"))


def test_additional_measures_stack_and_each_is_rounded():
    goods = commodity(
        rate("third_country", "2.9%"),
        measures=(measure("9903.88.03", expression="25%"), measure("9903.82.02", expression="50%")),
    )
    assessment = assess(goods, value="14172.00")
    assert charges(assessment) == {
        "US.general": Decimal("410.99"),
        "US.9903.88.03": Decimal("3543.00"),
        "US.9903.82.02": Decimal("7086.00"),
    }
    assert assessment.amount == Decimal("11039.99")


@pytest.mark.parametrize(
    ("base", "heading", "added"),
    [
        ("4%", "US.9903.05.39", "60.00"),
        ("Free", "US.9903.05.39", "100.00"),
        ("10%", "US.9903.05.38", "0"),
        ("20%", "US.9903.05.38", "0"),
        ("50¢/kg", "US.9903.05.39", "50.00"),
    ],
)
def test_a_top_up_raises_the_total_to_its_rate_and_no_further(base, heading, added):
    top_up = measure("9903.05.39", "top_up", "10%", at_or_above="9903.05.38")
    goods = commodity(rate("third_country", base), measures=(top_up,))
    assert charges(assess(goods, quantities={"kg": Decimal(100)}))[heading] == Decimal(added)


def test_a_duty_in_place_of_all_other_leaves_only_what_it_keeps():
    kept = measure("kept", expression="20%", programme="ieepa")
    lost = measure("lost", expression="25%", programme="china")
    postal = measure("postal", "replace", "0%", requires=("mode = post",), keeps=("ieepa",))
    goods = commodity(measures=(kept, lost, postal))
    by_mail = {"US.postal": Decimal(0), "US.kept": Decimal("200.00")}
    assert charges(assess(goods, mode="post")) == by_mail
    assert set(charges(assess(goods, mode="air"))) == {"US.general", "US.kept", "US.lost"}


def test_an_exemption_is_declared_at_zero_in_place_of_the_duty():
    free = measure("free", "exempt", "0%", removes=("p",), programme="x")
    assert charges(assess(commodity(measures=(measure("duty"), free)))) == {
        "US.general": Decimal("165.00"),
        "US.free": Decimal(0),
    }


def test_prohibited_goods_are_a_finding_with_its_law():
    ban = measure("ban", "prohibit")
    (finding,) = assess(commodity(measures=(ban,))).findings
    assert finding.outcome == "prohibited"
    assert finding.citation is not None
    assert finding.citation.law is LAW


def test_goods_that_may_be_prohibited_are_a_restriction():
    doubt = measure("doubt", "prohibit", requires=("confirm",), unknown="excluded")
    (finding,) = assess(commodity(measures=(doubt,))).findings
    assert finding.outcome == "restricted"


def test_remedies_are_added_by_the_producers_additional_code():
    goods = commodity(
        rate("third_country", "2%"),
        rate("anti_dumping", "10%", additional_code="A001"),
        rate("anti_dumping", "40%", additional_code="A002"),
        rate("anti_dumping", "30%", additional_code="A999"),
    )
    stated = assess(goods, additional_code="A001")
    assert charges(stated) == {"US.general": Decimal("20.00"), "US.anti_dumping": Decimal("100.00")}
    unknown = assess(goods)
    assert charges(unknown)["US.anti_dumping"] == Decimal("300.00")
    asked = question(unknown, "additional_code")
    assert (asked.low, asked.high) == (Decimal("120.00"), Decimal("420.00"))


def test_a_remedy_for_one_origin_is_not_charged_on_another():
    goods = commodity(rate("third_country", "2%"), rate("countervailing", "10%", origins=("CN",)))
    assert list(charges(assess(goods, origin="VN"))) == ["US.general"]
    assert set(charges(assess(goods, origin="CN"))) == {"US.general", "US.countervailing"}


def test_the_safeguard_drops_when_a_quota_is_claimed():
    goods = commodity(
        rate("third_country", "10%"),
        rate("quota", "0%", order_number="050001"),
        rate("safeguard", "25%"),
    )
    assert set(charges(assess(goods))) == {"US.general", "US.safeguard"}
    assert list(charges(assess(goods, facts={"quota": "050001"}))) == ["US.quota"]
    assert set(charges(assess(goods, facts={"quota": "059999"}))) == {"US.general", "US.safeguard"}


QUOTA = (rate("third_country", "10%"), rate("quota", "2%", order_number="050001"))


def test_a_quota_that_is_claimed_may_be_exhausted_which_is_asked():
    found = assess(commodity(*QUOTA), facts={"quota": "true"})
    assert charges(found) == {"US.quota": Decimal("20.00")}
    assert (found.low, found.high) == (Decimal("20.00"), Decimal("100.00"))
    asked = question(found, "quota_status")
    assert (asked.low, asked.likely, asked.high) == (20, 20, 100)


@pytest.mark.parametrize(
    ("status", "code", "findings"),
    [
        ("open", "US.quota", []),
        ("critical", "US.quota", ["quota-critical"]),
        ("exhausted", "US.general", []),
    ],
)
def test_what_is_left_of_a_quota_decides_whether_it_is_charged(status, code, findings):
    found = assess(commodity(*QUOTA), facts={"quota": "050001", "quota_status": status})
    assert list(charges(found)) == [code]
    assert [finding.code for finding in found.findings] == findings
    assert found.questions == ()
    assert found.low == found.high


@pytest.mark.parametrize(
    ("expression", "least"),
    [
        ("4.5% + 12 USD/100 kg", "45.00"),
        ("9% + EA MAX 24.2% + ADSZ", "90.00"),
        ("8% MIN 3 USD/item MAX 20 USD/pair", "0.00"),
        ("10 USD/kg", "0.00"),
        ("14% - 7 USD/100 kg", "0.00"),
        ("Entry Price", "0.00"),
    ],
)
def test_what_is_certain_of_a_duty_is_charged_while_a_quantity_is_missing(expression, least):
    found = assess(commodity(rate("third_country", expression)), quantities={})
    (charge,) = found.charges
    assert charge.status == "needs_answer"
    assert found.amount == found.low == Decimal(least)
    assert found.high is None
    assert ("at least" in charge.working) == (least != "0.00")


def test_a_top_up_counts_what_is_certain_of_the_base_duty():
    goods = commodity(
        rate("third_country", "4% + 12 USD/100 kg"),
        measures=[measure("9903.99.01", role="top_up", expression="15%")],
    )
    found = assess(goods, quantities={})
    assert list(charges(found).values()) == [Decimal("40.00"), Decimal("110.00")]


def test_an_explanation_shows_every_measure_and_what_alternatives_would_save():
    goods = commodity(
        rate("third_country", "10%"),
        rate("suspension", "4%"),
        rate("preference", "Free", origins=("N",)),
        measures=(
            measure("elsewhere", origins=("CN",)),
            measure("ended", until=date(2026, 2, 1)),
            measure("asked", requires=("confirm",), unknown="excluded"),
        ),
    )
    seen = {one.code: one for one in assess(goods, origin="CA", explain=True).considered}
    assert seen["US.general"].status == "applies"
    assert seen["US.elsewhere"].status == seen["US.ended"].status == "not_applicable"
    assert seen["US.asked"].status == "needs_answer"
    assert "save 60.00" in seen["US.suspension"].because
    assert "save 100.00" in seen["US.preference"].because
    assert assess(goods, origin="CA").considered == ()


@given(value=st.decimals("0.01", "100000", places=2), percent=st.integers(0, 100))
def test_the_amount_is_the_sum_of_the_charges_and_lies_in_its_range(value, percent):
    goods = commodity(
        rate("third_country", "2.9%"),
        measures=(
            measure(
                "metal",
                expression="50%",
                basis="steel_content_percent",
                programme="m",
                content="steel_content_percent",
            ),
            measure("rest", expression="10%", programme="s"),
            measure(
                "free",
                "exempt",
                "0%",
                programme="x",
                removes=("s",),
                requires=("with m",),
                covers="with m",
            ),
        ),
    )
    facts = {"steel_content_percent": str(percent)}
    known = assess(goods, value=str(value), facts=facts)
    unknown = assess(goods, value=str(value))
    assert known.amount == sum(c.assessed.amount for c in known.charges)
    assert unknown.high is not None
    cent = Decimal("0.01")
    assert unknown.low - cent <= known.amount <= unknown.high + cent
