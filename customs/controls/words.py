"""Which words are in a description, whatever its marks, capitals and accents?"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

Term = tuple[str, ...]
"""The words of one term, one after another."""

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 1000
"""What of a description is read: more than any form has room for."""


@lru_cache(maxsize=8192)
def words_of(text: str) -> Term:
    """A description's words in small letters without accents.

    >>> words_of("Étui en CROCODILE (véritable)")
    ('etui', 'en', 'crocodile', 'veritable')
    """
    text = text[:_LONGEST]
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    return tuple(_WORD.findall(text.lower()))


def term_of(text: str) -> Term:
    """A term of the facts as its words. Raises `ValueError` where it has none."""
    words = words_of(text)
    if not words:
        raise ValueError(f"{text!r} has no words")
    return words


def mentions(words: Term, terms: Iterable[Term]) -> bool:
    """Whether one of the terms stands in a description; a plural counts as its singular.

    >>> mentions(words_of("Two power banks"), [("power", "bank")])
    True
    """
    for term in terms:
        length = len(term)
        for at in range(len(words) - length + 1):
            if all(map(_same, words[at : at + length], term)):
                return True
    return False


def _same(word: str, sought: str) -> bool:
    return word == sought or (word[-1] == "s" and word[:-1] == sought)
