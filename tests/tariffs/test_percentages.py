"""A line that owes nothing but percentages is charged as the long way would charge it."""

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from data.model.dated import Law
from tariffs.duties import DutyContext, DutyLine, assess_duty, plain_percentages
from tariffs.origin import read_agreements
from tariffs.schedule import Commodity, Measure, Programme, Rate, Role

LAW, SINCE = Law("L", "A law"), date(2026, 1, 1)
RATES = ["16.5%", "Free", "0%", "5 USD / 100 kg", "3% + 2 EUR / kg", "33 1/3%", "unreadable"]
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
            }
        },
    }
)


def converted(amount, _source, _target):
    return amount * 2


def context(mode="sea"):
    return DutyContext(
        territory="US",
        currency="USD",
        on=date(2026, 8, 1),
        mode=mode,
        agreements=AGREEMENTS,
        convert=converted,
        round_duty=lambda amount: amount.quantize(Decimal("0.01"), ROUND_HALF_UP),
        rounding="half up to cents",
    )


def line(*candidates, **more):
    of = {"origin": "CN", "dispatch": "CN", "value": Decimal(1000), "quantities": {}, "facts": {}}
    return DutyLine("7", candidates, **(of | more))


@st.composite
def commodities(draw):
    rates = [Rate(Programme.THIRD_COUNTRY, draw(st.sampled_from(RATES)), SINCE, None, LAW)]
    if draw(st.booleans()):
        programme = draw(st.sampled_from(["preference", "quota", "anti_dumping", "third_country"]))
        origins = ("N",) if programme == "preference" else ()
        confidence = draw(st.sampled_from(["official", "secondary"]))
        more = {"origins": origins, "confidence": confidence}
        rates.append(Rate(Programme(programme), "2%", SINCE, None, LAW, **more))
    measures = []
    for number in range(draw(st.integers(0, 3))):
        role = draw(st.sampled_from(["add", "add", "exempt", "replace", "prohibit"]))
        requires = draw(st.sampled_from([(), (), ("mode = sea",), ("steel_percent > 20",)]))
        measures.append(
            Measure(
                f"9903.0{number}", "p", f"Measure {number}", Role(role), f"{5 * number + 5}%",
                LAW, SINCE, unknown="excluded" if role == "exempt" else "applies",
                requires=requires, basis=draw(st.sampled_from(["full_value", "steel_percent"])),
            )
        )  # fmt: skip
    return Commodity("6109100012", tuple(rates), tuple(measures))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    goods=commodities(),
    cents=st.integers(0, 10**7),
    mode=st.sampled_from(["sea", "post"]),
    origin=st.sampled_from(["CN", "CA", None]),
    facts=st.sampled_from([{}, {}, {"steel_percent": "40"}, {"quota": "true"}]),
    quantities=st.sampled_from([{}, {"kg": Decimal(3)}]),
)
def test_whatever_the_goods_both_ways_say_the_same(goods, cents, mode, origin, facts, quantities):
    asked = line(
        goods, origin=origin, value=Decimal(cents) / 100, facts=facts, quantities=quantities
    )
    shortly = assess_duty(asked, context(mode))
    assert shortly == replace(assess_duty(asked, context(mode), explain=True), considered=())


def test_what_was_found_out_on_one_line_is_used_for_the_next():
    goods = Commodity("6109100012", (Rate(Programme.THIRD_COUNTRY, "16.5%", SINCE, None, LAW),))
    first = plain_percentages(line(goods), context())
    assert first is not None
    assert plain_percentages(line(goods, value=Decimal(7)), context()) is first


def test_a_rate_by_weight_in_another_currency_is_no_percentage():
    rate = Rate(Programme.THIRD_COUNTRY, "3% + 2 EUR / kg", SINCE, None, LAW)
    assert plain_percentages(line(Commodity("6109100012", (rate,))), context()) is None
