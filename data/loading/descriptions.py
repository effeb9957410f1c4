"""What may a description of goods not be, and how long may it be? One facts file, read strictly."""

from pathlib import Path

from data.loading.documents import Document, FactsError, load_document

_TOP = frozenset({"checked_on", "stop_words", "vague_terms", "channels", "examples", "laws"})


def load_descriptions(path: Path) -> Document:
    """Read the facts on descriptions. Raises `FactsError`."""
    document = load_document(path)
    if unknown := document.keys() - _TOP:
        raise FactsError(f"{path.name}: unknown keys: {', '.join(sorted(unknown))}")
    for name, channel in document["channels"].items():
        for version in channel["characters"]:
            if not version["value"].isdigit():
                raise FactsError(f"{path.name}: {name}: {version['value']!r} is no number")
    if not document["stop_words"]["words"] or not document["stop_words"]["versions"]:
        raise FactsError(f"{path.name}: the stop words have words, and versions with their law")
    return document
