"""Whose key is this?

A key is random enough that nobody guesses it, so its SHA-256 is what is stored: whoever reads the
table cannot use it. The key itself is shown once, when it is made.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from data.store.tables import API_KEYS

_RANDOM_BYTES = 24
_SHOWN = 10
_FIND = select(API_KEYS).where(
    API_KEYS.c.sha256 == bindparam("sha256"), API_KEYS.c.revoked_at.is_(None)
)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of a key: whose it is, how it begins, and whether it still opens anything."""

    id: str
    account_id: str
    name: str
    prefix: str
    created_at: datetime
    revoked_at: datetime | None


def digest(secret: str) -> bytes:
    """The SHA-256 of a key, by which it is found."""
    return sha256(secret.encode()).digest()


def create(connection: Connection, account: str, name: str, now: datetime) -> tuple[ApiKey, str]:
    """A new key for an account, and its secret: the only time that anybody sees it."""
    secret = f"tw_{secrets.token_urlsafe(_RANDOM_BYTES)}"
    key = ApiKey(f"key_{secrets.token_hex(8)}", account, name, secret[:_SHOWN], now, None)
    connection.execute(
        insert(API_KEYS).values(
            id=key.id,
            account_id=account,
            name=name,
            prefix=key.prefix,
            sha256=digest(secret).hex(),
            created_at=now,
        )
    )
    return key, secret


def find_by_hash(connection: Connection, sha256_digest: bytes) -> ApiKey | None:
    """The key with a digest, or None when it is unknown or revoked."""
    row = connection.execute(_FIND, {"sha256": sha256_digest.hex()}).one_or_none()
    return None if row is None else _key(row)


def of_account(connection: Connection, account: str) -> list[ApiKey]:
    """Every key of an account, revoked ones too, oldest first."""
    found = (
        select(API_KEYS)
        .where(API_KEYS.c.account_id == account)
        .order_by(API_KEYS.c.created_at, API_KEYS.c.id)
    )
    return [_key(row) for row in connection.execute(found)]


def revoke(connection: Connection, key_id: str, now: datetime) -> bool:
    """End a key. False when there is no such key or it was revoked before."""
    ended = (
        update(API_KEYS)
        .where(API_KEYS.c.id == key_id, API_KEYS.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    return connection.execute(ended).rowcount == 1


def _key(row: Row[tuple[object, ...]]) -> ApiKey:
    return ApiKey(row.id, row.account_id, row.name, row.prefix, row.created_at, row.revoked_at)
