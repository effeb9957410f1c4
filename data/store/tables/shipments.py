"""Which labels were asked for, and what became of their purchases?"""

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from data.store.columns import ExactDecimal, Moment
from data.store.tables.metadata import METADATA

SHIPMENTS = Table(
    "shipments",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("route", String(255), nullable=False),
    Column("idempotency_key", String(255), nullable=False),
    Column("body_hash", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("quote_id", String(64)),
    Column("option_id", String(96)),
    Column("returns_id", String(64)),
    Column("expires_at", Moment),
    Column("carrier", String(40), nullable=False),
    Column("service", String(80), nullable=False),
    Column("label_format", String(8), nullable=False),
    Column("label_size", String(8), nullable=False),
    Column("record", JSON, nullable=False),
    Column("expected_amount", ExactDecimal),
    Column("expected_currency", String(3)),
    Column("our_ref", String(20)),
    Column("carrier_id", String(255)),
    Column("tracking_number", String(255)),
    Column("amount", ExactDecimal),
    Column("currency", String(3)),
    Column("warnings", JSON(none_as_null=True)),
    Column("confirmed_at", Moment),
    Column("labels_due", Moment, index=True),
    Column("cancelled_at", Moment),
    Column("cancellation", JSON(none_as_null=True)),
    UniqueConstraint("account_id", "route", "idempotency_key"),
    Index(None, "account_id", "created_at", "id"),
    Index(None, "carrier", "tracking_number"),
)

SHIPMENT_PAPERS = Table(
    "shipment_papers",
    METADATA,
    Column("shipment_id", ForeignKey("shipments.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(40), nullable=False),
    Column("format", String(8), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("carrier_id", String(255)),
)

PURCHASES = Table(
    "purchases",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("shipment_id", ForeignKey("shipments.id"), nullable=False),
    Column("state", String(10), nullable=False),
    Column("updated_at", Moment, nullable=False),
    UniqueConstraint("account_id", "shipment_id"),
    Index(None, "shipment_id"),
)

PURCHASE_ATTEMPTS = Table(
    "purchase_attempts",
    METADATA,
    Column("our_ref", String(20), primary_key=True),
    Column("purchase_id", ForeignKey("purchases.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("sent_at", Moment, nullable=False),
    Column("next_at", Moment, index=True),
    Column("looks", Integer, nullable=False),
    Column("misses", Integer, nullable=False),
    Column("request", LargeBinary),
    Column("answered_at", Moment),
    Column("answer_status", Integer),
    Column("answer_headers", JSON(none_as_null=True)),
    Column("answer_body", LargeBinary),
    Column("error", JSON(none_as_null=True)),
    Column("carrier_id", String(255)),
    Column("tracking_number", String(255)),
    UniqueConstraint("purchase_id", "number"),
)

LABELS = Table(
    "labels",
    METADATA,
    Column("shipment_id", ForeignKey("shipments.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("tracking_number", String(255), nullable=False),
    Column("format", String(8), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("sha256", String(64), nullable=False),
)

LEDGER = Table(
    "ledger",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("shipment_id", ForeignKey("shipments.id"), nullable=False, index=True),
    Column("our_ref", String(20), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("amount", ExactDecimal, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("basis", String(8), nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("our_ref", "kind"),
    CheckConstraint("kind IN ('charge', 'void', 'refund_requested')", name="kind"),
    Index(None, "account_id", "at"),
)

MANUAL_QUEUE = Table(
    "manual_queue",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("shipment_id", ForeignKey("shipments.id"), nullable=False, index=True),
    Column("our_ref", String(20), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment, index=True),
    Column("resolution", Text),
    UniqueConstraint("our_ref", "kind"),
)
