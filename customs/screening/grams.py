"""By which pieces is a name found? Three letters at a time, and three consonants at a time.

Each piece is a whole number below `MOST_PIECES`, so that the index needs no table of pieces.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from customs.screening.folding import VOWEL
from customs.screening.normalise import Word

_BITS = 6
_LETTERS = {letter: code for code, letter in enumerate("abcdefghijklmnopqrstuvwxyz0123456789", 1)}
_FIRST, _LAST = 62, 63
_SHORT = 12
_CONSONANTS = 1 << (3 * _BITS)
MOST_PIECES = 2 * _CONSONANTS


def pieces(words: Iterable[Word]) -> frozenset[int]:
    """The pieces of a name: of each word, and of its consonants."""
    return frozenset(piece for word in words for piece in _of_word(word.text, word.vowelless))


def asked_pieces(words: Sequence[Word]) -> frozenset[int]:
    """The pieces of a name that is looked for: two short words in a row may be one on a list."""
    joined = [
        Word(first.text + second.text, vowelless=first.vowelless)
        for first, second in pairwise(words)
        if len(words) > 2 and len(first.text) + len(second.text) <= _SHORT
    ]
    return pieces([*words, *joined])


@lru_cache(maxsize=1 << 15)
def _of_word(text: str, vowelless: bool) -> tuple[int, ...]:  # noqa: FBT001  a cache's key
    word = Word(text, vowelless=vowelless)
    found = set() if vowelless else set(_threes(text))
    for skeleton in word.skeletons:
        found.update(_CONSONANTS + piece for piece in _threes(skeleton.removeprefix(VOWEL)))
    return tuple(found)


def _threes(text: str) -> Iterator[int]:
    codes = [_FIRST, *(_LETTERS[letter] for letter in text), _LAST]
    for first, second, third in zip(codes, codes[1:], codes[2:], strict=False):
        yield (first << 2 * _BITS) | (second << _BITS) | third
