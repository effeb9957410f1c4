"""What is one kind of customs paper, and how is it made?"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from customs.documents.faults import Fault
from data.model.shipment import Shipment

Format = Literal["pdf", "png", "xml", "json", "csv"]
Options = Mapping[str, Any]
"""What a request adds to the shipment: ``size``, and what only one kind needs (see its module)."""

UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""Control characters, and the marks that turn a text around so that it is read otherwise."""
UNPRINTABLE_SAID = "The text has a character that cannot be printed."
LONGEST_OPTION = 500
SHAPES: Mapping[str, tuple[type, ...]] = {
    "rates": (dict,),
    "period": (dict,),
    "criteria": (dict,),
    "origin_statement": (bool, dict),
    "related": (bool,),
    "routed": (bool,),
    "all_packed_in_one": (list,),
    "container": (bool,),
    "previous_documents": (list,),
    "additional_procedures": (list,),
    "arrival_transport": (dict,),
    "fiscal_references": (dict,),
    "document_ids": (dict,),
    "preferences": (dict,),
    "supplementary_units": (dict,),
}
"""Options that are no text, and what they are in JSON."""

MEDIA: Mapping[Format, str] = {
    "pdf": "application/pdf",
    "png": "image/png",
    "xml": "application/xml",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of paper or message, and the two pure functions that make it.

    `faults` says everything that keeps this kind from being made of the shipment, with pointers
    into its JSON form (``/items/0/hs_code``), beyond what `preflight` asks of every paper; none
    means that `make` succeeds. `options` are the names it understands. The day of all facts is the
    shipment's own (`Shipment.on`).
    """

    name: str
    title: str
    formats: tuple[Format, ...]
    make: Callable[[Shipment, Format, str, Options], bytes]
    faults: Callable[[Shipment, Options], Sequence[Fault]]
    languages: tuple[str, ...] = ("en",)
    sizes: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
