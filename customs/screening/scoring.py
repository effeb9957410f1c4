"""How much does one name resemble another, and which words make it so?

Words are paired whatever their order. Words that only the party has count much: they make another
name of it. Words that only the list has count little: lists have middle names that nobody uses. A
word that stands in another's place counts against it on both sides.
Rare words count more than common ones, legal forms and linking words hardly at all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from customs.screening.likeness import likeness
from customs.screening.normalise import LINKS, Word
from customs.screening.policy import Policy

Weight = Callable[[str], float]

_LIGHTEST, _FORM, _LINK, _SHORT = 0.15, 0.04, 0.06, 0.4
_LONGEST_NAME = 14
_SHORTEST_COMPACT = 6
_COMPACT = 0.97
_JOINED = 0.97
_HALF = 0.5
_INSTEAD = 0.5
_UNSURE = 3.0
_SURE, _DOUBTFUL = 0.85, 0.86
_AS_LISTED, _TELLING, _LEFT_OVER = 0.95, 1.0, 0.1
_BY_LETTERS = ("spelling", "transliteration")


@dataclass(frozen=True, slots=True)
class Pair:
    """Words of the party and of the list that were taken for the same."""

    asked: str
    listed: str
    likeness: float
    how: str


@dataclass(frozen=True, slots=True)
class NameScore:
    """How alike two names are: the score, the pairs that make it, and what is left over."""

    score: float
    pairs: tuple[Pair, ...]
    extra_asked: tuple[str, ...]
    extra_listed: tuple[str, ...]


def score_names(
    asked: Sequence[Word], listed: Sequence[Word], weight: Weight, policy: Policy
) -> NameScore:
    """Compare a party's name with a listed one."""
    left, right = list(asked[:_LONGEST_NAME]), list(listed[:_LONGEST_NAME])
    pairs, free_left, free_right = _paired(left, right, weight)
    matched = gained = 0.0
    doubts = 0
    for pair, worth in pairs:
        matched += worth
        doubtful = pair.likeness < _DOUBTFUL and pair.how in _BY_LETTERS
        doubts += doubtful
        # One word that is only nearly the same is a slip; two make another name.
        gained += worth * pair.likeness * (_HALF if doubtful and doubts > 1 else 1)
    over = sum(_worth(left[each], weight) for each in free_left)
    under = sum(_worth(right[each], weight) for each in free_right)
    whole = matched + policy.extra_asked * over + policy.extra_listed * under
    whole += _INSTEAD * min(over, under)
    if matched:  # where words are only alike, what is left over tells more
        whole += _UNSURE * under * (1 - gained / matched)
    score = gained / whole if whole else 0.0
    # Less than half of a listed name is a coincidence more often than a name cut short.
    share = matched / (matched + under) if matched else 0.0
    if share < _HALF:
        score *= _HALF + share
    if under < _LEFT_OVER and _is_whole(pairs):
        score = max(score, policy.contained)
    found = tuple(pair for pair, _ in pairs)
    joined = _by_compact(left, right)
    if joined.likeness > score:
        return NameScore(joined.likeness, (joined,), (), ())
    return NameScore(
        score,
        found,
        tuple(left[each].text for each in free_left),
        tuple(right[each].text for each in free_right),
    )


def _is_whole(pairs: Sequence[tuple[Pair, float]]) -> bool:
    """Whether a whole listed name stands within a longer text: several words that tell somebody
    apart, each written as it is listed.
    """
    telling = [worth for pair, worth in pairs if pair.likeness >= _AS_LISTED and worth > _LINK]
    inexact = any(pair.likeness < _AS_LISTED and worth > _LINK for pair, worth in pairs)
    return len(telling) > 1 and sum(telling) >= _TELLING and not inexact


def _worth(word: Word, weight: Weight) -> float:
    if word.form:
        return _FORM
    if word.text in LINKS:
        return _LINK
    told = max(_LIGHTEST, weight(word.text))
    return min(told, _SHORT) if len(word.text) <= 2 else told


def _paired(
    left: list[Word], right: list[Word], weight: Weight
) -> tuple[list[tuple[Pair, float]], list[int], list[int]]:
    """The best pairs, each word once, with what a pair is worth; and the words left over."""
    found = []
    for at, one in enumerate(left):
        for to, other in enumerate(right):
            alike, how = likeness(one, other)
            if alike:
                found.append((alike, -abs(at - to), at, to, how))
    found.sort(reverse=True)
    free_left, free_right = set(range(len(left))), set(range(len(right)))
    pairs = []
    for alike, _, at, to, how in found:
        if at in free_left and to in free_right:
            free_left.discard(at)
            free_right.discard(to)
            worth = _worth(right[to], weight)
            if how == "initial":
                worth *= _HALF
            pairs.append((Pair(left[at].text, right[to].text, alike, how), worth))
    pairs += _joined(left, right, free_left, free_right, weight, turned=False)
    pairs += _joined(right, left, free_right, free_left, weight, turned=True)
    return pairs, sorted(free_left), sorted(free_right)


def _joined(
    parts: list[Word],
    wholes: list[Word],
    free_parts: set[int],
    free_wholes: set[int],
    weight: Weight,
    *,
    turned: bool,
) -> list[tuple[Pair, float]]:
    """Two words in a row that are one word on the other side: ``al shanti``, ``alshanti``."""
    found: list[tuple[Pair, float]] = []
    if len(free_parts) < 2 or not free_wholes:
        return found
    for first in sorted(free_parts):
        if first not in free_parts or first + 1 not in free_parts:
            continue
        joined = Word(parts[first].text + parts[first + 1].text)
        for at in sorted(free_wholes):
            alike, _ = likeness(joined, wholes[at])
            if alike >= _SURE:
                free_parts -= {first, first + 1}
                free_wholes.discard(at)
                apart = f"{parts[first].text} {parts[first + 1].text}"
                said = (wholes[at].text, apart) if turned else (apart, wholes[at].text)
                found.append((Pair(*said, alike * _JOINED, "joined"), _worth(wholes[at], weight)))
                break
    return found


def _by_compact(left: list[Word], right: list[Word]) -> Pair:
    """All words in a row, where blanks stand in other places or nowhere."""
    one = "".join([word.text for word in left if not word.form])
    other = "".join([word.text for word in right if not word.form])
    score = 0.0
    if min(len(one), len(other)) >= _SHORTEST_COMPACT and abs(len(one) - len(other)) <= 1:
        edits = OSA.distance(one, other, score_cutoff=1)
        score = 0.0 if edits > 1 else _COMPACT * (1 - edits / max(len(one), len(other)))
    return Pair(one, other, score, "compact")
