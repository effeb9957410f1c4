"""Which agreements does each territory have, and with whom?

One TOML file per territory under data/facts/agreements; `groups.toml` beside them names groups of
countries, which are written out here.
"""

from pathlib import Path

from data.loading.documents import Document, FactsError, load_documents
from data.loading.measures import Groups, load_groups

_KEYS = frozenset({"name", "claimed_as", "members", "programmes", "proofs", "waiver", "versions"})
_VERSION_KEYS = frozenset({"value", "members", "since", "until", "law", "confidence"})


def load_agreements(folder: Path) -> dict[str, Document]:
    """Read every territory's agreements: territory → document, with groups written out.

    Raises `FactsError`.
    """
    groups = load_groups(folder / "groups.toml")
    documents = load_documents(folder)
    documents.pop("groups")
    for name, document in documents.items():
        if document.get("territory") != name:
            raise FactsError(f"{name}.toml: territory is not {name}")
        for key, table in document.get("agreements", {}).items():
            where = f"{name}.toml: {key}"
            if unknown := table.keys() - _KEYS:
                raise FactsError(f"{where}: unknown keys: {', '.join(sorted(unknown))}")
            _write_out(where, table, groups)
    return documents


def _write_out(where: str, table: Document, groups: Groups) -> None:
    if not table.get("name") or not table.get("versions"):
        raise FactsError(f"{where}: an agreement needs a name and versions")
    for part in (table, *table["versions"]):
        if part is not table and (unknown := part.keys() - _VERSION_KEYS):
            raise FactsError(f"{where}: unknown keys: {', '.join(sorted(unknown))}")
        if "members" in part:
            part["members"] = [
                country for name in part["members"] for country in groups.get(name, (name,))
            ]
