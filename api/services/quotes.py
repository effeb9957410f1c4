"""What is a quote made of? The request as the use cases see it, and the answer they give."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from carriers.offers import Offer, Silence
from customs.exchange import ExchangeRate, GivenRate
from customs.landed_cost import LineOutcome
from data.model.charges import Assumption, Charge, Considered, Finding
from data.model.consignment import Consignment, Mode, Terms
from data.model.records import quick

Status = Literal["complete", "partial", "refused", "no_offer"]
Verdict = Literal["clear", "review", "refused"]
Rank = Literal["landed_cost", "speed", "blend"]


@quick
@dataclass(frozen=True, slots=True)
class QuoteRequest:
    """What is asked: a consignment, a day, a currency, and how the answer is wanted.

    `currency` None is the destination's; `shipping` is the price of freight when no carrier is
    asked (the border's part alone).
    """

    consignment: Consignment
    on: date
    currency: str | None = None
    reference: str | None = None
    locale: str | None = None
    terms: tuple[Terms, ...] = ("DDP", "DAP")
    exchange_rates: tuple[GivenRate, ...] = ()
    carriers: tuple[str, ...] | None = None
    mode: Mode | None = None
    max_wait_ms: int = 2500
    rank: Rank | None = None


@quick
@dataclass(frozen=True, slots=True)
class Stamp:
    """What makes a quote this one: its id and the moment it was made."""

    id: str
    created_at: datetime
    expires_at: datetime


@quick
@dataclass(frozen=True, slots=True)
class Billed:
    """A charge with its amount in the quote's currency, rounded half up to the minor unit."""

    charge: Charge
    amount: Decimal


@quick
@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of the printed charges in the quote's currency; nothing else is ever added."""

    goods: Decimal
    shipping: Decimal
    insurance: Decimal
    duties: Decimal
    taxes: Decimal
    fees: Decimal
    landed_cost: Decimal
    due_at_checkout: Decimal
    due_on_delivery: Decimal


@quick
@dataclass(frozen=True, slots=True)
class Option:
    """One offer under one set of terms, priced to the door. `offer` is None without a carrier.

    `by_weight` is how far the landed cost moves down and up with a weight that was not given.
    """

    terms: Terms
    mode: Mode
    offer: Offer | None
    moving: tuple[Billed, ...]
    border: tuple[Billed, ...]
    paying: tuple[Billed, ...]
    totals: Totals
    low: Decimal
    high: Decimal | None
    by_weight: tuple[Decimal, Decimal] | None = None


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A fact to ask for, and how far its answers move the landed cost (`high` None: unknown)."""

    fact: str
    line: str | None
    why: str
    low: Decimal
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class Saving:
    """A preference that was not claimed: what it would save in duty, and the proof it needs.

    `proof` is None where the agreement asks for none at this value.
    """

    line: str
    agreement: str
    amount: Decimal
    proof: str | None


@dataclass(frozen=True, slots=True)
class LineCode:
    """The code that a quote worked with for a line without one, and those it might also have."""

    line: str
    hs_code: str
    confidence: float
    alternatives: tuple[str, ...]


@quick
@dataclass(frozen=True, slots=True)
class Quote:
    """The answer: every way to send it, what the border says, and what all of it rests on.

    `offers` is everything that carriers offered, also what no option could be made of.
    `classified` are the lines whose code was found by their description.
    """

    stamp: Stamp
    on: date
    reference: str | None
    currency: str
    border_currency: str
    locale: str | None
    status: Status
    verdict: Verdict
    findings: Sequence[Finding]
    options: Sequence[Option]
    offers: Sequence[Offer]
    lines: Sequence[LineOutcome]
    questions: Sequence[OpenQuestion]
    assumptions: Sequence[Assumption]
    savings: Sequence[Saving]
    silences: Sequence[Silence]
    exchange_rates: Sequence[ExchangeRate]
    considered: Sequence[Considered]
    facts_version: str
    rank: Rank | None = None
    classified: tuple[LineCode, ...] = ()
