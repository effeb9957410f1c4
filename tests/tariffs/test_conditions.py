import pytest
from hypothesis import given
from hypothesis import strategies as st

from tariffs.conditions import (
    Circumstances,
    ConditionError,
    FactError,
    candidate_answers,
    parse_condition,
    percentage,
)

HEADING = "9903.82.06"


def holds(text, facts=None, mode=None, programmes=()):
    given = Circumstances(facts or {}, mode, frozenset(programmes))
    return parse_condition(text).holds(HEADING, given)


def test_a_confirmation_is_about_one_heading():
    assert holds("confirm", {"confirm:9903.82.06": "true"}) is True
    assert holds("confirm", {"confirm:9903.82.06": "false"}) is False
    assert holds("confirm", {"confirm:9903.82.07": "true"}) is None
    assert parse_condition("confirm").asks(HEADING) == ("confirm:9903.82.06",)


def test_a_fact_that_nobody_gave_is_unknown():
    assert holds("quartz_surface_product") is None
    assert holds("steel_content_percent >= 95") is None


def test_an_advantage_that_must_be_claimed_does_not_hold_and_is_not_asked_for():
    assert holds("claim us_content_percent >= 20") is False
    assert holds("claim us_content_percent >= 20", {"us_content_percent": "20"}) is True
    assert parse_condition("claim us_content_percent >= 20").asks(HEADING) == ()
    assert holds("claim", {"confirm:9903.82.06": "true"}) is True


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("quartz_surface_product", {"quartz_surface_product": "true"}, True),
        ("quartz_surface_product", {"quartz_surface_product": "false"}, False),
        ("not in_bulk", {"in_bulk": "true"}, False),
        ("not in_bulk", {"in_bulk": "false"}, True),
        ("vehicle_part = heavy", {"vehicle_part": "Heavy"}, True),
        ("vehicle_part = heavy", {"vehicle_part": "passenger"}, False),
        ("vehicle_part != heavy", {"vehicle_part": "passenger"}, True),
        ("metal_weight_percent = 0", {"metal_weight_percent": "0.00"}, True),
        ("metal_weight_percent < 15", {"metal_weight_percent": "14.99"}, True),
        ("metal_weight_percent < 15", {"metal_weight_percent": "15"}, False),
        ("metal_weight_percent <= 15", {"metal_weight_percent": "15"}, True),
        ("us_content_percent > 0", {"us_content_percent": "0"}, False),
        ("loading_date < 2026-07-24", {"loading_date": "2026-07-23"}, True),
        ("loading_date < 2026-07-24", {"loading_date": "2026-07-24"}, False),
    ],
)
def test_facts_are_compared_as_numbers_days_and_words(text, facts, expected):
    assert holds(text, facts) is expected


def test_mode_and_preference_are_always_known():
    assert holds("mode = post", mode="post") is True
    assert holds("mode = post", mode="air") is False
    assert holds("mode = post") is False
    assert holds("preference in S,S+", programmes=("S+",)) is True
    assert holds("preference in S,S+", programmes=("KR",)) is False


def test_one_alternative_that_holds_is_enough_and_an_unknown_one_leaves_the_answer_open():
    text = "metal_weight_percent = 0 or confirm"
    assert holds(text, {"metal_weight_percent": "3", "confirm:9903.82.06": "true"}) is True
    assert holds(text, {"metal_weight_percent": "3"}) is None
    assert holds(text, {"metal_weight_percent": "3", "confirm:9903.82.06": "false"}) is False


def test_a_condition_on_another_measure_names_it():
    assert parse_condition("with section_232").other == "section_232"


@pytest.mark.parametrize("text", ["", "mode == post", "a b c d", "with a b"])
def test_an_unreadable_condition_is_refused(text):
    with pytest.raises(ConditionError):
        parse_condition(text)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("steel_content_percent >= 95", {"steel_content_percent": "most"}),
        ("steel_content_percent >= 95", {"steel_content_percent": "NaN"}),
        ("loading_date < 2026-07-24", {"loading_date": "20 July"}),
    ],
)
def test_a_word_where_a_number_or_a_day_is_due_is_refused_with_the_fact(text, facts):
    with pytest.raises(FactError) as refused:
        holds(text, facts)
    assert refused.value.fact in facts


@pytest.mark.parametrize("value", ["-1", "100.01", "half"])
def test_a_share_outside_0_to_100_percent_is_refused(value):
    with pytest.raises(FactError):
        percentage("steel_content_percent", {"steel_content_percent": value})


def test_the_answers_to_try_lie_at_and_on_both_sides_of_each_limit():
    conditions = [
        ("A", parse_condition("metal_weight_percent = 0")),
        ("B", parse_condition("metal_weight_percent < 15")),
    ]
    assert candidate_answers("metal_weight_percent", conditions) == ("0", "1", "14", "15", "16")
    days = candidate_answers("d", [("A", parse_condition("d < 2026-07-24"))])
    assert days == ("2026-07-23", "2026-07-24", "2026-07-25")
    words = candidate_answers("part", [("A", parse_condition("part = heavy"))])
    assert words == ("heavy", "other")


@given(
    limit=st.integers(0, 100),
    operator=st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
    answer=st.integers(0, 100),
)
def test_the_answers_to_try_meet_every_outcome_that_an_answer_can_have(limit, operator, answer):
    text = f"percent {operator} {limit}"
    tried = candidate_answers("percent", [("A", parse_condition(text))])
    outcomes = {holds(text, {"percent": one}) for one in tried}
    assert holds(text, {"percent": str(answer)}) in outcomes
