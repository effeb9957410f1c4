"""What were the third-country duties of Great Britain and of the European Union in July 2021?

The UK government's table of the UK Global Tariff sets, beside each commodity code, the rate of the
EU's Common Customs Tariff that it replaced and its own. One file gives two schedules. It is
written in the Harmonized System of 2017; codes of 2022 are reached by a concordance:

- A subheading with the same number in 2022 keeps its eight- and ten-digit codes and their rates.
  A ten-digit line of the table is an exception to its eight-digit code: one that says the same is
  left out, for the longer code inherits; beside one that differs, the rest of the eight-digit
  code is listed as a declarable code that ends in ``00``.
- A subheading that is new in 2022 gets, at six digits, the rate of the 2017 subheading it comes
  from when every code there had the same one; otherwise one row for each different rate, of
  confidence ``unconfirmed``: one of them is right, and the code has a range.
- What 2022 abolished is left out, except as such a source.

The concordance names one source for each subheading of 2022, so goods that moved between
subheadings which kept their numbers are not seen. Everything here is `secondary` at best.

The table's own flags: rates that followed the EU's until a trade remedy review ended are
``unconfirmed`` for Great Britain; that a suspension, trade remedy or quota may apply is counted in
the report (`skipped`), for the table does not say at what rate.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

from data.importing.locations import Location, digest, open_location
from data.importing.reports import Canonical, ImportReport, Tally
from data.importing.sinks import ScheduleSink
from data.loading.schedules import DECLARABLE
from data.loading.sources import Source
from data.model.dated import Confidence
from data.model.schedule_rows import ScheduleRow

_REVIEWED = "cet_applies_until_trade_remedy_transition_reviews_concluded"
_FLAGS = ("trade_remedy_applies", _REVIEWED, "suspension_applies", "atq_applies")
COLUMNS = ["commodity", "description", "cet_duty_rate", "ukgt_duty_rate", "change", *_FLAGS]
CONCORDANCE_COLUMNS = ["HS6_6d", "HS6_4d", "HS6_2d", "HS5_6d", "HS5_4d", "HS5_2d"]
_RATE_COLUMN = {"GB": "ukgt_duty_rate", "EU": "cet_duty_rate"}
_COMMODITY = re.compile(r"\d{8}(\d\d)?")
_SPACE = re.compile(r"\s+")
_NOT_CLASSIFIED = "999999"

Concordance = Mapping[str, str]
"""Subheading of 2022 → the subheading of 2017 that it comes from."""


@dataclass(slots=True)
class _Subheading:
    """The rates of one HS 2017 subheading: code, expression, confidence."""

    rates: list[tuple[str, str, Confidence]] = field(default_factory=list)


def import_uk_eu_rates(
    location: Location,
    sink: ScheduleSink,
    *,
    source: Source,
    as_of: date,
    concordance: Concordance,
    canonical: Canonical,
) -> ImportReport:
    """Import one side of the table: `source.territory` is ``GB`` or ``EU``.

    Raises `ImportRefusedError`, and then the sink has kept nothing.
    """
    tally = Tally(source, as_of, source.territory, canonical)
    with open_location(location) as file:
        if source.sha256 and digest(file) != source.sha256:
            raise tally.refusal("the file is not the one that was checked: its digest differs")
        rows = read_uk_eu_rates(file, tally, concordance)
        sink.replace(source.territory, source.id, as_of, complete=True, rows=tally.watch(rows))
    return tally.finish()


def read_uk_eu_rates(
    file: BinaryIO, tally: Tally, concordance: Concordance
) -> Iterator[ScheduleRow]:
    """The rows of one side of the table, in the Harmonized System of 2022, in order of code."""
    rates = _read_table(file, tally)
    for new in sorted(concordance):
        old = concordance[new]
        if old not in rates:
            if new != _NOT_CLASSIFIED:
                tally.skipped["subheadings of 2022 without a rate"] += 1
            continue
        if new == old:
            yield from _kept(tally, rates[old])
        else:
            yield from _moved(tally, new, rates[old])
    abolished = rates.keys() - concordance.keys()
    tally.skipped["subheadings of 2017 that 2022 abolished"] += len(abolished)
    unreached = abolished - set(concordance.values())
    tally.skipped["of these, source of no subheading of 2022"] += len(unreached)


def read_concordance(location: Location) -> Concordance:
    """The table of subheadings of 2022 and where they come from. Raises `ValueError`."""
    with open_location(location) as file:
        reader = csv.reader(io.TextIOWrapper(file, "utf-8-sig", newline=""), strict=True)
        if (header := next(reader, [])) != CONCORDANCE_COLUMNS:
            raise ValueError(f"{location}: the columns are {header}")
        pairs = {}
        for cells in reader:
            new, old = cells[0], cells[3]
            if not (len(new) == len(old) == 6 and new.isdigit() and old.isdigit()):
                raise ValueError(f"{location}:{reader.line_num}: {cells} are no subheadings")
            if new in pairs:
                raise ValueError(f"{location}:{reader.line_num}: {new} stands here twice")
            pairs[new] = old
        return pairs


def _kept(tally: Tally, held: _Subheading) -> Iterator[ScheduleRow]:
    of_eight = {
        code: (tally.meaning(expression), confidence)
        for code, expression, confidence in held.rates
        if len(code) == 8
    }
    with_exceptions = set()
    for code, expression, confidence in held.rates:
        if len(code) == 10 and of_eight.get(code[:8]) == (tally.meaning(expression), confidence):
            tally.skipped["ten-digit codes that say what their eight-digit code says"] += 1
            continue
        if len(code) == 10 and code[:8] in of_eight:
            with_exceptions.add(code[:8])
        yield _row(tally, code, expression, confidence)
    for code in sorted(with_exceptions):
        yield ScheduleRow(
            code=f"{code}00",
            programme=DECLARABLE,
            expression="",
            parsed=None,
            since=tally.as_of,
            law=next(iter(tally.source.laws)),
        )


def _moved(tally: Tally, new: str, old: _Subheading) -> Iterator[ScheduleRow]:
    by_meaning = {tally.meaning(expression): expression for _, expression, _ in old.rates}
    certain = len(by_meaning) == 1
    tally.skipped["new subheadings with one rate" if certain else "new with a range"] += 1
    for expression in sorted(by_meaning.values()):
        doubted = not certain or any(confidence == "unconfirmed" for *_, confidence in old.rates)
        yield _row(tally, new, expression, "unconfirmed" if doubted else "secondary")


def _row(tally: Tally, code: str, expression: str, confidence: Confidence) -> ScheduleRow:
    return ScheduleRow(
        code=code,
        programme="third_country",
        expression=expression,
        parsed=tally.read(expression),
        since=tally.as_of,
        law=next(iter(tally.source.laws)),
        confidence=confidence,
    )


def _read_table(file: BinaryIO, tally: Tally) -> dict[str, _Subheading]:
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    reader = csv.reader(text, strict=True)
    rates: dict[str, _Subheading] = {}
    seen: set[str] = set()
    try:
        header = next(reader, [])
        if header != COLUMNS:
            raise tally.refusal(f"the columns are {header}")
        for cells in reader:
            tally.lines += 1
            if len(cells) != len(COLUMNS):
                raise tally.refusal(f"line {reader.line_num} has {len(cells)} cells")
            line = dict(zip(COLUMNS, cells, strict=True))
            if reason := _doubt(line, seen):
                tally.refuse(reader.line_num, reason)
                continue
            seen.add(line["commodity"])
            _keep(line, tally, rates)
    except (csv.Error, UnicodeDecodeError) as error:
        raise tally.refusal(f"line {reader.line_num}: {error}") from error
    finally:
        text.detach()
    return rates


def _doubt(line: Mapping[str, str], seen: set[str]) -> str | None:
    """Why a line is not understood, if it is not."""
    if not _COMMODITY.fullmatch(line["commodity"]):
        return f"{line['commodity']!r} is no commodity code"
    if line["commodity"] in seen:
        return f"{line['commodity']} stands here a second time"
    if not (line["cet_duty_rate"].strip() and line["ukgt_duty_rate"].strip()):
        return f"{line['commodity']} has no rate"
    if odd := [flag for flag in _FLAGS if line[flag] not in ("True", "False")]:
        return f"{odd[0]} is {line[odd[0]]!r}"
    return None


def _keep(line: Mapping[str, str], tally: Tally, rates: dict[str, _Subheading]) -> None:
    reviewed = tally.territory == "GB" and line[_REVIEWED] == "True"
    for flag in _FLAGS:
        if line[flag] == "True":
            tally.skipped[flag] += 1
    code = line["commodity"]
    expression = _SPACE.sub(" ", line[_RATE_COLUMN[tally.territory]]).strip()
    rates.setdefault(code[:6], _Subheading()).rates.append(
        (code, expression, "unconfirmed" if reviewed else "secondary")
    )
