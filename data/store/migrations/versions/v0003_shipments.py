"""Labels bought once: credentials, shipments, purchases, labels, the ledger and the outbox."""

import sqlalchemy as sa
from alembic import op

from data.store.columns import ExactDecimal, Moment

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "carrier_credentials",
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("carrier", sa.String(40), nullable=False),
        sa.Column("key_id", sa.String(32), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("names", sa.JSON, nullable=False),
        sa.Column("test", sa.Boolean, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "carrier", name="pk_carrier_credentials"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_carrier_credentials_account_id"
        ),
    )
    op.create_table(
        "shipments",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("route", sa.String(255), nullable=False),
        sa.Column("idempotency_key", sa.String(255), nullable=False),
        sa.Column("body_hash", sa.String(64), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("quote_id", sa.String(64)),
        sa.Column("option_id", sa.String(96)),
        sa.Column("returns_id", sa.String(64)),
        sa.Column("expires_at", Moment),
        sa.Column("carrier", sa.String(40), nullable=False),
        sa.Column("service", sa.String(80), nullable=False),
        sa.Column("label_format", sa.String(8), nullable=False),
        sa.Column("label_size", sa.String(8), nullable=False),
        sa.Column("record", sa.JSON, nullable=False),
        sa.Column("expected_amount", ExactDecimal),
        sa.Column("expected_currency", sa.String(3)),
        sa.Column("our_ref", sa.String(20)),
        sa.Column("carrier_id", sa.String(255)),
        sa.Column("tracking_number", sa.String(255)),
        sa.Column("amount", ExactDecimal),
        sa.Column("currency", sa.String(3)),
        sa.Column("warnings", sa.JSON(none_as_null=True)),
        sa.Column("confirmed_at", Moment),
        sa.Column("labels_due", Moment),
        sa.Column("cancelled_at", Moment),
        sa.Column("cancellation", sa.JSON(none_as_null=True)),
        sa.PrimaryKeyConstraint("id", name="pk_shipments"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_shipments_account_id"),
        sa.UniqueConstraint(
            "account_id",
            "route",
            "idempotency_key",
            name="uq_shipments_account_id_route_idempotency_key",
        ),
    )
    op.create_index(
        "ix_shipments_account_id_created_at_id", "shipments", ["account_id", "created_at", "id"]
    )
    op.create_index(
        "ix_shipments_carrier_tracking_number", "shipments", ["carrier", "tracking_number"]
    )
    op.create_index("ix_shipments_labels_due", "shipments", ["labels_due"])
    op.create_table(
        "shipment_papers",
        sa.Column("shipment_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("format", sa.String(8), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("carrier_id", sa.String(255)),
        sa.PrimaryKeyConstraint("shipment_id", "number", name="pk_shipment_papers"),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipments.id"], name="fk_shipment_papers_shipment_id"
        ),
    )
    op.create_table(
        "purchases",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("shipment_id", sa.String(64), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_purchases"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_purchases_account_id"),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipments.id"], name="fk_purchases_shipment_id"),
        sa.UniqueConstraint(
            "account_id", "shipment_id", name="uq_purchases_account_id_shipment_id"
        ),
    )
    op.create_index("ix_purchases_shipment_id", "purchases", ["shipment_id"])
    op.create_table(
        "purchase_attempts",
        sa.Column("our_ref", sa.String(20), nullable=False),
        sa.Column("purchase_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("sent_at", Moment, nullable=False),
        sa.Column("next_at", Moment),
        sa.Column("looks", sa.Integer, nullable=False),
        sa.Column("misses", sa.Integer, nullable=False),
        sa.Column("request", sa.LargeBinary),
        sa.Column("answered_at", Moment),
        sa.Column("answer_status", sa.Integer),
        sa.Column("answer_headers", sa.JSON(none_as_null=True)),
        sa.Column("answer_body", sa.LargeBinary),
        sa.Column("error", sa.JSON(none_as_null=True)),
        sa.Column("carrier_id", sa.String(255)),
        sa.Column("tracking_number", sa.String(255)),
        sa.PrimaryKeyConstraint("our_ref", name="pk_purchase_attempts"),
        sa.ForeignKeyConstraint(
            ["purchase_id"], ["purchases.id"], name="fk_purchase_attempts_purchase_id"
        ),
        sa.UniqueConstraint(
            "purchase_id", "number", name="uq_purchase_attempts_purchase_id_number"
        ),
    )
    op.create_index("ix_purchase_attempts_next_at", "purchase_attempts", ["next_at"])
    op.create_table(
        "labels",
        sa.Column("shipment_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("tracking_number", sa.String(255), nullable=False),
        sa.Column("format", sa.String(8), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("shipment_id", "number", name="pk_labels"),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipments.id"], name="fk_labels_shipment_id"),
    )
    op.create_table(
        "ledger",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("shipment_id", sa.String(64), nullable=False),
        sa.Column("our_ref", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("amount", ExactDecimal, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("basis", sa.String(8), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ledger"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_ledger_account_id"),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipments.id"], name="fk_ledger_shipment_id"),
        sa.UniqueConstraint("our_ref", "kind", name="uq_ledger_our_ref_kind"),
        sa.CheckConstraint(
            "kind IN ('charge', 'void', 'refund_requested')", name=op.f("ck_ledger_kind")
        ),
    )
    op.create_index("ix_ledger_account_id_at", "ledger", ["account_id", "at"])
    op.create_index("ix_ledger_shipment_id", "ledger", ["shipment_id"])
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("dispatched_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_outbox_account_id"),
        sa.UniqueConstraint("event_id", name="uq_outbox_event_id"),
    )
    op.create_index("ix_outbox_dispatched_at", "outbox", ["dispatched_at"])
    op.create_index("ix_outbox_subject", "outbox", ["subject"])
    op.create_table(
        "manual_queue",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("shipment_id", sa.String(64), nullable=False),
        sa.Column("our_ref", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("opened_at", Moment, nullable=False),
        sa.Column("closed_at", Moment),
        sa.Column("resolution", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_manual_queue"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_manual_queue_account_id"),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipments.id"], name="fk_manual_queue_shipment_id"
        ),
        sa.UniqueConstraint("our_ref", "kind", name="uq_manual_queue_our_ref_kind"),
    )
    op.create_index("ix_manual_queue_closed_at", "manual_queue", ["closed_at"])
    op.create_index("ix_manual_queue_shipment_id", "manual_queue", ["shipment_id"])
    op.create_table(
        "leases",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("holder", sa.String(64), nullable=False),
        sa.Column("until", Moment, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )


def downgrade() -> None:
    for table in (
        "leases",
        "manual_queue",
        "outbox",
        "ledger",
        "labels",
        "purchase_attempts",
        "purchases",
        "shipment_papers",
        "shipments",
        "carrier_credentials",
    ):
        op.drop_table(table)
