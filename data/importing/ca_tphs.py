"""What does the Customs Tariff of Canada say?

Reads the table TPHS of the yearly database of the Canada Border Services Agency, exported to CSV
with its own column names, days as ``2026-01-01`` (a time of midnight may follow). Other spellings
of a day can be read in two ways and are refused.

Tariff items have eight digits and carry the rates; ten-digit lines are declarable codes with a unit
of measure, which inherit unless they state a rate themselves. Lines of other lengths only group
others. Columns become programmes so: MFN → ``third_country``, General Tariff → ``column_2`` (for
goods of countries without most-favoured-nation treatment), each tariff treatment → ``preference``
with the treatment's code as its origin. A code of two letters is written with the territory,
``CA-IT``, for ``IT`` is not Italy. ``N/A`` is no rate. Rows start on the line's EFF_DATE.
Descriptions are read past and not kept.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import BinaryIO

from data.importing.locations import Location, digest, open_location
from data.importing.national import cleaned, missing_chapters, programme_code, written_out
from data.importing.reports import Canonical, ImportReport, Tally
from data.importing.sinks import ScheduleSink
from data.loading.schedules import DECLARABLE
from data.loading.sources import Source
from data.model.schedule_rows import ScheduleRow

LINE_COLUMNS = ("TARIFF", "EFF_DATE", "UOM", "MFN", "General Tariff")
"""The columns beside those of the treatments, which are the source's indicators."""

_DESCRIPTION = re.compile(r"DESC\d*")
_CODE = re.compile(r"\d{4}(\.?\d{1,2}){0,3}")
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T]00:00:00)?")
_UNIT = re.compile(r"[A-Z][A-Z0-9]{1,2}")
_UNIT_SPELLINGS = {"NMB": "No."}
_NO_UNIT = ("", "-")
_NO_RATE = "N/A"
_CURRENCY = "CAD"

Line = Mapping[str, str]


class _DoubtError(ValueError):
    """A line that is not understood; the message says why."""


def import_ca_tphs(
    location: Location,
    sink: ScheduleSink,
    *,
    source: Source,
    as_of: date,
    canonical: Canonical,
    complete: bool = True,
) -> ImportReport:
    """Import a year's table, whole or not at all.

    `as_of` is the day the table takes effect. `complete` is False for a table with some chapters
    only. Raises `ImportRefusedError`, and then the sink has kept nothing.
    """
    tally = Tally(source, as_of, source.territory, canonical)
    with open_location(location) as file:
        if source.sha256 and digest(file) != source.sha256:
            raise tally.refusal("the file is not the one that was checked: its digest differs")
        rows = read_ca_tphs(file, tally, complete=complete)
        sink.replace(source.territory, source.id, as_of, complete, tally.watch(rows))
    return tally.finish()


def read_ca_tphs(file: BinaryIO, tally: Tally, *, complete: bool = True) -> Iterator[ScheduleRow]:
    """Rates in the table's order, then declarable codes. Raises `ImportRefusedError`."""
    reader = _Reader(tally)
    for number, line in _lines(file, tally):
        tally.lines += 1
        try:
            rows = reader.rows(number, line)
        except _DoubtError as doubt:
            tally.refuse(number, str(doubt))
            continue
        yield from rows
    yield from reader.declarable()
    if complete and (missing := missing_chapters(reader.chapters)):
        raise tally.refusal(f"no rate in chapters {', '.join(missing)}")


def _lines(file: BinaryIO, tally: Tally) -> Iterator[tuple[int, Line]]:
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    reader = csv.reader(text, strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        if fault := _header_fault(header, tally):
            raise tally.refusal(fault)
        for cells in reader:
            if len(cells) != len(header):
                raise tally.refusal(f"line {reader.line_num} has {len(cells)} cells")
            yield reader.line_num, dict(zip(header, map(cleaned, cells), strict=True))
    except (csv.Error, UnicodeDecodeError) as error:
        raise tally.refusal(f"line {reader.line_num}: {error}") from error
    finally:
        text.detach()


def _header_fault(header: list[str], tally: Tally) -> str | None:
    named = [name for name in header if not _DESCRIPTION.fullmatch(name)]
    needed = {*LINE_COLUMNS, *tally.source.indicators}
    if sorted(named) == sorted(needed):
        return None
    return f"the columns are {header}"


class _Reader:
    """Turns lines into rows; remembers the codes with a rate and those to declare."""

    def __init__(self, tally: Tally) -> None:
        self.chapters: set[str] = set()
        self._tally = tally
        self._law = next(iter(tally.source.laws))
        self._seen: set[str] = set()
        self._rated: set[str] = set()
        self._declared: list[tuple[int, ScheduleRow]] = []

    def rows(self, number: int, line: Line) -> list[ScheduleRow]:
        """The rates of one line. Raises `_DoubtError`, and then nothing of the line is kept."""
        code, since, unit = _code(line), _day(line), _unit(line)
        if code in self._seen:
            raise _DoubtError(f"{line['TARIFF']} stands here a second time")
        rates = list(self._rates(line))
        if rates and len(code) not in (8, 10):
            raise _DoubtError(f"a rate at {line['TARIFF']}")
        if any(programme == "preference" for programme, *_ in rates) and not line["MFN"]:
            raise _DoubtError(f"{line['TARIFF']} has preferences and no MFN rate")
        self._seen.add(code)
        if rates:
            self._rated.add(code)
            self.chapters.add(code[:2])
        if len(code) == 10:
            declared = self._row(code, DECLARABLE, unit or "", (), since, unit)
            self._declared.append((number, declared))
        return [
            self._row(
                code,
                programme,
                text,
                origins,
                since,
                unit if programme == "third_country" else None,
            )
            for programme, text, origins in rates
        ]

    def declarable(self) -> Iterator[ScheduleRow]:
        """The ten-digit codes, each of which has a rate or stands beneath one."""
        for number, row in self._declared:
            if row.code not in self._rated and row.code[:8] not in self._rated:
                self._tally.refuse(number, f"{row.code} has no rate and stands under none")
                continue
            self._tally.declare(row.code)
            yield row

    def _rates(self, line: Line) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        columns: list[tuple[str, str, tuple[str, ...]]] = [
            ("MFN", "third_country", ()),
            ("General Tariff", "column_2", ()),
        ]
        columns += [
            (name, "preference", (programme_code(self._tally.territory, name),))
            for name in self._tally.source.indicators
        ]
        for name, programme, origins in columns:
            if line[name] == _NO_RATE:
                self._tally.skipped["cells without a rate (N/A)"] += 1
            elif line[name]:
                try:
                    yield programme, written_out(line[name], _CURRENCY), origins
                except ValueError as error:
                    raise _DoubtError(f"{name}: {error}") from error

    def _row(
        self,
        code: str,
        programme: str,
        expression: str,
        origins: tuple[str, ...],
        since: date,
        unit: str | None,
    ) -> ScheduleRow:
        return ScheduleRow(
            code=code,
            programme=programme,
            expression=expression,
            parsed=None if programme == DECLARABLE else self._tally.read(expression),
            since=since,
            law=self._law,
            origins=origins,
            unit=unit,
        )


def _code(line: Line) -> str:
    if not _CODE.fullmatch(line["TARIFF"]):
        raise _DoubtError(f"{line['TARIFF']!r} is no tariff item")
    return line["TARIFF"].replace(".", "")


def _day(line: Line) -> date:
    found = _DAY.fullmatch(line["EFF_DATE"])
    try:
        return date.fromisoformat(found[1] if found else "")
    except ValueError:
        raise _DoubtError(f"EFF_DATE {line['EFF_DATE']!r} is no day such as 2026-01-01") from None


def _unit(line: Line) -> str | None:
    if line["UOM"] in _NO_UNIT:
        return None
    if not _UNIT.fullmatch(line["UOM"]):
        raise _DoubtError(f"unit of measure {line['UOM']!r}")
    return _UNIT_SPELLINGS.get(line["UOM"], line["UOM"])
