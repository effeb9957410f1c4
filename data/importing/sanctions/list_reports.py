"""What did a list say, and may it be kept?

Entries stream past a `ListTally`. A list is kept whole or not at all: when a count is not what the
list must have, or a line cannot be read, nothing of it is.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from data.importing.reports import Check, RefusedLine, reasons_of
from data.loading.screening import WatchList
from data.model.listed_parties import ListedParty


@dataclass(frozen=True, slots=True)
class ListReport:
    """What an import found. `fault` says why the file as a whole was refused."""

    list: str
    as_of: date | None
    sha256: str
    lines: int
    entries: int
    names: int
    kinds: Mapping[str, int]
    checks: tuple[Check, ...]
    refused: tuple[RefusedLine, ...]
    fault: str | None = None

    @property
    def accepted(self) -> bool:
        """Whether the list may be kept."""
        return self.fault is None and all(check.holds for check in self.checks)


class ListRefusedError(ValueError):
    """A list is cut off, altered or not what it says it is. Nothing of it was kept."""

    def __init__(self, report: ListReport) -> None:
        self.report = report
        reasons = reasons_of(report.fault, report.checks, report.refused)
        super().__init__(f"{report.list}: {reasons}")


@dataclass(frozen=True, slots=True)
class ReadList:
    """A list that may be kept: its entries, and what was found."""

    report: ListReport
    entries: Sequence[ListedParty]

    @property
    def as_of(self) -> date:
        """The publisher's day, which an accepted list always has."""
        if self.report.as_of is None:
            raise ValueError(f"{self.report.list} has no day")
        return self.report.as_of


@dataclass(slots=True)
class ListTally:
    """The counts of one import. `stated` is the day that the file itself is of."""

    watch_list: WatchList
    sha256: str = ""
    lines: int = 0
    stated: date | None = None
    refused: list[RefusedLine] = field(default_factory=list)
    entries: dict[str, ListedParty] = field(default_factory=dict)
    _names: Counter[str] = field(default_factory=Counter)
    _kinds: Counter[str] = field(default_factory=Counter)

    def refuse(self, line: int, reason: str) -> None:
        """Remember a line, or the ordinal number of a record, that could not be understood."""
        self.refused.append(RefusedLine(line, reason))

    def add(self, line: int, entry: ListedParty) -> None:
        """Take an entry; one without a name, or with another's number, is refused."""
        if not entry.names:
            self.refuse(line, f"entry {entry.id} has no name")
        elif entry.id in self.entries:
            self.refuse(line, f"two entries have the number {entry.id}")
        else:
            self.entries[entry.id] = entry
            self._kinds[entry.kind] += 1
            self._names.update(name.kind for name in entry.names)

    def refusal(self, fault: str) -> ListRefusedError:
        """The error that refuses the list as a whole."""
        return ListRefusedError(self._report((), self.stated, fault))

    def finish(self, as_of: date | None) -> ReadList:
        """The list. Raises `ListRefusedError`.

        `as_of` is the day the caller says that the list is of; the file's own day goes before it,
        and the two must not differ.
        """
        if self.stated is None and as_of is None:
            raise self.refusal("the file does not say its day: give it")
        if self.stated and as_of and self.stated != as_of:
            raise self.refusal(f"the file is of {self.stated}, not of {as_of}")
        report = self._report(self._checks(), self.stated or as_of, None)
        if not report.accepted:
            raise ListRefusedError(report)
        return ReadList(report, tuple(self.entries.values()))

    def _checks(self) -> tuple[Check, ...]:
        counts = {
            "entries": len(self.entries),
            "names": self._names.total(),
            "aliases": self._names["alias"] + self._names["weak"],
            "refused": len(self.refused),
        }
        expect = {"refused": (0, 0), "entries": (1, 10**7), **self.watch_list.expect}
        return tuple(Check(what, counts[what], *bounds) for what, bounds in expect.items())

    def _report(
        self, checks: tuple[Check, ...], as_of: date | None, fault: str | None
    ) -> ListReport:
        return ListReport(
            list=self.watch_list.id,
            as_of=as_of,
            sha256=self.sha256,
            lines=self.lines,
            entries=len(self.entries),
            names=self._names.total(),
            kinds=dict(self._kinds),
            checks=checks,
            refused=tuple(self.refused),
            fault=fault,
        )
