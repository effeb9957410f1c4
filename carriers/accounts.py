"""With which credentials is a carrier asked, and how are they kept out of sight?"""

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import quote, quote_plus

_SHORTEST = 4
"""Shorter values are words like a country: hiding them would hide everything."""

HIDDEN = "•••"


def _none() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Account:
    """An account with a carrier: what its manifest's settings are set to, by name.

    `test` asks the carrier's sandbox. Nothing of it is shown: `repr` says only whose it is.
    """

    carrier: str
    settings: Mapping[str, str] = field(default_factory=_none, repr=False)
    secret_names: frozenset[str] = field(default=frozenset(), repr=False)
    test: bool = False

    def __getitem__(self, name: str) -> str:
        return self.settings[name]

    def get(self, name: str, default: str = "") -> str:
        """A setting that need not be there."""
        return self.settings.get(name, default)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that may appear nowhere."""
        return tuple(
            value
            for name, value in self.settings.items()
            if name in self.secret_names and len(value) >= _SHORTEST
        )

    def basic(self, user: str, password: str) -> Mapping[str, str]:
        """The header of HTTP Basic authentication from two settings, by their names."""
        pair = f"{self[user]}:{self[password]}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def redact(text: str, secrets: Iterable[str]) -> str:
    """A text without the secrets, as they are and as queries, headers and JSON spell them."""
    for spelled in sorted(set(_spellings(secrets)), key=len, reverse=True):
        text = text.replace(spelled, HIDDEN)
    return text


def _spellings(secrets: Iterable[str]) -> Iterator[str]:
    for secret in secrets:
        yield from (secret, quote(secret, safe=""), quote_plus(secret))
        yield secret.replace("\\", "\\\\").replace('"', '\\"')
        yield base64.b64encode(secret.encode()).decode().rstrip("=")
