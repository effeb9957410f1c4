import csv
from collections import Counter
from pathlib import Path

import pytest

from data.loading.classification import (
    CLASSIFICATION,
    OWN,
    PARCELS,
    load_labels,
    load_subheadings,
    load_terms,
    spelled,
)
from data.loading.documents import FactsError
from tariffs.labels import label_of
from tests.classification_bench.measuring import folds, held_out

SHARED = Path(__file__).parents[3] / "shared/data/hs/harmonized-system_hs2022_pddl.csv"


def test_every_chapter_and_heading_has_a_short_label_of_its_own():
    labels = load_labels()
    subheadings = load_subheadings()
    assert {code for code in labels if len(code) == 4} == {code[:4] for code in subheadings}
    assert {code for code in labels if len(code) == 2} == {code[:2] for code in subheadings}
    assert Counter(map(len, labels)) == {2: 96, 4: 1228}
    assert len({label.casefold() for label in labels.values()}) == len(labels)
    assert max(map(len, labels.values())) <= 60
    assert all(label == label.strip() and label for label in labels.values())


@pytest.mark.skipif(not SHARED.exists(), reason="the official list is not here")
def test_no_label_is_an_official_description():
    def plain(text: str) -> str:
        return " ".join(text.casefold().replace(";", " ").replace(",", " ").split())

    with SHARED.open(encoding="utf-8") as file:
        official = {plain(row["description"]) for row in csv.DictReader(file)}
    assert [label for label in load_labels().values() if plain(label) in official] == []


def test_a_label_is_of_the_heading_and_of_days_since_2022():
    from datetime import date

    assert label_of("6109100010", date(2026, 11, 24)) == "T-shirts, tank tops and vests, knitted"
    assert label_of("61", date(2022, 1, 1)) == "Clothing, knitted or crocheted"
    assert label_of("6109", date(2021, 12, 31)) is None
    assert label_of("7777", date(2026, 1, 1)) is None


def test_every_phrase_stands_for_a_subheading_of_2022():
    terms, known = load_terms(), load_subheadings()
    assert len(known) == 5612
    assert [term for term in terms if term.code not in known] == []
    counts = Counter(term.source for term in terms)
    assert counts["UK-REFERENCES"] >= 4000
    assert counts[PARCELS] >= 2300
    assert counts[OWN] >= 2500


def test_the_third_that_measures_is_fixed_and_never_learned_from():
    learned, measures = held_out(load_terms())
    assert len(measures) == 747
    assert all(term.source == PARCELS for term in measures)
    texts = {spelled(term.phrase) for term in measures}
    assert not texts & {spelled(term.phrase) for term in learned}
    for trained, tried in folds(load_terms()):
        assert not texts & {spelled(term.phrase) for term in (*trained, *tried)}


def test_of_our_own_phrases_none_has_two_codes():
    codes: dict[str, set[str]] = {}
    for term in load_terms():
        if term.source == OWN:
            codes.setdefault(spelled(term.phrase), set()).add(term.code)
    assert [text for text, found in codes.items() if len(found) > 1] == []


def test_phrases_with_a_code_that_is_none_are_refused(tmp_path):
    for path in CLASSIFICATION.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "examples.csv").write_text("phrase,hs6\nsocks,61159\n")
    with pytest.raises(FactsError, match="61159"):
        load_terms(tmp_path)
    (tmp_path / "examples.csv").write_text("words,hs6\nsocks,611595\n")
    with pytest.raises(FactsError, match="columns"):
        load_terms(tmp_path)
    (tmp_path / "examples.csv").write_text("phrase,hs6\n,611595\n")
    with pytest.raises(FactsError, match="line 2"):
        load_terms(tmp_path)
