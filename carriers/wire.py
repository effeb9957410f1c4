"""What goes over the wire to a carrier, and what comes back? Plain values; nobody sends here.

An adapter makes an `Ask` and reads an `Answer`. Sending, deadlines, tokens, retries and redaction
are the sender's, written once. Headers and bodies hold secrets and addresses: they are not shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to a carrier, ready to be sent."""

    method: Literal["GET", "POST", "PUT", "DELETE"]
    url: str = field(repr=False)  # some carriers want their key in the query
    headers: Mapping[str, str] = field(default_factory=lambda: NO_HEADERS, repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a carrier answered: an HTTP status, headers with lower-case names, and the body."""

    status: int
    headers: Mapping[str, str] = field(default_factory=lambda: NO_HEADERS, repr=False)
    body: bytes = field(default=b"", repr=False)


Send = Callable[[Ask, float], Answer]
"""Sends within so many seconds. Raises `CarrierUnavailable` when no answer came in time."""
