"""Which rates and which declarable codes does a schedule's folder of facts hold?

`data/facts/schedules/<territory>/` has two kinds of files, named by the day they start:

`<since>.csv`, or `<since>.<part>.csv` where one file would be too long
    One rate a line, in the columns of `data.model.schedule_rows.COLUMNS`. Lists are separated by
    blanks. An empty `confidence` is ``official``; `parsed` is ``=`` where it is the expression
    itself and empty where the expression could not be read.
`<since>.codes.csv`
    One statistical code a line, the unit of quantity to declare for it (``;`` between two units,
    empty for none) and the law, for schedules whose rates stand at fewer digits than goods are
    declared at. Rates are inherited from the shorter code. It is the compact form of rows of the
    programme ``supplementary_unit``.
"""

import csv
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast, get_args

from data.loading.documents import FactsError
from data.model.dated import Confidence
from data.model.schedule_rows import COLUMNS, ScheduleRow

CODE_COLUMNS = ("code", "unit", "law")
DECLARABLE = "supplementary_unit"
"""The programme of rows that say in which unit the quantity of a declarable code is given."""
SAME = "="

_CODE = re.compile(r"\d{2,10}")
_FILE = re.compile(r"(?P<since>\d{4}-\d\d-\d\d)(\.(?P<part>[a-z0-9_]+))?\.csv")


@dataclass(frozen=True, slots=True)
class DeclarableCode:
    """A code that goods are declared under, and the unit of quantity that goes with it.

    `code` is digits only; `unit` is None when no quantity is asked.
    """

    code: str
    unit: str | None
    since: date
    law: str


def read_schedule(folder: Path, laws: Collection[str] | None = None) -> Iterator[ScheduleRow]:
    """Every rate of a territory's folder, and the units of quantity of its declarable codes.

    With `laws`, a row that cites another law is refused. Raises `FactsError` with file and line.
    """
    for path, _ in _files(folder, codes=False):
        for where, cells in _lines(path, COLUMNS):
            yield _row(where, cells, laws)
    for listed in read_codes(folder, laws):
        if listed.unit is not None:
            yield ScheduleRow(
                code=listed.code,
                programme=DECLARABLE,
                expression=listed.unit,
                parsed=None,
                since=listed.since,
                law=listed.law,
                unit=listed.unit,
            )


def read_codes(folder: Path, laws: Collection[str] | None = None) -> Iterator[DeclarableCode]:
    """Every declarable code that a territory's folder lists. Raises `FactsError`."""
    for path, since in _files(folder, codes=True):
        previous = ""
        for where, (code, unit, law) in _lines(path, CODE_COLUMNS):
            if not _CODE.fullmatch(code):
                raise FactsError(f"{where}: {code!r} is no code")
            if code <= previous:
                raise FactsError(f"{where}: {code} stands after {previous}")
            _check_law(where, law, laws)
            previous = code
            yield DeclarableCode(code, unit or None, since, law)


def _files(folder: Path, *, codes: bool) -> Iterator[tuple[Path, date]]:
    for path in sorted(folder.glob("*.csv")):
        name = _FILE.fullmatch(path.name)
        if name is None:
            raise FactsError(f"{path.name}: a schedule is called <since>.csv")
        if (name["part"] == "codes") is codes:
            yield path, _day(path.name, name["since"])


def _lines(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            header = next(reader, [])
            if tuple(header) != columns:
                raise FactsError(f"{path.name}:1: columns are {header}, not {list(columns)}")
            for cells in reader:
                where = f"{path.name}:{reader.line_num}"
                if len(cells) != len(columns):
                    raise FactsError(f"{where}: {len(cells)} cells, not {len(columns)}")
                yield where, cells
        except csv.Error as error:
            raise FactsError(f"{path.name}:{reader.line_num}: {error}") from error


def _row(where: str, cells: list[str], laws: Collection[str] | None) -> ScheduleRow:
    (code, programme, origins, excluded, expression, parsed, unit, order_number, additional_code,
     since, until, law, confidence) = cells  # fmt: skip
    if not _CODE.fullmatch(code):
        raise FactsError(f"{where}: {code!r} is no code")
    if not programme:
        raise FactsError(f"{where}: a rate needs a programme")
    _check_law(where, law, laws)
    if (confidence or "official") not in get_args(Confidence):
        raise FactsError(f"{where}: confidence {confidence!r} is unknown")
    first, last = _day(where, since), _day(where, until) if until else None
    if last is not None and last <= first:
        raise FactsError(f"{where}: ends on {last}, before it starts")
    return ScheduleRow(
        code=code,
        programme=programme,
        expression=expression,
        parsed=expression if parsed == SAME else parsed or None,
        since=first,
        law=law,
        until=last,
        origins=tuple(origins.split()),
        excluded_origins=tuple(excluded.split()),
        unit=unit or None,
        order_number=order_number or None,
        additional_code=additional_code or None,
        confidence=cast(Confidence, confidence or "official"),
    )


def _check_law(where: str, law: str, laws: Collection[str] | None) -> None:
    if not law:
        raise FactsError(f"{where}: cites no law")
    if laws is not None and law not in laws:
        raise FactsError(f"{where}: law {law!r} is not declared by the source")


def _day(where: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FactsError(f"{where}: {text!r} is no day") from None
