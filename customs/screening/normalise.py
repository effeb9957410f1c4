"""What remains of a name when spelling, script and legal form are taken off?

Letters become Latin without accents (anyascii), marks of punctuation go, and a company's legal form
is told apart from its name: which spelling stands for which form is a fact. The order of words is
kept here and means nothing later.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

from customs.screening.folding import skeletons, written_without_vowels

MOST_WORDS = 24
_LONGEST_FORM = 7
_ARTICLE = re.compile(r"(?<!\w)ال(?=\w{2})")
_SYLLABLE = re.compile(r"(?<=[a-z])(?=[A-Z])")
_INITIALS = re.compile(r"(?<![a-z0-9])((?:[a-z]\.\s?){2,}[a-z]?)(?![a-z0-9])")
_JOINED = str.maketrans("", "", "'`’‘ʼʹʺ\"´")
_WORD = re.compile(r"[a-z0-9]+")
# Scripts that are written without the short vowels, and those without blanks between names.
_VOWELLESS = ("ARABIC", "HEBREW", "SYRIAC")
_SYLLABIC = ("CJK", "HANGUL")
# Words that tell nobody apart, in the languages that lists are written in.
LINKS = frozenset(
    """
    a al and bin bint da das de del della der des di do dos du e ed el en et for i ibn in la las
    le les lo los of os para pour the u und ul v van von y z zu abu abd
    """.split()
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a name. `form` says that it belongs to a legal form, `vowelless` that its script
    leaves vowels out.
    """

    text: str
    form: bool = False
    vowelless: bool = False

    @property
    def skeletons(self) -> frozenset[str]:
        """The word's consonants."""
        return written_without_vowels(self.text) if self.vowelless else skeletons(self.text)


@dataclass(frozen=True, slots=True)
class NormalName:
    """A name as words, and the legal forms among them."""

    words: tuple[Word, ...]
    forms: tuple[str, ...]

    @property
    def text(self) -> str:
        """All words, as they are compared."""
        return " ".join(word.text for word in self.words)


Forms = Mapping[str, str]
"""Each spelling of a legal form, as words without accents, and the form that it stands for."""


def normalise(text: str, forms: Forms) -> NormalName:
    """A name as its words.

    >>> normalise("Müller & Söhne G.m.b.H.", {"gmbh": "Gesellschaft"}).text
    'muller sohne gmbh'
    """
    latin, vowelless = _latin(unicodedata.normalize("NFKC", text))
    lower = latin.lower().translate(_JOINED).replace("&", " ")
    lower = _INITIALS.sub(_spelled_out, lower)
    words = _WORD.findall(lower)[:MOST_WORDS]
    at, found = _legal_forms(words, forms)
    if len(at) == len(words):  # a name that is nothing but forms is a name
        at = frozenset()
    return NormalName(
        tuple(Word(word, index in at, vowelless) for index, word in enumerate(words)),
        tuple(dict.fromkeys(found)),
    )


def _latin(text: str) -> tuple[str, bool]:
    """The text in Latin letters, and whether its script leaves vowels out."""
    if text.isascii():
        return text, False
    scripts = {unicodedata.name(letter, "").split(" ")[0] for letter in text if letter.isalpha()}
    latin: str = anyascii(_ARTICLE.sub("", text))
    if any(script in _SYLLABIC for script in scripts):
        latin = _SYLLABLE.sub(" ", latin)
    return latin, any(script in _VOWELLESS for script in scripts)


def _spelled_out(match: re.Match[str]) -> str:
    """Letters with dots: initials of two stay apart, more are one abbreviation (``s.r.l.``)."""
    letters = match[1].replace(".", "").replace(" ", "")
    if " " in match[1].strip():
        return " " + " ".join(letters) + " "
    return f" {letters} "


def _legal_forms(words: list[str], forms: Forms) -> tuple[frozenset[int], list[str]]:
    """The positions of words that are part of a legal form, longest forms first, and the forms."""
    at: set[int] = set()
    found: list[str] = []
    index = 0
    while index < len(words):
        for length in range(min(_LONGEST_FORM, len(words) - index), 0, -1):
            form = forms.get(" ".join(words[index : index + length]))
            if form is not None:
                at.update(range(index, index + length))
                found.append(form)
                index += length
                break
        else:
            index += 1
    return frozenset(at), found


@lru_cache(maxsize=8192)
def normal_number(text: str) -> str:
    """A number of a document or register, without marks: ``AB-12 34`` is ``AB1234``."""
    return "".join(re.findall(r"[A-Z0-9]+", anyascii(text).upper()))
