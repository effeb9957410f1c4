"""Who uses the service? Everything that is stored belongs to one account."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from data.store.tables import ACCOUNTS


@dataclass(frozen=True, slots=True)
class Account:
    """One customer of the service."""

    id: str
    name: str
    created_at: datetime


def create(connection: Connection, name: str, now: datetime, account: str | None = None) -> Account:
    """A new account; its id is made up unless given."""
    made = Account(account or f"ac_{secrets.token_hex(12)}", name, now)
    values = {"id": made.id, "name": made.name, "created_at": made.created_at}
    connection.execute(insert(ACCOUNTS).values(values))
    return made


def get(connection: Connection, account: str) -> Account | None:
    """An account by its id."""
    row = connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.id == account)).one_or_none()
    return None if row is None else Account(row.id, row.name, row.created_at)


def named(connection: Connection, name: str) -> Account | None:
    """The oldest account of a name."""
    found = select(ACCOUNTS).where(ACCOUNTS.c.name == name).order_by(ACCOUNTS.c.created_at).limit(1)
    row = connection.execute(found).one_or_none()
    return None if row is None else Account(row.id, row.name, row.created_at)


def ensure(connection: Connection, account: str, name: str, now: datetime) -> Account:
    """The account of an id, made if there is none."""
    return get(connection, account) or create(connection, name, now, account)
