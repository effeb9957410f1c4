"""Does a description say what the goods are?

A description says too little when it has no word at all, when every word of it is a generic one
(``assorted household goods``), or when an authority lists it as vague and nothing near is known.
"""

from collections.abc import Collection
from dataclasses import dataclass

_SHORTEST = 2
_WEAK = 5.0


@dataclass(frozen=True, slots=True)
class Gate:
    """Knows the generic words, and the descriptions that an authority refuses."""

    terms: Collection[str]
    generic: Collection[str]

    def too_little(self, text: str, strength: float) -> str | None:
        """Why a text that is spelled plainly says too little; None when it says enough.

        `strength` is how well its best code is supported.
        """
        words = [word for word in text.split() if not word.isdigit() and len(word) >= _SHORTEST]
        if not words:
            return "The description has no words in Latin letters"
        if all(word in self.generic for word in words):
            return "The description names no goods, only what many goods have in common"
        if text in self.terms and (len(words) == 1 or strength < _WEAK):
            return "The description is on the customs authority's list of vague ones"
        return None
