"""Which keys sign quotes here, and is a quote in a file what was given?"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.jsonio import MalformedJsonError, parse_json
from api.services.signing import (
    ProofError,
    PublishedKey,
    WrongKeysError,
    new_key,
    published,
    read_keys,
    verify,
)
from api.settings import SettingsError
from data.importing.locations import open_location
from data.store import signing_keys
from data.store.engines import writing

if TYPE_CHECKING:
    from api.assembly import Services

LISTED = ("key", "since", "until", "revoked")


class SigningError(ValueError):
    """A key cannot be made, ended or revoked."""


def create(services: "Services", now: datetime) -> str:
    """Make the first key, and say its id; where one signs already, it is to be rotated."""
    key = new_key(_secret(services), now)
    with writing(services.storage.engine) as connection:
        if (current := signing_keys.current(connection)) is not None:
            raise SigningError(f"{current.id} signs already; flask signing rotate replaces it")
        signing_keys.add(connection, key)
    return key.id


def rotate(services: "Services", now: datetime) -> str:
    """End the key that signs, make another, and say its id. What was signed stays valid."""
    key = new_key(_secret(services), now)
    with writing(services.storage.engine) as connection:
        signing_keys.end(connection, key.since)
        signing_keys.add(connection, key)
    return key.id


def revoke(services: "Services", key_id: str, now: datetime) -> None:
    """Say that a key proves nothing any more: somebody else may have it."""
    with writing(services.storage.engine) as connection:
        if not signing_keys.revoke(connection, key_id, now):
            raise SigningError(f"there is no signing key {key_id} that still proves anything")


def listed(services: "Services") -> list[tuple[str, ...]]:
    """Every key that ever signed."""
    return [
        (key.id, _day(key.since), _day(key.until), _day(key.revoked_at))
        for key in services.storage.signing_keys()
    ]


def verified(services: "Services", file: Path, keys: str | None) -> str:
    """Check a quote in a file, with published keys (a file, an address) or those of this site.

    Raises `ProofError`, `WrongKeysError`, `UnreachableSourceError`.
    """
    quote = _read(file.read_bytes(), file.name)
    if not isinstance(quote, dict):
        raise ProofError(f"{file.name} is not a quote.")
    key = verify(quote, _published(services, keys))
    return f"{quote.get('id')} of {quote.get('created_at')} is as it was signed with {key.id}."


def _published(services: "Services", location: str | None) -> list[PublishedKey]:
    if location is None:
        return [published(key) for key in services.storage.signing_keys()]
    with open_location(location) as file:
        return read_keys(_read(file.read(), location))


def _read(text: bytes, name: str) -> Any:
    try:
        return parse_json(text)
    except MalformedJsonError as error:
        raise WrongKeysError(f"{name} is not JSON: {error.description}") from error


def _secret(services: "Services") -> str:
    secret = services.settings.secret_key
    if secret is None:
        raise SettingsError("TIDEWAITER_SECRET_KEY is not set: signing keys are kept under it")
    return secret


def _day(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
