import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.loading.classification import Term, load_classification, spelled
from tariffs.classification.answers import Asked, Confirmed
from tariffs.classification.classifier import Classifier
from tariffs.classification.confidence import Calibration
from tariffs.classification.grams import letters_of, words_of
from tariffs.classification.index import Index
from tariffs.classification.shortlist import shortlist


def first(answer):
    return answer.candidates[0].hs_code


@pytest.mark.parametrize(
    ("description", "code"),
    [
        ("Cotton T-shirt", "610910"),
        ("WMN T-SHRT BLK CTN", "610910"),
        ("Men's leather wallet", "420231"),
        ("dog food 12kg complete", "230910"),
        ("EDT 100ml natural spray", "330300"),
        ("Bluetooth earbuds", "851830"),
        ("jigsaw puzzle 500 pieces", "950300"),
        ("stainless steel saucepan with lid", "732393"),
        ("sterling silver necklace", "711311"),
        ("hiking boots leather", "640391"),
        ("electric toothbrush", "850980"),
        ("toothbrush", "960321"),
    ],
)
def test_everyday_goods_are_found(shipped, description, code):
    assert first(shipped.classify(Asked(description))) == code


def test_a_code_comes_with_its_path_its_evidence_and_a_measured_confidence(shipped):
    answer = shipped.classify(Asked("black cotton t-shirt for women"))
    best = answer.candidates[0]
    assert [(step.code, step.label) for step in best.path] == [
        ("61", "Clothing, knitted or crocheted"),
        ("6109", "T-shirts, tank tops and vests, knitted"),
    ]
    assert best.label.startswith("T-shirts, tank tops and vests, knitted: ")
    assert best.why
    assert {"cotton", "shirt"} <= set(best.why[0].shared)
    assert 0 < best.confidence <= 1
    assert len(answer.candidates) <= 5
    shares = [candidate.confidence for candidate in answer.candidates]
    assert shares == sorted(shares, reverse=True)


def test_a_phrase_that_is_listed_with_one_code_is_classified(shipped):
    answer = shipped.classify(Asked("abalone"))
    assert (answer.outcome, first(answer)) == ("classified", "030781")
    assert answer.candidates[0].source == "known_phrase"


@pytest.mark.parametrize("description", ["gift", "clothes", "assorted household goods", "x", "123"])
def test_what_says_too_little_is_asked_and_gets_no_code(shipped, description):
    answer = shipped.classify(Asked(description))
    assert answer.outcome == "ask"
    assert answer.candidates == ()
    assert answer.question.fact == "description"
    assert answer.reason


@pytest.mark.parametrize("description", ["قميص قطني", "🙂🙂", "\u200f", "棉质T恤衫", " "])
def test_what_has_no_latin_words_is_asked_with_the_reason(shipped, description):
    answer = shipped.classify(Asked(description))
    assert answer.outcome == "ask"
    assert answer.candidates == ()
    assert "Latin" in answer.reason


@pytest.mark.parametrize("description", ["schöne Damenhose", "Kissenbezug", "chaussures en cuir"])
def test_what_nothing_known_resembles_gets_no_code(shipped, description):
    answer = shipped.classify(Asked(description))
    assert (answer.outcome, answer.candidates) == ("abstain", ())
    assert answer.reason == "Nothing that is known resembles the description"


def test_ten_thousand_letters_are_answered_at_once(shipped):
    began = time.perf_counter()
    shipped.classify(Asked("shirt " * 1700, category="x" * 10_000))
    shipped.classify(Asked("ab" * 5000))
    assert time.perf_counter() - began < 1


def test_the_question_that_would_decide_is_asked_and_its_answer_rules_codes_out(shipped):
    answer = shipped.classify(Asked("handbag with zip"))
    assert answer.question.fact == "bag_outside"
    leather, other = answer.question.answers["leather"], answer.question.answers
    assert all(code.startswith("4202") for code in leather)
    assert len(other) >= 2
    again = shipped.classify(Asked("handbag with zip", facts={"bag_outside": "leather"}))
    assert first(again) == "420221"
    assert all(candidate.hs_code not in {"420222", "420229"} for candidate in again.candidates)


def test_a_question_that_the_description_answers_is_not_asked(shipped):
    answer = shipped.classify(Asked("leather handbag with zip"))
    assert answer.question is None or answer.question.fact != "bag_outside"


def test_facts_that_answer_no_question_change_nothing(shipped):
    plain = shipped.classify(Asked("handbag with zip"))
    assert shipped.classify(Asked("handbag with zip", facts={"bag_outside": "moss"})) == plain
    assert shipped.classify(Asked("handbag with zip", facts={"alcohol_percent": "40"})) == plain


def test_the_material_and_the_category_weigh_in(shipped):
    assert first(shipped.classify(Asked("t-shirt", material="polyester"))) == "610990"
    assert first(shipped.classify(Asked("ring", material="sterling silver"))) == "711311"
    assert first(shipped.classify(Asked("Bella 38", category="womens leather boots"))) == "640391"


def test_what_the_account_confirmed_wins_outright(shipped):
    confirmed = Confirmed("6110209100", "cotton t-shirt", exact=True)
    answer = shipped.classify(Asked("Cotton T-shirt"), confirmed)
    assert (answer.outcome, first(answer), len(answer.candidates)) == (
        "classified",
        "6110209100",
        1,
    )
    assert answer.candidates[0].source == "confirmed"
    nearly = shipped.classify(Asked("gift"), Confirmed("611020", "gift", exact=False))
    assert nearly.candidates[0].confidence < answer.candidates[0].confidence


def test_a_code_far_from_the_description_is_a_contradiction_and_a_near_one_is_none(shipped):
    assert shipped.classify(Asked("dog food", hs_code="851713")).contradiction == "230910"
    assert shipped.classify(Asked("dog food", hs_code="230910")).contradiction is None
    assert shipped.classify(Asked("dog food", hs_code="230990")).contradiction is None
    assert (
        shipped.classify(Asked("blue thing of some sort", hs_code="851713")).contradiction is None
    )
    confirmed = Confirmed("611020", "gift", exact=True)
    assert shipped.classify(Asked("gift", hs_code="611020"), confirmed).contradiction is None
    assert shipped.classify(Asked("gift", hs_code="610910"), confirmed).contradiction == "611020"


def test_two_classifiers_of_the_same_facts_say_the_same(shipped, facts):
    again = Classifier(facts)
    for description in ("wmn jkt", "lrl prs fdn", "toy car", "steel hook 10x"):
        assert again.classify(Asked(description)) == shipped.classify(Asked(description))


def test_the_model_names_the_facts_it_is_made_of(shipped, tmp_path):
    from data.loading.classification import CLASSIFICATION

    for path in CLASSIFICATION.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert load_classification(tmp_path).version == shipped.model
    with (tmp_path / "examples.csv").open("a") as file:
        file.write("tidewaiter hat,650500\n")
    changed = load_classification(tmp_path)
    assert changed.version != shipped.model
    assert first(Classifier(changed).classify(Asked("tidewaiter hat"))) == "650500"


def test_the_shares_of_the_staircase_are_read_from_the_step_below(facts):
    calibration = Calibration(facts.calibration)
    strengths = [step.strength for step in facts.calibration if step.place == "first"]
    shares = [calibration.confidence("first", strength) for strength in strengths]
    assert shares == sorted(shares)
    assert calibration.confidence("first", strengths[1] - 0.001) == shares[0]
    assert calibration.confidence("other", -1) == 0


def test_the_scores_are_those_of_complement_bayes_and_of_the_cosine():
    terms = [
        Term("red apple", "080810", "OWN"),
        Term("green apple", "080810", "OWN"),
        Term("red wine", "220421", "OWN"),
    ]
    index = Index(terms)
    exact = index.scores("red wine")
    assert exact.likeness[2] == pytest.approx(1, abs=1e-6)
    assert exact.known == pytest.approx(1)
    assert index.codes[int(np.argmax(exact.codes))] == "220421"
    nothing = index.scores("zzz")
    assert nothing.known == 0
    assert not nothing.likeness.any()
    empty = index.scores("")
    assert not empty.likeness.any()


def test_grams_are_words_pairs_and_runs_inside_words():
    counted = words_of(["red wine", "wine"])
    assert len(counted.grams) == 4
    assert set(counted.grams[counted.texts == 1]) < set(counted.grams[counted.texts == 0])
    inside = letters_of(["ab"])
    # " a" "ab" "b " " ab" "ab " " ab "
    assert int(inside.counts.sum()) == 6
    across = letters_of(["a b"])
    assert int(across.counts.sum()) == 6  # " a" "a " " a " and the same of b, none across


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_whatever_is_written_is_answered(shipped, description):
    answer = shipped.classify(Asked(description, material=description[:10]))
    assert answer.outcome in {"classified", "ask", "abstain"}
    assert bool(answer.candidates) or answer.question is not None


def test_a_shortlist_that_facts_leave_nothing_of_is_empty(shipped):
    scores = shipped.index.scores(spelled("handbag"))
    assert shortlist(shipped.index, scores, 5, lambda _: False) == ()
