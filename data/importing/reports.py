"""What did an import find, and may it be kept?

Rows stream past a `Tally`. When the last has passed, `Tally.finish` compares the counts with what
the source must have and raises `ImportRefusedError`: inside the stream, so that whoever writes the
rows rolls back. A file is kept whole or not at all.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from data.loading.sources import Bounds, Source
from data.model.dated import Law
from data.model.schedule_rows import ScheduleRow

Canonical = Callable[[str], str | None]
"""An expression's canonical spelling, None when it cannot be read."""
SplitSpecial = Callable[[str], tuple[tuple[str, tuple[str, ...]], ...]]
"""A special column's cell in its parts: expression and special programme indicators."""

_MOST_SAID = 5


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line (or the ordinal number of a record) that could not be understood, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Check:
    """A count that was compared with what the source must have."""

    what: str
    found: int
    lowest: int
    highest: int

    @property
    def holds(self) -> bool:
        """Whether the count is inside its bounds."""
        return self.lowest <= self.found <= self.highest


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import found. `codes` are declarable codes, or codes with a rate where the source
    lists no others; `unread` expressions are kept verbatim, with the number of rows that have
    them; `skipped` is what is in the source and is no rate of duty or tax; `laws` are the laws
    that the source itself names. `fault` says why the file as a whole was refused.
    """

    source: str
    territory: str
    as_of: date
    lines: int
    rows: int
    codes: int
    programmes: Mapping[str, int]
    unread: Mapping[str, int]
    skipped: Mapping[str, int]
    refused: tuple[RefusedLine, ...]
    checks: tuple[Check, ...]
    laws: Mapping[str, Law]
    fault: str | None = None

    @property
    def accepted(self) -> bool:
        """Whether the file may be kept."""
        return self.fault is None and all(check.holds for check in self.checks)


def reasons_of(fault: str | None, checks: Sequence[Check], refused: Sequence[RefusedLine]) -> str:
    """Why a source was refused, on one line: its fault, its counts, and its first bad lines."""
    reasons = [fault] if fault else []
    reasons += [
        f"{check.what}: {check.found} is not within {check.lowest} to {check.highest}"
        for check in checks
        if not check.holds
    ]
    reasons += [f"line {each.line}: {each.reason}" for each in refused[:_MOST_SAID]]
    return "; ".join(reasons)


class ImportRefusedError(Exception):
    """A source is truncated, altered or not what it says it is. Nothing of it was kept."""

    def __init__(self, report: ImportReport) -> None:
        self.report = report
        reasons = reasons_of(report.fault, report.checks, report.refused)
        super().__init__(f"{report.source}: {reasons}")


@dataclass(slots=True)
class Tally:
    """The counts of one import while its rows stream past."""

    source: Source
    as_of: date
    territory: str
    canonical: Canonical
    lines: int = 0
    rows: int = 0
    programmes: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    refused: list[RefusedLine] = field(default_factory=list)
    laws: dict[str, Law] = field(default_factory=dict)
    _rated: set[str] = field(default_factory=set)
    _declarable: set[str] = field(default_factory=set)
    _spellings: dict[str, str | None] = field(default_factory=dict)

    def refuse(self, line: int, reason: str) -> None:
        """Remember a line that could not be understood."""
        self.refused.append(RefusedLine(line, reason))

    def refusal(self, fault: str) -> ImportRefusedError:
        """The error that refuses the file as a whole."""
        return ImportRefusedError(self._report((), fault))

    def read(self, expression: str) -> str | None:
        """The canonical spelling of an expression; what cannot be read is counted."""
        parsed = self._spelling(expression)
        if parsed is None:
            self.unread[expression] += 1
        return parsed

    def meaning(self, expression: str) -> str:
        """What two spellings of one rate share: the canonical one, if it can be read."""
        return self._spelling(expression) or expression

    def _spelling(self, expression: str) -> str | None:
        if expression not in self._spellings:
            self._spellings[expression] = self.canonical(expression)
        return self._spellings[expression]

    def declare(self, code: str) -> None:
        """Remember a code that goods are declared under."""
        self._declarable.add(code)

    def watch(self, rows: Iterator[ScheduleRow]) -> Iterator[ScheduleRow]:
        """Let the rows pass, count them, and check the counts after the last one."""
        for row in rows:
            self.rows += 1
            self.programmes[row.programme] += 1
            self._rated.add(row.code)
            yield row
        self.finish()

    def finish(self) -> ImportReport:
        """The report. Raises `ImportRefusedError` when a count is outside its bounds."""
        report = self._report(self._checks(), None)
        if not report.accepted:
            raise ImportRefusedError(report)
        return report

    def _checks(self) -> tuple[Check, ...]:
        counts = {
            **self.programmes,
            "lines": self.lines,
            "rows": self.rows,
            "codes": len(self._declarable or self._rated),
            "refused": len(self.refused),
            "unread": self.unread.total(),
        }
        expect: dict[str, Bounds] = {"refused": (0, 0), **self.source.expect}
        return tuple(Check(what, counts.get(what, 0), *bounds) for what, bounds in expect.items())

    def _report(self, checks: tuple[Check, ...], fault: str | None) -> ImportReport:
        return ImportReport(
            source=self.source.id,
            territory=self.territory,
            as_of=self.as_of,
            lines=self.lines,
            rows=self.rows,
            codes=len(self._declarable or self._rated),
            programmes=dict(self.programmes),
            unread=dict(self.unread),
            skipped=dict(self.skipped),
            refused=tuple(self.refused),
            checks=checks,
            laws=dict(self.laws) or dict(self.source.laws),
            fault=fault,
        )
