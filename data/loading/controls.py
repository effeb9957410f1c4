"""Does each rule on goods say which law it is from, and prove itself? Packs read strictly.

One TOML file is a pack. A rule without a law, without a message of ours, or without examples that
it hits and misses is refused. Groups of countries are written out here.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data.loading.documents import Document, FactsError, load_document

Groups = Mapping[str, tuple[str, ...]]

EFFECTS = ("prohibited", "licence", "document", "restricted", "warning")
MODES = ("post", "express", "air", "sea", "road")
QUOTES = ("all", "hits", "nothing")
DIRECTIONS = ("import", "export", "carriage")
_PACK_KEYS = frozenset({"checked_on", "title", "jurisdiction", "rules", "laws"})
_PLACES = ("to", "from", "except_to", "except_from", "origins", "except_origins")
_KEYS = frozenset(
    (*_PLACES, *"direction regions postal_codes modes purposes buyers goods except_goods terms"
     " except_terms requires asks effect not_via quotes documents message question versions hit ask"
     " miss".split())
)  # fmt: skip
_VERSION_KEYS = frozenset({"value", "since", "until", "law", "confidence"})
_TEST_KEYS = frozenset(
    "to from postal_code mode purpose buyer code origin description facts on".split()
)


def load_controls(folder: Path, groups: Groups) -> dict[str, Document]:
    """Read every pack of rules: file stem → pack. Raises `FactsError`."""
    packs: dict[str, Document] = {}
    owner: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        pack = load_document(path)
        _refuse_unknown(path.name, pack, _PACK_KEYS)
        if not pack.get("title") or not pack.get("jurisdiction") or not pack.get("rules"):
            raise FactsError(f"{path.name}: a pack has a title, a jurisdiction and rules")
        for id_, rule in pack["rules"].items():
            if owner.setdefault(id_, path.stem) != path.stem:
                raise FactsError(f"{path.name}: {id_} is in {owner[id_]} already")
            pack["rules"][id_] = _rule(f"{path.name}: {id_}", rule, groups)
        packs[path.stem] = pack
    return packs


def _rule(where: str, rule: Document, groups: Groups) -> Document:
    _refuse_unknown(where, rule, _KEYS)
    _check_words(where, rule)
    _check_goods(where, rule)
    for version in rule["versions"]:
        _refuse_unknown(where, version, _VERSION_KEYS)
        if "law" not in version or "since" not in version:
            raise FactsError(f"{where}: a version says since when, and by which law")
    for kind in ("hit", "ask", "miss"):
        for example in rule.get(kind, ()):
            _refuse_unknown(f"{where}: {kind}", example, _TEST_KEYS)
    written = {name: _places(rule[name], groups) for name in _PLACES if name in rule}
    return {**rule, **written}


def _check_words(where: str, rule: Document) -> None:
    if rule.get("effect") not in EFFECTS:
        raise FactsError(f"{where}: the effect is one of {', '.join(EFFECTS)}")
    if rule.get("direction") not in DIRECTIONS:
        raise FactsError(f"{where}: the direction is one of {', '.join(DIRECTIONS)}")
    if not rule.get("message") or not rule.get("versions"):
        raise FactsError(f"{where}: a rule has a message and versions with their law")
    if not (rule.get("hit") or rule.get("ask")) or not rule.get("miss"):
        raise FactsError(f"{where}: a rule has examples that it hits and that it misses")
    if rule.get("quotes", "all") not in QUOTES:
        raise FactsError(f"{where}: quotes takes one of {', '.join(QUOTES)}")
    for name in ("modes", "not_via"):
        if unknown := set(rule.get(name, ())) - set(MODES):
            raise FactsError(f"{where}: unknown modes: {', '.join(sorted(unknown))}")


def _check_goods(where: str, rule: Document) -> None:
    for name in ("goods", "except_goods", "asks"):
        for code in rule.get(name, ()):
            if not (code.isdigit() and 2 <= len(code) <= 10):
                raise FactsError(f"{where}: {code!r} is no beginning of a commodity code")
    if rule.get("asks") and not rule.get("requires"):
        raise FactsError(f"{where}: it asks for a fact, and requires none")
    for entry in rule.get("documents", ()):
        if entry.keys() != {"code", "title"}:
            raise FactsError(f"{where}: a document has a code and a title")


def _places(named: list[str], groups: Groups) -> list[str]:
    return sorted({place for name in named for place in groups.get(name, (name,))})


def _refuse_unknown(where: str, table: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := table.keys() - known:
        raise FactsError(f"{where}: unknown keys: {', '.join(sorted(unknown))}")
