"""What came out of assessing the duties of a consignment, line by line?"""

from dataclasses import dataclass
from decimal import Decimal

from data.model.charges import Assumption, Charge, Considered, Finding, Question
from data.model.records import quick
from tariffs.duties import Missed


@quick
@dataclass(frozen=True, slots=True)
class LineDuty:
    """What one line owes: its charges, their sum, and the sum at the cheapest and the dearest.

    `in_tax_base` is what taxes are charged on: the amount, or what it was before rounding.
    """

    charges: tuple[Charge, ...]
    amount: Decimal
    low: Decimal
    high: Decimal | None
    in_tax_base: Decimal
    commodity_code: str | None = None
    questions: tuple[Question, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    findings: tuple[Finding, ...] = ()
    considered: tuple[Considered, ...] = ()
    missed: tuple[Missed, ...] = ()


@quick
@dataclass(frozen=True, slots=True)
class Duties:
    """The duties of a consignment: line by line, and flat or simplified ones on it as a whole."""

    lines: tuple[LineDuty, ...]
    flat: tuple[Charge, ...]
    assumptions: tuple[Assumption, ...]
