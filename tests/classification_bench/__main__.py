"""Prints how often the classifier is right: ``python -m tests.classification_bench``.

On the third of the authority's parcel descriptions that is kept apart by hash; the index learns
from the other two thirds, the search references and our own phrases, without any text of the third.
"""

from collections.abc import Sequence

from data.loading.classification import ClassificationFacts, load_classification
from tariffs.classification.classifier import ACCEPTED
from tests.classification_bench.measuring import (
    Tried,
    held_out,
    right_within,
    try_all,
    wilson,
)

_PLACES = (1, 3, 5, 10)
_STEPS = (0.9, 0.7, 0.5, 0.3, 0.1, 0.0)
_COVERAGES = (0.02, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0)


def main() -> None:
    """Measure and print."""
    facts = load_classification()
    learned, measures = held_out(facts.terms)
    tried = try_all(facts, learned, measures)
    print(f"{len(measures)} descriptions measured, {len(learned)} phrases learned from")
    print()
    for line in (*_ranking(tried), "", *_outcomes(tried), "", *_calibration(tried), ""):
        print(line)
    for line in (*_curve(tried), "", _speed(facts, tried)):
        print(line)


def _ranking(tried: Sequence[Tried]) -> list[str]:
    lines = ["| six digits | right | share | 95 % interval |", "|---|---|---|---|"]
    for most in _PLACES:
        lines.append(_row(f"top-{most}", right_within(tried, most), len(tried)))
    headings = sum(each.code[:4] in {code[:4] for code in each.ranked[:5]} for each in tried)
    lines.append(_row("heading in five", headings, len(tried)))
    answered = sum(bool(each.candidates) and each.candidates[0][0] == each.code for each in tried)
    lines.append(_row("first of the answer, gate and all", answered, len(tried)))
    listed = sum(each.code in {code for code, _ in each.candidates} for each in tried)
    lines.append(_row("in the answer, gate and all", listed, len(tried)))
    return lines


def _row(name: str, right: int, of: int) -> str:
    low, high = wilson(right, of)
    share = f"{right / of:.1%}" if of else "–"
    return f"| {name} | {right} of {of} | {share} | {low:.1%}–{high:.1%} |"


def _outcomes(tried: Sequence[Tried]) -> list[str]:
    lines = ["| outcome | first right | share | 95 % interval |", "|---|---|---|---|"]
    for outcome in ("classified", "ask", "abstain"):
        group = [each for each in tried if each.outcome == outcome]
        right = sum(bool(each.candidates) and each.candidates[0][0] == each.code for each in group)
        lines.append(_row(outcome, right, len(group)))
    return lines


def _calibration(tried: Sequence[Tried]) -> list[str]:
    lines = ["| said confidence | first right | share | 95 % interval |", "|---|---|---|---|"]
    answered = [each for each in tried if each.candidates]
    above = 1.01
    for step in _STEPS:
        group = [each for each in answered if step <= each.candidates[0][1] < above]
        right = sum(each.candidates[0][0] == each.code for each in group)
        said = sum(each.candidates[0][1] for each in group) / len(group) if group else 0.0
        lines.append(_row(f"{step:.1f} and more (mean {said:.2f})", right, len(group)))
        above = step
    return lines


def _curve(tried: Sequence[Tried]) -> list[str]:
    lines = ["| most confident | right | share | 95 % interval |", "|---|---|---|---|"]
    ordered = sorted(tried, key=lambda each: -each.strengths[0])
    for coverage in _COVERAGES:
        group = ordered[: round(len(ordered) * coverage)]
        right = sum(each.ranked[0] == each.code for each in group)
        lines.append(_row(f"{coverage:.0%}", right, len(group)))
    lines.append(f"accepted without a question: confidence of {ACCEPTED} and more")
    return lines


def _speed(facts: ClassificationFacts, tried: Sequence[Tried]) -> str:
    took = sorted(each.seconds for each in tried)
    return (
        f"median {took[len(took) // 2] * 1000:.1f} ms, p95 {took[int(len(took) * 0.95)] * 1000:.1f}"
        f" ms; model {facts.version}"
    )


if __name__ == "__main__":
    main()
