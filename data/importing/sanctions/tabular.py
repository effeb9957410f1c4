"""How is a table of text read strictly? Columns by name, and every line whole."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from data.importing.sanctions.list_reports import ListTally

Row = Mapping[str, str]
_BIGGEST_CELL = 1 << 20


def rows(
    file: BinaryIO, tally: ListTally, needed: frozenset[str], *, delimiter: str = ",", skip: int = 0
) -> Iterator[tuple[int, Row]]:
    """Each line with its number, cells by column, blanks tidied.

    `skip` lines stand before the header. Raises `ListRefusedError` for missing columns; a line that
    is too short or too long is refused by its number.
    """
    csv.field_size_limit(max(csv.field_size_limit(), _BIGGEST_CELL))
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    try:
        for _ in range(skip):
            text.readline()
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        header = [" ".join(cell.split()) for cell in next(reader, [])]
        if missing := needed - set(header):
            raise tally.refusal(f"the columns {', '.join(sorted(missing))} are missing")
        for cells in reader:
            if not any(cells):
                continue
            tally.lines += 1
            number = reader.line_num + skip
            if len(cells) != len(header):
                tally.refuse(number, f"{len(cells)} columns in a table of {len(header)}")
                continue
            yield number, dict(zip(header, (" ".join(c.split()) for c in cells), strict=True))
    except (csv.Error, UnicodeDecodeError) as error:
        raise tally.refusal(f"cannot be read as a table: {error}") from error
    finally:
        text.detach()  # whoever opened the file closes it


def first_line(file: BinaryIO) -> str:
    """The first line of a file, which is then at its beginning again."""
    line = file.readline(4096).decode("utf-8-sig", "replace").strip()
    file.seek(0)
    return line


def split(text: str, by: str) -> tuple[str, ...]:
    """The parts of a cell, each once, without empty ones."""
    parts = (part.strip() for part in text.split(by))
    return tuple(dict.fromkeys(part for part in parts if part))
