"""What does the Harmonized Tariff Schedule of the United States say?

Reads the two forms that the US International Trade Commission publishes, CSV and JSON, and streams
rows. Rates are set at eight digits: a line written ``6109.10.00.00`` is the rate of ``61091000``
and the statistical code ``6109100000``. Ten-digit lines without a rate are declarable codes that
take the rate of the line they stand under; they stream as rows of the programme
``supplementary_unit``, with their units of quantity.

Columns become programmes so: general → ``third_country`` (chapter 99: ``additional``, for its
headings are declared beside another code), special → one ``preference`` row for each group of
special programme indicators (a cell of chapters 98 and 99 that names no indicators, or cannot be
split, is one row without any), column 2 → ``column_2``, "additional duties" (the agricultural
safeguards of heading 9904) → ``safeguard``. Descriptions are read past and not kept.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import BinaryIO

from data.importing.locations import Location, digest, open_location
from data.importing.reports import Canonical, ImportReport, SplitSpecial, Tally
from data.importing.sinks import ScheduleSink
from data.importing.us_hts_files import HtsLine, read_lines
from data.loading.schedules import DECLARABLE
from data.loading.sources import Source
from data.model.schedule_rows import ScheduleRow

_CODE = re.compile(r"\d{4}(\.\d\d(\.\d\d(\.\d\d)?)?)?")
_SPACE = re.compile(r"\s+")
# Chapter 77 is reserved by the Harmonized System and empty in every schedule.
_CHAPTERS = frozenset(f"{n:02}" for n in range(1, 100)) - {"77"}
_SPECIAL_CHAPTERS = ("98", "99")
_UNIT_SPELLINGS = {"m²": "m2", "No": "No.", "No. and kg": "No.;kg"}


def import_us_hts(
    location: Location,
    sink: ScheduleSink,
    *,
    source: Source,
    as_of: date,
    canonical: Canonical,
    split_special: SplitSpecial,
    complete: bool = True,
) -> ImportReport:
    """Import an edition or revision of the schedule, whole or not at all.

    `as_of` is the day the edition takes effect and becomes the rows' `since`; their law is the
    first that `source` declares. `complete` is False for a file with some chapters only. Raises
    `ImportRefusedError`, and then the sink has kept nothing.
    """
    tally = Tally(source, as_of, source.territory, canonical)
    with open_location(location) as file:
        if source.sha256 and digest(file) != source.sha256:
            raise tally.refusal("the file is not the one that was checked: its digest differs")
        rows = read_us_hts(file, tally, split_special, complete=complete)
        sink.replace(source.territory, source.id, as_of, complete, tally.watch(rows))
    return tally.finish()


def read_us_hts(
    file: BinaryIO, tally: Tally, split_special: SplitSpecial, *, complete: bool = True
) -> Iterator[ScheduleRow]:
    """The rows of a file, in its order. Raises `ImportRefusedError` for a file that is broken."""
    reader = _Reader(tally, split_special)
    for line in read_lines(file, tally):
        tally.lines += 1
        yield from reader.rows(line)
    if complete and (missing := _CHAPTERS - reader.chapters):
        raise tally.refusal(f"no line of chapters {', '.join(sorted(missing))}")


class _Reader:
    """Turns lines into rows; knows which rate a line without one stands under."""

    def __init__(self, tally: Tally, split_special: SplitSpecial) -> None:
        self.chapters: set[str] = set()
        self._tally = tally
        self._split_special = split_special
        self._law = next(iter(tally.source.laws))
        self._indicators = frozenset(tally.source.indicators)
        self._seen: set[str] = set()
        self._above: list[tuple[int, str | None]] = []  # indent, code that has a rate there

    def rows(self, line: HtsLine) -> Iterator[ScheduleRow]:
        """The rows of one line: none for a heading, none for a line that is refused."""
        while self._above and self._above[-1][0] >= line.indent:
            self._above.pop()
        rated = any((line.general, line.special, line.column_2, line.additional))
        if line.code and not self._known_code(line):
            return
        digits = line.code.replace(".", "")
        if rated and len(digits) < 8:
            self._tally.refuse(line.number, f"a rate at {line.code or 'a line without a code'}")
            return
        self._above.append((line.indent, digits if rated else None))
        if len(digits) == 10:
            yield from self._declarable(line, digits, rated=rated)
        if rated:
            yield from self._rates(line, digits[:8] if digits.endswith("00") else digits)

    def _known_code(self, line: HtsLine) -> bool:
        if not _CODE.fullmatch(line.code):
            self._tally.refuse(line.number, f"{line.code!r} is no code")
            return False
        if line.code in self._seen:
            self._tally.refuse(line.number, f"{line.code} stands here a second time")
            return False
        self._seen.add(line.code)
        self.chapters.add(line.code[:2])
        return True

    def _declarable(self, line: HtsLine, code: str, *, rated: bool) -> Iterator[ScheduleRow]:
        if not rated and (reason := self._orphaned(code)):
            self._tally.refuse(line.number, reason)
            return
        self._tally.declare(code)
        unit = clean_units(line.units)
        yield ScheduleRow(
            code=code,
            programme=DECLARABLE,
            expression=unit or "",
            parsed=None,
            since=self._tally.as_of,
            law=self._law,
            unit=unit,
        )

    def _orphaned(self, code: str) -> str | None:
        """Why a statistical code has no rate, if it has none."""
        rated = next((above for _, above in reversed(self._above[:-1]) if above), None)
        if rated is None:
            return f"{code} has no rate and stands under none"
        if not code.startswith(rated[:8]):
            return f"{code} stands under the rate of {rated}, whose code it does not extend"
        return None

    def _rates(self, line: HtsLine, code: str) -> Iterator[ScheduleRow]:
        beside_another_code = code.startswith("99")
        unit = clean_units(line.units)
        if line.general:
            programme = "additional" if beside_another_code else "third_country"
            yield self._row(code, programme, line.general, unit=unit)
        if line.special:
            yield from self._preferences(line, code, bare=code[:2] in _SPECIAL_CHAPTERS)
        if line.column_2:
            yield self._row(code, "column_2", line.column_2)
        if line.additional:
            yield self._row(code, "safeguard", line.additional)

    def _preferences(self, line: HtsLine, code: str, *, bare: bool) -> Iterator[ScheduleRow]:
        try:
            groups = self._split_special(line.special)
        except ValueError as error:
            if not bare:
                self._tally.refuse(line.number, f"special rate {line.special!r}: {error}")
                return
            groups = ((line.special, ()),)
        for expression, indicators in groups:
            if unknown := set(indicators) - self._indicators:
                self._tally.refuse(line.number, f"unknown indicators {' '.join(sorted(unknown))}")
            elif not indicators and not bare:
                self._tally.refuse(line.number, f"special rate {expression!r} is for nobody")
            else:
                yield self._row(code, "preference", expression, origins=indicators)

    def _row(
        self,
        code: str,
        programme: str,
        expression: str,
        *,
        origins: Iterable[str] = (),
        unit: str | None = None,
    ) -> ScheduleRow:
        written = _SPACE.sub(" ", expression).strip()
        return ScheduleRow(
            code=code,
            programme=programme,
            expression=written,
            parsed=self._tally.read(written),
            since=self._tally.as_of,
            law=self._law,
            origins=tuple(sorted(set(origins))),
            unit=unit,
        )


def clean_units(units: Iterable[str]) -> str | None:
    r"""The units of quantity of a line, in one spelling, ``;`` between two; None for none.

    >>> clean_units(["m²", " kg"])
    'm2;kg'
    >>> clean_units(["", "\n"]) is None
    True
    """
    spelled = (_UNIT_SPELLINGS.get(unit.strip(), unit.strip()) for unit in units)
    return ";".join(unit for unit in spelled if unit) or None
