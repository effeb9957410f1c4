"""Which keys sign quotes, and from when until when did each?

A key is kept for ever: what it signed must stay verifiable. Its private half is sealed before it
comes here; the secret that opens it is not in the database.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Row, insert, select, update

from data.store.tables import SIGNING_KEYS


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One pair of Ed25519 keys. `until` is when it stopped signing, `revoked_at` when it was found
    that somebody else may sign with it: from then on nothing that it signed proves anything.

    `public_key` has 32 bytes; `sealed` is the private key under the installation's secret.
    """

    id: str
    public_key: bytes
    sealed: bytes = field(repr=False)
    since: datetime
    until: datetime | None = None
    revoked_at: datetime | None = None


_CURRENT = (
    select(SIGNING_KEYS)
    .where(SIGNING_KEYS.c.until.is_(None))
    .order_by(SIGNING_KEYS.c.since.desc(), SIGNING_KEYS.c.id)
    .limit(1)
)
_ALL = select(SIGNING_KEYS).order_by(SIGNING_KEYS.c.since, SIGNING_KEYS.c.id)


def add(connection: Connection, key: SigningKey) -> None:
    """Remember a new key."""
    values = {name: getattr(key, name) for name in SigningKey.__slots__}
    connection.execute(insert(SIGNING_KEYS).values(values))


def current(connection: Connection) -> SigningKey | None:
    """The key that signs now, None before the first one was made or after the last one ended."""
    row = connection.execute(_CURRENT).one_or_none()
    return None if row is None else _key(row)


def all_(connection: Connection) -> list[SigningKey]:
    """Every key that ever signed, oldest first."""
    return [_key(row) for row in connection.execute(_ALL)]


def end(connection: Connection, now: datetime) -> int:
    """No key signs from now on; what was signed stays valid. Says how many were ended."""
    open_ones = update(SIGNING_KEYS).where(SIGNING_KEYS.c.until.is_(None))
    return connection.execute(open_ones.values(until=now)).rowcount


def revoke(connection: Connection, key_id: str, now: datetime) -> bool:
    """Say that a key proves nothing any more. False when there is none or it was said before."""
    known = update(SIGNING_KEYS).where(
        SIGNING_KEYS.c.id == key_id, SIGNING_KEYS.c.revoked_at.is_(None)
    )
    if connection.execute(known.values(revoked_at=now)).rowcount != 1:
        return False
    signing = update(SIGNING_KEYS).where(
        SIGNING_KEYS.c.id == key_id, SIGNING_KEYS.c.until.is_(None)
    )
    connection.execute(signing.values(until=now))
    return True


def _key(row: Row[tuple[object, ...]]) -> SigningKey:
    return SigningKey(row.id, row.public_key, row.sealed, row.since, row.until, row.revoked_at)
