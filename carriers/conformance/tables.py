"""What does the kit say of all carriers, in one table for a README?"""

from collections.abc import Sequence
from typing import get_args

from carriers.conformance.report import OFF_THE_LADDER, Report
from carriers.manifest import Capability

BEGINS, ENDS = "<!-- carriers: the kit's own run -->", "<!-- /carriers -->"
"""Between these lines a README repeats the table; a test compares the two."""


def markdown(reports: Sequence[Report]) -> str:
    """Carriers by name, what they can do, the tier that is theirs, and the checks that hold."""
    abilities = get_args(Capability)
    head = ("carrier", *abilities, "tier", "checks")
    rows = [head, ("---",) + (":-:",) * len(abilities) + ("---", "---")]
    for report in sorted(reports, key=lambda each: (_rank(each), each.name)):
        can = ("●" if each in report.capabilities else "" for each in abilities)
        rows.append((f"{report.name} (`{report.code}`)", *can, _tier(report), _checks(report)))
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _rank(report: Report) -> int:
    return int(report.claimed in OFF_THE_LADDER)


def _tier(report: Report) -> str:
    """The tier that is claimed where it is earned; else what it earned, if anything."""
    if not report.claims_more:
        return report.claimed
    return f"{report.earned or 'none'} (claims {report.claimed})"


def _checks(report: Report) -> str:
    said = f"{report.count('passed')} of {len(report.results)}"
    for outcome in ("exempt", "not applicable", "failed"):
        if count := report.count(outcome):
            said += f", {count} {outcome}"
    return said
