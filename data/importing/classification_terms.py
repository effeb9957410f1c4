"""Which phrases did an authority give commodity codes to, and which descriptions did it find vague?

Three files of the classification search of the United Kingdom: search references (JSON: term to
ten digits), extra references (CSV: description as parcels have it, six digits or more) and vague
terms (CSV, one column). All or nothing: fewer rows than the source is known to have is refused.
A row whose code is shorter than six digits, or no subheading of the Harmonized System of 2022, is
left out and counted.
"""

import csv
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from data.loading.classification import Term, spelled

REFERENCES = "UK-REFERENCES"
PARCELS = "UK-PARCELS"
_DIGITS = 6
_LEAST = {REFERENCES: 3_900, PARCELS: 2_200, "vague": 4_000}


class TermsRefusedError(ValueError):
    """A file is not what it was expected to be; nothing was written."""


@dataclass(frozen=True, slots=True)
class TermsReport:
    """How many rows were kept, by source, and which were left out."""

    kept: dict[str, int]
    left_out: tuple[str, ...]


def derive_terms(
    references: Path, parcels: Path, vague: Path, subheadings: Collection[str], folder: Path
) -> TermsReport:
    """Write `terms.csv` and `vague_terms.csv` of a folder anew. Raises `TermsRefusedError`."""
    left_out: list[str] = []
    known = frozenset(subheadings)
    terms = [
        *_usable(_read_references(references), REFERENCES, known, left_out),
        *_usable(_read_parcels(parcels), PARCELS, known, left_out),
    ]
    vague_terms = _read_vague(vague)
    kept = {
        REFERENCES: sum(term.source == REFERENCES for term in terms),
        PARCELS: sum(term.source == PARCELS for term in terms),
        "vague": len(vague_terms),
    }
    for name, least in _LEAST.items():
        if kept[name] < least:
            raise TermsRefusedError(f"{name}: {kept[name]} rows, at least {least} were expected")
    _write(
        folder / "terms.csv",
        ("phrase", "hs6", "source"),
        [(term.phrase, term.code, term.source) for term in terms],
    )
    _write(folder / "vague_terms.csv", ("term",), [(term,) for term in vague_terms])
    return TermsReport(kept, tuple(left_out))


def _read_references(path: Path) -> list[tuple[str, str]]:
    document = json.loads(path.read_text("utf-8"))
    return [(str(term), str(code)) for term, code in document.items()]


def _read_parcels(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [(row["Goods Description"], row["Commodity Code"]) for row in csv.DictReader(file)]


def _read_vague(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = {spelled(row[0]) for row in csv.reader(file) if row}
    return sorted(found - {""})


def _usable(
    rows: Iterable[tuple[str, str]], source: str, known: frozenset[str], left_out: list[str]
) -> list[Term]:
    """Rows with a subheading that exists, each phrase and code once, sorted."""
    found: dict[tuple[str, str], Term] = {}
    for phrase, code in rows:
        clean = " ".join(phrase.split())
        digits = code.strip()
        if len(digits) < _DIGITS or digits[:_DIGITS] not in known or not spelled(clean):
            left_out.append(f"{source}: {clean!r} {digits}")
            continue
        found.setdefault((spelled(clean), digits[:_DIGITS]), Term(clean, digits[:_DIGITS], source))
    return [found[key] for key in sorted(found)]


def _write(path: Path, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_text(text.getvalue(), "utf-8")
    unfinished.replace(path)
