"""What may a rule on goods say?

A pack is one facts file; its rules are read into `Rule` once for each version of the facts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from customs.controls.words import Term, term_of
from data.model.dated import Dated, Law, Version
from tariffs.conditions import Condition, parse_condition

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Lane:
    """From where to where, how and for whom a rule holds; None and empty: whatever it is.

    `regions` are ``UA-43``, `postal_codes` beginnings such as ``UA-95``: of the place sent from
    where a rule is on imports, of the place sent to otherwise.
    """

    sent_to: frozenset[str] | None
    not_to: frozenset[str]
    sent_from: frozenset[str] | None
    not_from: frozenset[str]
    modes: frozenset[str]
    purposes: frozenset[str]
    buyers: frozenset[str]
    regions: frozenset[str]
    postal_codes: tuple[str, ...]
    region_sent_from: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """One prohibition, licence, document, restriction or warning, through time.

    `goods` are beginnings of commodity codes. `terms` are words of a description, `requires`
    conditions on facts, all of which must hold; either may be evidence. `asks` are the codes
    within which an unknown fact is asked for. `not_via` are the modes that may not carry it.
    `quotes` says what of it belongs in a quote, where nobody asked for a check: ``all``, ``hits``
    (and no questions) or ``nothing``.
    """

    id: str
    pack: str
    effect: str
    message: str
    question: str | None
    lane: Lane
    goods: tuple[str, ...]
    not_goods: tuple[str, ...]
    origins: frozenset[str]
    not_origins: frozenset[str]
    terms: tuple[Term, ...]
    not_terms: tuple[Term, ...]
    requires: tuple[Condition, ...]
    asks: tuple[str, ...]
    not_via: frozenset[str]
    quotes: str
    documents: tuple[str, ...]
    versions: Dated[str]
    tests: Document

    @property
    def concerns_all_goods(self) -> bool:
        """Whether the lane alone decides: an embargo."""
        on_goods = self.goods or self.not_goods or self.terms or self.requires
        return not (on_goods or self.origins or self.not_origins)

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts of a line that the rule reads."""
        return tuple(name for each in self.requires for name in each.facts(self.id))


def read_controls(document: Document) -> tuple[Rule, ...]:
    """Every rule of every pack, as a snapshot keeps them: pack → its facts."""
    return tuple(rule for name, pack in document.items() for rule in _rules(name, pack))


def _rules(name: str, pack: Document) -> Iterator[Rule]:
    laws = {id_: Law(id_, law["title"], law.get("url")) for id_, law in pack["laws"].items()}
    for id_, table in pack["rules"].items():
        yield Rule(
            id=id_,
            pack=name,
            effect=table["effect"],
            message=table["message"],
            question=table.get("question"),
            lane=_lane(table),
            goods=tuple(table.get("goods", ())),
            not_goods=tuple(table.get("except_goods", ())),
            origins=frozenset(table.get("origins", ())),
            not_origins=frozenset(table.get("except_origins", ())),
            terms=tuple(map(term_of, table.get("terms", ()))),
            not_terms=tuple(map(term_of, table.get("except_terms", ()))),
            requires=tuple(map(parse_condition, table.get("requires", ()))),
            asks=tuple(table.get("asks", ())),
            not_via=frozenset(table.get("not_via", ())),
            quotes=table.get("quotes", "all"),
            documents=tuple(
                f"{entry['code']} ({entry['title']})" for entry in table.get("documents", ())
            ),
            versions=Dated.of(_version(entry, laws) for entry in table["versions"]),
            tests={kind: table.get(kind, ()) for kind in ("hit", "ask", "miss")},
        )


def _lane(table: Document) -> Lane:
    def places(name: str) -> frozenset[str] | None:
        return frozenset(table[name]) if name in table else None

    return Lane(
        sent_to=places("to"),
        not_to=frozenset(table.get("except_to", ())),
        sent_from=places("from"),
        not_from=frozenset(table.get("except_from", ())),
        modes=frozenset(table.get("modes", ())),
        purposes=frozenset(table.get("purposes", ())),
        buyers=frozenset(table.get("buyers", ())),
        regions=frozenset(table.get("regions", ())),
        postal_codes=tuple(table.get("postal_codes", ())),
        region_sent_from=table["direction"] == "import",
    )


def _version(entry: Document, laws: Mapping[str, Law]) -> Version[str]:
    until = entry.get("until")
    return Version(
        value=entry["value"],
        since=date.fromisoformat(entry["since"]),
        until=date.fromisoformat(until) if until else None,
        law=laws[entry["law"]],
        confidence=entry.get("confidence", "official"),
    )
