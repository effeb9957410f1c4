"""Which additional measures does each territory have?

One folder per territory under data/facts/measures. Each TOML file holds programmes: a table of what
its rows have in common and `versions`, a row per heading, origin or change of law. A row may name
lists of goods instead of writing them out; the lists are CSV files (columns ``list,code``) in the
folder's `lists`, and each one used is described in `[lists]`. Groups of countries come from
data/facts/agreements/groups.toml.
"""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from data.loading.documents import Document, FactsError, load_document

Groups = Mapping[str, tuple[str, ...]]

_KEYS = frozenset(
    "heading programme name role value law since until confidence goods lists except_goods"
    " except_lists within origins except_origins requires removes group rank basis column_2"
    " unknown covers content keeps at_or_above".split()
)
_LIST_KEYS = frozenset({"title", "source", "licence", "as_of", "note"})
_TOP_KEYS = frozenset({"territory", "checked_on", "about", "programmes", "lists", "laws"})


def load_measures(folder: Path, groups: Groups) -> dict[str, Document]:
    """Read every territory's measures: territory → `{"rows": [...], "laws": {...}}`, plain values.

    Every row is complete and has its lists and groups written out. Raises `FactsError`.
    """
    return {
        place.name: load_territory_measures(place, groups)
        for place in sorted(folder.iterdir())
        if place.is_dir()
    }


def load_territory_measures(folder: Path, groups: Groups) -> Document:
    """Read one territory's measures; see `load_measures`."""
    lists = _load_lists(folder / "lists")
    rows: list[Document] = []
    laws: Document = {}
    used: set[str] = set()
    for path in sorted(folder.glob("*.toml")):
        document = load_document(path)
        _check_keys(path.name, document, _TOP_KEYS)
        if document.get("territory") != folder.name:
            raise FactsError(f"{path.name}: territory is not {folder.name}")
        described = document.get("lists", {})
        for name, about in described.items():
            _check_keys(f"{path.name}: list {name}", about, _LIST_KEYS)
        for key, programme in document.get("programmes", {}).items():
            found, named = _rows(f"{path.name}: {key}", key, programme, lists, groups)
            if missing := named - described.keys():
                raise FactsError(f"{path.name}: lists not described: {sorted(missing)}")
            rows += found
            used |= named
        laws |= document["laws"]
    if unused := lists.keys() - used:
        raise FactsError(f"{folder.name}: lists that no measure uses: {sorted(unused)}")
    return {"rows": rows, "laws": laws}


def load_groups(path: Path) -> dict[str, tuple[str, ...]]:
    """Read the groups of countries: name → ISO codes (the group's own name is among them).

    A group's name may be given as an origin itself (``EU``), so it is a member of its own.
    """
    document = load_document(path)
    return {
        name: (*group["versions"][-1]["value"], name) for name, group in document["groups"].items()
    }


def _rows(
    where: str,
    key: str,
    programme: Document,
    lists: Mapping[str, tuple[str, ...]],
    groups: Groups,
) -> tuple[list[Document], set[str]]:
    rows: list[Document] = []
    named: set[str] = set()
    shared = {name: value for name, value in programme.items() if name != "versions"}
    for version in programme["versions"]:
        row = {"programme": key, **shared, **version}
        _check_keys(where, row, _KEYS)
        if missing := {"heading", "name", "role"} - row.keys():
            raise FactsError(f"{where}: a row without {', '.join(sorted(missing))}")
        named.update(row.get("lists", ()), row.get("except_lists", ()))
        rows.append(_written_out(where, row, lists, groups))
    return rows, named


def _written_out(
    where: str, row: Document, lists: Mapping[str, tuple[str, ...]], groups: Groups
) -> Document:
    full = dict(row)
    within = tuple(full.pop("within", ()))
    goods = _codes(where, full.pop("lists", ()), lists, within) + list(full.get("goods", ()))
    if within and not goods:
        raise FactsError(f"{where}: `within` narrows a list to nothing")
    except_goods = _codes(where, full.pop("except_lists", ()), lists, ())
    full["goods"] = sorted(set(goods))
    full["except_goods"] = sorted({*except_goods, *full.get("except_goods", ())})
    for key in ("origins", "except_origins"):
        full[key] = list(_countries(full.get(key, ()), groups))
    return full


def _codes(
    where: str,
    names: Iterable[str],
    lists: Mapping[str, tuple[str, ...]],
    within: tuple[str, ...],
) -> list[str]:
    codes: list[str] = []
    for name in names:
        if name not in lists:
            raise FactsError(f"{where}: there is no list {name}")
        codes += [code for code in lists[name] if not within or code.startswith(within)]
    return codes


def _countries(names: Iterable[str], groups: Groups) -> Iterable[str]:
    for name in names:
        yield from groups.get(name, (name,))


def _load_lists(folder: Path) -> dict[str, tuple[str, ...]]:
    lists: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines)
            if reader.fieldnames != ["list", "code"]:
                raise FactsError(f"{path.name}: the columns are list,code")
            for row in reader:
                if not (row["code"].isdigit() and 2 <= len(row["code"]) <= 10):
                    raise FactsError(f"{path.name}:{reader.line_num}: {row['code']!r} is no code")
                lists.setdefault(row["list"], []).append(row["code"])
    return {name: tuple(codes) for name, codes in lists.items()}


def _check_keys(where: str, table: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := table.keys() - known:
        raise FactsError(f"{where}: unknown keys: {', '.join(sorted(unknown))}")
