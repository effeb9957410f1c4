"""What do the rules for air say of the cells and batteries in a shipment?

An item says what it holds as facts: ``un_number`` (``UN3481``), ``packed`` (``alone``,
``with_equipment``, ``in_equipment``), ``battery_wh`` or ``lithium_g`` of one battery (``cell_wh``,
``cell_lithium_g`` of one cell), ``soc_percent`` (state of charge), ``battery_net_kg`` (batteries of
one piece), ``un38_3`` (``true``: a test summary is held). The rules are dated facts.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from typing import Any

from customs.documents.faults import Fault
from customs.documents.form_facts import facts, value_on, version_on
from data.model.consignment import GoodsItem
from data.model.shipment import Shipment

TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Battery:
    """The batteries of one line, as they are classified."""

    at: int
    item: GoodsItem
    un_number: str
    packed: str
    section: str
    name: str
    instruction: str | None
    entry: Mapping[str, Any]


def q_value(parts: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    """How much of what one package may hold is in it: n₁/M₁ + n₂/M₂ + …, up to the next tenth.

    >>> q_value([(Decimal("0.1"), Decimal("0.5")), (Decimal("0.11"), Decimal("1"))])
    Decimal('0.4')
    """
    total = sum((amount / most for amount, most in parts), Decimal(0))
    return total.quantize(TENTH, ROUND_CEILING)


def said(item: GoodsItem, name: str) -> Decimal | None:
    """A number that an item says of itself; None where it says none."""
    try:
        number = Decimal(item.facts.get(name, ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() and number >= 0 else None


def batteries_of(shipment: Shipment) -> Iterator[Battery]:
    """The lines with batteries whose entry is held; of others see `battery_faults`."""
    entries = facts("batteries")["entries"]
    for at, item in enumerate(shipment.items):
        number = item.facts.get("un_number", "")
        packed = item.facts.get("packed", "")
        if number in entries and packed in entries[number]["packed"]:
            entry = entries[number]
            yield Battery(
                at,
                item,
                number,
                packed,
                _section(number, item, packed, shipment.on),
                entry.get("names", {}).get(packed, entry["name"]),
                entry.get("instructions", {}).get(packed, entry.get("instruction")),
                entry,
            )


def _section(number: str, item: GoodsItem, packed: str, day: date) -> str:
    """II: small and with equipment; IB: small and alone; I: all others."""
    rules = facts("batteries")
    if not _is_small(item, day):
        return "I"
    if packed in rules["section_ii"]["packed"] and number.startswith("UN34"):
        return "II"
    if packed in rules["section_ii"]["packed"] and number in ("UN3091", "UN3552"):
        return "II"
    return "IB" if number in rules["section_ib"]["entries"] else "I"


def _is_small(item: GoodsItem, day: date) -> bool:
    """Whether cells and batteries are within the limits of sections II and IB."""
    rules = facts("batteries")["section_ii"]
    measured = False
    for name, limit in (
        ("cell_wh", "cell_wh"),
        ("battery_wh", "battery_wh"),
        ("cell_lithium_g", "cell_lithium_g"),
        ("lithium_g", "battery_lithium_g"),
    ):
        amount, most = said(item, name), value_on(rules[limit], day)
        if amount is None:
            continue
        if most is None or amount > Decimal(most):
            return False
        measured = True
    return measured


def battery_faults(shipment: Shipment) -> Iterator[Fault]:
    """What is missing or not allowed in what the items say of their batteries."""
    entries = facts("batteries")["entries"]
    found = False
    for at, item in enumerate(shipment.items):
        number = item.facts.get("un_number")
        if number is None:
            continue
        found = True
        pointer = f"/items/{at}/facts"
        entry = entries.get(number)
        if entry is None or not _is_listed(entry, shipment.on):
            yield Fault(f"{pointer}/un_number", f"The rules for {number} are not held.")
            continue
        if item.facts.get("packed") not in entry["packed"]:
            yield Fault(f"{pointer}/packed", f"{number} is packed {' or '.join(entry['packed'])}.")
            continue
        yield from _measures(item, entry, pointer)
        yield from _charge(item, entry, pointer, shipment.on)
    if not found:
        yield Fault("/items/0/facts/un_number", "No line has batteries: no UN number is told.")


def _is_listed(entry: Mapping[str, Any], day: date) -> bool:
    return "versions" not in entry or version_on(entry["versions"], day) is not None


def _measures(item: GoodsItem, entry: Mapping[str, Any], pointer: str) -> Iterator[Fault]:
    name = "lithium_g" if entry["chemistry"] == "lithium metal" else "battery_wh"
    cell = "cell_lithium_g" if name == "lithium_g" else "cell_wh"
    if said(item, name) is None and said(item, cell) is None:
        yield Fault(f"{pointer}/{name}", "Say how large a battery is (or a cell, for cells).")
    if item.facts.get("un38_3") != "true":
        yield Fault(f"{pointer}/un38_3", "A summary of the UN 38.3 test must be held.")


def _charge(item: GoodsItem, entry: Mapping[str, Any], pointer: str, day: date) -> Iterator[Fault]:
    """The state of charge that a rule allows for these batteries, packed like this."""
    packed = item.facts["packed"]
    rule = entry.get("soc_at_most" if packed == "alone" else f"soc_{packed}")
    over = entry.get(f"soc_{packed}_over_wh")
    most = value_on(rule, day)
    size = said(item, "battery_wh")
    if most is None or (over is not None and size is not None and size <= Decimal(over)):
        return
    charge = said(item, "soc_percent")
    if charge is None:
        yield Fault(f"{pointer}/soc_percent", f"Say the state of charge: {most} % at most.")
    elif charge > Decimal(most):
        yield Fault(f"{pointer}/soc_percent", f"Charged to {charge} %; {most} % is allowed.")
