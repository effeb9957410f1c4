"""Lists of restricted parties, what was found by comparing names with them, and who decided.

The number was given before those of 0007 and 0008, which came to be applied earlier.
"""

import sqlalchemy as sa
from alembic import op

from data.store.columns import Moment

revision = "0006"
down_revision = "0007"


def upgrade() -> None:
    _lists()
    _screenings()
    _reviews()


def _lists() -> None:
    op.create_table(
        "screening_lists",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("list", sa.String(32), nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("fetched_at", Moment, nullable=False),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("names", sa.Integer, nullable=False),
        sa.Column("current", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_screening_lists"),
        sa.UniqueConstraint("list", "as_of", "sha256", name="uq_screening_lists_list_as_of_sha256"),
    )
    op.create_table(
        "screening_entries",
        sa.Column("list", sa.String(32), nullable=False),
        sa.Column("entry", sa.String(255), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("record", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("list", "entry", name="pk_screening_entries"),
    )
    op.create_table(
        "screening_changes",
        sa.Column("import_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("entry", sa.String(255), nullable=False),
        sa.Column("change", sa.String(8), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "entry", name="pk_screening_changes"),
        sa.ForeignKeyConstraint(
            ["import_id"], ["screening_lists.id"], name="fk_screening_changes_import_id"
        ),
        sa.CheckConstraint(
            "change IN ('added', 'changed', 'removed')", name="ck_screening_changes_change"
        ),
    )


def _screenings() -> None:
    op.create_table(
        "screenings",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(64)),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("record", sa.LargeBinary, nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_screenings"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_screenings_account_id"),
        sa.UniqueConstraint("account_id", "number", name="uq_screenings_account_id_number"),
    )
    op.create_index("ix_screenings_account_id_subject", "screenings", ["account_id", "subject"])
    op.create_table(
        "screened_parties",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("party", sa.JSON, nullable=False),
        sa.Column("screening_id", sa.String(64), nullable=False),
        sa.Column("seen_import", sa.Integer, nullable=False),
        sa.Column("last_at", Moment, nullable=False),
        sa.Column("watched_until", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_screened_parties"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_screened_parties_account_id"
        ),
        sa.ForeignKeyConstraint(
            ["screening_id"], ["screenings.id"], name="fk_screened_parties_screening_id"
        ),
        sa.UniqueConstraint("account_id", "key", name="uq_screened_parties_account_id_key"),
    )
    op.create_index("ix_screened_parties_seen_import", "screened_parties", ["seen_import"])


def _reviews() -> None:
    op.create_table(
        "screening_reviews",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("screening_id", sa.String(64), nullable=False),
        sa.Column("party", sa.Integer, nullable=False),
        sa.Column("needs_two", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("opened_at", Moment, nullable=False),
        sa.Column("closed_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_screening_reviews"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_screening_reviews_account_id"
        ),
        sa.ForeignKeyConstraint(
            ["screening_id"], ["screenings.id"], name="fk_screening_reviews_screening_id"
        ),
        sa.UniqueConstraint(
            "screening_id", "party", name="uq_screening_reviews_screening_id_party"
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'seconding', 'cleared', 'confirmed')",
            name="ck_screening_reviews_state",
        ),
    )
    op.create_index(
        "ix_screening_reviews_account_id_state_opened_at_id",
        "screening_reviews",
        ["account_id", "state", "opened_at", "id"],
    )
    op.create_table(
        "screening_decisions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("review_id", sa.String(64), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("decision", sa.String(8), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_screening_decisions"),
        sa.ForeignKeyConstraint(
            ["review_id"], ["screening_reviews.id"], name="fk_screening_decisions_review_id"
        ),
        sa.UniqueConstraint("review_id", "actor", name="uq_screening_decisions_review_id_actor"),
        sa.CheckConstraint(
            "decision IN ('clear', 'confirm')", name="ck_screening_decisions_decision"
        ),
    )


def downgrade() -> None:
    for name in (
        "screening_decisions",
        "screening_reviews",
        "screened_parties",
        "screenings",
        "screening_changes",
        "screening_entries",
        "screening_lists",
    ):
        op.drop_table(name)
