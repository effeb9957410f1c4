"""How is a label bought, found again, fetched and given back?

A purchase is one request, made and read by pure functions. Everything around it (the intent that is
stored before the first byte, what is done when no answer comes) is the buyer's and written once:
an adapter only says how to ask, how to read, and how to find a purchase again by our reference.
"""

from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from carriers.offers import OfferPart
from carriers.wire import Answer, Ask
from data.model.money import Money
from data.model.shipment import Shipment

LabelFormat = Literal["pdf", "zpl", "png"]
LabelSize = Literal["4x6in", "A6", "A5", "A4"]

Reconcile = Literal["native_key", "unique_reference", "lookup_by_reference", "none"]
"""How a purchase without an answer is found again: the carrier takes an idempotency key, refuses a
reference twice, looks up by reference, or none of these (then a person must look)."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that goes with the goods: its kind, its form and its bytes."""

    kind: Literal[
        "commercial_invoice", "proforma", "packing_list", "certificate_of_origin", "other"
    ]
    format: Literal["pdf", "png", "jpeg"]
    content: bytes = field(repr=False)
    id: str | None = None  # the carrier's, where it was uploaded before


@dataclass(frozen=True, slots=True)
class BookingRequest:
    """One shipment to be bought from a carrier's service.

    `reference` is ours (at most 20 of A-Z and 0-9), unique for each intent to buy: it must be in
    the request, so that the purchase can be found again. `expected_price` is the quote's.
    """

    reference: str
    service: str
    shipment: Shipment
    label_format: LabelFormat = "pdf"
    label_size: LabelSize = "4x6in"
    papers: tuple[Paper, ...] = ()
    expected_price: Money | None = None
    is_return: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A label of one parcel, ready to print."""

    parcel: int  # from 1
    tracking_number: str
    format: LabelFormat
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Booking:
    """A purchase that a carrier confirms.

    `carrier_id` is the carrier's name for it, as needed to cancel. `price` is what it says it will
    bill; None when it does not say. `labels` are empty when they are fetched apart.
    """

    carrier_id: str
    tracking_number: str
    labels: tuple[Label, ...] = ()
    papers: tuple[Paper, ...] = ()
    price: Money | None = None
    parts: tuple[OfferPart, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cancellation:
    """What became of a label that was given back."""

    outcome: Literal["cancelled", "refund_requested", "too_late"]
    detail: str | None = None


@runtime_checkable
class Books(Protocol):
    """A carrier whose labels can be bought."""

    @property
    def code(self) -> str:
        """The carrier's code, as in its manifest."""

    def ask_booking(self, request: BookingRequest) -> Ask:
        """The one request that buys. Raises `RequestRejected` for what cannot be right."""

    def read_booking(self, request: BookingRequest, answer: Answer) -> Booking:
        """What was bought. Raises `CarrierError`; `bad_reply` where it may have been bought."""

    def ask_cancel(self, booking: Booking) -> Ask:
        """The request that gives a label back. Raises `RequestRejected` (`unsupported`)."""

    def read_cancel(self, booking: Booking, answer: Answer) -> Cancellation:
        """What became of it; a label cancelled before is cancelled. Raises `CarrierError`."""


@runtime_checkable
class Finds(Protocol):
    """A carrier that finds a purchase again: the manifest's `reconcile` says by what."""

    def ask_find(self, request: BookingRequest) -> Ask:
        """The request that looks for a purchase by our reference (or repeats it under its key)."""

    def read_find(self, request: BookingRequest, answer: Answer) -> Booking | None:
        """The purchase; None when the carrier knows that there is none. Raises `CarrierError`."""


@runtime_checkable
class FetchesLabels(Protocol):
    """A carrier whose labels are fetched after the purchase: as often as need be."""

    def ask_labels(self, request: BookingRequest, booking: Booking) -> tuple[Ask, ...]:
        """The requests for the labels of a purchase."""

    def read_labels(
        self, request: BookingRequest, booking: Booking, answers: tuple[Answer, ...]
    ) -> tuple[Label, ...]:
        """The labels, one for each parcel. Raises `CarrierError`."""
