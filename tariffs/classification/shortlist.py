"""Which codes come into question, in which order, and why?

The scores of the codes are put on one scale (how many standard deviations a code stands above the
field), a heading whose codes do well together lifts each of them a little, and beside each stands
the share of the nearest known phrases that carry it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tariffs.classification.index import Index, Scores

NEIGHBOURS = 20
_SHARPNESS = 2.0
_HEADING = 0.1
_MOST_EVIDENCE = 3
_LEAST_LIKENESS = 0.12

Weights = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A code, where it stands, and its share of the nearest known phrases.

    `strength` is what confidence is read from: standing times share.
    """

    code: str
    standing: float
    share: float

    @property
    def strength(self) -> float:
        """How strongly a code is supported; 0 where no near phrase carries it."""
        return max(self.standing, 0.0) * self.share


def shortlist(
    index: Index, scores: Scores, most: int, allowed: Callable[[str], bool] | None = None
) -> tuple[Ranked, ...]:
    """The best codes of an index for a description, best first.

    `allowed` narrows the field: codes that known facts rule out are not listed.
    """
    standing = _standing(index, scores)
    near = np.argsort(-scores.likeness, kind="stable")[:NEIGHBOURS]
    votes = np.bincount(index.code_of[near], scores.likeness[near] ** 3, minlength=len(index.codes))
    order = np.argsort(-standing, kind="stable")
    kept = order[:most]
    if allowed is not None:
        fitting = np.array([allowed(code) for code in index.codes], bool)
        votes = votes * fitting
        kept = order[fitting[order]][:most]
    total = float(votes.sum())
    return tuple(
        Ranked(
            index.codes[at],
            float(standing[at]),
            float(votes[at]) / total if total else 0.0,
        )
        for at in kept
    )


def _standing(index: Index, scores: Scores) -> Weights:
    field = scores.codes
    spread = float(field.std())
    if not spread:
        return np.zeros(len(field))
    standing = _SHARPNESS * (field - field.mean()) / spread
    mass = np.bincount(index.heading_of, np.exp(standing))
    lifted: Weights = standing + _HEADING * np.log(mass[index.heading_of])
    return lifted


def evidence(index: Index, scores: Scores, code: str) -> tuple[tuple[str, float], ...]:
    """The known phrases of a code that a description resembles most, with their likeness."""
    own = np.flatnonzero(index.code_of == index.codes.index(code))
    best = own[np.argsort(-scores.likeness[own], kind="stable")][:_MOST_EVIDENCE]
    return tuple(
        (index.terms[phrase].phrase, round(float(scores.likeness[phrase]), 3))
        for phrase in best
        if scores.likeness[phrase] >= _LEAST_LIKENESS
    )
