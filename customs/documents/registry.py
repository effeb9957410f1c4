"""Which customs papers and messages are there?

A module that makes some has a tuple `KINDS` (see `kinds.py`); its line here makes them known. A
module is imported when one of its kinds is asked for.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module

from customs.documents.faults import Fault, RefusedError
from customs.documents.kinds import (
    LONGEST_OPTION,
    SHAPES,
    UNPRINTABLE,
    UNPRINTABLE_SAID,
    Format,
    Kind,
    Options,
)
from customs.documents.preflight import preflight
from data.model.shipment import Shipment

MODULES: Mapping[str, str] = {
    "commercial_invoice": "invoice",
    "proforma": "invoice",
    "packing_list": "packing_list",
    "cn22": "postal_forms",
    "cn23": "postal_forms",
    "statement_on_origin": "origin_papers",
    "usmca_certification": "origin_papers",
    "sli": "sli",
    "dangerous_goods": "dangerous_goods",
    "battery_mark": "battery_mark",
    "ubl_invoice": "ubl_invoice",
    "ubl_packing_list": "ubl_papers",
    "ubl_forwarding_instructions": "ubl_papers",
    "ubl_certificate_of_origin": "ubl_papers",
    "h7": "h7",
    "h1": "h1",
    "cds": "cds",
    "eei": "eei",
    "itmatt": "itmatt",
}
"""Kind → module of this package."""


def names() -> tuple[str, ...]:
    """Every kind there is."""
    return tuple(MODULES)


@cache
def kind(name: str) -> Kind:
    """One kind by its name. Raises `KeyError`."""
    module = import_module(f"customs.documents.{MODULES[name]}")
    found: dict[str, Kind] = {each.name: each for each in module.KINDS}
    return found[name]


def kinds() -> Iterator[Kind]:
    """Every kind, with what it is and can be."""
    return map(kind, MODULES)


def faults_of(name: str, shipment: Shipment, options: Options) -> tuple[Fault, ...]:
    """Everything that keeps a shipment's paper of this kind from being made; nothing: it can be."""
    wanted = kind(name)
    return (*preflight(name, shipment, options), *wanted.faults(shipment, options))


def make(
    name: str,
    shipment: Shipment,
    form: Format,
    language: str = "en",
    options: Options | None = None,
) -> bytes:
    """The paper or message of a shipment, whole or not at all.

    Raises `RefusedError` with every fault, or `KeyError` when there is no such kind.
    """
    wanted, given = kind(name), options or {}
    faults = list(_wishes(wanted, form, language, given))
    if not any(fault.pointer.startswith("/options") for fault in faults):
        faults += faults_of(name, shipment, given)
    if faults:
        raise RefusedError(faults)
    return wanted.make(shipment, form, language, given)


def _wishes(wanted: Kind, form: Format, language: str, options: Options) -> Iterator[Fault]:
    """What the request asks that this kind does not have."""
    if form not in wanted.formats:
        yield Fault("/format", f"{wanted.title} is made as {', '.join(wanted.formats)}.")
    if language not in wanted.languages:
        yield Fault("/language", f"{wanted.title} is written in {', '.join(wanted.languages)}.")
    size = options.get("size")
    if size is not None and size not in wanted.sizes:
        sizes = ", ".join(wanted.sizes) or "no size of its own"
        yield Fault("/size", f"{wanted.title} is printed on: {sizes}.")
    for name, value in sorted(options.items()):
        if name not in ("size", *wanted.options):
            yield Fault(f"/options/{name}", f"{wanted.title} has no option {name}.")
        elif not isinstance(value, SHAPES.get(name, (str,))):
            yield Fault(f"/options/{name}", f"{name} is written as {_shape(name)}.")
        elif isinstance(value, str) and len(value) > LONGEST_OPTION:
            yield Fault(f"/options/{name}", f"At most {LONGEST_OPTION} characters.")
        elif isinstance(value, str) and UNPRINTABLE.search(value):
            yield Fault(f"/options/{name}", UNPRINTABLE_SAID)


def _shape(name: str) -> str:
    called = {dict: "an object", list: "a list", bool: "true or false", str: "a text"}
    return " or ".join(called[each] for each in SHAPES.get(name, (str,)))
