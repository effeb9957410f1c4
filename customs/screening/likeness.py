"""How alike are two words of names, from 0 to 1, and why?"""

from functools import lru_cache

from rapidfuzz.distance import OSA

from customs.screening.normalise import Word

_CACHED = 1 << 16
_INITIAL = 0.8
_SAME_KEY = 0.95
_SAME_CONSONANTS = 0.88
_BARE_CONSONANTS = 0.92
_VOWELS_ALIKE = 0.65
_SHORTEST_KEY = 4


@lru_cache(maxsize=_CACHED)
def likeness(asked: Word, listed: Word) -> tuple[float, str]:
    """How alike two words are, and by which comparison.

    >>> likeness(Word("shcherbakov"), Word("schtscherbakow"))
    (0.95, 'transliteration')
    """
    if asked.text == listed.text:
        return 1.0, "same"
    if asked.vowelless or listed.vowelless:
        return _by_consonants(asked, listed)
    if min(len(asked.text), len(listed.text)) == 1:
        same = asked.text[0] == listed.text[0] and not (asked.text + listed.text).isdigit()
        return (_INITIAL, "initial") if same else (0.0, "")
    if asked.text.isdigit() or listed.text.isdigit():
        return 0.0, ""  # another number is another thing, however few digits differ
    best = _by_letters(asked.text, listed.text), "spelling"
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


def _by_keys(asked: Word, listed: Word) -> float:
    best = 0.0
    for one in asked.folds:
        for other in listed.folds:
            if one == other:
                return _SAME_KEY
            if min(len(one), len(other)) > _SHORTEST_KEY:
                best = max(best, _SAME_KEY * _by_letters(one, other))
    return best


def _by_vowels(asked: Word, listed: Word) -> float:
    """The same three or more consonants, and vowels that are not all different."""
    shared = asked.skeletons & listed.skeletons
    if not any(len(each) >= 3 for each in shared):
        return 0.0
    alike = OSA.normalized_similarity(asked.folds[0], listed.folds[0])
    return _SAME_CONSONANTS if alike >= _VOWELS_ALIKE else 0.0


def _by_consonants(asked: Word, listed: Word) -> tuple[float, str]:
    shared = asked.skeletons & listed.skeletons
    if not shared:
        one, other = (
            max(asked.skeletons, key=len, default=""),
            max(listed.skeletons, key=len, default=""),
        )
        if min(len(one), len(other)) >= _SHORTEST_KEY and OSA.distance(one, other) == 1:
            return _SAME_CONSONANTS * (1 - 1 / max(len(one), len(other))), "consonants"
        return 0.0, ""
    return (_BARE_CONSONANTS if max(map(len, shared)) >= 3 else 0.75), "consonants"
