"""How alike are two words of names, from 0 to 1, and why?"""

from functools import lru_cache

from rapidfuzz.distance import OSA

from customs.screening.folding import VOWEL, fold, skeletons
from customs.screening.normalise import Word

_CACHED = 1 << 16
_INITIAL = 0.8
_SAME_KEY = 0.95
_SAME_CONSONANTS = 0.88
_BARE_CONSONANTS = 0.92
_FEW = 0.75
_VOWELS_ALIKE = 0.65
_SHORTEST_KEY, _LONG_KEY = 3, 7
_HOPELESS = 0.35
_ENOUGH = 3


def likeness(asked: Word, listed: Word) -> tuple[float, str]:
    """How alike two words are, and by which comparison.

    >>> likeness(Word("shcherbakov"), Word("schtscherbakow"))
    (0.95, 'transliteration')
    """
    if asked.text == listed.text:
        return 1.0, "same"
    if asked.vowelless or listed.vowelless:
        return _by_consonants(asked, listed)
    return _of_texts(asked.text, listed.text)


@lru_cache(maxsize=_CACHED)
def _of_texts(asked: str, listed: str) -> tuple[float, str]:
    if len(asked) == 1 or len(listed) == 1:
        same = asked[0] == listed[0] and not (asked.isdigit() or listed.isdigit())
        return (_INITIAL, "initial") if same else (0.0, "")
    if OSA.normalized_similarity(asked, listed, score_cutoff=_HOPELESS) == 0:
        return 0.0, ""
    if asked.isdigit() or listed.isdigit():
        return 0.0, ""  # another number is another thing, however few digits differ
    best = _by_letters(asked, listed), "spelling"
    if best[0] < _SAME_KEY:
        best = max(best, (_by_keys(asked, listed), "transliteration"))
    if best[0] < _SAME_CONSONANTS:
        best = max(best, (_by_vowels(asked, listed), "vowels"))
    return best if best[0] else (0.0, "")


def allowed_edits(length: int) -> int:
    """How many letters may differ in a word of a length, and it is still taken for the same."""
    if length <= 2:
        return 0
    return 1 if length <= 10 else 2


def _by_letters(asked: str, listed: str) -> float:
    """One letter missing, too many, wrong or changed places with its neighbour: less likely the
    same the shorter the word is.
    """
    longest = max(len(asked), len(listed))
    allowed = allowed_edits(longest)
    edits = OSA.distance(asked, listed, score_cutoff=allowed)
    return 0.0 if edits > allowed else 1 - edits / longest


def _by_keys(asked: str, listed: str) -> float:
    best = 0.0
    for one in fold(asked):
        for other in fold(listed):
            if one == other and len(one) >= _SHORTEST_KEY:
                return _SAME_KEY
            if len(one) >= _LONG_KEY and len(other) >= _LONG_KEY:
                best = max(best, _SAME_KEY * _by_letters(one, other))
    return best


def _by_vowels(asked: str, listed: str) -> float:
    """The same three or more consonants, and vowels that are not all different."""
    shared = skeletons(asked) & skeletons(listed)
    if not any(len(each.removeprefix(VOWEL)) >= _ENOUGH for each in shared):
        return 0.0
    alike = OSA.normalized_similarity(fold(asked)[0], fold(listed)[0])
    return _SAME_CONSONANTS if alike >= _VOWELS_ALIKE else 0.0


def _by_consonants(asked: Word, listed: Word) -> tuple[float, str]:
    """One of them is from a script without vowels: its consonants are all there is to compare."""
    left = {each.removeprefix(VOWEL) for each in asked.skeletons}
    right = {each.removeprefix(VOWEL) for each in listed.skeletons}
    shared = left & right
    if shared:
        return (_BARE_CONSONANTS if max(map(len, shared)) >= _ENOUGH else _FEW), "consonants"
    best = 0.0
    for one in left:
        for other in right:
            if min(len(one), len(other)) >= _ENOUGH and OSA.distance(one, other) == 1:
                best = max(best, _BARE_CONSONANTS * (1 - 1 / max(len(one), len(other))))
    return (best, "consonants") if best else (0.0, "")
