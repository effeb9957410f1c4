"""Which tables are there? The migrations make the same ones, and a test compares them."""

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
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from data.store.columns import Moment

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ACCOUNTS = Table(
    "accounts",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)

API_KEYS = Table(
    "api_keys",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("prefix", String(16), nullable=False),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)

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

IDEMPOTENCY_RECORDS = Table(
    "idempotency_records",
    METADATA,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("route", String(255), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("body_hash", String(64), nullable=False),
    Column("state", String(8), nullable=False),
    Column("created_at", Moment, nullable=False, index=True),
    Column("status", Integer),
    Column("headers", JSON(none_as_null=True)),
    Column("answer", LargeBinary),
    CheckConstraint("state IN ('running', 'done')", name="state"),
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

SIGNING_KEYS = Table(
    "signing_keys",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment),
    Column("revoked_at", Moment),
)
