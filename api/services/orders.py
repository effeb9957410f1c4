"""What is ordered from a carrier? A stored shipment, its papers, and the purchase of its label."""

from dataclasses import dataclass
from typing import cast

from carriers.booking import BookingRequest, LabelFormat, LabelSize, Paper
from carriers.purchase import Attempt, Purchase, State
from data.model.money import money
from data.model.shipment_records import read_shipment
from data.store.purchases import StoredPurchase
from data.store.shipments import StoredPaper, StoredShipment


@dataclass(frozen=True, slots=True)
class Order:
    """A shipment with the purchase of its label and the papers that go with it."""

    shipment: StoredShipment
    purchase: StoredPurchase
    papers: tuple[StoredPaper, ...]

    @property
    def state(self) -> State:
        """The state of the purchase."""
        return pure(self.purchase).state

    def request(self, our_ref: str) -> BookingRequest:
        """What the carrier is asked to sell, under one of our references."""
        shipment, papers = self.shipment, self.papers
        expected = None
        if shipment.expected_amount is not None and shipment.expected_currency is not None:
            expected = money(shipment.expected_amount, shipment.expected_currency)
        return BookingRequest(
            reference=our_ref,
            service=shipment.service,
            shipment=read_shipment(dict(shipment.record)),
            label_format=cast(LabelFormat, shipment.label_format),
            label_size=cast(LabelSize, shipment.label_size),
            papers=tuple(paper_of(paper) for paper in papers),
            expected_price=expected,
            is_return=shipment.returns_id is not None,
        )


def paper_of(paper: StoredPaper) -> Paper:
    """A stored paper as carriers take it."""
    return Paper(paper.kind, paper.format, paper.content, paper.carrier_id)  # type: ignore[arg-type]


def pure(stored: StoredPurchase) -> Purchase:
    """A stored purchase as the state machine knows it."""
    return Purchase(
        tuple(
            Attempt(each.number, each.state, each.sent_at, each.next_at, each.looks, each.misses)  # type: ignore[arg-type]
            for each in stored.attempts
        )
    )
