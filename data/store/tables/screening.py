"""Which lists are held, who was screened, and what was decided?"""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
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

SCREENING_LISTS = Table(
    "screening_lists",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("list", String(32), nullable=False),
    Column("as_of", Date, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("fetched_at", Moment, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("names", Integer, nullable=False),
    Column("current", Boolean, nullable=False),
    UniqueConstraint("list", "as_of", "sha256"),
)

SCREENING_ENTRIES = Table(
    "screening_entries",
    METADATA,
    Column("list", String(32), primary_key=True),
    Column("entry", String(255), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("record", LargeBinary, nullable=False),
)

SCREENING_CHANGES = Table(
    "screening_changes",
    METADATA,
    Column("import_id", ForeignKey("screening_lists.id"), primary_key=True, autoincrement=False),
    Column("entry", String(255), primary_key=True),
    Column("change", String(8), nullable=False),
    CheckConstraint("change IN ('added', 'changed', 'removed')", name="change"),
)

SCREENINGS = Table(
    "screenings",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("subject", String(64)),
    Column("actor", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("record", LargeBinary, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("account_id", "number"),
    Index(None, "account_id", "subject"),
)

SCREENED_PARTIES = Table(
    "screened_parties",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("key", String(64), nullable=False),
    Column("party", JSON, nullable=False),
    Column("screening_id", ForeignKey("screenings.id"), nullable=False),
    Column("seen_import", Integer, nullable=False, index=True),
    Column("last_at", Moment, nullable=False),
    Column("watched_until", Moment, nullable=False),
    UniqueConstraint("account_id", "key"),
)

SCREENING_REVIEWS = Table(
    "screening_reviews",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("screening_id", ForeignKey("screenings.id"), nullable=False),
    Column("party", Integer, nullable=False),
    Column("needs_two", Boolean, nullable=False),
    Column("state", String(12), nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    UniqueConstraint("screening_id", "party"),
    CheckConstraint("state IN ('waiting', 'seconding', 'cleared', 'confirmed')", name="state"),
    Index(None, "account_id", "state", "opened_at", "id"),
)

SCREENING_DECISIONS = Table(
    "screening_decisions",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("review_id", ForeignKey("screening_reviews.id"), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("decision", String(8), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("review_id", "actor"),
    CheckConstraint("decision IN ('clear', 'confirm')", name="decision"),
)
