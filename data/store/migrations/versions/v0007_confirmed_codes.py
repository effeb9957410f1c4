"""Codes that accounts confirmed for descriptions of goods."""

import sqlalchemy as sa
from alembic import op

from data.store.columns import Moment

revision = "0007"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "confirmed_codes",
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("phrase", sa.String(64), nullable=False),
        sa.Column("likeness", sa.String(64)),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("hs_code", sa.String(13), nullable=False),
        sa.Column("confirmed_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "phrase", name="pk_confirmed_codes"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_confirmed_codes_account_id"
        ),
    )
    op.create_index(
        "ix_confirmed_codes_account_id_likeness_confirmed_at",
        "confirmed_codes",
        ["account_id", "likeness", "confirmed_at"],
    )


def downgrade() -> None:
    op.drop_table("confirmed_codes")
