"""What is being assessed, and how does an amount of it become a charge?

`DutyLine` and `DutyContext` are what the border asks about; a `Ledger` writes the charges of one
line one after the other: it works an expression out, rounds as the law rounds, and keeps the sum,
what was missing, and what was not read in an official text.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from data.model.charges import Assumption, Charge, ChargeStatus, Citation
from data.model.consignment import Mode, PreferenceClaim
from data.model.dated import Confidence, Law
from data.model.money import Money, currency
from data.model.records import quick
from tariffs.expressions import DutyExpression, Outcome, evaluate, parse
from tariffs.origin import Agreement
from tariffs.schedule import Commodity

NONE = Decimal(0)
_TAKES_OFF = re.compile(r" [-−] | less ")
_LEAST = {"meursing_code": "7000"}
_ASKED_AGAIN = 4  # one answer may bring up the next question (a Meursing code its components)


@quick
@dataclass(frozen=True, slots=True)
class DutyLine:
    """One line to be assessed. `value` is its customs value in the context's currency.

    `candidates` are the commodities that its code may stand for; `quantities` are in base units
    (kg, item, l …); `given` is the caller's own third-country expression in place of the
    schedule's; `dispatch` is the country it is sent from.
    """

    id: str
    candidates: tuple[Commodity, ...]
    origin: str | None
    dispatch: str
    value: Decimal
    quantities: Mapping[str, Decimal]
    facts: Mapping[str, str]
    preference: PreferenceClaim | None = None
    given: str | None = None
    additional_code: str | None = None


@quick
@dataclass(frozen=True, slots=True)
class DutyContext:
    """What is the same for every line: the territory, its money and rounding, the day, the mode.

    `convert(amount, from, to)` uses the law's exchange rate; `round_duty` is the law's rounding of
    a duty, `rounding` its name. `agreements` are those of the territory, the same object from one
    quote to the next. `consignment_value`, in `currency`, is what a waiver of proof is compared
    with (None: the line's value).
    """

    territory: str
    currency: str
    on: date
    mode: Mode | None
    agreements: Mapping[str, Agreement]
    convert: Callable[[Decimal, str, str], Decimal]
    round_duty: Callable[[Decimal], Decimal]
    rounding: str
    consignment_value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What a charge says beside its amounts: prepared once, as it depends on no value."""

    code: str
    name: str
    text: str
    expression: DutyExpression
    citation: Citation | None
    confidence: Confidence


def entry(
    code: str,
    name: str,
    text: str,
    law: Law | None,
    since: date | None,
    until: date | None,
    confidence: Confidence = "official",
) -> Entry:
    """Prepare what a charge says. `text` is the expression as its source spells it."""
    citation = None if law is None else Citation(law, since, until)
    return Entry(code, name, text, parse(text), citation, confidence)


class Ledger:
    """The charges of one line while they are worked out.

    Without `written` only sums are kept: for prices that are compared and thrown away.
    """

    __slots__ = (
        "_base",
        "_currency",
        "charges",
        "context",
        "exact",
        "facts",
        "line",
        "missing",
        "total",
        "unread",
        "written",
    )

    def __init__(
        self, line: DutyLine, context: DutyContext, facts: Mapping[str, str], *, written: bool
    ) -> None:
        self.line = line
        self.context = context
        self.facts = facts
        self.written = written
        self.charges: list[Charge] = []
        self.unread: list[Entry] = []
        self.missing: list[str] = []
        self.total = NONE
        self.exact = NONE
        self._currency = currency(context.currency)
        self._base = Money(line.value, self._currency)

    def work_out(
        self, expression: DutyExpression, value: Decimal, facts: Mapping[str, str] | None = None
    ) -> Outcome:
        """What an expression comes to for goods of this value; nothing is charged.

        `facts` are other facts than the line's.
        """
        context = self.context
        return evaluate(
            expression,
            value=value,
            currency=context.currency,
            quantities=self.line.quantities,
            facts=self.facts if facts is None else facts,
            on=context.on,
            convert=context.convert,
        )

    def charge_expression(self, entry: Entry, value: Decimal) -> Decimal | None:
        """Charge an expression on a value; the unrounded amount, None when something is missing."""
        percent = entry.expression.ad_valorem
        if percent is not None and not self.written:
            amount = value * percent / 100
            self.total += self.context.round_duty(amount)
            self.exact += amount
            return amount
        return self.charge_outcome(entry, self.work_out(entry.expression, value), value)

    def charge_outcome(self, entry: Entry, outcome: Outcome, value: Decimal) -> Decimal | None:
        """Charge what an expression came to, or what of it is certain, noting what is missing."""
        if outcome.amount is not None:
            self.charge_amount(entry, outcome.amount, value, outcome.working)
            return outcome.amount
        self.missing += outcome.needs or (f"duty_expression:{entry.text}",)
        reason = outcome.reason or "a quantity is missing"
        certain = self._certain(entry.expression, outcome, value)
        if certain:
            reason = f"{reason}; at least {certain:.2f} {self.context.currency}"
        self.charge_amount(entry, certain, value, reason, "needs_answer")
        return certain or None

    def _certain(self, expression: DutyExpression, outcome: Outcome, value: Decimal) -> Decimal:
        """What a duty comes to at least, if all that is missing for it were nothing.

        Not said of one that something is taken off: there nothing missing is not the least.
        """
        if _TAKES_OFF.search(expression.text):
            return NONE
        facts = dict(self.facts)
        for _ in range(_ASKED_AGAIN):
            if outcome.kind != "question":
                break
            facts.update((fact, _LEAST.get(fact, "0")) for fact in outcome.needs)
            outcome = self.work_out(expression, value, facts)
        return max(NONE, outcome.amount or NONE)

    def charge_amount(
        self,
        entry: Entry,
        amount: Decimal,
        value: Decimal,
        working: str,
        status: ChargeStatus = "applies",
    ) -> None:
        """Write one charge of an amount, rounded here."""
        rounded = self.context.round_duty(amount)
        self.total += rounded
        self.exact += amount
        if not self.written:
            return
        if entry.confidence != "official":
            self.unread.append(entry)
        base = self._base if value is self.line.value else Money(value, self._currency)
        self.charges.append(
            Charge(
                "duty",
                entry.code,
                entry.name,
                working,
                Money(rounded, self._currency),
                self.line.id,
                entry.text,
                base,
                self.context.rounding,
                "importer",
                "border",
                False,  # noqa: FBT003  # positional: this runs for every charge of every offer
                status,
                entry.citation,
            )
        )

    def clear(self) -> None:
        """Forget all charges: another duty is in their place."""
        self.charges.clear()
        self.unread.clear()
        self.missing.clear()
        self.total = NONE
        self.exact = NONE


@lru_cache(maxsize=4096)
def not_officially_read(
    code: str, text: str, confidence: Confidence, citation: Citation
) -> Assumption:
    """The assumption that goes with a rate whose source is not an official text."""
    since = "" if citation.since is None else f" as of {citation.since}"
    what = f"{code} at {text}{since} was not read in an official text"
    return Assumption(what, confidence, citation.law)
