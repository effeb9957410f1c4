"""How often is a code of such a strength right?

Measured by cross-validation on descriptions of parcels, never trained on what is measured: a
staircase for the first place of the list and one for the others, and one figure for descriptions
that are a known phrase word for word.
"""

from bisect import bisect_right
from collections.abc import Sequence

from data.loading.classification import Step

FIRST, OTHER, KNOWN = "first", "other", "known_phrase"


class Calibration:
    """Staircases from strength to the share that was right."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._stairs: dict[str, tuple[list[float], list[float]]] = {}
        for step in sorted(steps, key=lambda step: step.strength):
            strengths, shares = self._stairs.setdefault(step.place, ([], []))
            strengths.append(step.strength)
            shares.append(step.confidence)

    def confidence(self, place: str, strength: float) -> float:
        """The share that was right, 0 below the first step."""
        strengths, shares = self._stairs.get(place, ([], []))
        at = bisect_right(strengths, strength)
        return shares[at - 1] if at else 0.0
