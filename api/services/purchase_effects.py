"""What follows when a purchase is settled? Shipment, labels, ledger, tasks and events.

Each function writes in the caller's transaction, so that all of it is there or none of it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection

from carriers.answers import one_line
from carriers.booking import Booking, Label
from carriers.errors import CarrierError
from data.store import ledger, manual_queue, outbox, purchases, shipments
from data.store.ledger import LedgerLine
from data.store.manual_queue import Kind, Task
from data.store.outbox import Event
from data.store.shipments import StoredLabel, StoredShipment

_LABELS_AGAIN = timedelta(seconds=10)


def charge(
    connection: Connection, shipment: StoredShipment, our_ref: str, booking: Booking, at: datetime
) -> None:
    """A label costs what the carrier says, or else what was quoted."""
    price = booking.price
    amount = price.amount if price else shipment.expected_amount
    currency = price.currency.code if price else shipment.expected_currency
    purchases.change_attempt(
        connection, our_ref, carrier_id=booking.carrier_id, tracking_number=booking.tracking_number
    )
    if amount is not None and currency is not None:
        line = LedgerLine(
            shipment.account_id,
            shipment.id,
            our_ref,
            "charge",
            amount,
            currency,
            "carrier" if price else "quoted",
            at,
        )
        ledger.add(connection, line)


def give_back(connection: Connection, our_ref: str, kind: ledger.Kind, at: datetime) -> None:
    """The money for a reference comes back, or is asked back."""
    charged = ledger.charge_of(connection, our_ref)
    if charged is not None:
        line = LedgerLine(
            charged.account_id,
            charged.shipment_id,
            our_ref,
            kind,
            charged.amount,
            charged.currency,
            charged.basis,
            at,
        )
        ledger.add(connection, line)


def bought(
    connection: Connection,
    shipment: StoredShipment,
    our_ref: str,
    booking: Booking,
    at: datetime,
    *,
    labels_follow: bool,
) -> None:
    """A shipment has its label, or will have it soon."""
    price = booking.price
    shipments.change(
        connection,
        shipment.id,
        our_ref=our_ref,
        carrier_id=booking.carrier_id,
        tracking_number=booking.tracking_number,
        amount=price.amount if price else None,
        currency=price.currency.code if price else None,
        warnings=list(booking.warnings),
        confirmed_at=at,
        labels_due=at + _LABELS_AGAIN if labels_follow else None,
    )
    shipments.add_labels(connection, shipment.id, stored_labels(booking.labels))
    tell(connection, shipment, "confirmed", {"tracking_number": booking.tracking_number}, at)
    if not booking.labels and not labels_follow:
        why = f"bought as {booking.carrier_id}, but the carrier gave no label"
        give_task(connection, shipment, our_ref, "labels", why, at)


def give_task(
    connection: Connection,
    shipment: StoredShipment,
    our_ref: str,
    kind: Kind,
    why: str,
    at: datetime,
) -> None:
    """Something that a person must find out."""
    task = Task(shipment.account_id, shipment.id, our_ref, kind, one_line(why), at)
    manual_queue.add(connection, task)


def tell(
    connection: Connection,
    shipment: StoredShipment,
    kind: str,
    more: Mapping[str, Any],
    at: datetime,
) -> None:
    """Something that others want to hear of."""
    payload = {"shipment": shipment.id, "carrier": shipment.carrier, **more}
    name = f"ev_{token_hex(12)}"
    event = Event(name, shipment.account_id, f"shipment.{kind}", shipment.id, payload, at)
    outbox.add(connection, event)


def stored_labels(found: tuple[Label, ...]) -> list[StoredLabel]:
    """Labels as they are kept."""
    return [
        StoredLabel(label.parcel, label.tracking_number, label.format, label.content)
        for label in found
    ]


def said(error: CarrierError) -> dict[str, Any]:
    """What a carrier said of a failure, as plain JSON."""
    return {
        "code": error.code,
        "reason": one_line(error.reason),
        "carrier_code": error.carrier_code,
        "faults": [[fault.pointer, one_line(fault.detail)] for fault in error.faults],
        "retry_after": error.retry_after,
    }
