"""Is every rule of this file dated and cited?

A facts file is TOML: tables of rules, each rule a list of versions, and a `[laws]` table. This
reader knows nothing about what a rule means. It refuses a version without `since` or `law`, a law
that is not listed, a listed law that nobody cites, a float, and a word of confidence that is none.
"""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

Document = dict[str, Any]

CONFIDENCES = ("official", "secondary", "unconfirmed")


class FactsError(ValueError):
    """A facts file says something that cannot be kept: undated, uncited, unknown or unclear."""


def load_document(path: Path) -> Document:
    """Read one facts file and check that every version in it has a day and a law.

    Days become ISO strings, so that the document can be kept as JSON. Raises `FactsError`.
    """
    try:
        raw = tomllib.loads(path.read_text("utf-8"), parse_float=_no_floats)
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise FactsError(f"{path.name}: {error}") from error
    if not isinstance(raw.get("checked_on"), date):
        raise FactsError(f"{path.name}: `checked_on` says no day")
    laws = raw.get("laws", {})
    for key, law in laws.items():
        if not isinstance(law, dict) or not law.get("title") or law.keys() - {"title", "url"}:
            raise FactsError(f"{path.name}: law {key} needs a title, and may have a url")
    cited = set()
    for where, version in _versions(raw, path.name):
        _check_version(where, version, laws)
        cited.add(version["law"])
    if unused := laws.keys() - cited:
        raise FactsError(f"{path.name}: laws that nothing cites: {', '.join(sorted(unused))}")
    plain: Document = _plain(raw)
    return plain


def load_documents(folder: Path) -> dict[str, Document]:
    """Read every facts file of a folder: file stem → document."""
    return {path.stem: load_document(path) for path in sorted(folder.glob("*.toml"))}


def _no_floats(text: str) -> str:
    raise FactsError(f"{text} is a bare number: write it as a string with its unit")


def _check_version(where: str, version: Document, laws: Document) -> None:
    since, until = version.get("since"), version.get("until")
    if not isinstance(since, date) or isinstance(since, datetime):
        raise FactsError(f"{where}: a version without `since`")
    if until is not None and (not isinstance(until, date) or until <= since):
        raise FactsError(f"{where}: `until` must be a day after `since`")
    if version.get("law") not in laws:
        raise FactsError(f"{where}: law {version.get('law')!r} is not in [laws]")
    if version.get("confidence", "official") not in CONFIDENCES:
        raise FactsError(f"{where}: confidence {version['confidence']!r} is unknown")


def _versions(node: Any, where: str) -> Iterator[tuple[str, Document]]:
    """Every table that claims to be a version of a rule: it has `since` or `law`."""
    if isinstance(node, dict):
        if "since" in node or "law" in node:
            yield where, node
        for key, child in node.items():
            if key != "laws":
                yield from _versions(child, f"{where}: {key}")
    elif isinstance(node, list):
        for child in node:
            yield from _versions(child, where)


def _plain(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _plain(child) for key, child in node.items()}
    if isinstance(node, list):
        return [_plain(child) for child in node]
    return node.isoformat() if isinstance(node, date) else node
