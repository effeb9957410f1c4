"""What does an airline need to know of batteries? The shipper's declaration for dangerous goods.

It is prepared here; a person who is trained signs it. Only cells and batteries are held. Options:
``departure``, ``destination`` (airports), ``air_waybill``, ``packaging`` (otherwise fibreboard
boxes), ``emergency_phone``, ``authorisation``, ``signatory``, ``signatory_title``, and
``all_packed_in_one``: ``[{"line": id, "net": "0.5", "most": "5"}]``, the amounts of several
substances in one outer packaging and what it may hold of each, for the Q value.
"""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from customs.documents.batteries import Battery, batteries_of, battery_faults, q_value, said
from customs.documents.faults import Fault
from customs.documents.form_facts import facts, value_on
from customs.documents.kinds import Format, Kind, Options
from customs.documents.packing_list import contents_of
from customs.documents.printing import countries, head
from customs.documents.typesetting import typeset
from data.model.shipment import Shipment

_OPTIONS = (
    "departure",
    "destination",
    "air_waybill",
    "packaging",
    "emergency_phone",
    "authorisation",
    "signatory",
    "signatory_title",
    "all_packed_in_one",
)


def data_of(shipment: Shipment, options: Options) -> dict[str, Any]:
    """Everything that is printed, as the template takes it."""
    declared = _declared(shipment)
    box = options.get("packaging") or "Fibreboard box"
    cargo_only = any(each.entry.get("aircraft") == "cargo" for each in declared)
    parts = _parts(options)
    return {
        **head(shipment, "en"),
        "title": "Shipper's declaration for dangerous goods",
        "size": options.get("size") or "A4",
        "air_waybill": options.get("air_waybill"),
        "departure": options["departure"],
        "destination": options["destination"],
        "cargo_only": cargo_only,
        "entries": [
            {
                "un_number": f"UN {each.un_number[2:]}",
                "name": each.name,
                "class": each.entry["class"],
                "quantity": [
                    f"{count} {box} × {net.normalize():f} kg"
                    for count, net in _packages(shipment, each)
                ],
                "instruction": each.instruction
                if each.section == "I"
                else f"{each.instruction} IB",
            }
            for each in declared
        ],
        "q": str(q_value(parts)) if len(parts) > 1 else None,
        "authorisation": options.get("authorisation"),
        "emergency_phone": options["emergency_phone"],
        "certification": facts("batteries")["declaration"]["text"],
        "signatory": options.get("signatory") or shipment.consignor.name,
        "signatory_title": options.get("signatory_title"),
        "place": shipment.consignor.place.city,
    }


def _declared(shipment: Shipment) -> list[Battery]:
    """The lines that a declaration is made for: all but those of section II."""
    return [each for each in batteries_of(shipment) if each.section != "II"]


def _packages(shipment: Shipment, battery: Battery) -> list[tuple[int, Decimal]]:
    """How many boxes hold how many kilograms of a line's batteries."""
    one = said(battery.item, "battery_net_kg") or Decimal(0)
    counted: dict[Decimal, int] = {}
    for parcel in shipment.parcels:
        if pieces := contents_of(shipment, parcel).get(battery.item.id):
            counted[one * pieces] = counted.get(one * pieces, 0) + 1
    return [(count, net) for net, count in counted.items()]


def _parts(options: Options) -> list[tuple[Decimal, Decimal]]:
    parts = options.get("all_packed_in_one") or ()
    return [(Decimal(str(part["net"])), Decimal(str(part["most"]))) for part in parts]


def _faults(shipment: Shipment, options: Options) -> Iterator[Fault]:
    broken = list(battery_faults(shipment))
    yield from broken
    for name in ("departure", "destination", "emergency_phone"):
        if not options.get(name):
            yield Fault(f"/options/{name}", f"The declaration names the {name.replace('_', ' ')}.")
    if broken:
        return
    declared = _declared(shipment)
    if not declared:
        yield Fault("/items", "All batteries are of section II: a battery mark, no declaration.")
    for each in declared:
        yield from _amounts(shipment, each)
    yield from _all_packed_in_one(shipment, options)


def _amounts(shipment: Shipment, battery: Battery) -> Iterator[Fault]:
    pointer = f"/items/{battery.at}/facts"
    if battery.instruction is None:
        yield Fault(
            f"{pointer}/un_number", f"The packing instruction of {battery.un_number} is not held."
        )
    if not said(battery.item, "battery_net_kg"):
        yield Fault(f"{pointer}/battery_net_kg", "Say what the batteries of a piece weigh.")
        return
    packages = _packages(shipment, battery)
    if not packages:
        yield Fault("/parcels", f"In which box line {battery.item.id} is, is not told.")
    most = value_on(facts("batteries")["section_ib"]["net_kg"], shipment.on)
    for _, net in packages:
        if battery.section == "IB" and most is not None and net > Decimal(most):
            yield Fault("/parcels", f"Section IB allows {most} kg net a package; this has {net}.")


def _all_packed_in_one(shipment: Shipment, options: Options) -> Iterator[Fault]:
    wish = options.get("all_packed_in_one")
    if wish is None:
        return
    pointer = "/options/all_packed_in_one"
    try:
        parts = _parts(options)
        named = {str(part["line"]) for part in wish}
    except (KeyError, TypeError, InvalidOperation):
        yield Fault(pointer, "Each substance has a line, its net amount and the most allowed.")
        return
    lines = {item.id for item in shipment.items}
    if not named <= lines:
        yield Fault(pointer, "A line is named that there is not.")
    elif not all(each.is_finite() and each > 0 for part in parts for each in part):
        yield Fault(pointer, "Amounts are more than nothing.")
    else:
        most = value_on(facts("batteries")["q_value"]["most"], shipment.on)
        if most is not None and (q := q_value(parts)) > Decimal(most):
            yield Fault(pointer, f"The Q value is {q}; at most {most} may be packed in one.")


def _make(shipment: Shipment, form: Format, language: str, options: Options) -> bytes:
    record = data_of(shipment, options)
    return typeset(
        "dangerous_goods", record, day=shipment.on, countries=countries(shipment), form=form
    )


KINDS = (
    Kind(
        name="dangerous_goods",
        title="Shipper's declaration for dangerous goods",
        formats=("pdf", "png"),
        make=_make,
        faults=lambda shipment, options: tuple(_faults(shipment, options)),
        sizes=("A4", "Letter"),
        options=_OPTIONS,
    ),
)
