"""How are the words of a facts file read: laws, versions, amounts, scopes?

What every table of a territory is made of; which tables there are is customs.territories' matter.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from customs.rules import ALL_GOODS, Goods, Scope
from data.model.dated import Dated, Law, Version
from data.model.money import Money, money


class TerritoryError(ValueError):
    """A territory's facts say something that this version of the rules does not know."""


T = TypeVar("T")


Document = Mapping[str, Any]


Laws = Mapping[str, Law]


GOODS = {"goods", "except_goods", "origins", "except_origins"}


SCOPE = GOODS | {
    "buyer", "purposes", "modes", "on", "per", "inclusive", "except", "from", "except_from",
    "registration",
}  # fmt: skip


VALUES = ("intrinsic_value", "customs_value", "price_with_shipping", "freight")


def read_scope(table: Document) -> Scope:
    """Which consignments a rule is for, and which value its limit looks at."""
    if table.get("except", "excise_goods") != "excise_goods":
        raise TerritoryError(f"except {table['except']!r} is not known")
    on = table.get("on", "intrinsic_value")
    if on not in VALUES:
        raise TerritoryError(f"no value is called {on!r}")
    return Scope(
        buyer=table.get("buyer"),
        purposes=tuple(table.get("purposes", ())),
        modes=tuple(table.get("modes", ())),
        on=on,
        per=table.get("per", "consignment"),
        inclusive=table.get("inclusive", True),
        except_excise="except" in table,
        dispatched_from=tuple(table.get("from", ())),
        except_dispatched_from=tuple(table.get("except_from", ())),
        registration=table.get("registration"),
        goods=read_goods(table),
    )


def read_goods(table: Document) -> Goods:
    """Which goods a rule is for, by code and origin."""
    if not table.keys() & GOODS:
        return ALL_GOODS
    return Goods(
        tuple(table.get("goods", ())),
        tuple(table.get("except_goods", ())),
        tuple(table.get("origins", ())),
        tuple(table.get("except_origins", ())),
    )


def read_laws(document: Document) -> dict[str, Law]:
    """The laws that a document cites, by id."""
    return {
        id_: Law(id_, law["title"], law.get("url")) for id_, law in document.get("laws", {}).items()
    }


def read_dated(
    versions: list[Document],
    laws: Laws,
    read: Callable[[Any], T],
) -> Dated[T]:
    """A rule through time, each version read by `read` and with its law."""
    read_versions = []
    for version in versions:
        check_known(version, {"since", "until", "value", "law", "confidence"}, "a version")
        until = version.get("until")
        read_versions.append(
            Version(
                read(version["value"]),
                date.fromisoformat(version["since"]),
                date.fromisoformat(until) if until else None,
                laws[version["law"]],
                version.get("confidence", "official"),
            )
        )
    return Dated.of(read_versions)


def read_optional(
    versions: list[Document] | None, laws: Laws, read: Callable[[Any], T]
) -> Dated[T] | None:
    """A rule through time that a territory need not have."""
    return None if versions is None else read_dated(versions, laws, read)


def check_known(table: Document, keys: set[str], where: str) -> None:
    """Refuse a table with words that are not known."""
    if unknown := table.keys() - keys:
        raise TerritoryError(f"{where}: unknown words {', '.join(sorted(unknown))}")


def read_limit(table: Document, word: str) -> Money | None:
    """The amount under a word of a table, None where the table does not have it."""
    return read_money(table[word]) if word in table else None


def read_money(text: str) -> Money:
    """An amount as facts write it: ``GBP 135``."""
    code, _, amount = text.partition(" ")
    return money(amount, code)


def read_money_or_none(text: str) -> Money | None:
    """An amount, None for ``no limit``."""
    return None if text == "no limit" else read_money(text)


def read_bounds(text: str) -> tuple[str, str]:
    """Two expressions, ``0% to 5%``, or one for both."""
    low, _, high = text.partition(" to ")
    return low, high or low


def read_percent(text: str) -> Decimal:
    """A percentage, ``20%``, or a share of another tax, ``22/78``; exact up to the last digit."""
    if "/" in text:
        share, _, whole = text.partition("/")
        return Decimal(share) * 100 / Decimal(whole)
    if not text.endswith("%"):
        raise TerritoryError(f"{text!r} is not a percentage")
    return Decimal(text[:-1])
