"""How do the routes reach the system of record?

One object for everything that is stored, opened at its first use and so after fork. It speaks the
words of the edge (accounts, idempotency records, quotes); the SQL is data.store's.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from threading import Lock
from typing import Any

from sqlalchemy import Engine

from api.auth import OPEN_ACCOUNT
from api.clock import now
from data.store import (
    accounts,
    credentials,
    idempotency,
    keys,
    quotes,
    rating_rules,
    signing_keys,
)
from data.store.credentials import StoredCredentials
from data.store.engines import is_reachable, open_engine, reading, writing
from data.store.idempotency import Begun, Claim, StoredAnswer
from data.store.migrating import is_current, migrate
from data.store.quotes import StoredQuote
from data.store.rating_rules import StoredRules
from data.store.schedules import Schedules
from data.store.signing_keys import SigningKey

DIED_AFTER = timedelta(seconds=60)
"""A quote's request that has been running for so long belongs to a process that died."""


class Storage:
    """The database behind the service, by URL."""

    def __init__(self, url: str, clock: Callable[[], datetime] = now) -> None:
        self._url = url
        self._clock = clock
        self._lock = Lock()
        self._has_open_account = False

    @cached_property
    def engine(self) -> Engine:
        """The database, opened now if it was not yet."""
        return open_engine(self._url)

    @property
    def schedules(self) -> Schedules:
        """Schedules that were imported here."""
        return Schedules(self.engine, self._clock())

    def migrate(self) -> None:
        """Bring the tables to what this release knows."""
        migrate(self.engine)

    def is_reachable(self) -> bool:
        """Whether the database answers."""
        return is_reachable(self.engine)

    def is_current(self) -> bool:
        """Whether every migration has been applied."""
        return is_current(self.engine)

    def account_of(self, digest: bytes) -> str | None:
        """The account of a key by its SHA-256; None for an unknown or revoked one."""
        with reading(self.engine) as connection:
            found = keys.find_by_hash(connection, digest)
        return found.account_id if found else None

    def create_key(self, account: str, name: str) -> str:
        """A new key for an account, made if there is none of that name; the secret is told once."""
        with writing(self.engine) as connection:
            owner = accounts.named(connection, account) or accounts.create(
                connection, account, self._clock()
            )
            return keys.create(connection, owner.id, name, self._clock())[1]

    def revoke_key(self, key: str) -> bool:
        """End a key, by its id. False when there is none that is still valid."""
        with writing(self.engine) as connection:
            return keys.revoke(connection, key, self._clock())

    def begin(self, account: str, key: str, route: str, body_hash: str) -> Begun:
        """Claim an idempotency key, or say what became of the request that claimed it."""
        self.ensure(account)
        with writing(self.engine) as connection:
            claim = Claim(account, route, key)
            return idempotency.begin(connection, claim, body_hash, self._clock(), DIED_AFTER)

    def finish(self, account: str, key: str, route: str, answer: StoredAnswer) -> None:
        """Keep the answer of a claimed request."""
        with writing(self.engine) as connection:
            idempotency.finish(connection, Claim(account, route, key), answer)

    def abandon(self, account: str, key: str, route: str) -> None:
        """Forget a claimed request that failed."""
        with writing(self.engine) as connection:
            idempotency.abandon(connection, Claim(account, route, key))

    def save_quote(self, quote: StoredQuote) -> None:
        """Remember a quote; it is stored when this returns."""
        self.ensure(quote.account_id)
        with writing(self.engine) as connection:
            quotes.save(connection, quote)

    def quote(self, account: str, quote_id: str) -> StoredQuote | None:
        """An account's quote with all that a replay needs; None when it is somebody else's."""
        with reading(self.engine) as connection:
            return quotes.get(connection, account, quote_id)

    def quote_answer(self, account: str, quote_id: str) -> bytes | None:
        """The stored bytes of an account's quote."""
        with reading(self.engine) as connection:
            return quotes.answer(connection, account, quote_id)

    def rating_rules(self, account: str) -> StoredRules | None:
        """What an account has set down about carriers' offers."""
        with reading(self.engine) as connection:
            return rating_rules.current(connection, account)

    def save_rating_rules(self, account: str, document: Mapping[str, Any]) -> StoredRules:
        """Set down an account's rules in place of those before."""
        self.ensure(account)
        stored = StoredRules(document, self._clock())
        with writing(self.engine) as connection:
            rating_rules.put(connection, account, stored)
        return stored

    def credentials(self, account: str) -> list[StoredCredentials]:
        """An account's sealed credentials with carriers."""
        with reading(self.engine) as connection:
            return credentials.of_account(connection, account)

    def put_credentials(self, stored: StoredCredentials) -> None:
        """Remember an account's sealed credentials with a carrier."""
        self.ensure(stored.account_id)
        with writing(self.engine, durable=True) as connection:
            credentials.put(connection, stored)

    def remove_credentials(self, account: str, carrier: str) -> bool:
        """Forget an account's credentials with a carrier. False when there were none."""
        with writing(self.engine, durable=True) as connection:
            return credentials.remove(connection, account, carrier)

    def signing_key(self) -> SigningKey | None:
        """The key that signs quotes now."""
        with reading(self.engine) as connection:
            return signing_keys.current(connection)

    def signing_keys(self) -> list[SigningKey]:
        """Every key that ever signed quotes, oldest first."""
        with reading(self.engine) as connection:
            return signing_keys.all_(connection)

    def ensure(self, account: str) -> None:
        """The account of a service that asks for no key is made at its first use."""
        if account != OPEN_ACCOUNT or self._has_open_account:
            return
        with self._lock, writing(self.engine) as connection:
            accounts.ensure(connection, OPEN_ACCOUNT, "this machine", self._clock())
            self._has_open_account = True
