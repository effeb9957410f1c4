"""What is this installation set to?

`Settings.from_env` is the only reader of the environment. A setting that cannot be meant is refused
at the start, with its name, not found out at the first request.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

_YES, _NO = ("1", "true", "yes"), ("", "0", "false", "no")
DEFAULT_BIND = "127.0.0.1:8000"


class SettingsError(ValueError):
    """A setting is wrong, or two settings do not go together."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are kept, and who may come in.

    `open` means that no key is needed; such a service answers the machine it runs on and nobody
    else. `secret_key` encrypts carrier credentials and signs quotes; without it neither is offered.
    `old_secret_key` still opens credentials until they are sealed anew.
    `rates_fresh_seconds` is how long a carrier's answer is as good as a new one; `workers` share
    what a carrier allows in an hour. `batch_workers` processes make the papers of batches.
    `smtp_url` is the server that takes messages to those who wait
    for parcels, and `mail_from` the address they come from; `public_url` is where the service is
    reached from outside, for the addresses in messages. `screening_old_lists` says whether parties
    that were compared with a list older than its limit are only flagged, or refused.
    """

    data_dir: Path = Path(".tidewaiter")
    database_url: str = field(default="", repr=False)
    secret_key: str | None = field(default=None, repr=False)
    old_secret_key: str | None = field(default=None, repr=False)
    redis_url: str | None = field(default=None, repr=False)
    open: bool = False
    bind: str = DEFAULT_BIND
    rates_fresh_seconds: float = 300.0
    workers: int = 1
    batch_workers: int = 2
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str | None = None
    public_url: str | None = None
    screening_old_lists: str = "flag"

    def __post_init__(self) -> None:
        """Complete the database's place, and refuse to be open to the network."""
        if not self.database_url:
            file = (self.data_dir / "tidewaiter.sqlite").absolute()
            object.__setattr__(self, "database_url", f"sqlite:///{file}")
        if self.open:
            refuse_to_be_public([self.bind])

    @property
    def snapshot_dir(self) -> Path:
        """Where compiled tariff snapshots are."""
        return self.data_dir / "snapshots"

    @property
    def batch_dir(self) -> Path:
        """Where the papers and results of batches lie."""
        return self.data_dir / "batches"

    @property
    def lists_dir(self) -> Path:
        """Where compiled lists of restricted parties are."""
        return self.data_dir / "screening"

    @property
    def tally_dir(self) -> Path:
        """Where each worker keeps its counters."""
        return self.data_dir / "metrics"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read ``TIDEWAITER_*``. Raises `SettingsError`."""
        env = os.environ if environ is None else environ
        secret_key = env.get("TIDEWAITER_SECRET_KEY") or None
        if secret_key is not None and len(secret_key) < 16:
            raise SettingsError("TIDEWAITER_SECRET_KEY: at least 16 characters")
        smtp_url, mail_from = _mail(env)
        return cls(
            data_dir=Path(env.get("TIDEWAITER_DATA_DIR") or ".tidewaiter"),
            database_url=env.get("TIDEWAITER_DATABASE_URL", ""),
            secret_key=secret_key,
            old_secret_key=env.get("TIDEWAITER_OLD_SECRET_KEY") or None,
            redis_url=env.get("TIDEWAITER_REDIS_URL") or None,
            open=_switch("TIDEWAITER_OPEN", env.get("TIDEWAITER_OPEN", "")),
            bind=env.get("TIDEWAITER_BIND") or DEFAULT_BIND,
            rates_fresh_seconds=_whole("TIDEWAITER_RATES_FRESH_SECONDS", env, 300),
            workers=max(1, _whole("WEB_CONCURRENCY", env, 1)),
            batch_workers=min(64, _whole("TIDEWAITER_BATCH_WORKERS", env, 2)),
            smtp_url=smtp_url,
            mail_from=mail_from,
            public_url=_public_url(env.get("TIDEWAITER_PUBLIC_URL", "")),
            screening_old_lists=_old_lists(env.get("TIDEWAITER_SCREENING_OLD_LISTS") or "flag"),
        )


def is_loopback(address: str) -> bool:
    """Whether a socket address (host, host:port, [v6]:port, unix:path) stays on this machine.

    >>> is_loopback("127.0.0.1:8000"), is_loopback("[::1]:80"), is_loopback("0.0.0.0:8000")
    (True, True, False)
    """
    if address.startswith(("unix:", "/")):
        return True
    if address.startswith("["):
        host = address[1:].partition("]")[0]
    else:
        host = address if address.count(":") > 1 else address.partition(":")[0]
    if host == "localhost":
        return True
    try:
        parsed = ip_address(host)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return bool((mapped or parsed).is_loopback)


def refuse_to_be_public(addresses: list[str]) -> None:
    """Refuse addresses that others could reach. Raises `SettingsError`."""
    for address in addresses:
        if not is_loopback(address):
            raise SettingsError(
                f"TIDEWAITER_OPEN=1 needs no key, so it may not listen on {address}: "
                "bind to 127.0.0.1, or leave TIDEWAITER_OPEN unset and make a key "
                "(flask --app wsgi keys create)"
            )


def _whole(name: str, env: Mapping[str, str], otherwise: int) -> int:
    text = env.get(name) or str(otherwise)
    if not (text.isascii() and text.isdigit()) or int(text) > 86_400:
        raise SettingsError(f"{name}: a whole number from 0 to 86400, not {text!r}")
    return int(text)


def _mail(env: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The mail server and the address that messages come from: both, or neither."""
    url, sender = env.get("TIDEWAITER_SMTP_URL") or None, env.get("TIDEWAITER_MAIL_FROM") or None
    if (url is None) != (sender is None):
        raise SettingsError("TIDEWAITER_SMTP_URL and TIDEWAITER_MAIL_FROM go together")
    if url is None or sender is None:
        return None, None
    from api.services.mailing import WrongMailServerError, is_address, read_server

    try:
        read_server(url)
    except WrongMailServerError as error:
        raise SettingsError(f"TIDEWAITER_SMTP_URL: {error}") from None
    if not is_address(sender):
        raise SettingsError("TIDEWAITER_MAIL_FROM: an address like parcels@shop.example")
    return url, sender


def _public_url(text: str) -> str | None:
    """Where the service is reached from outside, without a slash at the end."""
    parts = urlsplit(text)
    if text and (parts.scheme not in ("https", "http") or not parts.netloc or parts.query):
        raise SettingsError("TIDEWAITER_PUBLIC_URL: an address like https://ship.example")
    return text.rstrip("/") or None


def _old_lists(text: str) -> str:
    if text not in ("flag", "refuse"):
        raise SettingsError(f"TIDEWAITER_SCREENING_OLD_LISTS: flag or refuse, not {text!r}")
    return text


def _switch(name: str, text: str) -> bool:
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise SettingsError(f"{name}: 1 or 0, not {text!r}")
