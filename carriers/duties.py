"""What does a carrier say that the border will ask? Evidence beside our own assessment.

A carrier's number never replaces ours. It may be a guarantee: then it has an id and a last moment.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

from carriers.wire import Answer, Ask
from data.model.money import Money
from data.model.shipment import Shipment


@dataclass(frozen=True, slots=True)
class DutyRequest:
    """Goods whose duty and tax a carrier estimates; all amounts wanted in `currency`."""

    shipment: Shipment
    currency: str
    service: str | None = None


@dataclass(frozen=True, slots=True)
class DutyAmount:
    """One amount that a carrier expects: duty, tax or fee, by the carrier's own code."""

    kind: Literal["duty", "tax", "fee"]
    code: str
    name: str
    amount: Money
    formula: str | None = None


@dataclass(frozen=True, slots=True)
class DutyItem:
    """One line's amounts; `calculable` is False when the carrier could not tell."""

    line: str
    hs_code: str | None
    amounts: tuple[DutyAmount, ...]
    calculable: bool = True


@dataclass(frozen=True, slots=True)
class DutyQuote:
    """A carrier's estimate, in the currencies that it named: amounts in two are never added.

    `total` is the carrier's own, None when it gave none. `guaranteed` has an `id` and `expires_at`.
    """

    carrier: str
    items: tuple[DutyItem, ...]
    fees: tuple[DutyAmount, ...] = ()
    total: Money | None = None
    guaranteed: bool = False
    id: str | None = None
    expires_at: datetime | None = None
    warnings: tuple[str, ...] = ()


@runtime_checkable
class Duties(Protocol):
    """A carrier that estimates duty and tax."""

    @property
    def code(self) -> str:
        """The carrier's code, as in its manifest."""

    def ask_duties(self, request: DutyRequest) -> Ask:
        """The request for an estimate. Raises `RequestRejected`."""

    def read_duties(self, request: DutyRequest, answer: Answer) -> DutyQuote:
        """The estimate; what was not requested is absent, never zero. Raises `CarrierError`."""
