"""Which quotes were given, from which schedules, with which codes?"""

from sqlalchemy import (
    JSON,
    Boolean,
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

QUOTES = Table(
    "quotes",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("facts_version", String(64), nullable=False),
    Column("request", LargeBinary, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("replay_inputs", JSON, nullable=False),
    Index(None, "account_id", "created_at", "id"),
)

SCHEDULE_IMPORTS = Table(
    "schedule_imports",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("territory", String(8), nullable=False),
    Column("source", String(64), nullable=False),
    Column("as_of", Date, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("version", String(64), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("imported_at", Moment, nullable=False),
    UniqueConstraint("territory", "source", "as_of"),
)

SCHEDULE_ROWS = Table(
    "schedule_rows",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column(
        "import_id",
        ForeignKey("schedule_imports.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("code", String(10), nullable=False),
    Column("programme", String(32), nullable=False),
    Column("origins", Text, nullable=False),
    Column("excluded_origins", Text, nullable=False),
    Column("expression", Text, nullable=False),
    Column("parsed", Text),
    Column("unit", Text),
    Column("order_number", String(32)),
    Column("additional_code", String(32)),
    Column("since", Date, nullable=False),
    Column("until", Date),
    Column("law", String(64), nullable=False),
    Column("confidence", String(16), nullable=False),
)

CONFIRMED_CODES = Table(
    "confirmed_codes",
    METADATA,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("phrase", String(64), primary_key=True),
    Column("likeness", String(64)),
    Column("description", Text, nullable=False),
    Column("hs_code", String(13), nullable=False),
    Column("confirmed_at", Moment, nullable=False),
    Index(None, "account_id", "likeness", "confirmed_at"),
)
