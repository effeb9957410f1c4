"""Accounts and their keys, quotes, idempotency, imported schedules."""

import sqlalchemy as sa
from alembic import op

from data.store.columns import Moment

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("prefix", sa.String(16), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("revoked_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_api_keys_account_id"),
        sa.UniqueConstraint("sha256", name="uq_api_keys_sha256"),
    )
    op.create_index("ix_api_keys_account_id", "api_keys", ["account_id"])
    op.create_table(
        "quotes",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("facts_version", sa.String(64), nullable=False),
        sa.Column("request", sa.LargeBinary, nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
        sa.Column("replay_inputs", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quotes"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_quotes_account_id"),
    )
    op.create_index(
        "ix_quotes_account_id_created_at_id", "quotes", ["account_id", "created_at", "id"]
    )
    op.create_table(
        "idempotency_records",
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("route", sa.String(255), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("body_hash", sa.String(64), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("headers", sa.JSON(none_as_null=True)),
        sa.Column("answer", sa.LargeBinary),
        sa.PrimaryKeyConstraint("account_id", "route", "key", name="pk_idempotency_records"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_idempotency_records_account_id"
        ),
        sa.CheckConstraint(
            "state IN ('running', 'done')", name=op.f("ck_idempotency_records_state")
        ),
    )
    op.create_index("ix_idempotency_records_created_at", "idempotency_records", ["created_at"])
    op.create_table(
        "schedule_imports",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("territory", sa.String(8), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("imported_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_schedule_imports"),
        sa.UniqueConstraint(
            "territory", "source", "as_of", name="uq_schedule_imports_territory_source_as_of"
        ),
    )
    op.create_table(
        "schedule_rows",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("import_id", sa.Integer, nullable=False),
        sa.Column("code", sa.String(10), nullable=False),
        sa.Column("programme", sa.String(32), nullable=False),
        sa.Column("origins", sa.Text, nullable=False),
        sa.Column("excluded_origins", sa.Text, nullable=False),
        sa.Column("expression", sa.Text, nullable=False),
        sa.Column("parsed", sa.Text),
        sa.Column("unit", sa.Text),
        sa.Column("order_number", sa.String(32)),
        sa.Column("additional_code", sa.String(32)),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("law", sa.String(64), nullable=False),
        sa.Column("confidence", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_schedule_rows"),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["schedule_imports.id"],
            name="fk_schedule_rows_import_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_schedule_rows_import_id", "schedule_rows", ["import_id"])


def downgrade() -> None:
    for table in (
        "schedule_rows",
        "schedule_imports",
        "idempotency_records",
        "quotes",
        "api_keys",
        "accounts",
    ):
        op.drop_table(table)
