"""Which lists of restricted parties are known, and how are companies' legal forms written?"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from data.loading.documents import CONFIDENCES, Document, FactsError, load_document
from data.loading.sources import Bounds
from data.model.dated import Confidence, Dated, Law, Version

SCREENING = Path(__file__).parents[1] / "facts" / "screening"
LIST_FORMATS = (
    "ofac_csv",
    "ofac_xml",
    "un_xml",
    "eu_fsf_xml",
    "uk_sanctions_csv",
    "us_csl_csv",
    "bis_dpl",
)
_KEYS = {
    "publisher",
    "title",
    "licence",
    "url",
    "formats",
    "measures",
    "age_days",
    "expect",
}
_COLUMNS = ["form", "written", "countries", "confidence"]


@dataclass(frozen=True, slots=True)
class WatchList:
    """A list that can be imported.

    `measures` is the law that makes it bind, `age_days` after how many days a copy is old, `expect`
    bounds what an import must find.
    """

    id: str
    publisher: str
    title: str
    licence: str
    url: str
    formats: tuple[str, ...]
    measures: Dated[str]
    age_days: Dated[int]
    expect: Mapping[str, Bounds]


@dataclass(frozen=True, slots=True)
class NotScreened:
    """Something that binds and that no comparison of names finds."""

    id: str
    text: str
    since: date
    law: Law
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class ScreeningFacts:
    """What is known of lists and names: no list itself.

    `legal_forms` maps each spelling, as words without accents, to the form it stands for.
    """

    lists: Mapping[str, WatchList]
    not_screened: tuple[NotScreened, ...]
    legal_forms: Mapping[str, str]


def load_screening(folder: Path = SCREENING) -> ScreeningFacts:
    """Read the facts of screening. Raises `FactsError`."""
    path = folder / "lists.toml"
    document = load_document(path)
    if unknown := document.keys() - {"checked_on", "lists", "not_screened", "laws"}:
        raise FactsError(f"{path.name}: unknown tables {', '.join(sorted(unknown))}")
    laws = {key: Law(key, law["title"], law.get("url")) for key, law in document["laws"].items()}
    lists = {
        key: _list(f"{path.name}: {key}", key, table, laws)
        for key, table in document["lists"].items()
    }
    notes = tuple(
        note
        for key, table in document.get("not_screened", {}).items()
        for note in _notes(f"{path.name}: {key}", key, table, laws)
    )
    return ScreeningFacts(lists, notes, load_legal_forms(folder / "legal_forms.csv"))


def load_legal_forms(path: Path) -> dict[str, str]:
    """Every spelling of a legal form and the form it stands for. Raises `FactsError`."""
    forms: dict[str, str] = {}
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if reader.fieldnames != _COLUMNS:
            raise FactsError(f"{path.name}: the columns are {', '.join(_COLUMNS)}")
        for row in reader:
            if not row["form"] or not row["written"]:
                raise FactsError(f"{path.name}: line {reader.line_num} says no form")
            if row["confidence"] and row["confidence"] not in CONFIDENCES:
                raise FactsError(f"{path.name}: line {reader.line_num}: {row['confidence']!r}")
            for spelling in row["written"].split("|"):
                if forms.setdefault(spelling, row["form"]) != row["form"]:
                    raise FactsError(f"{path.name}: {spelling!r} stands for two forms")
    return forms


def _list(where: str, key: str, table: Document, laws: Mapping[str, Law]) -> WatchList:
    if wrong := _KEYS ^ table.keys():
        raise FactsError(f"{where}: unknown or missing: {', '.join(sorted(wrong))}")
    if unknown := set(table["formats"]) - set(LIST_FORMATS):
        raise FactsError(f"{where}: no format is called {', '.join(sorted(unknown))}")
    expect = {name: (int(low), int(high)) for name, (low, high) in table["expect"].items()}
    ages = [_counted(each) for each in _versions(table["age_days"], laws)]
    return WatchList(
        id=key,
        publisher=table["publisher"],
        title=table["title"],
        licence=table["licence"],
        url=table["url"],
        formats=tuple(table["formats"]),
        measures=Dated.of(_versions(table["measures"], laws)),
        age_days=Dated.of(ages),
        expect=expect,
    )


def _counted(version: Version[str]) -> Version[int]:
    """The same version with its value as a number of days."""
    since, until, law = version.since, version.until, version.law
    return Version(int(version.value), since, until, law, version.confidence)


def _notes(
    where: str, key: str, table: Document, laws: Mapping[str, Law]
) -> tuple[NotScreened, ...]:
    if table.keys() != {"text", "versions"}:
        raise FactsError(f"{where}: says a text and versions")
    return tuple(
        NotScreened(key, table["text"], each.since, each.law, each.confidence)
        for each in _versions(table["versions"], laws)
    )


def _versions(rows: list[Document], laws: Mapping[str, Law]) -> list[Version[str]]:
    return [
        Version(
            value=row["value"],
            since=date.fromisoformat(row["since"]),
            until=date.fromisoformat(row["until"]) if row.get("until") else None,
            law=laws[row["law"]],
            confidence=row.get("confidence", "official"),
        )
        for row in rows
    ]
