"""What has an account set down about carriers' offers, and since when? Nothing of it is lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from data.store.tables import RATING_RULES


@dataclass(frozen=True, slots=True)
class StoredRules:
    """The rules of an account, as they were sent, and the moment from which they hold."""

    document: Mapping[str, Any]
    set_at: datetime


_CURRENT = (
    select(RATING_RULES.c.document, RATING_RULES.c.set_at)
    .where(RATING_RULES.c.account_id == bindparam("account"))
    .order_by(RATING_RULES.c.id.desc())
    .limit(1)
)


def put(connection: Connection, account: str, stored: StoredRules) -> None:
    """Remember an account's rules in place of those before, which are kept."""
    values = {"account_id": account, "set_at": stored.set_at, "document": dict(stored.document)}
    connection.execute(insert(RATING_RULES).values(values))


def current(connection: Connection, account: str) -> StoredRules | None:
    """The rules that hold now; None when the account never set any."""
    row = connection.execute(_CURRENT, {"account": account}).one_or_none()
    return None if row is None else StoredRules(row.document, row.set_at)
