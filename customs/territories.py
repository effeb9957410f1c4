"""What are the rules of a territory?

A `Territory` is read from its facts document (data/facts/territories). A member of a customs union
takes the union's rules and adds its own taxes and fees. Nothing here is a rate or a date: those are
in the facts; unknown words in a facts file are refused.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from customs.facts_words import (
    GOODS,
    SCOPE,
    Document,
    Laws,
    TerritoryError,
    check_known,
    read_bounds,
    read_dated,
    read_goods,
    read_laws,
    read_limit,
    read_money,
    read_money_or_none,
    read_optional,
    read_percent,
    read_scope,
)
from customs.rules import (
    Band,
    DutyBound,
    Excise,
    Fee,
    FlatDuty,
    Goods,
    NotAtRisk,
    PersonalValue,
    Regime,
    Relief,
    Scheme,
    Scope,
    Tax,
    TaxRate,
    Territory,
    Uplift,
    Waiver,
)

__all__ = [
    "Fee",
    "FlatDuty",
    "Goods",
    "Relief",
    "Scheme",
    "Scope",
    "Tax",
    "TaxRate",
    "Territory",
    "TerritoryError",
    "read_territory",
]


_TABLES = (
    "reliefs", "flat_duties", "regimes", "schemes", "fees", "excise", "duty_bounds", "waivers",
)  # fmt: skip
_KEYS = {
    "name", "currency", "schedule", "agreements", "checked_on", "customs_territory",
    "customs_value", "exchange_rate", "no_border_with", "rounding", "excise_goods", "taxes",
    "not_at_risk", "outside", "personal_value", "regions", "postal_regions", "laws", *_TABLES,
}  # fmt: skip
_COMPONENTS = (
    "customs_value", "intrinsic", "duty", "excise", "freight", "insurance",
    "onward_transport", "fees",
)  # fmt: skip


def read_territory(code: str, documents: Mapping[str, Document]) -> Territory:
    """One territory's rules from the facts documents, by code (``GB``, ``XI``, ``DE``…).

    Raises `TerritoryError` for a word that is not known, KeyError for a territory that is not.
    """
    own = documents[code]
    union = own.get("customs_territory", code)
    base = documents[union]
    for document, where in ((own, code), (base, union)):
        check_known(document, _KEYS, where)
    laws = read_laws(base) | read_laws(own)
    rules = {**base, **own}
    for table in _TABLES:
        rules[table] = {**base.get(table, {}), **own.get(table, {})}
    territory = Territory(
        code=code,
        name=own["name"],
        customs_territory=union,
        currency=base["currency"],
        local_currency=own["currency"],
        schedule=base.get("schedule"),
        agreements=base.get("agreements", base.get("schedule")),
        checked_on=date.fromisoformat(min(own["checked_on"], base["checked_on"])),
        customs_value=read_dated(rules["customs_value"], laws, str),
        exchange_rate=read_dated(rules["exchange_rate"], laws, str),
        no_border_with=read_optional(rules.get("no_border_with"), laws, tuple),
        rounding={k: read_dated(v, laws, str) for k, v in rules.get("rounding", {}).items()},
        excise_goods=tuple(rules.get("excise_goods", {}).get("goods", ())),
        reliefs=tuple(_relief(k, v, laws) for k, v in rules["reliefs"].items()),
        flat_duties=tuple(_flat_duty(k, v, laws) for k, v in rules["flat_duties"].items()),
        regimes=tuple(_regime(k, v, laws) for k, v in rules["regimes"].items()),
        schemes=tuple(_scheme(k, v, laws) for k, v in rules["schemes"].items()),
        taxes=_taxes(base.get("taxes", {}), own.get("taxes", {}), laws),
        fees=tuple(_fee(k, v, laws) for k, v in rules["fees"].items()),
        excise=tuple(_excise(k, v, laws) for k, v in rules["excise"].items()),
        duty_bounds=tuple(_duty_bound(k, v, laws) for k, v in rules["duty_bounds"].items()),
        waivers=tuple(_waiver(k, v, laws) for k, v in rules["waivers"].items()),
        not_at_risk=_not_at_risk(rules.get("not_at_risk"), laws),
        personal_value=_personal_value(rules.get("personal_value"), laws),
        outside=tuple((v["postal_code"], v["value"]) for v in rules.get("outside", ())),
        regions=tuple(rules.get("regions", ())),
        postal_regions=tuple(rules.get("postal_regions", {}).items()),
    )
    _check_references(territory)
    return territory


def _check_references(territory: Territory) -> None:
    """Refuse a rule that names a tax, scheme, fee or region that the territory does not have."""
    taxes = [tax.id for tax in territory.taxes]
    fees = [fee.id for fee in territory.fees]
    for at, tax in enumerate(territory.taxes):
        _among(tax.base, (*_COMPONENTS, *taxes[:at]), f"{tax.id}: on")
        if tax.scheme is not None:
            _among([tax.scheme], [s.id for s in territory.schemes], f"{tax.id}: scheme")
        for rate in tax.rates.values():
            _among(rate.regions, territory.regions, f"{tax.id}: regions")
    _among([r for _, r in territory.postal_regions], territory.regions, "postal_regions")
    for scheme in territory.schemes:
        duties = [flat.id for flat in territory.flat_duties]
        duties += [regime.id for regime in territory.regimes]
        _among((*scheme.collects, *scheme.in_place_of), taxes, f"{scheme.id}: collects")
        _among(scheme.bills_seller, duties, f"{scheme.id}: bills_seller")
    for regime in territory.regimes:
        _among(regime.replaces, ("duty", *taxes, *fees), f"{regime.id}: replaces")
    for fee in territory.fees:
        _among([fee.with_tax] if fee.with_tax else [], taxes, f"{fee.id}: with_tax")


def _among(names: Any, known: Any, where: str) -> None:
    if unknown := [name for name in names if name not in known]:
        raise TerritoryError(f"{where} names {', '.join(unknown)}, which is not known")


def _relief(id_: str, table: Document, laws: Laws) -> Relief:
    check_known(table, SCOPE | {"name", "relieves", "fact", "versions"}, id_)
    limit = read_dated(table["versions"], laws, read_money_or_none)
    scope, fact = read_scope(table), table.get("fact")
    if any((v.value is None) != (fact is not None) for v in limit.versions):
        raise TerritoryError(f"{id_}: a relief has either a limit or a fact that says it is due")
    if fact is not None and (not scope.purposes or "sale" in scope.purposes):
        raise TerritoryError(f"{id_}: what a fact frees is no sale")
    return Relief(id_, table["name"], tuple(table["relieves"]), scope, limit, fact)


def _flat_duty(id_: str, table: Document, laws: Laws) -> FlatDuty:
    check_known(table, SCOPE | {"name", "counted", "up_to", "versions"}, id_)
    if table["counted"] != "subheading":
        raise TerritoryError(f"{id_}: counted by {table['counted']!r} is not known")
    amount = read_dated(table["versions"], laws, read_money)
    return FlatDuty(id_, table["name"], read_scope(table), read_money(table["up_to"]), amount)


def _regime(id_: str, table: Document, laws: Laws) -> Regime:
    check_known(table, SCOPE | {"name", "replaces", "up_to", "bands"}, id_)
    bands = []
    for band, words in table["bands"].items():
        check_known(words, GOODS | {"over", "up_to", "versions"}, f"{id_}: {band}")
        expression = read_dated(words["versions"], laws, str)
        over, up_to = read_limit(words, "over"), read_limit(words, "up_to")
        bands.append(Band(band, expression, read_goods(words), over, up_to))
    return Regime(
        id_,
        table["name"],
        read_scope(table),
        tuple(table["replaces"]),
        tuple(bands),
        read_limit(table, "up_to"),
    )


def _scheme(id_: str, table: Document, laws: Laws) -> Scheme:
    own = {
        "name", "collects", "versions", "bills_seller", "reverse_charge", "relieves",
        "in_place_of", "share", "assumes",
    }  # fmt: skip
    check_known(table, SCOPE | own, id_)
    return Scheme(
        id_,
        table["name"],
        tuple(table["collects"]),
        read_scope(table),
        read_dated(table["versions"], laws, read_money_or_none),
        tuple(table.get("bills_seller", ())),
        table.get("reverse_charge", False),
        tuple(table.get("relieves", ())),
        tuple(table.get("in_place_of", ())),
        read_optional(table.get("share"), laws, read_percent),
        table.get("assumes"),
    )


def _fee(id_: str, table: Document, laws: Laws) -> Fee:
    own = {
        "name", "code", "over", "up_to", "except_preference", "versions", "in_tax_base",
        "when_due", "with_tax",
    }  # fmt: skip
    check_known(table, SCOPE | own, id_)
    return Fee(
        id_,
        table["name"],
        table["code"],
        table["per"],
        read_scope(table),
        read_dated(table["versions"], laws, str),
        read_limit(table, "over"),
        read_limit(table, "up_to"),
        tuple(table.get("except_preference", ())),
        table.get("in_tax_base", False),
        table.get("when_due", False),
        table.get("with_tax"),
    )


def _excise(id_: str, table: Document, laws: Laws) -> Excise:
    check_known(table, {"name", "goods", "fact", "over", "up_to", "versions"}, id_)
    return Excise(
        id_,
        table["name"],
        tuple(table["goods"]),
        table.get("fact"),
        Decimal(table.get("over", "0")),
        read_dated(table["versions"], laws, str),
        Decimal(table["up_to"]) if "up_to" in table else None,
    )


def _duty_bound(id_: str, table: Document, laws: Laws) -> DutyBound:
    check_known(table, GOODS | {"versions"}, id_)
    return DutyBound(id_, read_goods(table), read_dated(table["versions"], laws, read_bounds))


def _waiver(id_: str, table: Document, laws: Laws) -> Waiver:
    check_known(table, {"name", "waives", "inclusive", "versions"}, id_)
    limit = read_dated(table["versions"], laws, read_money)
    return Waiver(id_, table["name"], tuple(table["waives"]), table["inclusive"], limit)


def _personal_value(table: Document | None, laws: Laws) -> PersonalValue | None:
    if table is None:
        return None
    check_known(table, {"buyer", "purposes", "versions"}, "personal_value")
    return PersonalValue(read_scope(table), read_dated(table["versions"], laws, read_percent))


def _taxes(base: Document, own: Document, laws: Laws) -> tuple[Tax, ...]:
    tables = {id_: {**base.get(id_, {}), **own.get(id_, {})} for id_ in {**base, **own}}
    return tuple(_tax(id_, table, laws) for id_, table in tables.items())


def _tax(id_: str, table: Document, laws: Laws) -> Tax:
    words = {
        "name", "on", "base_law", "rates", "may_be_lower", "flat_duty_in_base", "kind", "buyer",
        "gross_up", "uplift", "base_rounding", "rate_fact", "scheme", "goods",
    }  # fmt: skip
    check_known(table, words, id_)
    lower = table.get("may_be_lower", {})
    rates = {
        category: _tax_rate(category, rate, laws)
        for category, rate in table.get("rates", {}).items()
    }
    if table.get("kind", "tax") not in ("tax", "duty", "excise"):
        raise TerritoryError(f"{id_}: kind {table['kind']!r} is not known")
    return Tax(
        id_,
        table["name"],
        tuple(table["on"]),
        rates,
        tuple(lower.get("goods", ())),
        read_optional(lower.get("versions"), laws, str),
        read_optional(table.get("flat_duty_in_base"), laws, str),
        table.get("kind", "tax"),
        table.get("buyer"),
        table.get("gross_up", False),
        _uplift(table.get("uplift"), laws),
        read_optional(table.get("base_rounding"), laws, str),
        table.get("rate_fact"),
        table.get("scheme"),
        tuple(table.get("goods", ())),
    )


def _tax_rate(category: str, table: Document, laws: Laws) -> TaxRate:
    check_known(table, {"goods", "regions", "buyer", "name", "versions"}, category)
    return TaxRate(
        category,
        read_dated(table["versions"], laws, read_percent),
        tuple(table.get("goods", ())),
        tuple(table.get("regions", ())),
        table.get("buyer"),
        table.get("name"),
        {read_percent(v["value"]): v["value"] for v in table["versions"] if "/" in v["value"]},
    )


def _uplift(table: Document | None, laws: Laws) -> Uplift | None:
    if table is None:
        return None
    check_known(table, {"except_origins", "versions"}, "uplift")
    percent = read_dated(table["versions"], laws, read_percent)
    return Uplift(percent, tuple(table.get("except_origins", ())))


def _not_at_risk(table: Document | None, laws: Laws) -> NotAtRisk | None:
    if table is None:
        return None
    check_known(table, {"schedule", "fact", "versions"}, "not_at_risk")
    return NotAtRisk(
        table["schedule"], table["fact"], read_dated(table["versions"], laws, read_percent)
    )
