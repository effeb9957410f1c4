"""What is charged, by which law, and what is not known yet?

Every amount of a landed cost is a `Charge` that explains itself. A fact that the law needs and
nobody gave is a `Question` with its effect in money. What we took for granted is an `Assumption`.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from data.model.dated import Confidence, Law
from data.model.money import Money
from data.model.records import quick

ChargeKind = Literal["duty", "excise", "tax", "fee", "shipping", "insurance", "brokerage"]
ChargeStatus = Literal["applies", "waived", "excluded", "needs_answer"]
BilledTo = Literal["seller", "buyer", "importer"]
CollectedAt = Literal["sale", "border", "carrier"]
Outcome = Literal["prohibited", "licence", "document", "restricted", "match", "warning"]


@dataclass(frozen=True, slots=True)
class Citation:
    """The law behind a charge, and the days between which that version of it applies."""

    law: Law
    since: date | None = None
    until: date | None = None


@quick
@dataclass(frozen=True, slots=True)
class Charge:
    """One amount that somebody bills, with the working that leads to it.

    `assessed` is in the law's currency after the law's rounding. `base` is the value that a rate
    was applied to (None where there is none). `billed_to` is ``seller`` or ``buyer`` where the law
    always bills that side, ``importer`` where the terms of sale decide.
    """

    kind: ChargeKind
    code: str
    name: str
    working: str
    assessed: Money
    line: str | None = None
    expression: str | None = None
    base: Money | None = None
    rounding: str | None = None
    billed_to: BilledTo = "importer"
    collected_at: CollectedAt = "border"
    recoverable: bool = False
    status: ChargeStatus = "applies"
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A fact that would settle an amount.

    `low`, `likely` and `high` are what the charge concerned comes to under the cheapest, the
    working and the dearest answer, in the law's currency; `high` is None when no answer can be
    priced without the fact itself.
    """

    fact: str
    line: str | None
    why: str
    low: Decimal
    likely: Decimal
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something taken for granted, with how sure it is and the law it belongs to."""

    what: str
    confidence: Confidence
    law: Law | None = None

    def __hash__(self) -> int:
        """What it says tells nearly all assumptions apart, and every quote weeds out doubles."""
        return hash(self.what)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says about a line or a party: prohibited, needs a licence, a warning…

    `fact` is what would have to be known, where the rule may apply.
    """

    code: str
    outcome: Outcome
    message: str
    line: str | None = None
    party: str | None = None
    citation: Citation | None = None
    fact: str | None = None


@dataclass(frozen=True, slots=True)
class Considered:
    """A measure that was looked at for a line, and why it was charged or not."""

    code: str
    expression: str | None
    status: Literal["applies", "excluded", "needs_answer", "not_applicable"]
    because: str
    line: str
    law: Law | None = None
