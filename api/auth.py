"""Whose request is this?

A key is 128 random bits or more, so SHA-256 is the right hash for it: there is nothing to guess.
Only the hash is stored. What a key may see is its account's: everybody else's things do not exist
(404, not 403).
"""

import time
from collections.abc import Callable
from hashlib import sha256
from threading import Lock

from flask import Flask, g, request

from api.problems import Problem
from api.settings import Settings, is_loopback

OPEN_ACCOUNT = "open"
REMEMBERED_SECONDS = 10.0
MOST_REMEMBERED = 10_000
PUBLIC = frozenset({"/v1/keys", "/v1/carriers/<code>/webhook/<token>"})
"""Whoever holds a quote may check it, and carriers call with a token; neither has an account."""

AccountOf = Callable[[bytes], str | None]
"""Finds the account of a key by the key's SHA-256, or None for an unknown or revoked one."""


class Gate:
    """Finds the account behind a key, and remembers it for a few seconds.

    A revoked key is refused after at most `REMEMBERED_SECONDS`, in every worker.
    """

    def __init__(self, account_of: AccountOf, clock: Callable[[], float] = time.monotonic) -> None:
        self._account_of = account_of
        self._clock = clock
        self._lock = Lock()
        self._known: dict[bytes, tuple[str, float]] = {}

    def account(self, key: str) -> str | None:
        """The account that a key belongs to, or None."""
        digest = sha256(key.encode("utf-8", "surrogateescape")).digest()
        now = self._clock()
        known = self._known.get(digest)
        if known is not None and known[1] > now:
            return known[0]
        account = self._account_of(digest)
        with self._lock:
            if account is None:
                self._known.pop(digest, None)
            else:
                if len(self._known) >= MOST_REMEMBERED:
                    self._known.clear()
                self._known[digest] = (account, now + REMEMBERED_SECONDS)
        return account


def authenticate(app: Flask, settings: Settings, gate: Gate) -> None:
    """Ask for a key before every route under /v1 and /integrations, or answer this machine only."""

    def by_key() -> None:
        # The rule that will run decides, not the path as it was spelt (//v1/quotes).
        rule = request.url_rule
        path = request.path if rule is None else rule.rule
        if not path.startswith(("/v1/", "/integrations/")) or path in PUBLIC:
            return
        scheme, _, key = request.environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        account = gate.account(key.strip()) if scheme.lower() == "bearer" and key else None
        if account is None:
            raise Problem(
                "not-authenticated",
                "Send Authorization: Bearer <key>, with a key that has not been revoked.",
                headers={"WWW-Authenticate": 'Bearer realm="tidewaiter"'},
            )
        g.account = account

    def this_machine_only() -> None:
        # The listener is checked when the service starts; this holds behind a server that was
        # started in some other way, or a proxy that passes on what came from elsewhere.
        peer = request.environ.get("REMOTE_ADDR") or "unix:"
        forwarded = {"X-Forwarded-For", "Forwarded"} & {name for name, _ in request.headers}
        if forwarded or not is_loopback(peer):
            raise Problem("local-only", "TIDEWAITER_OPEN=1: only requests from this machine.")
        g.account = OPEN_ACCOUNT

    app.before_request(this_machine_only if settings.open else by_key)


def current_account() -> str:
    """The account of the request that is being answered."""
    account: str = g.account
    return account
