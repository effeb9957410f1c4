"""How is a CSV file read whose letters and separators nobody told?"""

import codecs
import csv
import io
from collections.abc import Iterator

from api.services.batching.sheets import FileRefusedError, Row

_SEPARATORS = ",;\t"
_SAID = {",": "comma", ";": "semicolon", "\t": "tab"}
_LOOKED_AT = 20


def csv_rows(content: bytes) -> tuple[Iterator[Row], tuple[str, ...]]:
    """The rows of a CSV file, and what was assumed of it. Raises `FileRefusedError`."""
    text, assumptions = _decoded(content)
    told, text = _told_separator(text)
    separator = told or _separator(text)
    if not told and separator != ",":
        assumptions = (*assumptions, f"Columns are separated by {_SAID[separator]}.")
    return _rows(text, separator), assumptions


def _decoded(content: bytes) -> tuple[str, tuple[str, ...]]:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if content.startswith(mark):
            try:
                return content[len(mark) :].decode(encoding), ()
            except UnicodeDecodeError:
                raise _unreadable() from None
    if (unmarked := _looks_like_utf16(content)) is not None:
        try:
            return content.decode(unmarked), ("The file is read as UTF-16; nothing in it says so.",)
        except UnicodeDecodeError:
            raise _unreadable() from None
    try:
        return content.decode(), ()
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        raise _unreadable() from None
    return text, ("The file is no UTF-8 and is read as Windows-1252: check names with accents.",)


def _unreadable() -> FileRefusedError:
    return FileRefusedError(
        "unknown-encoding",
        "The letters of the file are neither UTF-8 nor UTF-16 nor Windows-1252.",
        "Save it as CSV in UTF-8.",
    )


def _looks_like_utf16(content: bytes) -> str | None:
    """UTF-16 without a mark: in Latin text, every second byte is nothing."""
    start = content[:2000]
    if len(start) < 4 or b"\0" not in start:
        return None
    half = len(start) // 2
    if start[1::2].count(0) > half * 0.7:
        return "utf-16-le"
    return "utf-16-be" if start[0::2].count(0) > half * 0.7 else None


def _told_separator(text: str) -> tuple[str | None, str]:
    """Spreadsheets write ``sep=;`` in front."""
    first, _, rest = text.partition("\n")
    first = first.rstrip("\r")
    if len(first) == 5 and first.lower().startswith("sep=") and first[4] in _SEPARATORS:
        return first[4], rest
    return None, text


def _separator(text: str) -> str:
    """The separator that cuts the first rows into most columns, alike in each row."""

    def quality(separator: str) -> tuple[bool, int]:
        widths = []
        reader = csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=separator)
        try:
            for cells in reader:
                if cells:
                    widths.append(len(cells))
                if len(widths) == _LOOKED_AT:
                    break
        except csv.Error:
            return (False, 0)
        if not widths or widths[0] < 2:
            return (False, 0)
        return (len(set(widths)) == 1, widths[0])

    return max(_SEPARATORS, key=quality)


def _rows(text: str, separator: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise FileRefusedError(
                "broken-csv",
                f"Row {number} cannot be read: {error}.",
                "Look for a quotation mark that is not closed, or double it.",
                number,
            ) from None
        if cells is None:
            return
        yield Row(number, tuple(cells))
