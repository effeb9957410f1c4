"""Which codes did an account confirm for which descriptions? The last word holds."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select

from data.store.tables import CONFIRMED_CODES


@dataclass(frozen=True, slots=True)
class StoredConfirmation:
    """A description and the code that an account confirmed for it.

    `phrase` is the SHA-256 of the description spelled plainly, `likeness` that of its words in
    order of the alphabet without figures: descriptions that differ in size or order share it.
    """

    account_id: str
    phrase: str
    likeness: str | None
    description: str
    hs_code: str
    confirmed_at: datetime


_COLUMNS = [CONFIRMED_CODES.c[name] for name in StoredConfirmation.__slots__]
_EXACT = select(*_COLUMNS).where(
    CONFIRMED_CODES.c.account_id == bindparam("account"),
    CONFIRMED_CODES.c.phrase == bindparam("phrase"),
)
_NEAR = (
    select(*_COLUMNS)
    .where(
        CONFIRMED_CODES.c.account_id == bindparam("account"),
        CONFIRMED_CODES.c.likeness == bindparam("likeness"),
    )
    .order_by(CONFIRMED_CODES.c.confirmed_at.desc(), CONFIRMED_CODES.c.phrase)
    .limit(1)
)


def put(connection: Connection, stored: StoredConfirmation) -> None:
    """Remember a confirmation in place of an earlier one for the same description."""
    connection.execute(
        delete(CONFIRMED_CODES).where(
            CONFIRMED_CODES.c.account_id == stored.account_id,
            CONFIRMED_CODES.c.phrase == stored.phrase,
        )
    )
    values = {name: getattr(stored, name) for name in StoredConfirmation.__slots__}
    connection.execute(insert(CONFIRMED_CODES).values(values))


def find(
    connection: Connection, account: str, phrase: str, likeness: str | None
) -> StoredConfirmation | None:
    """What an account confirmed for a description: word for word, else for one much like it."""
    row = connection.execute(_EXACT, {"account": account, "phrase": phrase}).one_or_none()
    if row is None and likeness is not None:
        row = connection.execute(_NEAR, {"account": account, "likeness": likeness}).one_or_none()
    return None if row is None else StoredConfirmation(*row)
