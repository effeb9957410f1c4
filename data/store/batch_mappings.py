"""Which columns of a file mean what? An account told it once, for files with this header."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from data.store.tables import BATCH_MAPPINGS as MAPPINGS


@dataclass(frozen=True, slots=True)
class StoredMapping:
    """What a header's columns mean: our field → the column's own name."""

    fingerprint: str
    header: Sequence[str]
    mapping: Mapping[str, str]
    updated_at: datetime


_SHOWN = tuple(MAPPINGS.c[name] for name in StoredMapping.__slots__)


def put(connection: Connection, account: str, stored: StoredMapping) -> None:
    """Remember a mapping in place of the one before."""
    values = {
        "account_id": account,
        "fingerprint": stored.fingerprint,
        "header": list(stored.header),
        "mapping": dict(stored.mapping),
        "updated_at": stored.updated_at,
    }
    change = {name: values[name] for name in ("header", "mapping", "updated_at")}
    keys = [MAPPINGS.c.account_id, MAPPINGS.c.fingerprint]
    if connection.dialect.name == "postgresql":
        kept = postgresql.insert(MAPPINGS).values(values)
        connection.execute(kept.on_conflict_do_update(index_elements=keys, set_=change))
        return
    made = sqlite.insert(MAPPINGS).values(values)
    connection.execute(made.on_conflict_do_update(index_elements=keys, set_=change))


def get(connection: Connection, account: str, fingerprint: str) -> StoredMapping | None:
    """What an account told of a header."""
    found = select(*_SHOWN).where(
        MAPPINGS.c.account_id == account, MAPPINGS.c.fingerprint == fingerprint
    )
    row = connection.execute(found).one_or_none()
    return None if row is None else StoredMapping(**row._mapping)


def of_account(connection: Connection, account: str, limit: int = 200) -> list[StoredMapping]:
    """Everything an account told, newest first."""
    found = select(*_SHOWN).where(MAPPINGS.c.account_id == account)
    ordered = found.order_by(MAPPINGS.c.updated_at.desc(), MAPPINGS.c.fingerprint).limit(limit)
    return [StoredMapping(**row._mapping) for row in connection.execute(ordered)]
