"""Which lines owe no duty of their own, and what stays of it to be seen?

A relief or a scheme frees a line, a regime or a flat duty replaces its duty. The duty stays in the
list at zero, with the law that waives it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from customs.border import Border
from customs.line_duties import LineDuty
from customs.regimes import RegimeLine
from customs.relief import Relieved
from customs.schemes import SchemeInForce
from data.model.charges import Charge, Citation
from data.model.dated import Version
from tariffs.duties import DutyAssessment, DutyContext, DutyLine, assess_duty


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a line's duty is not charged: a relief or a scheme that the line is under."""

    id: str
    name: str
    version: Version[Any]

    def why(self) -> str:
        """In words, with the limit that a working shows."""
        limit = self.version.value
        if limit is None:
            return self.name
        return f"{self.name}, up to {limit.amount} {limit.currency.code}"


NOT_FREED: tuple[None, Decimal] = (None, Decimal(0))


def freed_by(
    freeing: Sequence[Relieved], scheme: SchemeInForce | None, index: int
) -> tuple[Ground | None, Decimal]:
    """What frees most of a line, a scheme or a relief, and how much of it."""
    if scheme is not None and scheme.covers[index] and "duty" in scheme.scheme.relieves:
        return Ground(scheme.scheme.id, scheme.scheme.name, scheme.version), Decimal(1)
    if not freeing:
        return NOT_FREED
    relieved = max(freeing, key=lambda each: each.shares[index])
    ground = Ground(relieved.relief.id, relieved.relief.name, relieved.version)
    return ground, relieved.shares[index]


def waived(
    border: Border,
    context: DutyContext,
    line: DutyLine,
    version: Version[Any],
    why: str,
    *,
    explain: bool,
) -> LineDuty:
    """A line whose own duty is not charged: it stays at zero, whatever freight adds."""

    def waive() -> LineDuty:
        assessed = assess_duty(line, context, explain=explain, ranged=False)
        return LineDuty(
            charges=tuple([_waive(charge, version, why) for charge in assessed.charges]),
            amount=Decimal(0),
            low=Decimal(0),
            high=Decimal(0),
            in_tax_base=Decimal(0),
            commodity_code=declarable(border, assessed),
            findings=assessed.findings,
            considered=assessed.considered,
        )

    return border.once(("waived", line.id, why, context.mode), waive)


def _waive(charge: Charge, version: Version[Any], why: str) -> Charge:
    return replace(
        charge,
        base=None,
        working=why,
        assessed=charge.assessed * 0,
        status="waived",
        citation=Citation(version.law, version.since, version.until),
    )


def declarable(border: Border, assessed: DutyAssessment) -> str | None:
    """The commodity code that the schedule has for a line, where there is a schedule."""
    if border.schedule is None or assessed.commodity is None:
        return None
    return assessed.commodity.code


def simplified(own: LineDuty, line: RegimeLine) -> LineDuty:
    """A line under a regime: its own duty waived, its share of the regime's in the tax base."""
    return replace(
        own,
        amount=line.amount,
        low=line.low,
        high=line.high,
        in_tax_base=line.amount,
        questions=line.questions,
    )
