"""What does Schedule 3 of the Customs Tariff Act of Australia say?

Reads the schedule as JSON: sections, their chapters, headings, and in each the lines
(`classifications`) with reference number, statistical code, unit and duty rate. Rates are set at
eight digits; the reference number and the statistical code of two digits make the declarable code.
Further statistical lines of a reference number have no rate and inherit it. Descriptions, and the
heading that a line was filed under, are read past and not kept.

A cell holds the general rate, then rates for programmes (``5% DCS4% CAFree DCT5%``), and then the
same again from later days (``From 1 July 2019 Free``). Each part becomes ``third_country`` and
``preference`` rows with the days between which it is in force; parts that ended before the day of
the import are counted and left out. Codes that are no country's are written with the territory:
``AU-FI``, for the Forum Islands are not Finland. Rates of free trade agreements stand in other
schedules of the Act.

The JSON is taken from the pages of the Australian Border Force, not published by it: its rows are
``secondary``.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from data.importing.locations import Location, digest, open_location
from data.importing.national import cleaned, missing_chapters, programme_code, written_out
from data.importing.reports import Canonical, ImportReport, Tally
from data.importing.sinks import ScheduleSink
from data.importing.us_hts_files import read_records
from data.loading.schedules import DECLARABLE
from data.loading.sources import Source
from data.model.schedule_rows import ScheduleRow

SECTION_KEYS = frozenset({"number", "title", "chapters", "notes"})
CHAPTER_KEYS = frozenset({"number", "title", "headings", "notes"})
HEADING_KEYS = frozenset({"code", "description", "classifications"})
LINE_KEYS = frozenset(
    {"referenceNumber", "statisticalCode", "unit", "description", "dutyRate", "tcoReferences"}
)
# Programme codes that mean the country itself.
_COUNTRIES = frozenset({"CA", "MY", "NZ", "PG", "SG"})
_CURRENCY = "AUD"
# Asterisks and hashes refer to notes on goods that are also subject to excise.
_CODE = re.compile(r"(\d{4}\.\d\d(?:\.\d\d?)?)[*#]*")
_STATISTICAL = re.compile(r"(\d\d)?")
_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_FROM = re.compile(rf"\bFrom ?(\d\d?) ?({'|'.join(_MONTHS)}) ?(\d{{4}}) ?")
_PROGRAMMES = re.compile(r" ([A-Z]{2,3}(?: ?/ ?[A-Z]{2,3})*);? ?(?=\$|\d|Free\b)")
_ALCOHOL = re.compile(r"/L of alcohol(?! ?,)(?= |$)")
_STICK = re.compile(r"/stick\b")
_UNITS = {
    "": None, "..": None, "No": "No.", "kg": "kg", "t": "t", "sm": "m2", "L": "l", "cu": "m3",
    "m": "m", "Pr": "prs.", "L al and L": "LPA;l", "L al": "LPA", "g": "g", "cm": "cm",
    "MC": "MC", "SR": "SR", "kg TSS": "kg TSS", "TH": "TH", "IU": "IU",
}  # fmt: skip


class _DoubtError(ValueError):
    """A line that is not understood; the message says why."""


@dataclass(frozen=True, slots=True)
class DatedRates:
    """One part of a duty cell: the general rate and those of programmes, from day to day.

    `since` is None for the part that no day stands before; `preferences` are pairs of expression
    and programme codes as the schedule writes them.
    """

    since: date | None
    until: date | None
    general: str
    preferences: tuple[tuple[str, tuple[str, ...]], ...]


def import_au_schedule(
    location: Location,
    sink: ScheduleSink,
    *,
    source: Source,
    as_of: date,
    canonical: Canonical,
    complete: bool = True,
) -> ImportReport:
    """Import the schedule of a day, whole or not at all.

    `complete` is False for a file with some chapters only. Raises `ImportRefusedError`, and then
    the sink has kept nothing.
    """
    tally = Tally(source, as_of, source.territory, canonical)
    with open_location(location) as file:
        if source.sha256 and digest(file) != source.sha256:
            raise tally.refusal("the file is not the one that was checked: its digest differs")
        rows = read_au_schedule(file, tally, complete=complete)
        sink.replace(source.territory, source.id, as_of, complete, tally.watch(rows))
    return tally.finish()


def read_au_schedule(
    file: BinaryIO, tally: Tally, *, complete: bool = True
) -> Iterator[ScheduleRow]:
    """The rows of a file, in its order. Raises `ImportRefusedError` for a file that is broken."""
    reader = _Reader(tally)
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    try:
        for line in _lines(text, tally):
            tally.lines += 1
            try:
                rows = reader.rows(line)
            except _DoubtError as doubt:
                tally.refuse(tally.lines, str(doubt))
                continue
            yield from rows
    except UnicodeDecodeError as error:
        raise tally.refusal(f"not UTF-8: {error.reason}") from error
    finally:
        text.detach()
    if complete and (missing := missing_chapters(reader.chapters)):
        raise tally.refusal(f"no rate in chapters {', '.join(missing)}")


def split_rates(cell: str) -> tuple[DatedRates, ...]:
    """The parts of a duty cell, in order of their days. Raises `ValueError`.

    >>> [(part.general, part.preferences) for part in split_rates("5% DCS4% CAFree")]
    [('5%', (('4%', ('DCS',)), ('Free', ('CA',))))]
    """
    first, *later = _FROM.split(cell)
    texts = [first.strip(), *(text.strip() for text in later[3::4])]
    days: list[date | None] = [None]
    for day, month, year in zip(later[0::4], later[1::4], later[2::4], strict=True):
        days.append(date(int(year), _MONTHS.index(month) + 1, int(day)))
    stated = [day for day in days if day]
    if stated != sorted(set(stated)):
        raise ValueError(f"the days of {cell!r} are not in order")
    return tuple(
        _part(text, since, until)
        for text, since, until in zip(texts, days, [*days[1:], None], strict=True)
        if text or since
    )


def _part(text: str, since: date | None, until: date | None) -> DatedRates:
    general, *rest = _PROGRAMMES.split(f" {text}")
    if not general.strip() or not all(expression.strip() for expression in rest[1::2]):
        raise ValueError(f"{text!r} states no rate")
    preferences = tuple(
        (expression.strip(), tuple(re.split(r" ?/ ?", codes)))
        for codes, expression in zip(rest[0::2], rest[1::2], strict=True)
    )
    return DatedRates(since, until, general.strip(), preferences)


def _lines(text: io.TextIOWrapper, tally: Tally) -> Iterator[dict[str, str]]:
    """Every line of every heading, cells cleaned."""
    for section in read_records(text, tally):
        for chapter in _children(section, SECTION_KEYS, "chapters", tally):
            for heading in _children(chapter, CHAPTER_KEYS, "headings", tally):
                for line in _children(heading, HEADING_KEYS, "classifications", tally):
                    cells = _object(line, LINE_KEYS, tally)
                    yield {
                        key: cleaned(value)
                        for key, value in cells.items()
                        if isinstance(value, str)
                    }


def _children(record: Any, keys: frozenset[str], name: str, tally: Tally) -> list[Any]:
    children = _object(record, keys, tally)[name]
    if not isinstance(children, list):
        raise tally.refusal(f"behind line {tally.lines}: {name} is no list")
    return children


def _object(record: Any, keys: frozenset[str], tally: Tally) -> dict[str, Any]:
    if not isinstance(record, dict) or record.keys() != keys:
        found = sorted(record) if isinstance(record, dict) else record
        raise tally.refusal(f"behind line {tally.lines}: the keys are {found}")
    return record


class _Reader:
    """Turns lines into rows; knows which codes were rated and declared already."""

    def __init__(self, tally: Tally) -> None:
        self.chapters: set[str] = set()
        self._tally = tally
        self._law = next(iter(tally.source.laws))
        self._indicators = frozenset(tally.source.indicators)
        self._rates: dict[str, str] = {}
        self._units: dict[str, str | None] = {}

    def rows(self, line: dict[str, str]) -> list[ScheduleRow]:
        """The rows of one line. Raises `_DoubtError`, and then nothing of the line is kept."""
        code, statistical, unit = _read_cells(line)
        cell = line["dutyRate"]
        if len(code) < 8:
            if cell or statistical:
                raise _DoubtError(f"a rate or statistical code at {line['referenceNumber']}")
            return []
        if not cell and not (statistical and code in self._rates):
            raise _DoubtError(f"{line['referenceNumber']} {statistical} stands under no rate")
        if cell and self._rates.get(code, cell) != cell:
            raise _DoubtError(f"{line['referenceNumber']} has two different rates")
        declared = code + statistical
        if self._units.get(declared, unit) != unit:
            raise _DoubtError(f"{line['referenceNumber']} {statistical} has two different units")
        if declared in self._units:
            self._tally.skipped["lines that stand there already"] += 1
            return []
        rows = self._rated(code, cell, unit) if cell and code not in self._rates else []
        if cell:
            self._rates[code] = cell
            self.chapters.add(code[:2])
        self._units[declared] = unit
        if statistical:
            self._tally.declare(declared)
            rows.append(
                self._row(declared, DECLARABLE, unit or "", self._tally.as_of, None, unit=unit)
            )
        return rows

    def _rated(self, code: str, cell: str, unit: str | None) -> list[ScheduleRow]:
        rows = []
        try:
            parts = split_rates(cell)
            for part in parts:
                if part.until and part.until <= self._tally.as_of:
                    self._tally.skipped["rates that had ended"] += 1
                    continue
                since = part.since or self._tally.as_of
                general = _spelled(part.general)
                rows.append(self._row(code, "third_country", general, since, part.until, unit=unit))
                for text, codes in part.preferences:
                    origins = self._origins(codes)
                    expression = _spelled(text)
                    rows.append(
                        self._row(
                            code, "preference", expression, since, part.until, origins=origins
                        )
                    )
        except ValueError as error:
            raise _DoubtError(f"duty rate {cell!r}: {error}") from error
        return rows

    def _origins(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := set(codes) - self._indicators:
            raise _DoubtError(f"unknown programmes {' '.join(sorted(unknown))}")
        return tuple(
            sorted({programme_code(self._tally.territory, code, _COUNTRIES) for code in codes})
        )

    def _row(
        self,
        code: str,
        programme: str,
        expression: str,
        since: date,
        until: date | None,
        *,
        origins: tuple[str, ...] = (),
        unit: str | None = None,
    ) -> ScheduleRow:
        return ScheduleRow(
            code=code,
            programme=programme,
            expression=expression,
            parsed=None if programme == DECLARABLE else self._tally.read(expression),
            since=since,
            law=self._law,
            until=until,
            origins=origins,
            unit=unit,
            confidence="secondary",
        )


def _read_cells(line: dict[str, str]) -> tuple[str, str, str | None]:
    """Code, statistical code and unit of a line."""
    if missing := (LINE_KEYS - {"tcoReferences"}) - line.keys():
        raise _DoubtError(f"no text in {', '.join(sorted(missing))}")
    found = _CODE.fullmatch(line["referenceNumber"])
    if found is None:
        raise _DoubtError(f"{line['referenceNumber']!r} is no reference number")
    if not _STATISTICAL.fullmatch(line["statisticalCode"]):
        raise _DoubtError(f"{line['statisticalCode']!r} is no statistical code")
    if line["unit"] not in _UNITS:
        raise _DoubtError(f"unit of quantity {line['unit']!r}")
    return found[1].replace(".", ""), line["statisticalCode"], _UNITS[line["unit"]]


def _spelled(rate: str) -> str:
    """A rate in the grammar's spelling: a litre of alcohol is one of pure alcohol, a stick an item.

    Not where an alcohol content is counted in part only: that has no rule and stays unread.
    """
    text = _STICK.sub("/item", _ALCOHOL.sub("/LPA", rate))
    return written_out(text, _CURRENCY)
