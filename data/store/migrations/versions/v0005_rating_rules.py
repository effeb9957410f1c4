"""What merchants set down about carriers' offers."""

import sqlalchemy as sa
from alembic import op

from data.store.columns import Moment

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "rating_rules",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("set_at", Moment, nullable=False),
        sa.Column("document", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rating_rules"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_rating_rules_account_id"),
    )
    op.create_index("ix_rating_rules_account_id_id", "rating_rules", ["account_id", "id"])


def downgrade() -> None:
    op.drop_table("rating_rules")
