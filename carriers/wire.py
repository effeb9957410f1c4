"""What goes over the wire to a carrier, and what comes back? Plain values; nobody sends here.

An adapter makes an `Ask` and reads an `Answer`. Sending, deadlines, tokens, retries and redaction
are the sender's, written once. Headers and bodies hold secrets and addresses: they are not shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

import orjson

NO_HEADERS: Mapping[str, str] = MappingProxyType({})

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to a carrier, ready to be sent.

    `authorise` names the tokens whose headers the sender adds: see `carriers.tokens.Authorises`.
    """

    method: Method
    url: str = field(repr=False)  # some carriers want their key in the query
    headers: Mapping[str, str] = field(default_factory=lambda: NO_HEADERS, repr=False)
    body: bytes | None = field(default=None, repr=False)
    authorise: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a carrier answered: an HTTP status, headers with lower-case names, and the body."""

    status: int
    headers: Mapping[str, str] = field(default_factory=lambda: NO_HEADERS, repr=False)
    body: bytes = field(default=b"", repr=False)


Send = Callable[[Ask, float], Answer]
"""Sends within so many seconds. Raises `CarrierUnavailable` when no answer came in time."""


def ask_json(
    method: Method,
    url: str,
    body: object,
    headers: Mapping[str, str] = NO_HEADERS,
    authorise: tuple[str, ...] = (),
) -> Ask:
    """A request with a JSON body. Decimals are written as numbers with all their digits."""
    content = {"Content-Type": "application/json", "Accept": "application/json"}
    return Ask(method, url, {**content, **headers}, orjson.dumps(body, default=_exact), authorise)


def _exact(value: object) -> object:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
