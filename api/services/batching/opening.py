"""How will a file of orders be read, and what is still missing for it?

Decided once, when the file arrives, and kept with it: whoever reads on reads alike.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from api.services.batching.cells import CellError, Style, guessed, style_of
from api.services.batching.columns import ColumnMap, mapped, missing
from api.services.batching.orders import Layout
from api.services.batching.sheets import FileRefusedError, Row, Sheet, open_sheet

Json = Mapping[str, Any]
_LOOKED_AT = 500
_NUMERIC = (
    "unit_price line_discount line_total freight insurance order_discount goods_total order_total "
    "tax_total unit_weight gross_weight packaging_weight length width height quantity"
).split()


@dataclass(frozen=True, slots=True)
class Opened:
    """A file with its layout; `missing` are fields that no column and no default says."""

    layout: Layout
    rows: Iterator[Row]
    assumptions: tuple[str, ...]
    missing: tuple[str, ...]


def opened(
    content: bytes,
    wish: Json,
    remembered: Callable[[Sequence[str]], Mapping[str, str] | None],
) -> Opened:
    """A file as it will be read; `remembered` is what was told of a header before.

    Raises `FileRefusedError`.
    """
    sheet = open_sheet(content, wish.get("sheet"))
    mapping = mapped(sheet.header, wish.get("mapping"), remembered(sheet.header))
    defaults = wish.get("defaults") or {}
    first = list(islice(sheet.rows, _LOOKED_AT))
    style, said = _style(wish, first, mapping)
    layout = Layout(sheet.header, mapping, defaults, style, wish.get("shipment") or {})
    lacking = missing(mapping.columns, defaults)
    return Opened(layout, chain(first, sheet.rows), (*sheet.assumptions, *said), tuple(lacking))


def _style(wish: Json, rows: Sequence[Row], mapping: ColumnMap) -> tuple[Style, tuple[str, ...]]:
    try:
        said = style_of(wish.get("locale"), wish.get("decimal"))
    except CellError as error:
        raise FileRefusedError(error.code, error.detail, error.remedy) from None
    if said is not None:
        return said, ()
    columns = [mapping.columns[name] for name in _NUMERIC if name in mapping.columns]
    texts = (
        cell
        for row in rows
        for at in columns
        if at < len(row.cells) and isinstance(cell := row.cells[at], str) and cell
    )
    style = guessed(texts)
    assumed = ("Numbers are read with a decimal comma.",) if style.decimal == "," else ()
    return style, assumed


def write_layout(layout: Layout) -> dict[str, Any]:
    """How a file is read, as it is kept."""
    style = layout.style
    return {
        "header": list(layout.header),
        "columns": dict(layout.mapping.columns),
        "units": dict(layout.mapping.units),
        "style": [style.decimal, style.said, style.day_first],
    }


def again(content: bytes, wish: Json) -> tuple[Layout, Sheet]:
    """The same file, to be read as was decided. Raises `FileRefusedError`."""
    sheet = open_sheet(content, wish.get("sheet"))
    kept = wish["layout"]
    decimal, said, day_first = kept["style"]
    layout = Layout(
        tuple(kept["header"]),
        ColumnMap(kept["columns"], kept["units"], {}),
        wish.get("defaults") or {},
        Style(decimal, said=said, day_first=day_first),
        wish.get("shipment") or {},
    )
    return layout, sheet
