"""How are the two official files of the US schedule cut into lines?

CSV: UTF-8 with a byte-order mark, nine columns, the units of quantity a JSON list in a cell.
JSON: one list of objects, `indent` a string, `superior` ``"true"`` on lines that only group others.
The list also carries the key `addiitionalDuties`, misspelt, beside or in place of the right one.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from data.importing.reports import Tally

CSV_COLUMNS = [
    "HTS Number",
    "Indent",
    "Description",
    "Unit of Quantity",
    "General Rate of Duty",
    "Special Rate of Duty",
    "Column 2 Rate of Duty",
    "Quota Quantity",
    "Additional Duties",
]
_ADDITIONAL_DUTIES = ("additionalDuties", "addiitionalDuties")
JSON_NEEDED = frozenset(
    "htsno indent description superior units general special other footnotes quotaQuantity".split()
)
JSON_KEYS = JSON_NEEDED | set(_ADDITIONAL_DUTIES)
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class HtsLine:
    """One line of the schedule: its number in the file and its cells, blanks cut at the ends.

    `code` keeps its dots and is empty on lines that only group others.
    """

    number: int
    code: str
    indent: int
    units: tuple[str, ...]
    general: str
    special: str
    column_2: str
    additional: str


def read_lines(file: BinaryIO, tally: Tally) -> Iterator[HtsLine]:
    """The lines of a file in either form. What is no line is refused with its number.

    Raises `ImportRefusedError` when the file is in neither form, or broken.
    """
    start = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    file.seek(0)
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    try:
        yield from (_json_lines if start.startswith(b"[") else _csv_lines)(text, tally)
    except UnicodeDecodeError as error:
        raise tally.refusal(f"not UTF-8: {error.reason}") from error
    finally:
        text.detach()


def _csv_lines(text: io.TextIOWrapper, tally: Tally) -> Iterator[HtsLine]:
    reader = csv.reader(text, strict=True)
    try:
        header = next(reader, [])
        if header != CSV_COLUMNS:
            raise tally.refusal(f"the columns are {header}")
        for cells in reader:
            if line := _csv_line(reader.line_num, cells, tally):
                yield line
    except csv.Error as error:
        raise tally.refusal(f"line {reader.line_num}: {error}") from error


def _csv_line(number: int, cells: list[str], tally: Tally) -> HtsLine | None:
    if len(cells) != len(CSV_COLUMNS):
        raise tally.refusal(f"line {number} has {len(cells)} cells")
    code, indent, _, units, general, special, column_2, _, additional = map(str.strip, cells)
    try:
        listed = json.loads(units) if units else []
    except ValueError:
        listed = None
    return _line(number, code, indent, listed, (general, special, column_2, additional), tally)


def _json_lines(text: io.TextIOWrapper, tally: Tally) -> Iterator[HtsLine]:
    for number, record in enumerate(read_records(text, tally), start=1):
        if not isinstance(record, dict) or not JSON_NEEDED <= record.keys() <= JSON_KEYS:
            keys = sorted(record) if isinstance(record, dict) else record
            raise tally.refusal(f"record {number} has the keys {keys}")
        if record["superior"] not in (None, "", "true"):
            tally.refuse(number, f"superior is {record['superior']!r}")
            continue
        additional = {(record.get(key) or "").strip() for key in _ADDITIONAL_DUTIES} - {""}
        if len(additional) > 1:
            tally.refuse(number, f"two different additional duties: {sorted(additional)}")
            continue
        rates = [(record[key] or "").strip() for key in ("general", "special", "other")]
        line = _line(
            number,
            (record["htsno"] or "").strip(),
            record["indent"],
            record["units"] or [],
            (*rates, additional.pop() if additional else ""),
            tally,
        )
        if line:
            yield line


def read_records(text: io.TextIOWrapper, tally: Tally) -> Iterator[Any]:
    """The elements of a JSON list, one at a time: the whole list would take 200 MB."""
    decoder = json.JSONDecoder()
    buffer = text.read(_CHUNK).lstrip().removeprefix("[")
    ended = False
    while True:
        buffer = buffer.lstrip().removeprefix(",").lstrip()
        if buffer.startswith("]"):
            if (buffer[1:] + text.read()).strip():
                raise tally.refusal("something stands after the end of the list")
            return
        try:
            record, end = decoder.raw_decode(buffer)
        except ValueError as error:
            if ended:
                raise tally.refusal(f"the list breaks off: {error}") from error
            more = text.read(_CHUNK)
            ended, buffer = not more, buffer + more
            continue
        yield record
        buffer = buffer[end:]


def _line(
    number: int,
    code: str,
    indent: Any,
    units: Any,
    rates: tuple[str, ...],
    tally: Tally,
) -> HtsLine | None:
    if not (isinstance(indent, str) and indent.isdigit()):
        tally.refuse(number, f"indent is {indent!r}")
        return None
    if not (isinstance(units, list) and all(isinstance(unit, str) for unit in units)):
        tally.refuse(number, f"units of quantity are {units!r}")
        return None
    general, special, column_2, additional = rates
    return HtsLine(number, code, int(indent), tuple(units), general, special, column_2, additional)
