"""What do the US Treasury's comma-separated lists say?

A list is several files, told apart by the number of their columns: the entries (12), their aliases
(5), their addresses (6), and the ends of remarks that were too long (2). ``-0-`` is an empty cell.
Each file ends with a line of one control character: without it the file was cut off. A header is
read past, whatever it calls the columns, as they always stand in the same order.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from data.importing.sanctions.list_reports import ListTally
from data.importing.sanctions.ofac_remarks import read_remarks
from data.importing.sanctions.wording import countries, script_of
from data.model.listed_parties import Identifier, ListedName, ListedParty, PartyKind

_ENTRY, _ALIAS, _ADDRESS, _REMARK_END = 12, 5, 6, 2
_EMPTY, _END = "-0-", "\x1a"
_KINDS: dict[str, PartyKind] = {
    "": "entity",
    "individual": "person",
    "entity": "entity",
    "vessel": "vessel",
    "aircraft": "aircraft",
}


@dataclass(slots=True)
class _Files:
    """The rows of all files: entries with their line, and what belongs to them by number."""

    entries: list[tuple[int, list[str]]] = field(default_factory=list)
    beside: dict[int, dict[str, list[list[str]]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )


def read_ofac_csv(files: Sequence[BinaryIO], tally: ListTally) -> None:
    """Read the files of one list into a tally. Raises `ListRefusedError`."""
    found = _Files()
    for file in files:
        _read_file(file, tally, found)
    if not found.entries:
        raise tally.refusal("none of the files has entries: 12 columns")
    for line, cells in found.entries:
        _entry(line, cells, found, tally)
    known = {cells[0] for _, cells in found.entries}
    for columns, rows in found.beside.items():
        for number in rows.keys() - known:
            tally.refuse(0, f"a file of {columns} columns names entry {number}, which there is not")


def _read_file(file: BinaryIO, tally: ListTally, found: _Files) -> None:
    width, ended = 0, False
    for line, cells in _rows(file, tally):
        if ended:
            raise tally.refusal(f"line {line} stands behind the end of the file")
        if cells[0] == _END:
            ended = True
            continue
        tally.lines += 1
        if not cells[0].isdigit():
            if line != 1:
                tally.refuse(line, "it does not begin with an entry's number")
            continue
        width = width or len(cells)
        if width not in (_ENTRY, _ALIAS, _ADDRESS, _REMARK_END):
            raise tally.refusal(f"no file of such a list has {width} columns")
        if len(cells) != width:
            tally.refuse(line, f"{len(cells)} columns in a file of {width}")
        elif width == _ENTRY:
            found.entries.append((line, cells))
        else:
            found.beside[width][cells[0]].append(cells)
    if not ended:
        raise tally.refusal("the mark at the end is missing: the file was cut off")


def _rows(file: BinaryIO, tally: ListTally) -> Iterator[tuple[int, list[str]]]:
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    reader = csv.reader(text, strict=True)
    try:
        for cells in reader:
            if cells:
                yield reader.line_num, [_cell(cell) for cell in cells]
    except (csv.Error, UnicodeDecodeError) as error:
        raise tally.refusal(f"line {reader.line_num}: {error}") from error
    finally:
        text.detach()  # whoever opened the file closes it


def _cell(text: str) -> str:
    text = text.strip(" \t\r\n")
    return "" if text == _EMPTY else text


def _entry(line: int, cells: list[str], found: _Files, tally: ListTally) -> None:
    number, name, kind = cells[0], cells[1], cells[2].lower()
    if kind not in _KINDS:
        tally.refuse(line, f"an entry of the unknown kind {cells[2]!r}")
        return
    rest = "".join(row[1] for row in found.beside[_REMARK_END].get(number, ()))
    remarks = read_remarks(cells[11] + rest)
    for words in remarks.unread:
        tally.refuse(line, f"a day of birth that cannot be read: {words!r}")
    aliases = [
        ListedName(row[3], "alias", script_of(row[3]))
        for row in found.beside[_ALIAS].get(number, ())
        if row[3]
    ]
    living = found.beside[_ADDRESS].get(number, [])
    call_sign = [Identifier("Vessel call sign", cells[5])] if cells[5] else []
    names = [ListedName(name)] if name else []
    entry = ListedParty(
        list=tally.watch_list.id,
        id=number,
        kind=_KINDS[kind],
        names=tuple(dict.fromkeys([*names, *aliases, *remarks.names])),
        births=tuple(dict.fromkeys(remarks.births)),
        birth_places=tuple(dict.fromkeys(remarks.birth_places)),
        addresses=tuple(
            dict.fromkeys(lived for row in living if (lived := ", ".join(filter(None, row[2:5]))))
        ),
        countries=countries([*remarks.countries, *(row[4] for row in living), cells[9]]),
        identifiers=tuple(dict.fromkeys([*call_sign, *remarks.identifiers])),
        programmes=tuple(part.strip(" []") for part in cells[3].split("] [") if part.strip(" []")),
    )
    tally.add(line, entry)
