"""Which romanisations of one word look alike?

A word that comes from another script is written in as many ways as there are systems: Щербаков is
Shcherbakov, Schtscherbakow, Chtcherbakov and Ščerbakov. Folding maps the ways onto one key. Where
a letter may stand for two sounds (French *j*, German *j*) the word has more than one key. What
differs in vowels only (Mohammed, Muhamad) is found by the consonants.
"""

import re
from functools import lru_cache

_MOST_KEYS = 4
_CACHED = 1 << 17
VOWEL = "a"
"""Stands for any vowel that a word begins with."""

# Tried at each place from the first to the last, so longer ones stand before their beginnings.
_ALIKE = (
    ("schtsch", "s"),
    ("chtch", "s"),
    ("shch", "s"),
    ("szcz", "s"),
    ("stch", "s"),
    ("dsch", "z"),
    ("tsch", "c"),
    ("sch", "s"),
    ("tch", "c"),
    ("tzs", "c"),
    ("dzh", "z"),
    ("shh", "s"),
    ("sc", "s"),
    ("cz", "c"),
    ("sh", "s"),
    ("sz", "s"),
    ("ts", "c"),
    ("tz", "c"),
    ("tc", "c"),
    ("zh", "z"),
    ("dj", "z"),
    ("dz", "z"),
    ("gue", "ge"),
    ("gui", "gi"),
    ("ph", "f"),
    ("gh", "g"),
    ("kh", "h"),
    ("th", "t"),
    ("dh", "d"),
    ("ck", "k"),
    ("ou", "u"),
    ("oo", "u"),
    ("ee", "i"),
    ("qu", "k"),
    ("q", "k"),
    ("w", "v"),
    ("x", "ks"),
    ("y", "i"),
)
_LIKE = dict(_ALIKE)
_PIECES = re.compile("|".join(pattern for pattern, _ in _ALIKE))
_TWICE = re.compile(r"(.)\1+")
_C_AS_K = re.compile(r"c(?![eihs])")
_C_AS_S = re.compile(r"c(?=[eiy])")
_OFF = re.compile(r"(?<=[oe])ff$")
_LAST_H = re.compile(r"(?<=.)h$")
_VOWELS = re.compile(r"[aeiou]")
_NOT_FIRST_GLIDE = re.compile(r"(?<=.)[wvyi]")


_J = (("j", "y"), ("j", "zh"))
_LONE_CH = re.compile(r"(?<![tscdh])ch(?!t)")


@lru_cache(maxsize=_CACHED)
def fold(word: str) -> tuple[str, ...]:
    """The keys of a word: two words that share one may be the same name.

    >>> fold("shcherbakov")[0] == fold("schtscherbakow")[0] == fold("chtcherbakov")[0]
    True
    """
    spelt = [word]
    if "j" in word:  # French j is zh, in most other systems it is y
        spelt = [word.replace("dj", "@").replace(*each).replace("@", "dj") for each in _J]
    if "ch" in word:  # German and Polish ch is kh, French ch is sh
        spelt += [_lone_ch(each, to) for each in spelt for to in ("kh", "sh")]
    keys: dict[str, None] = {}
    for each in spelt:
        keys[_key(each)] = None
        if "c" in each:
            keys[_key(_C_AS_K.sub("k", each))] = None
            keys[_key(_C_AS_S.sub("s", _C_AS_K.sub("k", each)))] = None
    return tuple(keys)[:_MOST_KEYS]


def _lone_ch(word: str, to: str) -> str:
    return _LONE_CH.sub(to, word)


def _key(word: str) -> str:
    key = _PIECES.sub(lambda match: _LIKE[match[0]], _OFF.sub("v", word)).replace("ch", "c")
    key = _TWICE.sub(r"\1", key)
    for pattern in ("ie", "io", "ei", "ai"):
        key = key.replace(pattern, "e")
    return _TWICE.sub(r"\1", _LAST_H.sub("", key)) or word


@lru_cache(maxsize=_CACHED)
def skeletons(word: str) -> frozenset[str]:
    """The consonants of a word, for each of its keys; none where fewer than two are left."""
    found = {VOWEL * (key[0] in "aeiou") + _VOWELS.sub("", key) for key in fold(word)}
    return frozenset(each for each in found if len(each) >= 2)


@lru_cache(maxsize=_CACHED)
def written_without_vowels(word: str) -> frozenset[str]:
    """The consonants of a word from a script without vowels: letters that may be long vowels are
    left out too, and the same letter twice is two consonants.
    """
    letters = _PIECES.sub(lambda match: _LIKE[match[0]], word)
    spelt = {letters, _LAST_H.sub("", letters)}
    found = {_VOWELS.sub("", each) for each in spelt}
    found |= {_NOT_FIRST_GLIDE.sub("", each) for each in found}
    return frozenset(each for each in found if len(each) >= 2)
