"""What does a lane ask of a label, beyond what the carrier checks itself?

The rules are dated facts (``data/facts/lanes``): a code of ten digits, duty paid in advance. They
are checked before anything is bought.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from importlib.resources import as_file, files

from carriers.borders import crosses_border, customs_territory
from carriers.errors import Fault
from data.loading.lanes import load_lanes
from data.model.consignment import Mode
from data.model.dated import Dated, Law, Version
from data.model.shipment import Shipment


@dataclass(frozen=True, slots=True)
class LaneRule:
    """One need of a lane through time. Empty `origins`, `modes` or `carriers` mean all of them."""

    code: str
    to: frozenset[str]
    origins: frozenset[str]
    modes: frozenset[str]
    carriers: frozenset[str]
    needs: str
    message: str
    versions: Dated[str]


@dataclass(frozen=True, slots=True)
class LaneFault:
    """A need that a shipment does not meet: where, why, and by which law."""

    rule: str
    fault: Fault
    law: Law


def check_lane(shipment: Shipment, carrier: str, mode: Mode | None) -> tuple[LaneFault, ...]:
    """What the lane asks and the shipment does not have; nothing when a label may be bought."""
    if not crosses_border(shipment.consignor.place, shipment.consignee.place, shipment.on):
        return ()
    found = []
    for rule in lane_rules():
        version = rule.versions.on(shipment.on)
        if version is not None and _concerns(rule, shipment, carrier, mode):
            faults = _CHECKS[rule.needs](rule, shipment)
            found += [LaneFault(rule.code, fault, version.law) for fault in faults]
    return tuple(found)


@cache
def lane_rules() -> tuple[LaneRule, ...]:
    """The rules that come with the product. Raises `FactsError`."""
    with as_file(files("data") / "facts" / "lanes" / "rules.toml") as path:
        document = load_lanes(path)
    laws = {key: Law(key, law["title"], law.get("url")) for key, law in document["laws"].items()}
    return tuple(
        LaneRule(
            code,
            frozenset(rule["to"]),
            frozenset(rule.get("from", ())),
            frozenset(rule.get("modes", ())),
            frozenset(rule.get("carriers", ())),
            rule["needs"],
            rule["message"],
            Dated.of(
                Version(
                    each["value"],
                    date.fromisoformat(each["since"]),
                    date.fromisoformat(each["until"]) if "until" in each else None,
                    laws[each["law"]],
                    each.get("confidence", "official"),
                )
                for each in rule["versions"]
            ),
        )
        for code, rule in document["rules"].items()
    )


def _concerns(rule: LaneRule, shipment: Shipment, carrier: str, mode: Mode | None) -> bool:
    origin, destination = shipment.consignor.place, shipment.consignee.place
    return (
        not rule.to.isdisjoint({destination.country, customs_territory(destination)})
        and (not rule.origins or origin.country in rule.origins)
        and (not rule.modes or mode in rule.modes)
        and (not rule.carriers or carrier in rule.carriers)
    )


def _codes(digits: int, rule: LaneRule, shipment: Shipment) -> list[Fault]:
    return [
        Fault(f"/items/{place}/hs_code", rule.message)
        for place, item in enumerate(shipment.items)
        if len(item.hs_code or "") < digits
    ]


def _prepaid(rule: LaneRule, shipment: Shipment) -> list[Fault]:
    return [] if shipment.terms == "DDP" else [Fault("/terms", rule.message)]


_CHECKS: dict[str, Callable[[LaneRule, Shipment], list[Fault]]] = {
    "ten_digit_codes": partial(_codes, 10),
    "six_digit_codes": partial(_codes, 6),
    "duty_prepaid": _prepaid,
}
