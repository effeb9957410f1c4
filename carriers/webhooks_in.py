"""Does a call really come from the carrier it names? Checked on the bytes as they came.

For `read_webhook` of an adapter: one of these in a line, then the body. Each takes several secrets,
the new one and the one before, so that a secret can be changed without losing a call. Comparisons
take the same time whatever was sent. Header names are lower case. All raise `CredentialsRejected`.
"""

import base64
import hashlib
import hmac
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from carriers.errors import CredentialsRejected

OLDEST = timedelta(minutes=5)
"""How far the moment in a call may be from now, either way."""

_STANDARD_PREFIX = "whsec_"


def secrets_of(setting: str) -> tuple[str, ...]:
    """The secrets in a setting of an account: one, or the new and the old with a blank between.

    >>> secrets_of("new old")
    ('new', 'old')
    """
    return tuple(setting.split())


def check_shared(headers: Mapping[str, str], name: str, secrets: Sequence[str]) -> None:
    """A header must be the secret itself, as UPS Track Alert sends it."""
    _must_match([headers.get(name, "").encode()], [secret.encode() for secret in secrets])


def check_hex(
    headers: Mapping[str, str], name: str, body: bytes, secrets: Sequence[str], prefix: str = ""
) -> None:
    """A header must be the HMAC-SHA256 of the body, written in hexadecimal after a prefix.

    EasyPost: ``x-hmac-signature``, ``hmac-sha256-hex=…``, keyed with the secret in form NFKD.
    """
    given = headers.get(name, "")
    if not given.startswith(prefix):
        raise _refused()
    made = (_hmac(secret, body).hex().encode() for secret in secrets)
    _must_match([given.removeprefix(prefix).lower().encode()], made)


def check_base64(
    headers: Mapping[str, str], name: str, body: bytes, secrets: Sequence[str]
) -> None:
    """A header must be the HMAC-SHA256 of the body in base64 (AfterShip, TrackingMore)."""
    made = (base64.b64encode(_hmac(secret, body)) for secret in secrets)
    _must_match([headers.get(name, "").strip().encode()], made)


def check_standard(
    headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime
) -> str:
    """A call signed as Standard Webhooks 1.0 says. Its id, which is the same when it is repeated.

    The moment in it must be near: an old call that somebody kept is refused.
    """
    call, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    check_moment(moment, now)
    signed = f"{call}.{moment}.".encode() + body
    keys = (_standard_key(secret) for secret in secrets)
    made = [base64.b64encode(hmac.digest(key, signed, hashlib.sha256)) for key in keys]
    signatures = headers.get("webhook-signature", "").split()
    given = [each[3:].encode() for each in signatures if each.startswith("v1,")]
    if not call:
        raise _refused()
    _must_match(given, made)
    return call


def check_moment(seconds: str, now: datetime, oldest: timedelta = OLDEST) -> None:
    """The moment of a call, in Unix seconds, must not be far from now."""
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 12):
        raise CredentialsRejected("a call without a moment", "credentials")
    if abs(now.timestamp() - int(seconds)) > oldest.total_seconds():
        raise CredentialsRejected("a call that is too old, or of the future", "credentials")


def _must_match(given: Iterable[bytes], made: Iterable[bytes]) -> None:
    """One of those given must be one of those made. All are compared, none of them empty."""
    wanted = [each for each in made if each]
    matches = [hmac.compare_digest(one, other) for one in given for other in wanted]
    if not any(matches):
        raise _refused()


def _hmac(secret: str, body: bytes) -> bytes:
    key = unicodedata.normalize("NFKD", secret).encode()
    return hmac.digest(key, body, hashlib.sha256)


def _standard_key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(_STANDARD_PREFIX), validate=True)
    except ValueError:
        raise CredentialsRejected("a secret that is not base64", "credentials") from None


def _refused() -> CredentialsRejected:
    return CredentialsRejected("a call that the carrier did not sign", "credentials")
