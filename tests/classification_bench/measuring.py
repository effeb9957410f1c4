"""How often is the classifier right about descriptions that it never saw?"""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from data.loading.classification import PARCELS, ClassificationFacts, Term, spelled
from tariffs.classification.answers import Asked
from tariffs.classification.classifier import Classifier
from tariffs.classification.index import Index
from tariffs.classification.shortlist import shortlist

TENS = 10
FOLDS = 5


@dataclass(frozen=True)
class Tried:
    """One description: its code, the codes ranked, and what was answered end to end."""

    phrase: str
    code: str
    ranked: tuple[str, ...]
    strengths: tuple[float, ...]
    outcome: str
    candidates: tuple[tuple[str, float], ...]
    seconds: float


def held_out(terms: Sequence[Term]) -> tuple[list[Term], list[Term]]:
    """What may be learned from, and the third that measures; no text stands in both."""
    measures = [term for term in terms if term.held_out]
    texts = {spelled(term.phrase) for term in measures}
    return [term for term in terms if spelled(term.phrase) not in texts], measures


def folds(terms: Sequence[Term], seed: int = 1) -> Iterator[tuple[list[Term], list[Term]]]:
    """The other two thirds, in five parts, each tried on the rest: for tuning and calibration."""
    learned, _ = held_out(terms)
    parcels = sorted(
        (term for term in learned if term.source == PARCELS), key=lambda term: spelled(term.phrase)
    )
    random.Random(seed).shuffle(parcels)
    for part in range(FOLDS):
        tried = parcels[part::FOLDS]
        texts = {spelled(term.phrase) for term in tried}
        yield [term for term in learned if spelled(term.phrase) not in texts], tried


def try_all(
    facts: ClassificationFacts, learned: Sequence[Term], measures: Sequence[Term]
) -> list[Tried]:
    """Ask about every phrase of `measures` with an index of `learned`."""
    classifier = Classifier(facts, learned)
    return [_tried(classifier, term) for term in measures]


def _tried(classifier: Classifier, term: Term) -> Tried:
    began = time.perf_counter()
    answer = classifier.classify(Asked(term.phrase))
    took = time.perf_counter() - began
    ranked = ranked_codes(classifier.index, term.phrase)
    return Tried(
        term.phrase,
        term.code,
        tuple(code for code, _ in ranked),
        tuple(strength for _, strength in ranked),
        answer.outcome,
        tuple((each.hs_code, each.confidence) for each in answer.candidates),
        took,
    )


def ranked_codes(index: Index, phrase: str) -> list[tuple[str, float]]:
    """Ten codes and their strengths, before the gate and the confidence."""
    found = shortlist(index, index.scores(spelled(phrase)), TENS)
    return [(each.code, each.strength) for each in found]


def right_within(tried: Sequence[Tried], most: int) -> int:
    """How many have their code among the first."""
    return sum(each.code in each.ranked[:most] for each in tried)


def wilson(right: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share, after Wilson.

    >>> [round(end, 3) for end in wilson(40, 100)]
    [0.309, 0.498]
    """
    if not of:
        return 0.0, 1.0
    share, square = right / of, z * z
    middle = (share + square / (2 * of)) / (1 + square / of)
    reach = z * ((share * (1 - share) / of + square / (4 * of * of)) ** 0.5) / (1 + square / of)
    return max(middle - reach, 0.0), min(middle + reach, 1.0)
