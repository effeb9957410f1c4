"""How are strengths turned into shares that were right? Never on the third that measures.

Writes `calibration.csv`: a staircase that never falls (pool adjacent violators), whose steps rest
on at least `_LEAST` descriptions each.
"""

import csv
from collections.abc import Iterable, Sequence
from itertools import chain, groupby
from pathlib import Path

from data.loading.classification import CLASSIFICATION, OWN, load_terms, spelled
from tariffs.classification.confidence import FIRST, KNOWN, OTHER
from tariffs.classification.index import Index
from tests.classification_bench.measuring import folds, ranked_codes

_LEAST = 150
_SEEDS = (1, 2, 3)
_LISTED = 5
_ENOUGH = 0.899


def calibrate(path: Path = CLASSIFICATION / "calibration.csv") -> None:
    """Measure and write the staircases."""
    first: list[tuple[float, bool]] = []
    other: list[tuple[float, bool]] = []
    terms = load_terms()
    for learned, tried in chain.from_iterable(folds(terms, seed) for seed in _SEEDS):
        index = Index(learned)
        for term in tried:
            ranked = ranked_codes(index, term.phrase)[:_LISTED]
            first.append((ranked[0][1], ranked[0][0] == term.code))
            other += [(strength, code == term.code) for code, strength in ranked[1:]]
    right, of = _agreement()
    accepted = _accepted(first)
    below = [each for each in first if each[0] < accepted]
    above = [right for strength, right in first if strength >= accepted]
    share = f"{sum(above) / len(above):.3f}"
    rows = [*_staircase(FIRST, below), (FIRST, f"{accepted:.2f}", share, str(len(above)))]
    rows += _staircase(OTHER, other)
    rows.append((KNOWN, "0", f"{right / of:.3f}", str(of)))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("place", "strength", "confidence", "measured"))
        writer.writerows(rows)


def _accepted(first: Sequence[tuple[float, bool]]) -> float:
    """The least strength from which on enough are right to work with the code unasked."""
    ordered = sorted(first, reverse=True)
    right, least = 0, ordered[0][0]
    for count, (strength, was_right) in enumerate(ordered, 1):
        right += was_right
        if count >= _LEAST and right / count >= _ENOUGH:
            least = strength
    return round(least, 2)


def _agreement() -> tuple[int, int]:
    """Of phrases that we and the authority both know word for word, how many have one code."""
    own: dict[str, set[str]] = {}
    theirs: dict[str, set[str]] = {}
    for term in load_terms():
        if not term.held_out:
            codes = own if term.source == OWN else theirs
            codes.setdefault(spelled(term.phrase), set()).add(term.code)
    both = own.keys() & theirs.keys()
    return sum(bool(own[text] & theirs[text]) for text in both), len(both)


def _staircase(place: str, found: Sequence[tuple[float, bool]]) -> Iterable[tuple[str, ...]]:
    pools: list[list[float]] = []  # the least strength, right, of
    for strength, group in groupby(sorted(found), key=lambda each: round(each[0], 2)):
        same = [right for _, right in group]
        pools.append([strength, float(sum(same)), float(len(same))])
        while len(pools) > 1 and _falls(pools[-2], pools[-1]):
            _, right_above, of_above = pools.pop()
            pools[-1][1] += right_above
            pools[-1][2] += of_above
    if len(pools) > 1 and pools[-1][2] < _LEAST:
        _, right_above, of_above = pools.pop()
        pools[-1][1] += right_above
        pools[-1][2] += of_above
    for strength, right_of, of in pools:
        yield place, f"{strength:.2f}", f"{right_of / of:.3f}", f"{of:.0f}"


def _falls(below: list[float], above: list[float]) -> bool:
    """Whether two steps are one: the upper is not higher, or the lower rests on too few."""
    return below[2] < _LEAST or above[1] / above[2] <= below[1] / below[2]


if __name__ == "__main__":
    calibrate()
