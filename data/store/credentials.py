"""With which credentials does an account ask its carriers? Sealed: what opens them is not here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from data.store.tables import CARRIER_CREDENTIALS as TABLE


@dataclass(frozen=True, slots=True)
class StoredCredentials:
    """An account's settings with one carrier; `names` are all that may be shown of them.

    `key_id` says under which of the installation's secrets they are sealed.
    """

    account_id: str
    carrier: str
    key_id: str
    sealed: bytes = field(repr=False)
    names: Sequence[str]
    test: bool
    updated_at: datetime


_OF_ACCOUNT = (
    select(TABLE).where(TABLE.c.account_id == bindparam("account")).order_by(TABLE.c.carrier)
)


def put(connection: Connection, stored: StoredCredentials) -> None:
    """Remember an account's credentials with a carrier in place of those before."""
    remove(connection, stored.account_id, stored.carrier)
    connection.execute(
        insert(TABLE).values(
            account_id=stored.account_id,
            carrier=stored.carrier,
            key_id=stored.key_id,
            sealed=stored.sealed,
            names=list(stored.names),
            test=stored.test,
            updated_at=stored.updated_at,
        )
    )


def reseal(connection: Connection, stored: StoredCredentials, key_id: str, sealed: bytes) -> bool:
    """The same credentials under another key; False when they were changed in between."""
    same = update(TABLE).where(
        TABLE.c.account_id == stored.account_id,
        TABLE.c.carrier == stored.carrier,
        TABLE.c.sealed == stored.sealed,
    )
    return connection.execute(same.values(key_id=key_id, sealed=sealed)).rowcount == 1


def remove(connection: Connection, account: str, carrier: str) -> bool:
    """Forget an account's credentials with a carrier. False when there were none."""
    gone = delete(TABLE).where(TABLE.c.account_id == account, TABLE.c.carrier == carrier)
    return connection.execute(gone).rowcount == 1


def of_account(connection: Connection, account: str) -> list[StoredCredentials]:
    """An account's credentials, by carrier."""
    return [_stored(row) for row in connection.execute(_OF_ACCOUNT, {"account": account})]


def carriers(connection: Connection) -> frozenset[str]:
    """The carriers that somebody has credentials for."""
    return frozenset(connection.execute(select(TABLE.c.carrier).distinct()).scalars())


def not_under(connection: Connection, key_id: str) -> list[StoredCredentials]:
    """Everybody's credentials that are sealed under another key."""
    return [
        _stored(row) for row in connection.execute(select(TABLE).where(TABLE.c.key_id != key_id))
    ]


def _stored(row: Row[tuple[object, ...]]) -> StoredCredentials:
    return StoredCredentials(**row._mapping)
