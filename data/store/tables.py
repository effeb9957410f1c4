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

from data.store.columns import ExactDecimal, Moment

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

CARRIER_CREDENTIALS = Table(
    "carrier_credentials",
    METADATA,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("carrier", String(40), primary_key=True),
    Column("key_id", String(32), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("names", JSON, nullable=False),
    Column("test", Boolean, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

SHIPMENTS = Table(
    "shipments",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("route", String(255), nullable=False),
    Column("idempotency_key", String(255), nullable=False),
    Column("body_hash", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("quote_id", String(64)),
    Column("option_id", String(96)),
    Column("returns_id", String(64)),
    Column("expires_at", Moment),
    Column("carrier", String(40), nullable=False),
    Column("service", String(80), nullable=False),
    Column("label_format", String(8), nullable=False),
    Column("label_size", String(8), nullable=False),
    Column("record", JSON, nullable=False),
    Column("expected_amount", ExactDecimal),
    Column("expected_currency", String(3)),
    Column("our_ref", String(20)),
    Column("carrier_id", String(255)),
    Column("tracking_number", String(255)),
    Column("amount", ExactDecimal),
    Column("currency", String(3)),
    Column("warnings", JSON(none_as_null=True)),
    Column("confirmed_at", Moment),
    Column("labels_due", Moment, index=True),
    Column("cancelled_at", Moment),
    Column("cancellation", JSON(none_as_null=True)),
    UniqueConstraint("account_id", "route", "idempotency_key"),
    Index(None, "account_id", "created_at", "id"),
    Index(None, "carrier", "tracking_number"),
)

SHIPMENT_PAPERS = Table(
    "shipment_papers",
    METADATA,
    Column("shipment_id", ForeignKey("shipments.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(40), nullable=False),
    Column("format", String(8), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("carrier_id", String(255)),
)

PURCHASES = Table(
    "purchases",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("shipment_id", ForeignKey("shipments.id"), nullable=False),
    Column("state", String(10), nullable=False),
    Column("updated_at", Moment, nullable=False),
    UniqueConstraint("account_id", "shipment_id"),
    Index(None, "shipment_id"),
)

PURCHASE_ATTEMPTS = Table(
    "purchase_attempts",
    METADATA,
    Column("our_ref", String(20), primary_key=True),
    Column("purchase_id", ForeignKey("purchases.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("sent_at", Moment, nullable=False),
    Column("next_at", Moment, index=True),
    Column("looks", Integer, nullable=False),
    Column("misses", Integer, nullable=False),
    Column("request", LargeBinary),
    Column("answered_at", Moment),
    Column("answer_status", Integer),
    Column("answer_headers", JSON(none_as_null=True)),
    Column("answer_body", LargeBinary),
    Column("error", JSON(none_as_null=True)),
    Column("carrier_id", String(255)),
    Column("tracking_number", String(255)),
    UniqueConstraint("purchase_id", "number"),
)

LABELS = Table(
    "labels",
    METADATA,
    Column("shipment_id", ForeignKey("shipments.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("tracking_number", String(255), nullable=False),
    Column("format", String(8), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("sha256", String(64), nullable=False),
)

LEDGER = Table(
    "ledger",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("shipment_id", ForeignKey("shipments.id"), nullable=False, index=True),
    Column("our_ref", String(20), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("amount", ExactDecimal, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("basis", String(8), nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("our_ref", "kind"),
    CheckConstraint("kind IN ('charge', 'void', 'refund_requested')", name="kind"),
    Index(None, "account_id", "at"),
)

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("event_id", String(64), nullable=False, unique=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("subject", String(64), nullable=False, index=True),
    Column("payload", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("dispatched_at", Moment, index=True),
)

MANUAL_QUEUE = Table(
    "manual_queue",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("shipment_id", ForeignKey("shipments.id"), nullable=False, index=True),
    Column("our_ref", String(20), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment, index=True),
    Column("resolution", Text),
    UniqueConstraint("our_ref", "kind"),
)

LEASES = Table(
    "leases",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", Moment, nullable=False),
)

WEBHOOKS = Table(
    "webhooks",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("events", JSON, nullable=False),
    Column("description", Text, nullable=False),
    Column("secrets", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("disabled_at", Moment),
    Column("disabled_because", Text),
)

WEBHOOK_DELIVERIES = Table(
    "webhook_deliveries",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("webhook_id", ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("event_id", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("state", String(12), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Moment, index=True),
    Column("last_status", Integer),
    Column("last_error", Text),
    Column("ended_at", Moment),
    UniqueConstraint("webhook_id", "event_id"),
    CheckConstraint("state IN ('waiting', 'delivered', 'dead')", name="state"),
)

TRACKINGS = Table(
    "trackings",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("carrier", String(40), nullable=False),
    Column("number", String(255), nullable=False),
    Column("shipment_id", ForeignKey("shipments.id"), index=True),
    Column("page", String(64), nullable=False, unique=True),
    Column("since", Moment, nullable=False),
    Column("status", String(24), nullable=False),
    Column("stage", String(24)),
    Column("reason", String(64)),
    Column("action_by", String(16)),
    Column("estimated", Moment),
    Column("delivered_at", Moment),
    Column("events", JSON, nullable=False),
    Column("checked_at", Moment),
    Column("next_at", Moment, index=True),
    Column("failures", Integer, nullable=False),
    Column("last_error", Text),
    Column("recipient", Text),
    Column("locale", String(35)),
    UniqueConstraint("account_id", "carrier", "number"),
)

HEARD_CALLS = Table(
    "heard_calls",
    METADATA,
    Column("carrier", String(40), primary_key=True),
    Column("call_id", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("found", JSON, nullable=False),
    Column("heard_at", Moment, nullable=False),
    Column("taken_at", Moment, index=True),
)

NOTICES = Table(
    "notices",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("tracking_id", ForeignKey("trackings.id"), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Moment, index=True),
    Column("last_error", Text),
    UniqueConstraint("tracking_id", "kind"),
    CheckConstraint("state IN ('waiting', 'sent', 'dead')", name="state"),
)

NOTICE_WISHES = Table(
    "notice_wishes",
    METADATA,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("enabled", Boolean, nullable=False),
    Column("kinds", JSON, nullable=False),
    Column("from_name", Text, nullable=False),
    Column("reply_to", Text),
    Column("updated_at", Moment, nullable=False),
)

RATING_RULES = Table(
    "rating_rules",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("set_at", Moment, nullable=False),
    Column("document", JSON, nullable=False),
    Index(None, "account_id", "id"),
)

BATCHES = Table(
    "batches",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("idempotency_key", String(255), nullable=False),
    Column("body_hash", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("name", Text, nullable=False),
    Column("file_hash", String(64), nullable=False),
    Column("source", LargeBinary),
    Column("wish", JSON, nullable=False),
    Column("facts_version", String(64)),
    Column("state", String(12), nullable=False, index=True),
    Column("assumptions", JSON, nullable=False),
    Column("failure", JSON(none_as_null=True)),
    Column("tries", Integer, nullable=False),
    Column("holder", String(96)),
    Column("held_until", Moment),
    Column("finished_at", Moment),
    UniqueConstraint("account_id", "idempotency_key"),
    CheckConstraint(
        "state IN ('received', 'making', 'collecting', 'done', 'failed', 'cancelled')",
        name="state",
    ),
    Index(None, "account_id", "created_at", "id"),
)

BATCH_ORDERS = Table(
    "batch_orders",
    METADATA,
    Column("batch_id", ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("reference", Text, nullable=False),
    Column("rows", JSON, nullable=False),
    Column("lines", JSON, nullable=False),
    Column("record", JSON(none_as_null=True)),
    Column("options", JSON, nullable=False),
    Column("state", String(8), nullable=False),
    Column("faults", JSON, nullable=False),
    Column("papers", JSON, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("holder", String(96)),
    Column("held_until", Moment),
    CheckConstraint("state IN ('waiting', 'made', 'partial', 'refused')", name="state"),
    Index(None, "batch_id", "state", "tries", "number"),
)

BATCH_FILES = Table(
    "batch_files",
    METADATA,
    Column("batch_id", ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(80), primary_key=True),
    Column("media", String(80), nullable=False),
    Column("state", String(8), nullable=False),
    Column("size", Integer),
    Column("sha256", String(64)),
    Column("tries", Integer, nullable=False),
    Column("holder", String(96)),
    Column("held_until", Moment),
    CheckConstraint("state IN ('waiting', 'made')", name="state"),
)

BATCH_MAPPINGS = Table(
    "batch_mappings",
    METADATA,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("fingerprint", String(64), primary_key=True),
    Column("header", JSON, nullable=False),
    Column("mapping", JSON, nullable=False),
    Column("updated_at", Moment, nullable=False),
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
