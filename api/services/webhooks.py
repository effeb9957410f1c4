"""How do others hear of what happened? By calls signed as Standard Webhooks 1.0 says.

A call is a row before it is made: it is written with the event, made until somebody answers 2xx,
and dead when nobody did for three days. Secrets are rotated: the old one goes on signing for a day.
"""

import base64
import hashlib
import hmac
import random
import secrets
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, Engine

from api.services.carrier_accounts import Vault
from api.services.egress import AddressRefusedError, NotReachedError, Reply, post
from data.store import webhooks as store
from data.store.credentials import StoredCredentials
from data.store.engines import reading, writing
from data.store.outbox import Event
from data.store.webhooks import Delivery, Webhook

EVENTS = (
    "shipment.confirmed",
    "shipment.rejected",
    "shipment.unknown",
    "shipment.absent",
    "shipment.manual",
    "shipment.labels_ready",
    "shipment.cancelled",
    "shipment.twin_found",
    "shipment.twin_voided",
    "tracking.updated",
    "screening.matched",
    "webhook.test",
)
"""The kinds of event that may be asked for by name."""

OLD_SECRET_SIGNS_FOR = timedelta(hours=24)
SECONDS = 20.0
_AT_ONCE = 8
_TAKEN_FOR = timedelta(seconds=120)
_KEPT_FOR = timedelta(days=30)
_JITTER = 0.1
WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
)
"""After each attempt that failed; after the last the call is dead."""

_PATIENT = (429, 502, 503, 504)
_GONE = 410
_PREFIX = "whsec_"

Post = Callable[[str, Mapping[str, str], bytes, float], Reply]


def new_secret() -> str:
    """A secret to sign with: 32 random bytes."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def sign(secret: str, call: str, at: datetime, body: bytes) -> str:
    """The signature of a call under one secret, ``v1,…``."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{call}.{int(at.timestamp())}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def body_of(event: Event) -> bytes:
    """What is sent of an event: its kind, its moment and its data, which are ids and states."""
    moment = event.created_at.isoformat(timespec="milliseconds")
    return orjson.dumps({"type": event.kind, "timestamp": moment, "data": dict(event.payload)})


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The webhooks of this installation; without a vault there are none."""

    engine: Engine
    vault: Vault
    this_machine: bool = False

    def create(
        self, account: str, url: str, events: Sequence[str], description: str, at: datetime
    ) -> tuple[Webhook, str]:
        """A new webhook and its secret, which is not shown again."""
        webhook_id, secret = f"wh_{secrets.token_hex(12)}", new_secret()
        sealed = (self._seal(account, webhook_id, secret),)
        made = Webhook(webhook_id, account, url, tuple(events), description, sealed, at)
        with writing(self.engine) as connection:
            store.create(connection, made)
        return made, secret

    def rotate(self, webhook: Webhook, at: datetime) -> str:
        """A new secret. The one before goes on signing for a day, those before it no longer."""
        secret = new_secret()
        before = dict(webhook.secrets[0]) | {"until": (at + OLD_SECRET_SIGNS_FOR).isoformat()}
        sealed = self._seal(webhook.account_id, webhook.id, secret)
        with writing(self.engine) as connection:
            store.set_secrets(connection, webhook.id, (sealed, before))
        return secret

    def hear(self, connection: Connection, event: Event) -> None:
        """Write a call for each webhook that wants this kind of event."""
        for webhook in store.of_account(connection, event.account_id):
            wanted = not webhook.events or event.kind in webhook.events
            if wanted and webhook.disabled_at is None:
                self.enqueue(connection, webhook, event)

    def enqueue(self, connection: Connection, webhook: Webhook, event: Event) -> None:
        """Write one call, to be made soon."""
        store.enqueue(connection, webhook.id, event.id, body_of(event), event.created_at)

    def call_due(
        self, clock: Callable[[], datetime], send: Post | None = None, limit: int = 20
    ) -> int:
        """Make the calls that are due. How many were made."""
        now = clock()
        with writing(self.engine) as connection:
            due = store.take_due(connection, now, now + _TAKEN_FOR, limit)

        def call(delivery: Delivery) -> None:
            with reading(self.engine) as connection:
                webhook = store.by_id(connection, delivery.webhook_id)
            if webhook is not None:
                self._call(webhook, delivery, clock, send or self._send)

        with ThreadPoolExecutor(_AT_ONCE, "webhooks") as threads:  # nobody waits for one who hangs
            list(threads.map(call, due))
        return len(due)

    def forget_ended(self, now: datetime) -> int:
        """Drop calls that ended a month ago."""
        with writing(self.engine) as connection:
            return store.forget_ended(connection, now - _KEPT_FOR)

    def _send(self, url: str, headers: Mapping[str, str], body: bytes, seconds: float) -> Reply:
        return post(url, headers, body, seconds, this_machine=self.this_machine)

    def _call(
        self, webhook: Webhook, delivery: Delivery, clock: Callable[[], datetime], send: Post
    ) -> None:
        at = clock()
        reply: Reply | None = None
        error: str | None = webhook.disabled_because
        if webhook.disabled_at is None:
            headers = self._headers(webhook, delivery, at)
            try:
                reply = send(webhook.url, headers, delivery.body, SECONDS)
            except (AddressRefusedError, NotReachedError) as failure:
                error = str(failure)
        with writing(self.engine) as connection:
            _record(connection, webhook, delivery, clock(), reply, error)

    def _headers(self, webhook: Webhook, delivery: Delivery, at: datetime) -> dict[str, str]:
        signatures = [
            sign(self._open(webhook, sealed), delivery.event_id, at, delivery.body)
            for sealed in webhook.secrets
            if not sealed.get("until") or at < datetime.fromisoformat(sealed["until"])
        ]
        return {
            "Content-Type": "application/json",
            "User-Agent": "Tidewaiter-Webhooks/1",
            "webhook-id": delivery.event_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(signatures),
        }

    def _seal(self, account: str, webhook: str, secret: str) -> dict[str, Any]:
        sealed = self.vault.seal({"secret": secret}, account, webhook)
        return {"key_id": self.vault.key_id, "sealed": base64.b64encode(sealed).decode()}

    def _open(self, webhook: Webhook, sealed: Mapping[str, Any]) -> str:
        stored = StoredCredentials(
            webhook.account_id,
            webhook.id,
            sealed["key_id"],
            base64.b64decode(sealed["sealed"]),
            (),
            test=False,
            updated_at=webhook.created_at,
        )
        return self.vault.open(stored)["secret"]


def _record(
    connection: Connection,
    webhook: Webhook,
    delivery: Delivery,
    now: datetime,
    reply: Reply | None,
    error: str | None,
) -> None:
    """What became of one attempt: taken, to be made again, or never to be."""
    attempts = delivery.attempts + 1
    status = None if reply is None else reply.status
    if status is not None and 200 <= status < 300:
        store.record(connection, delivery.id, "delivered", attempts, status=status, ended_at=now)
        return
    if status == _GONE:
        store.disable(connection, webhook.id, now, "it answered 410: it wants no more calls")
    if status == _GONE or webhook.disabled_at is not None or attempts > len(WAITS):
        said = error or f"HTTP {status}"
        store.record(
            connection, delivery.id, "dead", attempts, status=status, error=said, ended_at=now
        )
        return
    store.record(
        connection,
        delivery.id,
        "waiting",
        attempts,
        next_at=now + _wait(attempts, reply),
        status=status,
        error=error or f"HTTP {status}",
    )


def _wait(attempts: int, reply: Reply | None) -> timedelta:
    """How long until the next attempt: the plan's, spread a little, or as long as is asked for."""
    planned = WAITS[attempts - 1] * (1 + random.uniform(0, _JITTER))  # noqa: S311 (no secret)
    asked = (reply.headers.get("retry-after", "") if reply else "").strip()
    if reply is not None and reply.status in _PATIENT and asked.isdigit():
        return max(planned, min(timedelta(seconds=int(asked)), WAITS[-1]))
    return planned
