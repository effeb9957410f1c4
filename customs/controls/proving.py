"""Does each rule hit what it says it hits, and miss what it says it misses?

Every rule carries examples of its own. They are run when facts are compiled and in every test run,
so that a rule that says something else than it means never answers anybody.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

from customs.controls.checking import Controls, check_controls
from customs.controls.rules import Rule
from data.model.charges import Finding
from data.model.consignment import Buyer, BuyerType, Consignment, GoodsItem, Mode, Purpose
from data.model.money import money
from data.model.places import Place


def prove(controls: Controls) -> list[str]:
    """What each rule's own examples find wrong with it; empty where all is as it says."""
    return [
        f"{rule.pack}: {rule.id}: {kind} {dict(example)} {wrong}"
        for rule in controls.rules
        for kind, example, wrong in _failing(rule, controls)
    ]


def _failing(rule: Rule, controls: Controls) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    for kind in ("hit", "ask", "miss"):
        for example in rule.tests[kind]:
            found = _found(rule, example, controls)
            if kind == "miss" and found is not None:
                yield kind, example, f"finds {found.outcome}"
            elif kind != "miss" and found is None:
                yield kind, example, "finds nothing"
            elif found is not None and (kind == "ask") is (found.fact is None):
                yield kind, example, f"asks for {found.fact}"


def _found(rule: Rule, example: Mapping[str, Any], controls: Controls) -> Finding | None:
    on = date.fromisoformat(example["on"]) if "on" in example else _day_of(rule)
    mode = cast("Mode | None", example.get("mode"))
    for finding in check_controls(consignment_of(example), controls, on, mode).findings:
        if finding.code == rule.id:
            return finding
    return None


def _day_of(rule: Rule) -> date:
    """A day on which the newest version of a rule is the law: its last or its first."""
    newest = rule.versions.versions[-1]
    return newest.since if newest.until is None else newest.until - timedelta(days=1)


def consignment_of(example: Mapping[str, Any]) -> Consignment:
    """The goods and the lane of an example, written in a few words."""
    item = GoodsItem(
        id="1",
        quantity=1,
        unit_price=money(Decimal(100), "EUR"),
        description=example.get("description"),
        hs_code=example.get("code"),
        country_of_origin=example.get("origin"),
        facts=example.get("facts", {}),
    )
    return Consignment(
        ship_from=place_of(example.get("from", "US")),
        ship_to=place_of(example.get("to", "US"), example.get("postal_code")),
        items=(item,),
        buyer=Buyer(type=cast("BuyerType", example.get("buyer", "consumer"))),
        purpose=cast("Purpose", example.get("purpose", "sale")),
    )


def place_of(text: str, postal_code: str | None = None) -> Place:
    """A place from ``DE``, ``UA-43`` or ``XI``."""
    country, _, region = text.partition("-")
    if country == "XI":
        return Place("GB", "NIR", postal_code)
    return Place(country, region or None, postal_code)
