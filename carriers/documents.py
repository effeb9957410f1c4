"""How do customs papers reach a carrier without paper?"""

from typing import Protocol, runtime_checkable

from carriers.booking import Booking, Paper
from carriers.wire import Answer, Ask
from data.model.shipment import Shipment


@runtime_checkable
class UploadsDocuments(Protocol):
    """A carrier that takes papers electronically, before the purchase or after it."""

    uploads: str  # "before" or "after" the purchase

    def ask_upload(
        self, shipment: Shipment, paper: Paper, booking: Booking | None
    ) -> tuple[Ask, ...]:
        """The requests that hand one paper over; `booking` is there when papers come after it."""

    def read_upload(self, paper: Paper, answers: tuple[Answer, ...]) -> str:
        """The carrier's name for the paper. Raises `CarrierError`."""
