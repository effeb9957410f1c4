"""Which mark is put on a box with small batteries?

Option ``phone``: the older mark with a telephone number, for as long as it may be used.
"""

from collections.abc import Iterator
from typing import Any

from customs.documents.batteries import batteries_of, battery_faults
from customs.documents.faults import Fault
from customs.documents.form_facts import facts, value_on
from customs.documents.kinds import Format, Kind, Options
from customs.documents.printing import head
from customs.documents.typesetting import typeset
from data.model.shipment import Shipment


def data_of(shipment: Shipment, options: Options) -> dict[str, Any]:
    """Everything that is printed, as the template takes it."""
    rules = facts("batteries")["mark"]
    numbers = sorted({each.un_number for each in batteries_of(shipment) if _marked(each.entry)})
    return {
        **head(shipment, "en"),
        "title": "Battery mark",
        "size": options.get("size") or rules["sizes"][0],
        "numbers": numbers,
        "hatching": value_on(rules["hatching_mm"], shipment.on),
        "height": value_on(rules["number_height_mm"], shipment.on),
        "phone": options.get("phone"),
    }


def _marked(entry: Any) -> bool:
    return bool(entry["mark"] == "yes")


def _faults(shipment: Shipment, options: Options) -> Iterator[Fault]:
    yield from battery_faults(shipment)
    found = [each for each in batteries_of(shipment) if _marked(each.entry)]
    if found and all(each.section == "I" for each in found):
        yield Fault("/items", "These batteries are of section I: class 9 label and declaration.")
    until = facts("batteries")["mark"]["telephone"]
    if options.get("phone") and value_on(until, shipment.on) is None:
        yield Fault(
            "/options/phone",
            f"The mark with a telephone number is not used any more since {until[0]['until']}.",
        )


def _make(shipment: Shipment, form: Format, language: str, options: Options) -> bytes:
    return typeset("battery_mark", data_of(shipment, options), day=shipment.on, form=form)


KINDS = (
    Kind(
        name="battery_mark",
        title="Battery mark",
        formats=("pdf", "png"),
        make=_make,
        faults=lambda shipment, options: tuple(_faults(shipment, options)),
        sizes=tuple(facts("batteries")["mark"]["sizes"]),
        options=("phone",),
    ),
)
