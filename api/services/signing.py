"""Does this quote come from this service, and is it as it was given?

A proof is an Ed25519 signature over the RFC 8785 form of the quote without its `proof`: who has the
public key can check a quote years later, off-line, from the JSON alone. A key's id is the RFC 7638
thumbprint of its public half, so that no other key can be passed off under it. Private keys lie
sealed in the database, under the installation's secret.
"""

import hashlib
import logging
import os
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.exc import SQLAlchemyError

from api.services.canonical import NotCanonicalError, canonical_json
from data.store.signing_keys import SigningKey

_LOG = logging.getLogger(__name__)
ALGORITHM = "EdDSA"
REMEMBERED_SECONDS = 10.0
GRACE = timedelta(minutes=1)
"""Workers learn of a new key a little later than it is made, and requests take a while."""

_SALT, _NONCE = 16, 12
Proof = Mapping[str, str]


class UnusableKeyError(Exception):
    """A stored private key cannot be opened with this installation's secret."""


class ProofError(ValueError):
    """A quote is not proved: no proof, an unknown key, or another text than was signed."""


class WrongKeysError(ValueError):
    """A document is not the set of public keys that ``/v1/keys`` publishes."""


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A public key as others see it."""

    id: str
    public_key: bytes
    since: datetime
    until: datetime | None
    revoked_at: datetime | None


def new_key(secret: str, since: datetime) -> SigningKey:
    """A new pair of keys, the private one sealed under the secret."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    key_id = thumbprint(public)
    sealed = _seal(private.private_bytes_raw(), secret, key_id)
    return SigningKey(key_id, public, sealed, since.replace(microsecond=0))


class Signer:
    """Signs answers with the current key, which it looks up anew every few seconds.

    `current` finds the key; without one nothing is signed. When it cannot be looked up, the one
    that is known goes on signing.
    """

    def __init__(
        self,
        current: Callable[[], SigningKey | None],
        secret: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._current = current
        self._secret = secret
        self._clock = clock
        self._look_at = -1.0
        self._known: tuple[str, Ed25519PrivateKey] | None = None

    def sign(self, answer: bytes) -> Proof | None:
        """The proof of an answer (JSON without a proof), None while there is no key.

        Raises `UnusableKeyError`, and what the look-up raises as long as no key is known.
        """
        key = self._key()
        if key is None:
            return None
        signature = key[1].sign(_canonical_answer(answer))
        return {"algorithm": ALGORITHM, "key_id": key[0], "signature": _text(signature)}

    def _key(self) -> tuple[str, Ed25519PrivateKey] | None:
        if self._clock() < self._look_at:
            return self._known
        try:
            found = self._current()
        except SQLAlchemyError as error:
            if self._known is None:
                raise
            _LOG.warning("signing goes on with key %s: %s", self._known[0], error)
        else:
            if found is None:
                self._known = None
            elif self._known is None or self._known[0] != found.id:
                self._known = (found.id, _open(found, self._secret))
        self._look_at = self._clock() + REMEMBERED_SECONDS  # last: others meanwhile look too
        return self._known


def verify(quote: Mapping[str, Any], keys: Iterable[PublishedKey]) -> PublishedKey:
    """The key that proves a quote. Raises `ProofError` with the reason when none does."""
    proof = quote.get("proof")
    if proof is None:
        raise ProofError("The quote has no proof: it was not signed.")
    if not isinstance(proof, dict) or proof.get("algorithm") != ALGORITHM:
        raise ProofError(f"The proof is not one of {ALGORITHM}.")
    key = {one.id: one for one in keys}.get(str(proof.get("key_id")))
    if key is None:
        raise ProofError(f"The key {proof.get('key_id')} is not among the published ones.")
    if key.revoked_at is not None:
        raise ProofError(f"The key {key.id} was revoked on {key.revoked_at.date()}.")
    try:
        signed = canonical_json({name: quote[name] for name in quote if name != "proof"})
        signature = _bytes(str(proof.get("signature")))
        Ed25519PublicKey.from_public_bytes(key.public_key).verify(signature, signed)
    except (InvalidSignature, NotCanonicalError, ValueError):
        raise ProofError("The quote is not what was signed: it has been altered.") from None
    _check_day(quote, key)
    return key


def _check_day(quote: Mapping[str, Any], key: PublishedKey) -> None:
    try:
        made = datetime.fromisoformat(quote["created_at"])
        early = made < key.since - GRACE
        late = key.until is not None and made > key.until + GRACE
    except (KeyError, TypeError, ValueError):
        raise ProofError("The quote does not say when it was made.") from None
    if early or late:
        raise ProofError(f"The quote was made at {made}, when the key {key.id} was not in use.")


def published(key: SigningKey) -> PublishedKey:
    """What the world may know of a key."""
    return PublishedKey(key.id, key.public_key, key.since, key.until, key.revoked_at)


def write_jwk(key: PublishedKey) -> dict[str, str | None]:
    """A public key as a JSON Web Key (RFC 8037), with the moments between which it signs."""
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "alg": ALGORITHM,
        "use": "sig",
        "kid": key.id,
        "x": _text(key.public_key),
        "since": _moment(key.since),
        "until": _moment(key.until),
        "revoked_at": _moment(key.revoked_at),
    }


def read_keys(document: Any) -> list[PublishedKey]:
    """The keys of what ``/v1/keys`` answered. Raises `WrongKeysError`.

    A key whose id is not its thumbprint is refused.
    """
    try:
        return [_read_jwk(entry) for entry in document["keys"] if entry["kty"] == "OKP"]
    except (KeyError, TypeError, ValueError) as error:
        raise WrongKeysError(f"This is not a set of public keys: {error}") from error


def thumbprint(public_key: bytes) -> str:
    """The RFC 7638 thumbprint of an Ed25519 key: the SHA-256 of its canonical JWK, in base64url."""
    members = {"crv": "Ed25519", "kty": "OKP", "x": _text(public_key)}
    return _text(hashlib.sha256(canonical_json(members)).digest())


def _read_jwk(entry: Mapping[str, Any]) -> PublishedKey:
    public_key = _bytes(entry["x"])
    if thumbprint(public_key) != entry["kid"]:
        raise WrongKeysError(f"the key {entry['kid']} has the id of another")
    return PublishedKey(
        entry["kid"],
        public_key,
        datetime.fromisoformat(entry["since"]),
        datetime.fromisoformat(entry["until"]) if entry.get("until") else None,
        datetime.fromisoformat(entry["revoked_at"]) if entry.get("revoked_at") else None,
    )


def _canonical_answer(answer: bytes) -> bytes:
    """The RFC 8785 form of an answer of this service, fast.

    Its names are ASCII, where UTF-8 and UTF-16 order alike, and it has whole numbers only: for
    such a document orjson writes what `canonical_json` does. A test holds the two together.
    """
    return orjson.dumps(orjson.loads(answer), option=orjson.OPT_SORT_KEYS)


def _seal(private: bytes, secret: str, key_id: str) -> bytes:
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    return salt + nonce + _cipher(secret, salt).encrypt(nonce, private, key_id.encode())


def _open(key: SigningKey, secret: str) -> Ed25519PrivateKey:
    salt, nonce = key.sealed[:_SALT], key.sealed[_SALT : _SALT + _NONCE]
    try:
        private = _cipher(secret, salt).decrypt(
            nonce, key.sealed[_SALT + _NONCE :], key.id.encode()
        )
    except InvalidTag:
        raise UnusableKeyError(
            f"TIDEWAITER_SECRET_KEY does not open the signing key {key.id}: "
            "put the old secret back, or make a new key with flask signing rotate"
        ) from None
    return Ed25519PrivateKey.from_private_bytes(private)


def _cipher(secret: str, salt: bytes) -> AESGCM:
    """The cipher of a secret. It may be a phrase that people chose, so guessing is made slow."""
    return AESGCM(hashlib.scrypt(secret.encode(), salt=salt, n=1 << 14, r=8, p=1, dklen=32))


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
