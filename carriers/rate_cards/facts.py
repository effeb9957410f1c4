"""What are a rate card's own facts: its services, its currency, how it weighs, its fees?

Read from ``card.toml``. Quantities are text with their unit ("30 kg", "USD 15.00", "2%").
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, cast, get_args

from carriers.offers import DutyFee
from carriers.rate_cards.card import Edition, FeeVersion, RateCard, Service
from carriers.rate_cards.rows import CardError, number, read_toml
from data.model.consignment import Mode
from data.model.money import UnknownCurrencyError, currency, money

_REQUIRED = frozenset({"name", "note", "currency", "weight_step", "assumed_piece_weight"})
_KEYS = _REQUIRED | {
    "services",
    "volumetric_divisor",
    "oversize_side",
    "fuel_on",
    "ddp_fee",
    "disbursement_fee",
    "ship_from",
}
_SERVICE_KEYS = frozenset({"name", "mode", "max_weight", "max_side", "max_girth"})
_FEE_KEYS = frozenset({"code", "name", "versions"})
_VERSION_KEYS = frozenset({"since", "percent", "minimum", "services"})
_FUEL_ON = ("freight", "freight_and_surcharges")

Table = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Facts:
    """What ``card.toml`` says."""

    table: Table
    where: str
    services: tuple[Service, ...]

    def card(
        self, code: str, editions: tuple[Edition, ...], fuel: tuple[tuple[date, Decimal], ...]
    ) -> RateCard:
        """The card of these facts and of the prices read beside them. Raises `CardError`."""
        table, where = self.table, self.where
        unit = str(table["currency"])
        try:
            currency(unit)
        except UnknownCurrencyError:
            raise CardError(f"{where}: currency: {unit!r} is none") from None
        divisor, side = table.get("volumetric_divisor"), table.get("oversize_side")
        fuel_on = table.get("fuel_on", "freight")
        if fuel_on not in _FUEL_ON:
            raise CardError(f"{where}: fuel_on: {fuel_on!r} is none of {', '.join(_FUEL_ON)}")
        if fuel and fuel[0][0] > editions[0].since:
            raise CardError(f"{where}: fuel.csv begins after {editions[0].since}, the first prices")
        return RateCard(
            code=code,
            name=table["name"],
            note=table["note"],
            currency=unit,
            weight_step=_positive(table["weight_step"], "kg", f"{where}: weight_step"),
            volumetric_divisor=divisor
            and _positive(divisor, "cm3/kg", f"{where}: volumetric_divisor"),
            assumed_piece_weight=_positive(
                table["assumed_piece_weight"], "kg", f"{where}: assumed_piece_weight"
            ),
            oversize_side=side and _positive(side, "cm", f"{where}: oversize_side"),
            services=self.services,
            editions=editions,
            fuel=fuel,
            fuel_on_surcharges=fuel_on == "freight_and_surcharges",
            ddp_fees=self._fees("ddp_fee", unit),
            disbursement_fees=self._fees("disbursement_fee", unit),
            ship_from=frozenset(table.get("ship_from", ())),
        )

    def _fees(self, key: str, unit: str) -> tuple[FeeVersion, ...]:
        table = self.table.get(key)
        if table is None:
            return ()
        where = f"{self.where}: {key}"
        _check_keys(table, _FEE_KEYS, _FEE_KEYS, where)
        found: list[FeeVersion] = []
        for version in table["versions"]:
            _check_keys(version, _VERSION_KEYS, _VERSION_KEYS, where)
            since = version["since"]
            if not isinstance(since, date) or (found and since <= found[-1].since):
                raise CardError(f"{where}: since: {since} is no day after the one before")
            services = frozenset(version["services"])
            if unknown := services - {service.code for service in self.services}:
                raise CardError(f"{where}: unknown services: {', '.join(sorted(unknown))}")
            fee = _fee(table, version, unit, where)
            found.append(FeeVersion(since, fee, services))
        return tuple(found)


def read_facts(path: Path) -> Facts:
    """Read ``card.toml``. Raises `CardError`."""
    where = f"{path.parent.name}/{path.name}"
    table = read_toml(path)
    _check_keys(table, _KEYS, _REQUIRED | {"services"}, where)
    services = tuple(
        _service(code, service, f"{where}: services.{code}")
        for code, service in table["services"].items()
    )
    if not services:
        raise CardError(f"{where}: no services")
    return Facts(table, where, services)


def _service(code: str, table: Table, where: str) -> Service:
    _check_keys(table, _SERVICE_KEYS, frozenset({"name", "mode", "max_weight"}), where)
    if table["mode"] not in get_args(Mode):
        raise CardError(f"{where}: mode: {table['mode']!r} is none of {', '.join(get_args(Mode))}")
    side, girth = table.get("max_side"), table.get("max_girth")
    return Service(
        code=code,
        name=table["name"],
        mode=cast(Mode, table["mode"]),
        max_weight=_positive(table["max_weight"], "kg", f"{where}: max_weight"),
        max_side=side and _positive(side, "cm", f"{where}: max_side"),
        max_girth=girth and _positive(girth, "cm", f"{where}: max_girth"),
    )


def _fee(table: Table, version: Table, unit: str, where: str) -> DutyFee:
    percent, minimum = str(version["percent"]), str(version["minimum"])
    if not percent.endswith("%"):
        raise CardError(f"{where}: percent: {percent!r} has no %")
    code, _, amount = minimum.partition(" ")
    if code != unit:
        raise CardError(f"{where}: minimum: {minimum!r} is not in {unit}")
    return DutyFee(
        code=str(table["code"]),
        name=str(table["name"]),
        percent=number(percent[:-1], f"{where}: percent"),
        minimum=money(number(amount, f"{where}: minimum"), unit),
        working=f"{percent} of the duty and tax advanced, at least {amount} {unit}"
        if number(percent[:-1], where)
        else f"{amount} {unit} a consignment",
    )


def _check_keys(table: object, known: frozenset[str], needed: frozenset[str], where: str) -> None:
    if not isinstance(table, dict):
        raise CardError(f"{where}: a table is needed")
    if unknown := table.keys() - known:
        raise CardError(f"{where}: unknown keys: {', '.join(sorted(unknown))}")
    if missing := needed - table.keys():
        raise CardError(f"{where}: missing: {', '.join(sorted(missing))}")


def _positive(text: object, unit: str, where: str) -> Decimal:
    value, _, found = str(text).partition(" ")
    if found != unit:
        raise CardError(f"{where}: {text!r} is not in {unit}")
    amount = number(value, where)
    if not amount:
        raise CardError(f"{where}: 0 {unit}")
    return amount
