"""What do carriers call about? Believed when they signed it, kept, and taken into account later.

An account gives a carrier an address that has a token in it. The token is made of the
installation's secret, the account and the carrier, so nothing of it is stored; one made of the
secret before it still opens.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine

from api.services.purchasing import AgentOf, read_safely
from api.services.tidings import Tidings
from api.services.tracking_records import read_way, write_way
from carriers.errors import RequestRejected
from carriers.tracking import HearsWebhooks
from data.store import heard_calls, trackings
from data.store.engines import reading, writing
from data.store.heard_calls import HeardCall

Clock = Callable[[], datetime]

_AT_ONCE = 50
_KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class CarrierCalls:
    """The calls of carriers to this installation. Without a secret nobody can call."""

    engine: Callable[[], Engine]
    agent: AgentOf
    tidings: Tidings
    secrets: Sequence[str] = field(default=(), repr=False)

    def token(self, account: str, carrier: str) -> str | None:
        """What stands in the address that an account gives a carrier."""
        if not self.secrets:
            return None
        name = base64.urlsafe_b64encode(account.encode()).decode().rstrip("=")
        return f"{name}.{_seal(self.secrets[0], account, carrier)}"

    def account_of(self, token: str, carrier: str) -> str | None:
        """Whose address a carrier calls; None when it is nobody's."""
        name, _, seal = token.partition(".")
        try:
            account = base64.b64decode(name + "=" * (-len(name) % 4), altchars=b"-_", validate=True)
            whose = account.decode()
        except (binascii.Error, ValueError):
            return None
        matches = [
            hmac.compare_digest(seal.encode(), _seal(secret, whose, carrier).encode())
            for secret in self.secrets
        ]
        return whose if any(matches) else None

    def can_call(self, account: str, carrier: str) -> HearsWebhooks:
        """A carrier that calls. Raises `CarrierError` when it makes no calls."""
        adapter = self.agent(account, carrier, "tracks").adapter
        if not isinstance(adapter, HearsWebhooks):
            raise RequestRejected("it makes no calls", "unsupported", sent=False)
        return adapter

    def hear(
        self, account: str, carrier: str, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> bool:
        """Keep a call that its carrier has signed. False when it was heard before.

        Raises `CarrierError`: `unsupported` when the carrier makes none, `CredentialsRejected` when
        somebody else made it.
        """
        adapter = self.can_call(account, carrier)
        agent = self.agent(account, carrier, "tracks")
        found = read_safely(lambda: adapter.read_webhook(headers, body, now), agent)
        call = hashlib.sha256(account.encode() + b"\n" + body).hexdigest()
        kept = [write_way(way) for way in found]
        with writing(self.engine()) as connection:
            heard = HeardCall(carrier, call, account, body, kept, now)
            return heard_calls.hear(connection, heard)

    def take(self, clock: Clock) -> int:
        """Take into account what carriers have called about. How many calls there were.

        A number that nobody follows is nobody's news.
        """
        with reading(self.engine()) as connection:
            if not heard_calls.take(connection, 1):
                return 0
        with writing(self.engine()) as connection:
            calls = heard_calls.take(connection, _AT_ONCE)
            for call in calls:
                for way in map(read_way, call.found):
                    stored = trackings.get(
                        connection, call.account_id, call.carrier, way.number, locked=True
                    )
                    if stored is not None:
                        self.tidings.write(connection, stored, way, clock(), complete=False)
                heard_calls.taken(connection, call, clock())
            heard_calls.forget(connection, clock() - _KEPT_FOR)
        return len(calls)


def _seal(secret: str, account: str, carrier: str) -> str:
    said = f"tidewaiter: calls of a carrier\n{carrier}\n{account}".encode()
    return hmac.digest(secret.encode(), said, hashlib.sha256).hex()
