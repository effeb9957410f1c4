"""What are the rules of a territory?

A `Territory` is read from its facts document (data/facts/territories). A member of a customs union
takes the union's rules and adds its own taxes and fees. Nothing here is a rate or a date: those are
in the facts; unknown words in a facts file are refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from data.model.dated import Dated, Law, Version
from data.model.money import Money, money

T = TypeVar("T")
Document = Mapping[str, Any]


class TerritoryError(ValueError):
    """A territory's facts say something that this version of the rules does not know."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which consignments a rule is for. An empty field means that it does not matter."""

    buyer: str | None = None
    purposes: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    on: str = "intrinsic_value"
    per: str = "consignment"
    inclusive: bool = True
    except_excise: bool = False
    except_origins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Relief:
    """Up to a limit, a consignment (or a piece of it) is free of duty, tax or fees."""

    id: str
    name: str
    relieves: tuple[str, ...]
    scope: Scope
    limit: Dated[Money]


@dataclass(frozen=True, slots=True)
class FlatDuty:
    """A fixed duty for each different subheading, in place of the tariff's, up to a limit."""

    id: str
    name: str
    scope: Scope
    up_to: Money
    amount: Dated[Money]


@dataclass(frozen=True, slots=True)
class Scheme:
    """Tax collected by the seller at sale instead of at the border, up to a limit.

    `registration` is the one the seller must hold (None: the law makes every seller do it);
    `bills_seller` names duties that the scheme's holder is billed for too; `reverse_charge` says
    that a business buyer's tax number moves the tax to the buyer.
    """

    id: str
    name: str
    collects: tuple[str, ...]
    scope: Scope
    limit: Dated[Money]
    registration: str | None = None
    bills_seller: tuple[str, ...] = ()
    reverse_charge: bool = False


@dataclass(frozen=True, slots=True)
class TaxRate:
    """One category of a tax: its rate through time, and the goods that have it by law."""

    category: str
    percent: Dated[Decimal]
    goods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax on imports: what it is charged on, and its rates by category."""

    id: str
    name: str
    base: tuple[str, ...]
    rates: Mapping[str, TaxRate]
    may_be_lower: tuple[str, ...] = ()
    lower_category: Dated[str] | None = None
    flat_duty_in_base: Dated[str] | None = None


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee of the border: an expression per entry, parcel or subheading, between two values."""

    id: str
    name: str
    code: str
    per: str
    scope: Scope
    expression: Dated[str]
    over: Money | None = None
    up_to: Money | None = None
    except_preference: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotAtRisk:
    """A second schedule for goods that will not move on, and the difference allowed."""

    schedule: str
    fact: str
    percent: Dated[Decimal]


@dataclass(frozen=True, slots=True)
class Territory:
    """One tax territory and, where it belongs to one, its customs union's rules."""

    code: str
    name: str
    customs_territory: str
    currency: str
    local_currency: str
    schedule: str | None
    agreements: str | None
    checked_on: date
    customs_value: Dated[str]
    exchange_rate: Dated[str]
    no_border_with: Dated[tuple[str, ...]] | None
    rounding: Mapping[str, Dated[str]]
    excise_goods: tuple[str, ...]
    reliefs: tuple[Relief, ...]
    flat_duties: tuple[FlatDuty, ...]
    schemes: tuple[Scheme, ...]
    taxes: tuple[Tax, ...]
    fees: tuple[Fee, ...]
    not_at_risk: NotAtRisk | None
    outside: tuple[tuple[str, str], ...]


_KEYS = {
    "name", "currency", "schedule", "agreements", "checked_on", "customs_territory",
    "customs_value", "exchange_rate", "no_border_with", "rounding", "excise_goods", "reliefs",
    "flat_duties", "schemes", "taxes", "fees", "not_at_risk", "outside", "laws",
}  # fmt: skip
_SCOPE = {"buyer", "purposes", "modes", "on", "per", "inclusive", "except", "except_origins"}


def read_territory(code: str, documents: Mapping[str, Document]) -> Territory:
    """One territory's rules from the facts documents, by code (``GB``, ``XI``, ``DE``…).

    Raises `TerritoryError` for a word that is not known, KeyError for a territory that is not.
    """
    own = documents[code]
    union = own.get("customs_territory", code)
    base = documents[union]
    for document, where in ((own, code), (base, union)):
        _known(document, _KEYS, where)
    laws = _laws(base) | _laws(own)
    rules = {**base, **own}
    for table in ("reliefs", "flat_duties", "schemes", "fees"):
        rules[table] = {**base.get(table, {}), **own.get(table, {})}
    return Territory(
        code=code,
        name=own["name"],
        customs_territory=union,
        currency=base["currency"],
        local_currency=own["currency"],
        schedule=base.get("schedule"),
        agreements=base.get("agreements", base.get("schedule")),
        checked_on=date.fromisoformat(min(own["checked_on"], base["checked_on"])),
        customs_value=_dated(rules["customs_value"], laws, str),
        exchange_rate=_dated(rules["exchange_rate"], laws, str),
        no_border_with=_optional(rules.get("no_border_with"), laws, tuple),
        rounding={k: _dated(v, laws, str) for k, v in rules.get("rounding", {}).items()},
        excise_goods=tuple(rules.get("excise_goods", {}).get("goods", ())),
        reliefs=tuple(_relief(k, v, laws) for k, v in rules["reliefs"].items()),
        flat_duties=tuple(_flat_duty(k, v, laws) for k, v in rules["flat_duties"].items()),
        schemes=tuple(_scheme(k, v, laws) for k, v in rules["schemes"].items()),
        taxes=_taxes(base.get("taxes", {}), own.get("taxes", {}), laws),
        fees=tuple(_fee(k, v, laws) for k, v in rules["fees"].items()),
        not_at_risk=_not_at_risk(rules.get("not_at_risk"), laws),
        outside=tuple((v["postal_code"], v["value"]) for v in rules.get("outside", ())),
    )


def _relief(id_: str, table: Document, laws: Mapping[str, Law]) -> Relief:
    _known(table, _SCOPE | {"name", "relieves", "versions"}, id_)
    limit = _dated(table["versions"], laws, _money)
    return Relief(id_, table["name"], tuple(table["relieves"]), _scope(table), limit)


def _flat_duty(id_: str, table: Document, laws: Mapping[str, Law]) -> FlatDuty:
    _known(table, _SCOPE | {"name", "counted", "up_to", "versions"}, id_)
    if table["counted"] != "subheading":
        raise TerritoryError(f"{id_}: counted by {table['counted']!r} is not known")
    amount = _dated(table["versions"], laws, _money)
    return FlatDuty(id_, table["name"], _scope(table), _money(table["up_to"]), amount)


def _scheme(id_: str, table: Document, laws: Mapping[str, Law]) -> Scheme:
    own = {"name", "collects", "versions", "registration", "bills_seller", "reverse_charge"}
    _known(table, _SCOPE | own, id_)
    return Scheme(
        id_,
        table["name"],
        tuple(table["collects"]),
        _scope(table),
        _dated(table["versions"], laws, _money),
        table.get("registration"),
        tuple(table.get("bills_seller", ())),
        table.get("reverse_charge", False),
    )


def _fee(id_: str, table: Document, laws: Mapping[str, Law]) -> Fee:
    own = {"name", "code", "over", "up_to", "except_preference", "versions"}
    _known(table, _SCOPE | own, id_)
    return Fee(
        id_,
        table["name"],
        table["code"],
        table["per"],
        _scope(table),
        _dated(table["versions"], laws, str),
        _money(table["over"]) if "over" in table else None,
        _money(table["up_to"]) if "up_to" in table else None,
        tuple(table.get("except_preference", ())),
    )


def _taxes(base: Document, own: Document, laws: Mapping[str, Law]) -> tuple[Tax, ...]:
    taxes = []
    for id_ in {**base, **own}:
        table = {**base.get(id_, {}), **own.get(id_, {})}
        _known(
            table,
            {"name", "on", "base_law", "rates", "may_be_lower", "flat_duty_in_base"},
            id_,
        )
        lower = table.get("may_be_lower", {})
        rates = {
            category: TaxRate(
                category, _dated(rate["versions"], laws, _percent), tuple(rate.get("goods", ()))
            )
            for category, rate in table.get("rates", {}).items()
        }
        taxes.append(
            Tax(
                id_,
                table["name"],
                tuple(table["on"]),
                rates,
                tuple(lower.get("goods", ())),
                _optional(lower.get("versions"), laws, str),
                _optional(table.get("flat_duty_in_base"), laws, str),
            )
        )
    return tuple(taxes)


def _not_at_risk(table: Document | None, laws: Mapping[str, Law]) -> NotAtRisk | None:
    if table is None:
        return None
    _known(table, {"schedule", "fact", "versions"}, "not_at_risk")
    return NotAtRisk(table["schedule"], table["fact"], _dated(table["versions"], laws, _percent))


def _scope(table: Document) -> Scope:
    if table.get("except", "excise_goods") != "excise_goods":
        raise TerritoryError(f"except {table['except']!r} is not known")
    return Scope(
        buyer=table.get("buyer"),
        purposes=tuple(table.get("purposes", ())),
        modes=tuple(table.get("modes", ())),
        on=table.get("on", "intrinsic_value"),
        per=table.get("per", "consignment"),
        inclusive=table.get("inclusive", True),
        except_excise="except" in table,
        except_origins=tuple(table.get("except_origins", ())),
    )


def _laws(document: Document) -> dict[str, Law]:
    return {
        id_: Law(id_, law["title"], law.get("url")) for id_, law in document.get("laws", {}).items()
    }


def _dated(
    versions: list[Document],
    laws: Mapping[str, Law],
    read: Callable[[Any], T],
) -> Dated[T]:
    read_versions = []
    for version in versions:
        _known(version, {"since", "until", "value", "law", "confidence"}, "a version")
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


def _optional(
    versions: list[Document] | None, laws: Mapping[str, Law], read: Callable[[Any], T]
) -> Dated[T] | None:
    return None if versions is None else _dated(versions, laws, read)


def _known(table: Document, keys: set[str], where: str) -> None:
    if unknown := table.keys() - keys:
        raise TerritoryError(f"{where}: unknown words {', '.join(sorted(unknown))}")


def _money(text: str) -> Money:
    code, _, amount = text.partition(" ")
    return money(amount, code)


def _percent(text: str) -> Decimal:
    if not text.endswith("%"):
        raise TerritoryError(f"{text!r} is not a percentage")
    return Decimal(text[:-1])
