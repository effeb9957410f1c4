"""With which credentials does an account ask a carrier?

Sealed with AES-256-GCM under a key that scrypt makes of the installation's secret. Each row names
the key that seals it, so that a new secret can be brought in while the old one still opens what it
sealed. Opened credentials are kept for a few seconds for each account: a quote asks no database.
"""

import hashlib
import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.exc import SQLAlchemyError

from carriers.accounts import Account
from carriers.manifest import Manifest, SettingsRefusedError
from carriers.registry import Accounts, no_accounts
from data.store.credentials import StoredCredentials

_LOG = logging.getLogger(__name__)
REMEMBERED_SECONDS = 10.0
MOST_REMEMBERED = 10_000
_SALT, _NONCE = 16, 12
_NAMING = b"tidewaiter: which key is it"


class NoSecretError(ValueError):
    """The installation has no secret, so it keeps no credentials."""

    def __init__(self) -> None:
        super().__init__("TIDEWAITER_SECRET_KEY is not set: credentials are kept under it")


class UnusableCredentialsError(Exception):
    """Stored credentials cannot be opened with this installation's secrets."""


class Vault:
    """Seals under the newest secret, and opens what any of them sealed."""

    def __init__(self, secret: str, older: Sequence[str] = ()) -> None:
        self._secrets = (secret, *older)
        self._lock = Lock()
        self._ciphers: dict[tuple[str, bytes], AESGCM] = {}

    @cached_property
    def _salt(self) -> bytes:
        return os.urandom(_SALT)  # one for each process: making a key of it takes a while

    @cached_property
    def _by_id(self) -> dict[str, str]:
        return {_slowly(secret, _NAMING)[:8].hex(): secret for secret in reversed(self._secrets)}

    @property
    def key_id(self) -> str:
        """The name of the key that seals now."""
        return next(reversed(self._by_id))

    def seal(self, settings: Mapping[str, str], account: str, carrier: str) -> bytes:
        """Settings as nobody can read them, bound to the account and the carrier."""
        nonce = os.urandom(_NONCE)
        cipher = self._cipher(self._secrets[0], self._salt)
        content = cipher.encrypt(nonce, orjson.dumps(dict(settings)), _bound(account, carrier))
        return self._salt + nonce + content

    def open(self, stored: StoredCredentials) -> dict[str, str]:
        """The settings. Raises `UnusableCredentialsError`."""
        secret = self._by_id.get(stored.key_id)
        salt, rest = stored.sealed[:_SALT], stored.sealed[_SALT:]
        try:
            if secret is None:
                raise InvalidTag
            content = self._cipher(secret, salt).decrypt(
                rest[:_NONCE], rest[_NONCE:], _bound(stored.account_id, stored.carrier)
            )
        except InvalidTag:
            raise UnusableCredentialsError(
                f"no secret of this installation opens the credentials with {stored.carrier}:"
                " put the old secret into TIDEWAITER_OLD_SECRET_KEY, or store them again"
            ) from None
        settings: dict[str, str] = orjson.loads(content)
        return settings

    def _cipher(self, secret: str, salt: bytes) -> AESGCM:
        with self._lock:
            found = self._ciphers.get((secret, salt))
            if found is None:
                if len(self._ciphers) >= MOST_REMEMBERED:
                    self._ciphers.clear()
                found = self._ciphers[secret, salt] = AESGCM(_slowly(secret, salt))
        return found


@dataclass(frozen=True, slots=True)
class _Known:
    stored: Mapping[str, StoredCredentials]
    accounts: dict[str, Account | None]
    until: float


class CarrierAccounts:
    """Every account's accounts with carriers, opened when they are asked for.

    `of_account` reads an account's rows. What is changed here is seen here at once, and in other
    processes after `REMEMBERED_SECONDS`.
    """

    def __init__(
        self,
        of_account: Callable[[str], Sequence[StoredCredentials]],
        vault: Vault | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._of_account = of_account
        self._vault = vault
        self._clock = clock
        self._lock = Lock()
        self._known: dict[str, _Known] = {}

    @property
    def vault(self) -> Vault:
        """What seals. Raises `NoSecretError` where the installation has no secret."""
        if self._vault is None:
            raise NoSecretError
        return self._vault

    def of(self, account: str) -> Accounts:
        """What the registry asks for this account's credentials with a carrier."""
        if self._vault is None:
            return no_accounts
        known = self._rows(account)

        def find(manifest: Manifest) -> Account | None:
            try:
                return known.accounts[manifest.code]
            except KeyError:
                found = self._open(known.stored.get(manifest.code), manifest)
                return known.accounts.setdefault(manifest.code, found)

        return find

    def forget(self, account: str) -> None:
        """An account's credentials have changed."""
        with self._lock:
            self._known.pop(account, None)

    def _rows(self, account: str) -> _Known:
        known, now = self._known.get(account), self._clock()
        if known is not None and known.until > now:
            return known
        try:
            rows = {row.carrier: row for row in self._of_account(account)}
        except SQLAlchemyError as error:
            if known is None:
                _LOG.warning("credentials cannot be read: %s", type(error).__name__)
                return _Known({}, {}, 0.0)
            rows = dict(known.stored)
        opened = known.accounts if known is not None and known.stored == rows else {}
        with self._lock:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            known = self._known[account] = _Known(rows, opened, now + REMEMBERED_SECONDS)
        return known

    def _open(self, stored: StoredCredentials | None, manifest: Manifest) -> Account | None:
        """The account that is stored, None where nothing usable is."""
        if stored is None or self._vault is None:
            return no_accounts(manifest)
        try:
            return manifest.account(self._vault.open(stored), test=stored.test)
        except (UnusableCredentialsError, SettingsRefusedError) as error:
            _LOG.error("credentials of %s: %s", stored.account_id, error)
            return None


def _bound(account: str, carrier: str) -> bytes:
    return orjson.dumps([account, carrier])


def _slowly(secret: str, salt: bytes) -> bytes:
    """A key made of a secret. It may be a phrase that people chose, so guessing is made slow."""
    return hashlib.scrypt(secret.encode(), salt=salt, n=1 << 14, r=8, p=1, dklen=32)
