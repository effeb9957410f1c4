"""Orders in files: batches, their orders and files, and columns that were told before."""

import sqlalchemy as sa
from alembic import op

from data.store.columns import Moment

revision = "0008"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("idempotency_key", sa.String(255), nullable=False),
        sa.Column("body_hash", sa.String(64), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("file_hash", sa.String(64), nullable=False),
        sa.Column("source", sa.LargeBinary),
        sa.Column("wish", sa.JSON, nullable=False),
        sa.Column("facts_version", sa.String(64)),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("assumptions", sa.JSON, nullable=False),
        sa.Column("failure", sa.JSON),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("holder", sa.String(96)),
        sa.Column("held_until", Moment),
        sa.Column("finished_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_batches_account_id"),
        sa.UniqueConstraint(
            "account_id", "idempotency_key", name="uq_batches_account_id_idempotency_key"
        ),
        sa.CheckConstraint(
            "state IN ('received', 'making', 'collecting', 'done', 'failed', 'cancelled')",
            name=op.f("ck_batches_state"),
        ),
    )
    op.create_index("ix_batches_state", "batches", ["state"])
    op.create_index(
        "ix_batches_account_id_created_at_id", "batches", ["account_id", "created_at", "id"]
    )
    op.create_table(
        "batch_orders",
        sa.Column("batch_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("rows", sa.JSON, nullable=False),
        sa.Column("lines", sa.JSON, nullable=False),
        sa.Column("record", sa.JSON),
        sa.Column("options", sa.JSON, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("faults", sa.JSON, nullable=False),
        sa.Column("papers", sa.JSON, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("holder", sa.String(96)),
        sa.Column("held_until", Moment),
        sa.PrimaryKeyConstraint("batch_id", "number", name="pk_batch_orders"),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name="fk_batch_orders_batch_id", ondelete="CASCADE"
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'made', 'partial', 'refused')",
            name=op.f("ck_batch_orders_state"),
        ),
    )
    op.create_index(
        "ix_batch_orders_batch_id_state_tries_number",
        "batch_orders",
        ["batch_id", "state", "tries", "number"],
    )
    op.create_table(
        "batch_files",
        sa.Column("batch_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("media", sa.String(80), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("size", sa.Integer),
        sa.Column("sha256", sa.String(64)),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("holder", sa.String(96)),
        sa.Column("held_until", Moment),
        sa.PrimaryKeyConstraint("batch_id", "name", name="pk_batch_files"),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name="fk_batch_files_batch_id", ondelete="CASCADE"
        ),
        sa.CheckConstraint("state IN ('waiting', 'made')", name=op.f("ck_batch_files_state")),
    )
    op.create_table(
        "batch_mappings",
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("header", sa.JSON, nullable=False),
        sa.Column("mapping", sa.JSON, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "fingerprint", name="pk_batch_mappings"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_batch_mappings_account_id"
        ),
    )


def downgrade() -> None:
    for table in ("batch_mappings", "batch_files", "batch_orders", "batches"):
        op.drop_table(table)
