"""What did an import of rules of origin find, and may it be kept?"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from data.importing.origin_rules import OriginRulesError
from data.importing.reports import Check, RefusedLine
from data.loading.sources import Bounds

UNCLASSED = "unclassed"
"""The name in a report of rules that the source puts into no class."""


@dataclass(frozen=True, slots=True)
class OriginRuleReport:
    """What an import found. `without_rules` are schemes that came without a document of rules."""

    schemes: int
    entries: int
    rules: int
    classes: Mapping[str, int]
    without_rules: tuple[str, ...]
    refused: tuple[RefusedLine, ...]
    checks: tuple[Check, ...]


class OriginRulesRefusedError(OriginRulesError):
    """The documents are truncated, altered or new in kind. Nothing of them was kept."""

    def __init__(self, report: OriginRuleReport) -> None:
        self.report = report
        reasons = [
            f"{check.what}: {check.found} is not within {check.lowest} to {check.highest}"
            for check in report.checks
            if not check.holds
        ]
        reasons += [f"entry {one.line}: {one.reason}" for one in report.refused[:5]]
        super().__init__("; ".join(reasons))


@dataclass(slots=True)
class OriginRuleTally:
    """The counts of one import while its rules stream past.

    `expect` bounds ``schemes``, ``entries``, ``rules``, ``refused``, ``without_rules`` and rules of
    a class by its name (or ``unclassed``); nothing may be refused unless it says so.
    """

    expect: Mapping[str, Bounds] = field(default_factory=dict)
    schemes: int = 0
    entries: int = 0
    rules: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    without_rules: tuple[str, ...] = ()
    refused: list[RefusedLine] = field(default_factory=list)

    def finish(self) -> OriginRuleReport:
        """The report. Raises `OriginRulesRefusedError` when a count is outside its bounds."""
        counts = {
            **self.classes,
            "schemes": self.schemes,
            "entries": self.entries,
            "rules": self.rules,
            "refused": len(self.refused),
            "without_rules": len(self.without_rules),
        }
        bounds: dict[str, Bounds] = {"refused": (0, 0), **self.expect}
        checks = tuple(Check(what, counts.get(what, 0), *each) for what, each in bounds.items())
        report = OriginRuleReport(
            self.schemes, self.entries, self.rules, dict(self.classes), self.without_rules,
            tuple(self.refused), checks,
        )  # fmt: skip
        if not all(check.holds for check in checks):
            raise OriginRulesRefusedError(report)
        return report
