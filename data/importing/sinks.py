"""Where do the rows of an import go?

A sink takes a whole schedule or none of it: when the stream of rows ends in an error, what was
there before stays. The database's sink is in `data.store.schedules`; the one here writes facts.
"""

import csv
import io
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Protocol

from data.loading.schedules import CODE_COLUMNS, DECLARABLE, SAME
from data.model.schedule_rows import COLUMNS, ScheduleRow

# The Harmonized System leaves these two to each country.
_NATIONAL = "chapters_98_99"


class ScheduleSink(Protocol):
    """Something that keeps schedules, all or nothing."""

    def replace(
        self,
        territory: str,
        source: str,
        as_of: date,
        complete: bool,  # noqa: FBT001  the order of arguments is the same for every sink
        rows: Iterable[ScheduleRow],
    ) -> object:
        """Put this version of a source's rows in place of its last one.

        `complete` says whether the rows are the territory's whole schedule, or only say something
        about the codes they name. An error that comes out of `rows` must leave everything as it
        was. The same rows twice change nothing.
        """
        ...


class FactsSink:
    """Writes schedules as facts: `<root>/<territory>/<as_of>.csv` and `<as_of>.codes.csv`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def replace(
        self,
        territory: str,
        source: str,
        as_of: date,
        complete: bool,  # noqa: FBT001
        rows: Iterable[ScheduleRow],
    ) -> tuple[Path, ...]:
        """Write the files, each by renaming a finished one into place."""
        return write_facts(self.root / territory, as_of, rows)


def write_facts(folder: Path, since: date, rows: Iterable[ScheduleRow]) -> tuple[Path, ...]:
    """Write a schedule in sorted, stable form: rates, and declarable codes with their units.

    Rows of the programme ``supplementary_unit`` without dates of their own become the list of
    declarable codes. Column 2, and chapters 98 and 99 with all their columns, go to files of their
    own, which keeps each under two megabytes.
    Returns the paths written. Nothing is written when `rows` raises.
    """
    parts: dict[str, list[ScheduleRow]] = {"": [], "codes": [], "column_2": [], _NATIONAL: []}
    for row in rows:
        parts[_part(row, since)].append(row)
    contents = {
        part: _codes(held) if part == "codes" else _rates(held)
        for part, held in parts.items()
        if held or not part
    }
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for part, text in contents.items():
        path = folder / f"{since}{'.' if part else ''}{part}.csv"
        _rename_into_place(path, text)
        written.append(path)
    for stale in set(folder.glob(f"{since}*.csv")) - set(written):
        stale.unlink()
    return tuple(written)


def _part(row: ScheduleRow, since: date) -> str:
    if row.programme == DECLARABLE and row.since == since and row.until is None:
        return "codes"
    if row.code[:2] in ("98", "99"):
        return _NATIONAL
    return "column_2" if row.programme == "column_2" else ""


def _rates(rows: list[ScheduleRow]) -> str:
    cells = sorted({_cells(row) for row in rows})
    return _csv(COLUMNS, cells)


def _codes(rows: list[ScheduleRow]) -> str:
    return _csv(CODE_COLUMNS, sorted({(row.code, row.unit or "", row.law) for row in rows}))


def _cells(row: ScheduleRow) -> tuple[str, ...]:
    return (
        row.code,
        row.programme,
        " ".join(row.origins),
        " ".join(row.excluded_origins),
        row.expression,
        SAME if row.parsed == row.expression else row.parsed or "",
        row.unit or "",
        row.order_number or "",
        row.additional_code or "",
        row.since.isoformat(),
        row.until.isoformat() if row.until else "",
        row.law,
        "" if row.confidence == "official" else row.confidence,
    )


def _csv(columns: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(lines)
    return text.getvalue()


def _rename_into_place(path: Path, text: str) -> None:
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=path.parent, suffix=".tmp", delete=False
    ) as file:
        file.write(text)
    temporary = Path(file.name)
    temporary.chmod(0o644)
    temporary.replace(path)
