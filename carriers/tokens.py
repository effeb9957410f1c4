"""How does a carrier's account come by the tokens that its requests must carry?

An adapter that needs tokens is `Authorises`: it says how one is asked for and read. When to fetch,
to keep and to renew them is `Tokens`': one request at a time for each, renewed at four fifths of
its life, and once more when the carrier says 401.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Protocol, runtime_checkable

from carriers.errors import CarrierUnavailable
from carriers.wire import Answer, Ask

_RENEWED_AT = 0.8  # of a token's life


@dataclass(frozen=True, slots=True)
class Token:
    """A header that authorises requests, and for how many seconds."""

    header: str
    value: str = field(repr=False)
    seconds: float


@runtime_checkable
class Authorises(Protocol):
    """A carrier whose requests need tokens; an `Ask` names those it needs."""

    def ask_token(self, name: str) -> Ask:
        """The request for a token. It may itself need another one."""

    def read_token(self, name: str, answer: Answer) -> Token:
        """The token in the carrier's answer. Raises `CredentialsRejected`."""


class Tokens:
    """The tokens of one account, fetched once and kept while they live."""

    def __init__(self, authorises: Authorises, clock: Callable[[], float] = monotonic) -> None:
        self._authorises = authorises
        self._clock = clock
        self._lock = Lock()
        self._locks: dict[str, Lock] = {}
        self._kept: dict[str, tuple[Token, float]] = {}

    def get(self, name: str, fetch: Callable[[Ask], Answer], seconds: float) -> Token:
        """A token that lives, fetched by one caller while the others wait so many seconds."""
        with self._lock:
            lock = self._locks.setdefault(name, Lock())
        if not lock.acquire(timeout=max(0.0, seconds)):
            raise CarrierUnavailable(
                "its token did not come in time", "timeout_not_sent", sent=False
            )
        try:
            kept = self._kept.get(name)
            if kept is None or kept[1] <= self._clock():
                token = self._authorises.read_token(name, fetch(self._authorises.ask_token(name)))
                kept = token, self._clock() + token.seconds * _RENEWED_AT
                self._kept[name] = kept
            return kept[0]
        finally:
            lock.release()

    def forget(self, token: Token) -> None:
        """Drop a token that the carrier refused; one that was renewed meanwhile stays."""
        for name, kept in list(self._kept.items()):
            if kept[0] is token:
                self._kept.pop(name, None)
