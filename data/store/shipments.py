"""What was sent or is to be sent, in which labels, and with which papers?

A shipment is stored with the key of the request that asked for it, in one transaction: the key
leads to this shipment and to no other, whatever becomes of the process.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, or_, select, update

from data.store.tables import LABELS, PURCHASES, SHIPMENT_PAPERS, SHIPMENTS


@dataclass(frozen=True, slots=True)
class StoredShipment:
    """One shipment; `record` is the frozen shipment as JSON.

    `expected_amount` is the quote's price of freight. What the carrier confirmed stands from
    `our_ref` on. `labels_due` is when missing labels are fetched again.
    """

    id: str
    account_id: str
    route: str
    idempotency_key: str
    body_hash: str
    created_at: datetime
    carrier: str
    service: str
    label_format: str
    label_size: str
    record: Mapping[str, Any] = field(repr=False)
    quote_id: str | None = None
    option_id: str | None = None
    returns_id: str | None = None
    expires_at: datetime | None = None
    expected_amount: Decimal | None = None
    expected_currency: str | None = None
    our_ref: str | None = None
    carrier_id: str | None = None
    tracking_number: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    warnings: Sequence[str] | None = None
    confirmed_at: datetime | None = None
    labels_due: datetime | None = None
    cancelled_at: datetime | None = None
    cancellation: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class StoredLabel:
    """A label of one parcel, as the carrier made it."""

    number: int
    tracking_number: str
    format: str
    content: bytes = field(repr=False)
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class StoredPaper:
    """A paper that goes with the goods; `carrier_id` once the carrier has it."""

    number: int
    kind: str
    format: str
    content: bytes = field(repr=False)
    carrier_id: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of an account's list of shipments, with the state of its purchase."""

    shipment: StoredShipment
    state: str


def add(connection: Connection, shipment: StoredShipment, papers: Sequence[StoredPaper]) -> None:
    """Remember a new shipment. Raises IntegrityError when its key was used before."""
    values = {name: getattr(shipment, name) for name in StoredShipment.__slots__}
    connection.execute(insert(SHIPMENTS).values(values))
    for paper in papers:
        connection.execute(
            insert(SHIPMENT_PAPERS).values(
                shipment_id=shipment.id,
                number=paper.number,
                kind=paper.kind,
                format=paper.format,
                content=paper.content,
                sha256=sha256(paper.content).hexdigest(),
            )
        )


def get(connection: Connection, account: str, shipment: str) -> StoredShipment | None:
    """An account's shipment; None when it is somebody else's or nobody's."""
    found = select(SHIPMENTS).where(SHIPMENTS.c.id == shipment, SHIPMENTS.c.account_id == account)
    return _shipment(connection.execute(found).one_or_none())


def by_key(connection: Connection, account: str, route: str, key: str) -> StoredShipment | None:
    """The shipment that a request with this key asked for."""
    found = select(SHIPMENTS).where(
        SHIPMENTS.c.account_id == account,
        SHIPMENTS.c.route == route,
        SHIPMENTS.c.idempotency_key == key,
    )
    return _shipment(connection.execute(found).one_or_none())


def page(
    connection: Connection, account: str, limit: int, after: str | None = None
) -> tuple[list[Entry], str | None]:
    """An account's shipments, newest first, and the id to go on after (None at the end)."""
    listed = (
        select(SHIPMENTS, PURCHASES.c.state)
        .join(PURCHASES, PURCHASES.c.shipment_id == SHIPMENTS.c.id)
        .where(SHIPMENTS.c.account_id == account)
        .order_by(SHIPMENTS.c.created_at.desc(), SHIPMENTS.c.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        at = get(connection, account, after)
        if at is None:
            return [], None
        same = and_(SHIPMENTS.c.created_at == at.created_at, SHIPMENTS.c.id < at.id)
        listed = listed.where(or_(SHIPMENTS.c.created_at < at.created_at, same))
    entries = []
    for row in connection.execute(listed):
        values = dict(row._mapping)
        state = values.pop("state")
        entries.append(Entry(StoredShipment(**values), state))
    more = len(entries) > limit
    return entries[:limit], entries[limit - 1].shipment.id if more else None


def change(connection: Connection, shipment: str, **values: Any) -> None:
    """Write down what became of a shipment."""
    connection.execute(update(SHIPMENTS).where(SHIPMENTS.c.id == shipment).values(values))


def labels_due(connection: Connection, now: datetime, limit: int) -> list[tuple[str, str]]:
    """Account and id of shipments that are bought and whose labels are to be fetched now."""
    due = select(SHIPMENTS.c.account_id, SHIPMENTS.c.id).where(SHIPMENTS.c.labels_due <= now)
    due = due.order_by(SHIPMENTS.c.labels_due).limit(limit)
    return [(row.account_id, row.id) for row in connection.execute(due)]


def add_labels(connection: Connection, shipment: str, found: Sequence[StoredLabel]) -> None:
    """Keep the labels of a shipment; those that are there already stay."""
    known = {label.number for label in labels(connection, shipment)}
    for label in found:
        if label.number not in known:
            connection.execute(
                insert(LABELS).values(
                    shipment_id=shipment,
                    number=label.number,
                    tracking_number=label.tracking_number,
                    format=label.format,
                    content=label.content,
                    sha256=sha256(label.content).hexdigest(),
                )
            )


def labels(connection: Connection, shipment: str) -> list[StoredLabel]:
    """The labels of a shipment, by parcel."""
    found = select(LABELS).where(LABELS.c.shipment_id == shipment).order_by(LABELS.c.number)
    return [
        StoredLabel(row.number, row.tracking_number, row.format, row.content, row.sha256)
        for row in connection.execute(found)
    ]


def papers(connection: Connection, shipment: str) -> list[StoredPaper]:
    """The papers of a shipment, in the order given."""
    found = select(SHIPMENT_PAPERS).where(SHIPMENT_PAPERS.c.shipment_id == shipment)
    return [
        StoredPaper(row.number, row.kind, row.format, row.content, row.carrier_id)
        for row in connection.execute(found.order_by(SHIPMENT_PAPERS.c.number))
    ]


def paper_uploaded(connection: Connection, shipment: str, number: int, carrier_id: str) -> None:
    """The carrier has a paper, under its own name."""
    paper = update(SHIPMENT_PAPERS).where(
        SHIPMENT_PAPERS.c.shipment_id == shipment, SHIPMENT_PAPERS.c.number == number
    )
    connection.execute(paper.values(carrier_id=carrier_id))


def _shipment(row: Row[tuple[object, ...]] | None) -> StoredShipment | None:
    return None if row is None else StoredShipment(**row._mapping)
