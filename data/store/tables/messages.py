"""Who hears of what happened, where are parcels, and which process sees to it?"""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from data.store.columns import Moment
from data.store.tables.metadata import METADATA

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("event_id", String(64), nullable=False, unique=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("subject", String(64), nullable=False, index=True),
    Column("payload", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("dispatched_at", Moment, index=True),
)

WEBHOOKS = Table(
    "webhooks",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("events", JSON, nullable=False),
    Column("description", Text, nullable=False),
    Column("secrets", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("disabled_at", Moment),
    Column("disabled_because", Text),
)

WEBHOOK_DELIVERIES = Table(
    "webhook_deliveries",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("webhook_id", ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("event_id", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("state", String(12), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Moment, index=True),
    Column("last_status", Integer),
    Column("last_error", Text),
    Column("ended_at", Moment),
    UniqueConstraint("webhook_id", "event_id"),
    CheckConstraint("state IN ('waiting', 'delivered', 'dead')", name="state"),
)

TRACKINGS = Table(
    "trackings",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("carrier", String(40), nullable=False),
    Column("number", String(255), nullable=False),
    Column("shipment_id", ForeignKey("shipments.id"), index=True),
    Column("page", String(64), nullable=False, unique=True),
    Column("since", Moment, nullable=False),
    Column("status", String(24), nullable=False),
    Column("stage", String(24)),
    Column("reason", String(64)),
    Column("action_by", String(16)),
    Column("estimated", Moment),
    Column("delivered_at", Moment),
    Column("events", JSON, nullable=False),
    Column("checked_at", Moment),
    Column("next_at", Moment, index=True),
    Column("failures", Integer, nullable=False),
    Column("last_error", Text),
    Column("recipient", Text),
    Column("locale", String(35)),
    UniqueConstraint("account_id", "carrier", "number"),
)

HEARD_CALLS = Table(
    "heard_calls",
    METADATA,
    Column("carrier", String(40), primary_key=True),
    Column("call_id", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("found", JSON, nullable=False),
    Column("heard_at", Moment, nullable=False),
    Column("taken_at", Moment, index=True),
)

NOTICES = Table(
    "notices",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("tracking_id", ForeignKey("trackings.id"), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Moment, index=True),
    Column("last_error", Text),
    UniqueConstraint("tracking_id", "kind"),
    CheckConstraint("state IN ('waiting', 'sent', 'dead')", name="state"),
)

NOTICE_WISHES = Table(
    "notice_wishes",
    METADATA,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("enabled", Boolean, nullable=False),
    Column("kinds", JSON, nullable=False),
    Column("from_name", Text, nullable=False),
    Column("reply_to", Text),
    Column("updated_at", Moment, nullable=False),
)

LEASES = Table(
    "leases",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", Moment, nullable=False),
)
