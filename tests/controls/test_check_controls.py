"""Codes and facts decide, words ask, and nothing is ever cleared."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customs.controls import Checked, Controls, check_controls
from customs.controls.proving import consignment_of
from customs.controls.words import words_of
from data.model.charges import Finding
from data.model.consignment import Consignment
from data.model.places import Place

ON = date(2026, 11, 20)


def check(controls: Controls, on: date = ON, *, in_quote: bool = False, **said: Any) -> Checked:
    return check_controls(consignment_of(said), controls, on, said.get("mode"), in_quote=in_quote)


def found(checked: Checked, code: str) -> Finding | None:
    return next((each for each in checked.findings if each.code == code), None)


FUR = {"from": "CN", "to": "DE", "code": "430310"}


def test_a_stated_fact_decides(controls: Controls) -> None:
    finding = found(check(controls, **FUR, facts={"fur_animal": "dog"}), "eu-cat-dog-fur")
    assert finding is not None
    assert (finding.outcome, finding.line, finding.fact) == ("prohibited", "1", None)
    assert finding.citation is not None
    assert finding.citation.law.id == "EC-1523-2007"
    assert finding.citation.since == date(2008, 12, 31)


def test_an_unknown_fact_is_asked_for_by_name(controls: Controls) -> None:
    finding = found(check(controls, **FUR), "eu-cat-dog-fur")
    assert finding is not None
    assert (finding.outcome, finding.fact) == ("warning", "fur_animal")


def test_a_word_in_a_description_asks_and_never_prohibits(controls: Controls) -> None:
    worded = check(controls, **{**FUR, "code": None}, description="Gloves with CAT FUR trim")
    finding = found(worded, "eu-cat-dog-fur")
    assert finding is not None
    assert finding.outcome == "warning"
    assert not worded.is_prohibited


def test_a_fact_is_stronger_than_a_word(controls: Controls) -> None:
    said = {**FUR, "facts": {"fur_animal": "rabbit"}, "description": "not cat fur"}
    assert found(check(controls, **said), "eu-cat-dog-fur") is None


def test_a_fact_that_cannot_be_read_is_asked_for_again(controls: Controls) -> None:
    facts = {"un_number": "UN3480", "soc_percent": "half"}
    finding = found(check(controls, mode="air", facts=facts), "air-charge-alone")
    assert finding is not None
    assert finding.fact == "soc_percent"


def test_a_fact_that_holds_leads_to_the_next(controls: Controls) -> None:
    finding = found(check(controls, mode="air", facts={"un_number": "UN3480"}), "air-charge-alone")
    assert finding is not None
    assert finding.fact == "soc_percent"


def test_an_answer_that_settles_nothing_is_not_asked_for_twice(controls: Controls) -> None:
    said = {"from": "IT", "to": "JP", "code": "411330"}
    assert found(check(controls, **said), "cites") is not None
    assert found(check(controls, **said, facts={"cites_species": "false"}), "cites") is None


def test_what_the_post_may_not_carry_is_barred_while_no_mode_is_chosen(controls: Controls) -> None:
    checked = check(controls, code="850760", to="DE")
    finding = found(checked, "post-lithium-alone")
    assert finding is not None
    assert finding.outcome == "restricted"
    assert set(checked.barred) == {"post"}
    assert not checked.is_prohibited


def test_what_the_post_may_not_carry_is_prohibited_by_post(controls: Controls) -> None:
    assert check(controls, code="850760", to="DE", mode="post").is_prohibited
    assert not check(controls, code="850760", to="DE", mode="sea", in_quote=True).findings


def test_advice_that_concerns_nearly_all_goods_is_left_out_of_quotes(controls: Controls) -> None:
    toys = {"from": "CN", "to": "DE", "code": "950300"}
    assert found(check(controls, **toys), "eu-gpsr") is not None
    assert check(controls, **toys, in_quote=True).findings == ()
    stated = {**toys, "facts": {"eu_responsible_person": "false"}}
    assert found(check(controls, **stated, in_quote=True), "eu-gpsr") is not None


def test_rules_begin_on_the_day_the_law_says(controls: Controls) -> None:
    vape = {"from": "CN", "to": "US", "code": "854340", "mode": "post"}
    facts = {"nicotine_delivery": "true"}
    before = check(controls, date(2021, 10, 20), **vape, facts=facts)
    first_day = check(controls, date(2021, 10, 21), **vape, facts=facts)
    assert not before.is_prohibited
    assert first_day.is_prohibited


def test_a_short_code_may_be_of_the_goods_and_the_code_is_asked_for(controls: Controls) -> None:
    finding = found(check(controls, to="SG", code="1704"), "sg-chewing-gum")
    assert finding is not None
    assert (finding.outcome, finding.fact) == ("warning", "hs_code")
    assert found(check(controls, to="SG", code="170490"), "sg-chewing-gum") is None


def test_an_unknown_origin_is_asked_for_where_the_dispatch_makes_it_matter(
    controls: Controls,
) -> None:
    finding = found(check(controls, **{"from": "CU"}, to="US", code="240210"), "us-embargo-imports")
    assert finding is not None
    assert finding.fact == "country_of_origin"
    elsewhere = check(controls, **{"from": "MX"}, to="US", code="240210")
    assert found(elsewhere, "us-embargo-imports") is None


@pytest.mark.parametrize(
    ("place", "outcome", "fact"),
    [
        (Place("UA", "43"), "prohibited", None),
        (Place("UA", None, "98 600"), "prohibited", None),
        (Place("UA", "30", "99000"), "prohibited", None),
        (Place("UA"), "warning", "ship_to.region"),
        (Place("UA", "30"), None, None),
        (Place("UA", None, "01001"), None, None),
    ],
)
def test_a_region_is_read_from_its_code_or_its_postcode(
    controls: Controls, place: Place, outcome: str | None, fact: str | None
) -> None:
    sent = replace(consignment_of({"from": "US", "code": "610910"}), ship_to=place)
    finding = found(check_controls(sent, controls, ON), "us-exports-crimea")
    assert (finding and finding.outcome, finding and finding.fact) == (outcome, fact)
    assert finding is None or finding.line is None


def test_a_rule_that_was_not_read_in_an_official_text_is_an_assumption(controls: Controls) -> None:
    checked = check(controls, to="AU", code="681280")
    (assumption,) = checked.assumptions
    assert assumption.confidence == "unconfirmed"
    assert "au-asbestos" in assumption.what
    assert check(controls, **FUR, facts={"fur_animal": "cat"}, in_quote=True).assumptions == ()


def test_nothing_found_is_no_clearance(controls: Controls) -> None:
    checked = check(controls, **{"from": "CN"}, to="JP", code="610910")
    assert checked.findings == ()
    assert checked.coverage == "partial"
    assert checked.packs == controls.packs


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Crème-BRÛLÉE", ("creme", "brulee")),
        ("ＡＢＣ", ("abc",)),
        ("", ()),
        ("…!", ()),
        ("حقيبة جلد", ("حقيبة", "جلد")),
    ],
)
def test_words_are_read_whatever_their_marks(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("description", "is_asked"),
    [
        ("Power bank", True),
        ("POWER  BANKS, 2 pcs", True),
        ("power-bank", True),
        ("Powerbank", True),
        ("bank power", False),
        ("Powder bank", False),
    ],
)
def test_terms_are_whole_words_one_after_another(
    controls: Controls, description: str, is_asked: bool
) -> None:
    asked = found(check(controls, description=description, mode="post"), "post-lithium-alone")
    assert (asked is not None) is is_asked


PLACES = st.builds(
    Place,
    st.sampled_from(["US", "DE", "GB", "UA", "CN", "RU", "SG", "IR", "AU", "XX"]),
    st.none() | st.sampled_from(["NIR", "43", "XJ", "ca", "\u0000"]),
    st.none() | st.text(max_size=12),
)
FACTS = st.dictionaries(
    st.sampled_from(
        "un_number packed battery_wh soc_percent fur_animal material cites_species eccn dual_use"
        " age_years weapon_kind nicotine_delivery origin_marked".split()
    ),
    st.sampled_from(["true", "false", "UN3480", "cat", "", "1e9", "NaN", "\ud800", "-3", "🙂"])
    | st.text(max_size=20),
    max_size=6,
)
ITEMS = st.fixed_dictionaries(
    {
        "code": st.none() | st.from_regex(r"[0-9]{4,10}", fullmatch=True)
        | st.sampled_from(["430310", "850760", "9306", "330300", "854340"]),
        "origin": st.none() | st.sampled_from(["CN", "RU", "IR", "XX"]),
        "description": st.none() | st.text(max_size=2000)
        | st.sampled_from(["power bank", "cat fur", "a" * 10_000, "ivory carving"]),
        "facts": FACTS,
    }
)  # fmt: skip


def drawn(lines: list[dict[str, Any]], origin: Place, to: Place, **said: Any) -> Consignment:
    items = tuple(
        replace(consignment_of(line).items[0], id=str(at)) for at, line in enumerate(lines)
    )
    return replace(consignment_of(said), ship_from=origin, ship_to=to, items=items)


@settings(max_examples=150, deadline=None)
@given(
    lines=st.lists(ITEMS, min_size=1, max_size=4),
    origin=PLACES,
    to=PLACES,
    mode=st.none() | st.sampled_from(["post", "express", "air", "sea", "road"]),
    purpose=st.sampled_from(["sale", "gift", "sample", "return", "repair"]),
    on=st.dates(date(1990, 1, 1), date(2040, 1, 1)),
)
def test_whatever_is_sent_it_is_answered_with_law_and_line(
    controls: Controls, lines: Any, origin: Place, to: Place, mode: Any, purpose: str, on: date
) -> None:
    sent = drawn(lines, origin, to, purpose=purpose)
    full = check_controls(sent, controls, on, mode)
    quoted = check_controls(sent, controls, on, mode, in_quote=True)
    assert set(quoted.findings) <= set(full.findings)
    assert len(set(full.findings)) == len(full.findings)
    ids = {item.id for item in sent.items}
    for finding in full.findings:
        assert finding.citation is not None
        assert finding.message
        assert finding.line is None or finding.line in ids
        since, until = finding.citation.since, finding.citation.until
        assert since is not None
        assert since <= on
        assert until is None or on < until
        if finding.fact is not None:
            assert finding.outcome == "warning"
    if mode is not None:
        assert set(full.barred) <= {"post", "air", "express"}
        assert (mode in full.barred) <= full.is_prohibited


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(ITEMS, min_size=2, max_size=4), origin=PLACES, to=PLACES)
def test_each_line_is_judged_by_itself(
    controls: Controls, lines: Any, origin: Place, to: Place
) -> None:
    together = drawn(lines, origin, to)
    whole = {f for f in check_controls(together, controls, ON).findings if f.line is not None}
    alone: set[Finding] = set()
    for item in together.items:
        parts = check_controls(replace(together, items=(item,)), controls, ON).findings
        alone |= {finding for finding in parts if finding.line is not None}
    assert whole == alone
