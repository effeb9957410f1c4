"""Which tables are there? The migrations make the same ones, and a test compares them."""

from data.store.tables.accounts import (
    ACCOUNTS,
    API_KEYS,
    CARRIER_CREDENTIALS,
    IDEMPOTENCY_RECORDS,
    RATING_RULES,
    SIGNING_KEYS,
)
from data.store.tables.batches import BATCH_FILES, BATCH_MAPPINGS, BATCH_ORDERS, BATCHES
from data.store.tables.messages import (
    HEARD_CALLS,
    LEASES,
    NOTICE_WISHES,
    NOTICES,
    OUTBOX,
    TRACKINGS,
    WEBHOOK_DELIVERIES,
    WEBHOOKS,
)
from data.store.tables.metadata import METADATA
from data.store.tables.quotes import CONFIRMED_CODES, QUOTES, SCHEDULE_IMPORTS, SCHEDULE_ROWS
from data.store.tables.screening import (
    SCREENED_PARTIES,
    SCREENING_CHANGES,
    SCREENING_DECISIONS,
    SCREENING_ENTRIES,
    SCREENING_LISTS,
    SCREENING_REVIEWS,
    SCREENINGS,
)
from data.store.tables.shipments import (
    LABELS,
    LEDGER,
    MANUAL_QUEUE,
    PURCHASE_ATTEMPTS,
    PURCHASES,
    SHIPMENT_PAPERS,
    SHIPMENTS,
)

__all__ = [
    "ACCOUNTS",
    "API_KEYS",
    "BATCHES",
    "BATCH_FILES",
    "BATCH_MAPPINGS",
    "BATCH_ORDERS",
    "CARRIER_CREDENTIALS",
    "CONFIRMED_CODES",
    "HEARD_CALLS",
    "IDEMPOTENCY_RECORDS",
    "LABELS",
    "LEASES",
    "LEDGER",
    "MANUAL_QUEUE",
    "METADATA",
    "NOTICES",
    "NOTICE_WISHES",
    "OUTBOX",
    "PURCHASES",
    "PURCHASE_ATTEMPTS",
    "QUOTES",
    "RATING_RULES",
    "SCHEDULE_IMPORTS",
    "SCHEDULE_ROWS",
    "SCREENED_PARTIES",
    "SCREENINGS",
    "SCREENING_CHANGES",
    "SCREENING_DECISIONS",
    "SCREENING_ENTRIES",
    "SCREENING_LISTS",
    "SCREENING_REVIEWS",
    "SHIPMENTS",
    "SHIPMENT_PAPERS",
    "SIGNING_KEYS",
    "TRACKINGS",
    "WEBHOOKS",
    "WEBHOOK_DELIVERIES",
]
