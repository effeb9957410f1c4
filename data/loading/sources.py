"""Where does a schedule come from, and how far may it be trusted?

`data/facts/sources.toml` has one table per source: who publishes it, under which licence, of what
day, how many rows it must have, and the laws its rows cite. A source without a day is a feed that
is imported at the user's own site. What states rules of origin or exchange rates instead of tariff
rates has a format word of its own.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from data.loading.documents import FactsError
from data.model.dated import Law

Completeness = Literal["full", "dated", "rules"]
Format = Literal[
    "us_hts",
    "uk_eu_rates",
    "uk_tariff_api",
    "ca_tphs",
    "au_schedule",
    "uk_origin_rules",
    "hmrc_rates",
]
Bounds = tuple[int, int]

SOURCES = Path(__file__).parents[1] / "facts" / "sources.toml"

_NEEDED = {
    "territory",
    "format",
    "publisher",
    "title",
    "licence",
    "url",
    "checked_on",
    "completeness",
}
_ALLOWED = _NEEDED | {"as_of", "sha256", "note", "also_for", "indicators", "expect", "laws"}


@dataclass(frozen=True, slots=True)
class Source:
    """One official publication: of tariff rates, of rules of origin, of rates of exchange.

    `as_of` is the day the copy we hold was the law, None for a feed that each site imports.
    `expect` bounds what an import must find (lowest, highest): ``lines`` of the file, ``rows`` and
    ``codes`` read, ``refused`` lines, ``unread`` expressions, and rows of each programme.
    `indicators` are the special programme indicators that may stand in the schedule.
    `also_for` are other territories that use the same schedule.
    """

    id: str
    territory: str
    format: Format
    publisher: str
    title: str
    licence: str
    url: str
    checked_on: date
    completeness: Completeness
    as_of: date | None = None
    sha256: str | None = None
    note: str | None = None
    also_for: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    expect: Mapping[str, Bounds] = field(default_factory=dict)
    laws: Mapping[str, Law] = field(default_factory=dict)


def load_sources(path: Path = SOURCES) -> dict[str, Source]:
    """Every source by its id. Raises `FactsError` for what is missing, unknown or undated."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise FactsError(f"{path.name}: {error}") from error
    if unknown := document.keys() - {"sources"}:
        raise FactsError(f"{path.name}: unknown tables {', '.join(sorted(unknown))}")
    return {
        key: _source(f"{path.name}: {key}", key, table)
        for key, table in document.get("sources", {}).items()
    }


def legal_act(code: str, url: str | None = None) -> Law:
    """The law behind a regulation code that a feed's measures name, such as ``R2658/87``."""
    return Law(code, f"Legal act {code}", url)


def _source(where: str, key: str, table: dict[str, Any]) -> Source:
    if missing := _NEEDED - table.keys():
        raise FactsError(f"{where}: says nothing of {', '.join(sorted(missing))}")
    if unknown := table.keys() - _ALLOWED:
        raise FactsError(f"{where}: unknown keys {', '.join(sorted(unknown))}")
    for key_of, words in (("completeness", Completeness), ("format", Format)):
        if table[key_of] not in get_args(words):
            raise FactsError(f"{where}: {key_of} {table[key_of]!r} is unknown")
    for day in ("checked_on", "as_of"):
        if day in table and type(table[day]) is not date:
            raise FactsError(f"{where}: `{day}` is no day")
    laws = {name: _law(where, name, law) for name, law in table.get("laws", {}).items()}
    if not laws:
        raise FactsError(f"{where}: cites no law")
    return Source(
        **{
            **table,
            "id": key,
            "also_for": tuple(table.get("also_for", ())),
            "indicators": tuple(table.get("indicators", ())),
            "expect": {
                name: _bounds(where, name, pair) for name, pair in table.get("expect", {}).items()
            },
            "laws": laws,
        }
    )


def _law(where: str, name: str, law: dict[str, str]) -> Law:
    if not law.get("title") or law.keys() - {"title", "url"}:
        raise FactsError(f"{where}: law {name} needs a title, and may have a url")
    return Law(name, law["title"], law.get("url"))


def _bounds(where: str, name: str, pair: Any) -> Bounds:
    if not (isinstance(pair, list) and len(pair) == 2 and all(type(n) is int for n in pair)):
        raise FactsError(f"{where}: expect.{name} is not [lowest, highest]")
    low, high = pair
    if low > high:
        raise FactsError(f"{where}: expect.{name} ends before it starts")
    return low, high
