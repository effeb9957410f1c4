"""What is wrong with an order, and in which cell of the file?"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from api.services.batching.columns import LINE_FIELDS
from api.services.batching.sheets import letter

Json = dict[str, Any]
MOST_FAULTS = 50
"""Of one order: whoever mends these sees the others next time."""

_REMEDIES = {
    "hs_code": "Write the commodity code with 6, 8 or 10 digits, in a column formatted as text.",
    "country_of_origin": "Write the country where it was made, as a code of two letters.",
    "description": "Say in plain words what it is and what it is made of.",
    "unit_weight": "Give the net weight of one piece.",
    "gross_weight": "Give what the parcel weighs, or a packaging_weight to add to the goods.",
    "unit_price": "Write the price of one piece, all lines of an order in one currency.",
    "currency": "Write one ISO 4217 code such as EUR for the whole order.",
    "quantity": "Write how many pieces: a whole number from 1.",
    "terms_place": "Say where the terms end, such as the city of the receiver.",
    "manufacturer_id": "Give the maker's own number of the product.",
}
_POINTERS = {
    "/freight/currency": "currency", "/insurance/currency": "currency",
    "/reference": "reference", "/on": "on", "/invoice_number": "invoice_number",
    "/invoice_day": "invoice_day", "/terms": "terms", "/terms_place": "terms_place",
    "/purpose": "purpose", "/comments": "comments", "/freight": "freight",
    "/insurance": "insurance", "/parcels": "gross_weight", "/parcels/0/weight": "gross_weight",
    "/parcels/0/dimensions": "length", "/parcels/0/dimensions/length": "length",
    "/parcels/0/dimensions/width": "width", "/parcels/0/dimensions/height": "height",
    "/consignee": "consignee_name",
    "/consignee/name": "consignee_name", "/consignee/company": "consignee_company",
    "/consignee/street": "street1", "/consignee/street/0": "street1",
    "/consignee/street/1": "street2", "/consignee/street/2": "street3",
    "/consignee/city": "city", "/consignee/postal_code": "postal_code",
    "/consignee/region": "region", "/consignee/country": "country", "/consignee/phone": "phone",
    "/consignee/email": "email", "/consignee/tax_ids/vat": "vat",
    "/consignee/tax_ids/eori": "eori", "/options/item_number": "item_number",
}  # fmt: skip
_OF_A_LINE = {
    "discount": "line_discount",
    "facts/manufacturer_id": "manufacturer_id",
    "facts/gtin": "gtin",
    "facts/composition": "composition",
    "unit_price/currency": "currency",
    "discount/currency": "currency",
}


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing that keeps papers from being made, and its cell.

    `column` is None where no column of the file says it. `kinds` are the papers that are not made;
    none: no paper is.
    """

    row: int
    column: str | None
    header: str | None
    field: str | None
    pointer: str
    code: str
    detail: str
    remedy: str
    kinds: tuple[str, ...] = ()

    def written(self) -> Json:
        """The fault as it is kept."""
        return {**asdict(self), "kinds": list(self.kinds)}


@dataclass(frozen=True, slots=True)
class Cells:
    """Where an order's fields stand: its first row, the rows of its lines, the columns."""

    row: int
    lines: Sequence[int]
    columns: Mapping[str, int]
    header: Sequence[str]

    def fault(
        self,
        pointer: str,
        code: str,
        detail: str,
        *,
        remedy: str | None = None,
        field: str | None = None,
        row: int | None = None,
        kinds: Sequence[str] = (),
    ) -> RowFault:
        """A fault of what a pointer into the shipment names."""
        line, found = _field_at(pointer)
        field = field or found
        if row is None:
            row = self.lines[line] if line is not None and line < len(self.lines) else self.row
        at = None if field is None else self.columns.get(field)
        return RowFault(
            row,
            None if at is None else letter(at),
            None if at is None else self.header[at],
            field,
            pointer,
            code,
            detail,
            remedy or _remedy(field, mapped=at is not None),
            tuple(kinds),
        )


def _field_at(pointer: str) -> tuple[int | None, str | None]:
    """Which line and which of our fields a pointer leads to."""
    pointer = "/lines" + pointer.removeprefix("/items") if pointer.startswith("/items") else pointer
    if not pointer.startswith("/lines/"):
        known = pointer
        while known and known not in _POINTERS:
            known = known.rpartition("/")[0]
        return None, _POINTERS.get(known)
    number, _, rest = pointer.removeprefix("/lines/").partition("/")
    line = int(number) if number.isdigit() else None
    if rest in _OF_A_LINE:
        return line, _OF_A_LINE[rest]
    first = rest.partition("/")[0]
    return line, _OF_A_LINE.get(first, first if first in LINE_FIELDS else None)


def pointer_of(field: str) -> str:
    """Where in a shipment a field of the order is.

    >>> pointer_of("consignee_name"), pointer_of("goods_total")
    ('/consignee/name', '/goods_total')
    """
    return next((at for at, known in reversed(_POINTERS.items()) if known == field), f"/{field}")


def _remedy(field: str | None, *, mapped: bool) -> str:
    if field is None:
        return "See the settings of the batch: this is said there, not in the file."
    said = _REMEDIES.get(field, "Correct it and send the file again.")
    return said if mapped else f"{said} No column says it: add one, or give a default."


@dataclass(frozen=True, slots=True)
class Found:
    """A fault of a reader of shipments: a pointer into the body, and what is wrong."""

    pointer: str
    detail: str
