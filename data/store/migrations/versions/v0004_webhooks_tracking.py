"""Webhooks and their deliveries, parcels that are followed, calls of carriers, notices."""

import sqlalchemy as sa
from alembic import op

from data.store.columns import Moment

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("events", sa.JSON, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("secrets", sa.JSON, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("disabled_at", Moment),
        sa.Column("disabled_because", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_webhooks"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_webhooks_account_id"),
    )
    op.create_index("ix_webhooks_account_id", "webhooks", ["account_id"])
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("webhook_id", sa.String(64), nullable=False),
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", Moment),
        sa.Column("last_status", sa.Integer),
        sa.Column("last_error", sa.Text),
        sa.Column("ended_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_deliveries"),
        sa.ForeignKeyConstraint(
            ["webhook_id"],
            ["webhooks.id"],
            name="fk_webhook_deliveries_webhook_id",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "webhook_id", "event_id", name="uq_webhook_deliveries_webhook_id_event_id"
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'delivered', 'dead')", name=op.f("ck_webhook_deliveries_state")
        ),
    )
    op.create_index("ix_webhook_deliveries_next_at", "webhook_deliveries", ["next_at"])
    op.create_table(
        "trackings",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("carrier", sa.String(40), nullable=False),
        sa.Column("number", sa.String(255), nullable=False),
        sa.Column("shipment_id", sa.String(64)),
        sa.Column("page", sa.String(64), nullable=False),
        sa.Column("since", Moment, nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("stage", sa.String(24)),
        sa.Column("reason", sa.String(64)),
        sa.Column("action_by", sa.String(16)),
        sa.Column("estimated", Moment),
        sa.Column("delivered_at", Moment),
        sa.Column("events", sa.JSON, nullable=False),
        sa.Column("checked_at", Moment),
        sa.Column("next_at", Moment),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_error", sa.Text),
        sa.Column("recipient", sa.Text),
        sa.Column("locale", sa.String(35)),
        sa.PrimaryKeyConstraint("id", name="pk_trackings"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_trackings_account_id"),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipments.id"], name="fk_trackings_shipment_id"),
        sa.UniqueConstraint("page", name="uq_trackings_page"),
        sa.UniqueConstraint(
            "account_id", "carrier", "number", name="uq_trackings_account_id_carrier_number"
        ),
    )
    op.create_index("ix_trackings_shipment_id", "trackings", ["shipment_id"])
    op.create_index("ix_trackings_next_at", "trackings", ["next_at"])
    op.create_table(
        "heard_calls",
        sa.Column("carrier", sa.String(40), nullable=False),
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("found", sa.JSON, nullable=False),
        sa.Column("heard_at", Moment, nullable=False),
        sa.Column("taken_at", Moment),
        sa.PrimaryKeyConstraint("carrier", "call_id", name="pk_heard_calls"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_heard_calls_account_id"),
    )
    op.create_index("ix_heard_calls_taken_at", "heard_calls", ["taken_at"])
    op.create_table(
        "notices",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("tracking_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", Moment),
        sa.Column("last_error", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_notices_account_id"),
        sa.ForeignKeyConstraint(["tracking_id"], ["trackings.id"], name="fk_notices_tracking_id"),
        sa.UniqueConstraint("tracking_id", "kind", name="uq_notices_tracking_id_kind"),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'dead')", name=op.f("ck_notices_state")),
    )
    op.create_index("ix_notices_next_at", "notices", ["next_at"])
    op.create_table(
        "notice_wishes",
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("kinds", sa.JSON, nullable=False),
        sa.Column("from_name", sa.Text, nullable=False),
        sa.Column("reply_to", sa.Text),
        sa.Column("updated_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_notice_wishes"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_notice_wishes_account_id"
        ),
    )


def downgrade() -> None:
    for table in ("notice_wishes", "notices", "heard_calls", "trackings"):
        op.drop_table(table)
    for table in ("webhook_deliveries", "webhooks"):
        op.drop_table(table)
