"""Which files of orders were sent, and what became of each order?"""

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

from data.store.columns import Moment
from data.store.tables.metadata import METADATA

BATCHES = Table(
    "batches",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("idempotency_key", String(255), nullable=False),
    Column("body_hash", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("name", Text, nullable=False),
    Column("file_hash", String(64), nullable=False),
    Column("source", LargeBinary),
    Column("wish", JSON, nullable=False),
    Column("facts_version", String(64)),
    Column("state", String(12), nullable=False, index=True),
    Column("assumptions", JSON, nullable=False),
    Column("failure", JSON(none_as_null=True)),
    Column("tries", Integer, nullable=False),
    Column("holder", String(96)),
    Column("held_until", Moment),
    Column("finished_at", Moment),
    UniqueConstraint("account_id", "idempotency_key"),
    CheckConstraint(
        "state IN ('received', 'making', 'collecting', 'done', 'failed', 'cancelled')",
        name="state",
    ),
    Index(None, "account_id", "created_at", "id"),
)

BATCH_ORDERS = Table(
    "batch_orders",
    METADATA,
    Column("batch_id", ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("reference", Text, nullable=False),
    Column("rows", JSON, nullable=False),
    Column("lines", JSON, nullable=False),
    Column("record", JSON(none_as_null=True)),
    Column("options", JSON, nullable=False),
    Column("state", String(8), nullable=False),
    Column("faults", JSON, nullable=False),
    Column("papers", JSON, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("holder", String(96)),
    Column("held_until", Moment),
    CheckConstraint("state IN ('waiting', 'made', 'partial', 'refused')", name="state"),
    Index(None, "batch_id", "state", "tries", "number"),
)

BATCH_FILES = Table(
    "batch_files",
    METADATA,
    Column("batch_id", ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(80), primary_key=True),
    Column("media", String(80), nullable=False),
    Column("state", String(8), nullable=False),
    Column("size", Integer),
    Column("sha256", String(64)),
    Column("tries", Integer, nullable=False),
    Column("holder", String(96)),
    Column("held_until", Moment),
    CheckConstraint("state IN ('waiting', 'made')", name="state"),
)

BATCH_MAPPINGS = Table(
    "batch_mappings",
    METADATA,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("fingerprint", String(64), primary_key=True),
    Column("header", JSON, nullable=False),
    Column("mapping", JSON, nullable=False),
    Column("updated_at", Moment, nullable=False),
)
