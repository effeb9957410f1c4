"""Which phrases stand for which codes? Facts under data/facts/classification, read strictly.

`terms.csv` are phrases that an authority gave codes to, `examples.csv` our own, `headings.csv` our
own words for chapters and headings, `vague_terms.csv` descriptions that say too little.
"""

import csv
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from data.loading.documents import FactsError

CLASSIFICATION = Path(__file__).parents[1] / "facts" / "classification"
OWN = "OWN"
PARCELS = "UK-PARCELS"
_WORDS = re.compile(r"[a-z0-9]+")
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
        digest = hashlib.sha256(spelled(self.phrase).encode()).hexdigest()
        return int(digest, 16) % _THIRDS == 0


def spelled(text: str) -> str:
    """A phrase in plain small letters and digits, words apart by one blank.

    >>> spelled("Crème-brûlée  4x100G")
    'creme brulee 4x100g'
    """
    return " ".join(_WORDS.findall(unicodedata.normalize("NFKD", text.lower())))


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
