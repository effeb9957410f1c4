"""Which orders are in a file? Rows with one reference are one order with several lines.

What a row says becomes the very JSON that `POST /v1/documents` takes, and is read by the same
reader: a file is refused for nothing that a request would not be refused for, and for all of it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from api.services.batching import cells as reading
from api.services.batching.cells import CellError, Style
from api.services.batching.columns import LINE_FIELDS, ColumnMap
from api.services.batching.faults import MOST_FAULTS, Cells, Found, RowFault, pointer_of
from api.services.batching.sheets import MOST_ORDERS, Cell, FileRefusedError, Row, as_text
from api.services.batching.shipments import Draft
from data.model.shipment import Shipment
from data.model.shipment_records import write_shipment
from data.store.batches import StoredOrder

Json = dict[str, Any]
Reader = Callable[[Json, date], "Shipment | list[Found]"]
"""Reads the JSON of a shipment, or says everything that is wrong with it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the rows of a file are read: columns, values for what they leave open, and style."""

    header: tuple[str, ...]
    mapping: ColumnMap
    defaults: Mapping[str, str]
    style: Style
    fixed: Mapping[str, Any] = field(default_factory=dict)

    def cell(self, row: Row, name: str) -> Cell:
        """What a row says of a field; the default where it says nothing."""
        at = self.mapping.columns.get(name)
        found: Cell = row.cells[at] if at is not None and at < len(row.cells) else ""
        if isinstance(found, str) and not found.strip():
            return self.defaults.get(name, "")
        return found

    def computes(self, row: Row, name: str) -> bool:
        """Whether a row's cell of a field is a formula whose value is no number."""
        return self.mapping.columns.get(name) in row.formulas


def orders_of(
    rows: Iterable[Row], layout: Layout, read: Reader, today: date
) -> Iterator[StoredOrder]:
    """Every order of a file, in the order of their first rows. Raises `FileRefusedError`."""
    for number, (reference, group) in enumerate(_grouped(rows, layout), 1):
        yield _order(number, reference, group, layout, read, today)


def _grouped(rows: Iterable[Row], layout: Layout) -> Iterator[tuple[str, list[Row]]]:
    """Rows by reference; one without any is an order of its own, to be refused."""
    groups: dict[str | int, list[Row]] = {}
    for row in rows:
        said = " ".join(as_text(layout.cell(row, "reference")).split())
        groups.setdefault(said or row.number, []).append(row)
        if len(groups) > MOST_ORDERS:
            raise FileRefusedError(
                "too-many-orders",
                f"The file has more than {MOST_ORDERS} orders.",
                "Split it.",
                row.number,
            )
    if not groups:
        raise FileRefusedError("empty-file", "There is a header and no order.", "Add orders.")
    for key, group in groups.items():
        yield (key if isinstance(key, str) else "", group)


def _order(
    number: int, reference: str, rows: list[Row], layout: Layout, read: Reader, today: date
) -> StoredOrder:
    lines = [row for row in rows if _is_line(row, layout)] or rows[:1]
    places = Cells(
        rows[0].number, [row.number for row in lines], layout.mapping.columns, layout.header
    )
    draft = _Filling(layout, rows, lines, places)
    body, faults = draft.filled()
    if not reference:
        faults.insert(0, places.fault("/reference", "missing", "The row names no order."))
    found = read(body, today)
    if isinstance(found, list):
        faults = _with_found(faults, found, places)
    shown = (reference or f"row {rows[0].number}")[:200]
    kept = [fault.written() for fault in faults[:MOST_FAULTS]]
    numbers = sorted({row.number for row in rows})
    if faults or isinstance(found, list):
        return StoredOrder(number, shown, numbers, places.lines, None, {}, "refused", kept)
    record = write_shipment(found)
    return StoredOrder(number, shown, numbers, places.lines, record, draft.options(), "waiting", [])


def _with_found(faults: list[RowFault], found: Sequence[Found], places: Cells) -> list[RowFault]:
    """The faults of the cells, and what a reader found beyond them; each cell's once."""
    told = [fault.pointer for fault in faults if fault.pointer]
    more = [
        places.fault(each.pointer, "invalid", each.detail)
        for each in found
        if not any(_within(each.pointer, at) or _within(at, each.pointer) for at in told)
    ]
    first = {(fault.row, fault.field, fault.detail): fault for fault in reversed([*faults, *more])}
    return list(reversed(first.values()))


def _within(pointer: str, other: str) -> bool:
    return bool(other) and (pointer == other or pointer.startswith(f"{other}/"))


def _is_line(row: Row, layout: Layout) -> bool:
    """Whether a row has goods, and not only more of its order."""
    columns = layout.mapping.columns
    said = ("sku", "description", "quantity", "unit_price")
    return any(
        (at := columns.get(name)) is not None and at < len(row.cells) and row.cells[at] != ""
        for name in said
    )


class _Filling:
    """Fills the JSON of one order from its rows, and keeps what could not be read."""

    def __init__(self, layout: Layout, rows: list[Row], lines: list[Row], places: Cells) -> None:
        self._layout = layout
        self._style = layout.style
        self._rows = rows
        self._lines = lines
        self._places = places
        self.faults: list[RowFault] = []

    def filled(self) -> tuple[Json, list[RowFault]]:
        """The body of the shipment, and the faults of its cells."""
        for row in self._rows:
            self._too_wide(row)
        draft = Draft(self._layout.fixed)
        for at, row in enumerate(self._lines):
            draft.add_line(self._line(at, row))
        self._check_order(draft)
        return draft.body(), self.faults

    def options(self) -> Json:
        """What the order's own row adds to the wishes of the batch."""
        number = self._text("item_number", self._rows[0])
        return {"item_number": number} if number else {}

    def _too_wide(self, row: Row) -> None:
        if any(cell != "" for cell in row.cells[len(self._layout.header) :]):
            detail = "The row has more cells than the header."
            remedy = "A text with a separator needs quotation marks around it."
            self._say("", "too-many-cells", detail, remedy, row=row.number)

    def _line(self, at: int, row: Row) -> Json:
        """The cells of a line, read."""
        pointer = f"/lines/{at}"
        first = self._rows[0]
        code_cell = row if as_text(self._layout.cell(row, "currency")).strip() else first
        line: Json = {"currency": self._text("currency", code_cell, pointer).upper()}
        for name in ("sku", "description", "hs_code", "manufacturer_id", "gtin", "composition"):
            line[name] = self._text(name, row, f"{pointer}/{name}")
        line["country_of_origin"] = self._read(
            "country_of_origin", row, pointer, lambda cell: reading.read_country(cell)
        )
        line["quantity"] = self._read(
            "quantity", row, pointer, lambda cell: reading.read_pieces(cell, self._style)
        )
        for name in ("unit_price", "line_discount", "line_total"):
            line[name] = self._amount(name, row, pointer, line["currency"])
        line["unit_weight"] = self._measure("unit_weight", row, pointer)
        self._check_line(line, row, pointer)
        return line

    def _check_line(self, line: Json, row: Row, pointer: str) -> None:
        total, price, pieces = line["line_total"], line["unit_price"], line["quantity"]
        if total is None or price is None or pieces is None:
            return
        sums = price * pieces - (line["line_discount"] or Decimal(0))
        if sums != total:
            self._say(
                f"{pointer}/line_total",
                "total-does-not-add",
                f"{pieces} × {price} less {line['line_discount'] or 0} is {sums}, not {total}.",
                "Correct the price, the pieces or the total.",
                field="line_total",
                row=row.number,
            )

    def _check_order(self, draft: Draft) -> None:
        """What is said once for the order, from whichever of its rows says it."""
        code = draft.currency
        for name in (
            "reference invoice_number terms terms_place purpose comments consignee_name "
            "consignee_first_name consignee_last_name consignee_company street1 street2 street3 "
            "city postal_code region phone email vat eori buyer_type"
        ).split():
            draft.said[name] = self._once(name, self._reads(self._text, name)) or ""
        draft.said["country"] = self._once("country", lambda cell, _: reading.read_country(cell))
        for name in ("on", "invoice_day"):
            draft.said[name] = self._once(name, lambda cell, _: reading.read_day(cell, self._style))
        for name in (
            "freight", "insurance", "order_discount", "goods_total", "order_total", "tax_total",
        ):  # fmt: skip
            draft.said[name] = self._once(name, self._reads_money(name, code))
        for name in ("gross_weight", "packaging_weight", "length", "width", "height"):
            draft.said[name] = self._once(name, self._reads(self._measured, name))
        for wrong in draft.disagreements():
            self._say(wrong.pointer, wrong.code, wrong.detail, wrong.remedy, field=wrong.field)

    @staticmethod
    def _reads(read: Callable[[str, Row], Any], name: str) -> Callable[[Cell, Row], Any]:
        return lambda _, row: read(name, row)

    def _reads_money(self, name: str, code: str) -> Callable[[Cell, Row], Any]:
        return lambda cell, _: self._money(cell, name, code)

    def _guards(self, read: Callable[[Cell, Row], Any], cell: Cell, row: Row) -> Callable[[], Any]:
        return lambda: read(cell, row)

    def _once(self, name: str, read: Callable[[Cell, Row], Any]) -> Any:
        """What the rows of an order say of it: once, or alike."""
        found: Any = None
        for row in self._rows:
            at = self._layout.mapping.columns.get(name)
            own = row.cells[at] if at is not None and at < len(row.cells) else ""
            if row is not self._rows[0] and (isinstance(own, str) and not own.strip()):
                continue
            cell = self._layout.cell(row, name)
            if isinstance(cell, str) and not cell.strip():
                continue
            value = self._guarded(name, row, "", self._guards(read, cell, row))
            if found is not None and value is not None and value != found:
                self._say(
                    "",
                    "rows-disagree",
                    f"Rows of one order say different things of its {name}.",
                    "Write it in the first row only, or alike in each; or use another reference.",
                    field=name,
                    row=row.number,
                )
                return found
            found = value if found is None else found
        return found

    def _text(self, name: str, row: Row, pointer: str = "") -> str:
        cell = self._layout.cell(row, name)
        if name == "postal_code" and isinstance(cell, str):
            cell = cell.strip().removeprefix("'")  # how spreadsheets keep a zero in front
        computed = self._layout.computes(row, name)
        phone = name == "phone"
        read = partial(reading.read_text, cell, computed=computed, phone=phone)
        return self._guarded(name, row, pointer, read) or ""

    def _read(self, name: str, row: Row, pointer: str, read: Callable[[Cell], Any]) -> Any:
        cell = self._layout.cell(row, name)
        if isinstance(cell, str) and not cell.strip():
            return None
        return self._guarded(name, row, f"{pointer}/{name}", lambda: read(cell))

    def _amount(self, name: str, row: Row, pointer: str, code: str) -> Decimal | None:
        found: Decimal | None = self._read(
            name, row, pointer, lambda cell: self._money(cell, name, code)
        )
        return found

    def _money(self, cell: Cell, name: str, code: str) -> Decimal:
        amount, said = reading.read_amount(cell, self._style)
        if said is not None and code and said != code:
            raise CellError(
                "mixed-currencies",
                f"The {name} is in {said}, the order in {code}.",
                "Write an order in one currency.",
            )
        return amount

    def _measure(self, name: str, row: Row, pointer: str) -> Json | None:
        found: Json | None = self._read(name, row, pointer, lambda _: self._measured(name, row))
        return found

    def _measured(self, name: str, row: Row) -> Json:
        weight = name.endswith("weight")
        told = {"unit_weight": "unit_weight_unit"}.get(
            name, "gross_weight_unit" if weight else "dimension_unit"
        )
        unit = self._layout.mapping.units.get(name) or self._layout.cell(row, told)
        if not unit and told == "gross_weight_unit":
            unit = self._layout.cell(row, "unit_weight_unit")
        number, known = reading.read_measure(
            self._layout.cell(row, name), unit, self._style, weight=weight
        )
        return {"value": f"{number:f}", "unit": known}

    def _guarded(self, name: str, row: Row, pointer: str, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except CellError as error:
            self._say(pointer, error.code, error.detail, error.remedy, field=name, row=row.number)
            return None

    def _say(
        self,
        pointer: str,
        code: str,
        detail: str,
        remedy: str,
        *,
        field: str | None = None,
        row: int | None = None,
    ) -> None:
        if pointer == "" and field is not None and field not in LINE_FIELDS:
            pointer = pointer_of(field)
        self.faults.append(
            self._places.fault(pointer, code, detail, remedy=remedy, field=field, row=row)
        )
