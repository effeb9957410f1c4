"""Does a code that was given contradict the description of the goods?

Said only where it is beyond doubt: the description resembles known phrases strongly, all of another
chapter, and nothing near carries the code's own heading. What is merely another subheading is a
matter for a broker, not for an alarm.
"""

import numpy as np

from tariffs.classification.index import Index, Scores
from tariffs.classification.shortlist import Ranked

_STRONG = 90.0
_SEEN = 0.5
_LIKE = 0.35
_FAR = 0.35


def contradicts(index: Index, scores: Scores, best: Ranked, given: str) -> bool:
    """Whether a given code's chapter is out of the question for a description."""
    if best.code[:2] == given[:2] or best.strength < _STRONG or scores.known < _SEEN:
        return False
    own = np.array([code[:2] == given[:2] for code in index.codes], bool)[index.code_of]
    nearest = float(scores.likeness.max())
    own_nearest = float(scores.likeness[own].max()) if own.any() else 0.0
    return nearest >= _LIKE and own_nearest < _FAR * nearest
