"""What does a lane ask of a label? Dated rules under data/facts/lanes, read strictly."""

from pathlib import Path

from data.loading.documents import Document, FactsError, load_document

NEEDS = ("ten_digit_codes", "six_digit_codes", "duty_prepaid")
_KEYS = frozenset({"to", "from", "modes", "carriers", "needs", "message", "versions"})
_VERSION_KEYS = frozenset({"value", "since", "until", "law", "confidence"})


def load_lanes(path: Path) -> Document:
    """Read the rules of lanes, with their laws. Raises `FactsError`."""
    document = load_document(path)
    for key, rule in document.get("rules", {}).items():
        where = f"{path.name}: {key}"
        if unknown := rule.keys() - _KEYS:
            raise FactsError(f"{where}: unknown keys: {', '.join(sorted(unknown))}")
        if rule.get("needs") not in NEEDS:
            raise FactsError(f"{where}: needs one of {', '.join(NEEDS)}")
        if not rule.get("message") or not rule.get("versions") or not rule.get("to"):
            raise FactsError(f"{where}: a rule says where to, a message and versions")
        for version in rule["versions"]:
            if unknown := version.keys() - _VERSION_KEYS:
                raise FactsError(f"{where}: unknown keys: {', '.join(sorted(unknown))}")
    return document
