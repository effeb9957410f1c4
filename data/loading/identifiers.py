"""Which numbers of parties are there, and who needs which? One facts file, read strictly."""

import re
from pathlib import Path

from data.loading.controls import Groups
from data.loading.documents import Document, FactsError, load_document

_TOP = frozenset({"checked_on", "kinds", "schemes", "buyer_tax_ids", "needs", "laws"})
_KIND = frozenset(
    {"name", "pattern", "patterns", "stdnum", "also", "checksum", "versions", "valid_years"}
)
_NEED = frozenset(
    {"to", "from", "except_from", "buyers", "modes", "party", "kinds", "message", "versions"}
)
_PARTIES = ("importer", "exporter", "seller")


def load_identifiers(path: Path, groups: Groups) -> Document:
    """Read the facts on identifiers. Raises `FactsError`."""
    document = load_document(path)
    _refuse_unknown(path.name, document, _TOP)
    kinds = document["kinds"]
    for id_, kind in kinds.items():
        _check_kind(f"{path.name}: {id_}", kind)
    named = [*document["schemes"].values(), *document["buyer_tax_ids"].values()]
    for id_, need in document["needs"].items():
        where = f"{path.name}: {id_}"
        _refuse_unknown(where, need, _NEED)
        if need.get("party") not in _PARTIES or not need.get("message"):
            raise FactsError(f"{where}: a need has a party and a message")
        if not need.get("versions"):
            raise FactsError(f"{where}: a need has versions with their law")
        named += need["kinds"]
        for name in ("to", "from", "except_from"):
            if name in need:
                places = {place for each in need[name] for place in groups.get(each, (each,))}
                need[name] = sorted(places)
    if unknown := set(named) - kinds.keys():
        raise FactsError(f"{path.name}: unknown kinds: {', '.join(sorted(unknown))}")
    tax_ids = document["buyer_tax_ids"]
    document["buyer_tax_ids"] = {
        place: kind for each, kind in tax_ids.items() for place in groups.get(each, (each,))
    }
    return document


def _check_kind(where: str, kind: Document) -> None:
    _refuse_unknown(where, kind, _KIND)
    if not kind.get("name") or not (kind.get("stdnum") or kind.get("pattern")):
        raise FactsError(f"{where}: a kind has a name, and a pattern or a check")
    if kind.get("pattern") and not kind.get("versions"):
        raise FactsError(f"{where}: a pattern of our own has a law")
    for pattern in (kind.get("pattern", ""), *kind.get("patterns", {}).values()):
        try:
            re.compile(pattern)
        except re.error as error:
            raise FactsError(f"{where}: {error}") from error


def _refuse_unknown(where: str, table: Document, known: frozenset[str]) -> None:
    if unknown := table.keys() - known:
        raise FactsError(f"{where}: unknown keys: {', '.join(sorted(unknown))}")
