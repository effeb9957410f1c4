"""Which phrases stand for which codes? Facts under data/facts/classification, read strictly.

`terms.csv` are phrases that an authority gave codes to, `examples.csv` our own, `headings.csv` our
own words for chapters and headings, `vague_terms.csv` and `generic_words.csv` what says too little,
`questions.toml` what would decide, `calibration.csv` how often codes of a strength were right.
"""

import csv
import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from data.loading.documents import FactsError

CLASSIFICATION = Path(__file__).parents[1] / "facts" / "classification"
OWN = "OWN"
PARCELS = "UK-PARCELS"
_WORDS = re.compile(r"[a-z0-9]+")
_APOSTROPHES = re.compile(r"['’`´](?=[a-z])")
_CODE = re.compile(r"\d{6}")
_THIRDS = 3


@dataclass(frozen=True, slots=True)
class Term:
    """A phrase that stands for a subheading, and who says so."""

    phrase: str
    code: str
    source: str

    @property
    def held_out(self) -> bool:
        """Whether the phrase belongs to the third that measures the classifier.

        A fixed split by the hash of the phrase: what is measured is never trained on.
        """
        if self.source != PARCELS:
            return False
        # By the signs as they are: the split was fixed before accents were dropped from words.
        split = " ".join(_WORDS.findall(unicodedata.normalize("NFKD", self.phrase).lower()))
        digest = hashlib.sha256(split.encode()).hexdigest()
        return int(digest, 16) % _THIRDS == 0


def spelled(text: str) -> str:
    """A phrase in plain small letters and digits, words apart by one blank.

    >>> spelled("Crème-brûlée  4x100G, Women's")
    'creme brulee 4x100g womens'
    """
    if not text.isascii():
        signs = unicodedata.normalize("NFKD", text)
        text = "".join([sign for sign in signs if not unicodedata.combining(sign)])
    return " ".join(_WORDS.findall(_APOSTROPHES.sub("", text.lower())))


def load_terms(folder: Path = CLASSIFICATION) -> tuple[Term, ...]:
    """Every phrase with its code. Raises `FactsError` for a code that is none."""
    terms = [Term(*row) for row in _rows(folder / "terms.csv", ("phrase", "hs6", "source"))]
    terms += [
        Term(phrase, code, OWN)
        for phrase, code in _rows(folder / "examples.csv", ("phrase", "hs6"))
    ]
    for term in terms:
        if not _CODE.fullmatch(term.code) or not spelled(term.phrase):
            raise FactsError(f"{term.source}: {term.phrase!r} has the code {term.code!r}")
    return tuple(terms)


def load_labels(folder: Path = CLASSIFICATION) -> dict[str, str]:
    """Our words for each chapter and heading, by code."""
    return {code: label for code, label in _rows(folder / "headings.csv", ("code", "label"))}


def load_vague(folder: Path = CLASSIFICATION) -> frozenset[str]:
    """Descriptions that say too little, spelled plainly."""
    return frozenset(term for (term,) in _rows(folder / "vague_terms.csv", ("term",)))


def _rows(path: Path, head: tuple[str, ...]) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    if not rows or tuple(rows[0]) != head:
        raise FactsError(f"{path.name}: the columns are {', '.join(head)}")
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(head) or not all(row):
            raise FactsError(f"{path.name}: line {number} has not {len(head)} values")
    return rows[1:]


@dataclass(frozen=True, slots=True)
class DecidingQuestion:
    """A question between codes: each answer with the digits it leaves, and words that give it."""

    fact: str
    ask: str
    answers: Mapping[str, tuple[str, ...]]
    words: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Step:
    """From this strength on, so many of a hundred were right when it was measured."""

    place: str
    strength: float
    confidence: float


@dataclass(frozen=True, slots=True)
class ClassificationFacts:
    """All that the classifier knows, and the hash of it."""

    terms: tuple[Term, ...]
    labels: Mapping[str, str]
    vague: frozenset[str]
    generic: frozenset[str]
    questions: tuple[DecidingQuestion, ...]
    calibration: tuple[Step, ...]
    version: str


def load_classification(folder: Path = CLASSIFICATION) -> ClassificationFacts:
    """Read every facts file of the classifier. Raises `FactsError`."""
    return ClassificationFacts(
        terms=load_terms(folder),
        labels=load_labels(folder),
        vague=load_vague(folder),
        generic=frozenset(word for (word,) in _rows(folder / "generic_words.csv", ("word",))),
        questions=load_questions(folder),
        calibration=load_calibration(folder),
        version=version_of(folder),
    )


def load_subheadings(folder: Path = CLASSIFICATION) -> frozenset[str]:
    """Every subheading of the Harmonized System of 2022."""
    return frozenset(code for (code,) in _rows(folder / "subheadings.csv", ("code",)))


def load_questions(folder: Path = CLASSIFICATION) -> tuple[DecidingQuestion, ...]:
    """What would decide between codes. Raises `FactsError` for a code that begins none."""
    known = load_subheadings(folder)
    document = tomllib.loads((folder / "questions.toml").read_text("utf-8"))
    found = []
    for table in document.get("questions", []):
        answers = {name: tuple(each["codes"]) for name, each in table["answers"].items()}
        for prefix in (prefix for codes in answers.values() for prefix in codes):
            if not any(code.startswith(prefix) for code in known):
                raise FactsError(f"questions.toml: {table['fact']}: no code begins {prefix}")
        words = {name: frozenset(each["words"]) for name, each in table["answers"].items()}
        found.append(DecidingQuestion(table["fact"], table["ask"], answers, words))
    return tuple(found)


def load_calibration(folder: Path = CLASSIFICATION) -> tuple[Step, ...]:
    """How often codes of a strength were right, weakest first."""
    rows = _rows(folder / "calibration.csv", ("place", "strength", "confidence", "measured"))
    return tuple(Step(place, float(strength), float(right)) for place, strength, right, _ in rows)


def version_of(folder: Path = CLASSIFICATION) -> str:
    """The hash of all facts that an answer depends on."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.*")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
