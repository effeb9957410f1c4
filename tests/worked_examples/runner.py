"""How is a worked example run?

An example is a table in a TOML file that a broker can check by hand. It names its source, shows the
working, and has one of these shapes:

`request`     a body of POST /v1/landed-costs, asked as a checkout would
`border`      a consignment at a territory's border under rates written in the example itself, for
              tariffs of a day that we do not hold; `without` leaves rules out that the source did
              not look at
`expression`  one duty expression
`difference`  the choice of duty in Northern Ireland
`rounding`    one amount under a rounding of the law
`total`       charges as they are printed, added up
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from api.services.options import PricedBorder, Till
from customs.exchange import Exchange, GivenRate
from customs.import_duties import Border, is_within_difference
from customs.landed_cost import BorderCost, border_cost
from customs.rounding import rounding
from customs.territories import Territory
from data.model.charges import Charge
from data.model.consignment import Buyer, Consignment, GoodsItem, Seller
from data.model.dated import Dated, Law, Version
from data.model.money import money
from data.model.places import Place
from tariffs.expressions import evaluate, parse
from tariffs.schedule import Commodity, Programme, Rate, ScheduleStatus

FOLDER = Path(__file__).parent
SHAPES = ("request", "border", "expression", "difference", "rounding", "total")
LAW = Law("EXAMPLE", "As the example states")
LONG_AGO = date(1999, 1, 1)


@dataclass(frozen=True, slots=True)
class Example:
    """One worked example: what it is called, what it says, and what must come out."""

    id: str
    file: str
    shape: str
    table: Mapping[str, Any]
    expect: Mapping[str, Any]


def examples(*, shapes: tuple[str, ...] = SHAPES) -> list[Example]:
    """Every example of these shapes, in the order of files and tables."""
    return [example for example in _all() if example.shape in shapes]


def _all() -> Iterator[Example]:
    for path in sorted(FOLDER.glob("*/*.toml")):
        document = tomllib.loads(path.read_text("utf-8"), parse_float=_refuse)
        for table in document.get("example", ()):
            (shape,) = [shape for shape in SHAPES if shape in table]
            assert table["source"], table["id"]
            file = f"{path.parent.name}/{path.name}"
            yield Example(table["id"], file, shape, table[shape], table["expect"])


def _refuse(text: str) -> None:
    raise ValueError(f"{text}: write it as a string")


class WrittenSchedule:
    """A tariff that says of every code just what an example says."""

    def __init__(self, rates: list[Mapping[str, Any]]) -> None:
        self._rates = tuple(
            Rate(
                programme=Programme(rate["programme"]),
                expression=rate["expression"],
                since=LONG_AGO,
                until=None,
                law=LAW,
                additional_code=rate.get("additional_code"),
            )
            for rate in rates
        )

    @property
    def status(self) -> ScheduleStatus:
        said = "as the example states"
        return ScheduleStatus(
            "", "", said, said, said, LONG_AGO, LONG_AGO, len(self._rates), 1, "full"
        )

    def find(self, code: str) -> tuple[Commodity, ...]:
        return (Commodity(code.ljust(10, "0"), self._rates),)


def run_border(table: Mapping[str, Any], territory: Territory) -> BorderCost:
    """What a territory's border asks under an example's own rates."""
    on, unit = table["on"], table.get("currency", territory.currency)
    rates = [GivenRate(*pair.split("/"), Decimal(rate)) for pair, rate in _rates(table).items()]
    exchange = Exchange(lambda source, day: None, on, rates)
    freight = money(table.get("freight", "0"), unit)
    border = Border(
        territory=_without(territory, table),
        schedule=WrittenSchedule(table.get("rates", [])),
        second_schedule=None,
        agreements={},
        exchange=exchange,
        on=on,
    )
    return border_cost(border, _consignment(table, territory, unit), freight, "express")


def _rates(table: Mapping[str, Any]) -> Mapping[str, str]:
    rates: Mapping[str, str] = table.get("exchange_rates", {})
    return rates


def _consignment(table: Mapping[str, Any], territory: Territory, unit: str) -> Consignment:
    items = table.get("items") or [{"quantity": 1, "price": table["goods"]}]
    insurance = table.get("insurance")
    return Consignment(
        ship_from=Place(table.get("from", "CN")),
        ship_to=Place("GB" if territory.code == "XI" else territory.code),
        items=tuple(
            GoodsItem(
                id=str(number),
                quantity=item["quantity"],
                unit_price=money(item["price"], unit),
                hs_code=table.get("code", "000000"),
                country_of_origin=table.get("origin", "CN"),
                unit_weight=Decimal(table["kg"]) if "kg" in table else None,
                facts=table.get("facts", {}),
                additional_code=table.get("additional_code"),
            )
            for number, item in enumerate(items, 1)
        ),
        buyer=Buyer(),
        seller=Seller(),
        purpose=table.get("purpose", "sale"),
        insurance=money(insurance, unit) if insurance else None,
    )


def _without(territory: Territory, table: Mapping[str, Any]) -> Territory:
    """The territory without the rules that the source leaves out, and with the rates it takes."""
    changes: dict[str, Any] = {}
    for name in table.get("without", ()):
        changes[name] = None if name == "not_at_risk" else ()
    if "vat_percent" in table:
        (vat,) = territory.taxes
        rate = replace(vat.rates["standard"], percent=_always(Decimal(table["vat_percent"])))
        rates = {"standard": rate}
        changes["taxes"] = (replace(vat, rates=rates, may_be_lower=()),)
    if "gift_limit" in table:
        gift = next(relief for relief in territory.reliefs if relief.id == "gift")
        limit = money(table["gift_limit"], territory.currency)
        changes["reliefs"] = (replace(gift, limit=_always(limit)),)
    return replace(territory, **changes)


def _always(value: Any) -> Dated[Any]:
    return Dated((Version(value, LONG_AGO, None, LAW),))


def run_expression(table: Mapping[str, Any]) -> Decimal | None:
    """What one expression comes to, rounded if the example says how."""
    unit = table["currency"]

    def convert(amount: Decimal, source: str, target: str) -> Decimal:
        return amount * Decimal(_rates(table)[f"{source}/{target}"])

    outcome = evaluate(
        parse(table["expression"]),
        value=Decimal(table.get("value", "0")),
        currency=unit,
        quantities={name: Decimal(n) for name, n in table.get("quantities", {}).items()},
        facts=table.get("facts", {}),
        on=table.get("on", date(2026, 11, 20)),
        convert=convert,
    )
    if outcome.amount is None:
        return None
    return rounding(table.get("rounding", "half up"), unit).apply(outcome.amount)


def run_total(table: Mapping[str, Any]) -> Decimal:
    """The total of charges of some unrounded amounts: the sum of what is printed."""
    unit = table["currency"]
    charges = [
        Charge(
            "duty", "any", "any", "as given", money(rounding("half up", unit).apply(amount), unit)
        )
        for amount in map(Decimal, table["amounts"])
    ]
    till = Till(unit, Exchange(lambda source, day: None, LONG_AGO), Decimal(0), Decimal("0.00"))
    cost = BorderCost(unit, tuple(charges), ())
    return PricedBorder.at(till, cost).duties


def run_difference(table: Mapping[str, Any]) -> str:
    """Whose duty is charged on goods not at risk: UK or EU."""
    near = is_within_difference(
        Decimal(table["value"]),
        Decimal(table["uk_duty"]),
        Decimal(table["eu_duty"]),
        Decimal(table["percent"]),
    )
    return "UK" if near else "EU"
