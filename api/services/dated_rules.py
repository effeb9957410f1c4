"""Which dated rules are written in a facts document, whatever they are about?

A document is tables of rules, each rule a list of versions (`data.loading.documents`). Here a rule
is its place in the document (``taxes.VAT.rates.standard``) and its versions, each ended by the
next; what is not dated (names, lists of goods, scopes) is a plain value at its place.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from data.model.dated import Confidence, Law
from tariffs.snapshot import Snapshot, UnknownDocumentError

_VERSION = {"since", "until", "value", "law", "confidence"}
_NOT_RULES = ("laws", "checked_on", "about")


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """One version of a rule, its value as it is written in the facts."""

    value: str
    since: date
    until: date | None
    law: Law
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a document, its versions oldest first. `name` is of the table that it is in."""

    place: str
    name: str | None
    versions: tuple[RuleVersion, ...]


def documents_of(snapshot: Snapshot, territory: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The documents whose rules hold in a territory: its own, its union's, their agreements."""
    territories = _document(snapshot, "territories")
    own = territories.get(territory)
    if own is None:
        return
    union = own.get("customs_territory", territory)
    yield "", own
    if union != territory and union in territories:
        yield f"{union}.", territories[union]
    rules = {**territories.get(union, {}), **own}
    agreements = _document(snapshot, "agreements").get(
        rules.get("agreements", rules.get("schedule", ""))
    )
    if agreements is not None:
        yield "", agreements


def rules_in(document: Mapping[str, Any]) -> Iterator[Rule]:
    """Every dated rule of a document, in its order."""
    laws = {id_: Law(id_, law["title"], law.get("url")) for id_, law in document["laws"].items()}
    for place, name, entries in _lists(document, "", None):
        versions = sorted(entries, key=lambda entry: entry["since"])
        following = [*(date.fromisoformat(entry["since"]) for entry in versions[1:]), None]
        read = [_version(v, then, laws) for v, then in zip(versions, following, strict=True)]
        yield Rule(place, name, tuple(read))


def plain_values(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each value that is not dated, with its place: scopes, lists of goods, names."""
    yield from _leaves(document, "")


def _document(snapshot: Snapshot, name: str) -> Mapping[str, Any]:
    try:
        document: Mapping[str, Any] = snapshot.document(name)
    except UnknownDocumentError:
        return {}
    return document


def _lists(
    node: Mapping[str, Any], at: str, name: str | None
) -> Iterator[tuple[str, str | None, list[Any]]]:
    """The lists of versions beneath a table; entries of a list about different things apart."""
    name = node.get("name", name)
    for key, child in node.items():
        if key in _NOT_RULES:
            continue
        place = at if key == "versions" else f"{at}.{key}".lstrip(".")
        if isinstance(child, Mapping):
            yield from _lists(child, place, name)
        elif _is_dated(child):
            apart: dict[str, list[Any]] = {}
            for entry in child:
                about = ".".join(str(entry[k]) for k in entry if k not in _VERSION)
                apart.setdefault(about, []).append(entry)
            for about, entries in apart.items():
                yield f"{place}.{about}".rstrip("."), name, entries


def _leaves(node: Mapping[str, Any], at: str) -> Iterator[tuple[str, str]]:
    for key, child in node.items():
        place = f"{at}.{key}".lstrip(".")
        if key in _NOT_RULES or _is_dated(child):
            continue
        if isinstance(child, Mapping):
            yield from _leaves(child, place)
        else:
            yield place, _text(child)


def _is_dated(node: Any) -> bool:
    return isinstance(node, list) and bool(node) and isinstance(node[0], dict)


def _version(entry: Mapping[str, Any], then: date | None, laws: Mapping[str, Law]) -> RuleVersion:
    until = date.fromisoformat(entry["until"]) if entry.get("until") else None
    ends = [day for day in (until, then) if day is not None]
    return RuleVersion(
        value=_text(entry["value"]),
        since=date.fromisoformat(entry["since"]),
        until=min(ends, default=None),
        law=laws[entry["law"]],
        confidence=entry.get("confidence", "official"),
    )


def _text(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
