"""Who waits for a parcel, and what is worth a message to them?

A message is a row, written with the news it tells of, once for each shipment and kind. It is sent
in the background until a server takes it, and given up after three days: by then it is no news.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import cast

from sqlalchemy import Connection, Engine

from api.services.mailing import Mail, Mailer, NotSentError
from carriers.polling import least_advanced
from carriers.tracking import Status
from data.store import notices as store
from data.store import trackings
from data.store.engines import reading, writing
from data.store.notices import Notice, Wish
from data.store.trackings import StoredTracking

KINDS = ("customs", "out_for_delivery", "available_for_pickup", "delivered", "exception")
"""What people are told of: customs only when they themselves must act."""

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720))
GIVEN_UP_AFTER = timedelta(days=3)
_NEWS_FOR = timedelta(hours=48)
_TAKEN_FOR = timedelta(seconds=120)
_AT_ONCE = 10
_SPREAD = 0.1

_BY_STATUS: Mapping[str, str] = {
    "out_for_delivery": "out_for_delivery",
    "available_for_pickup": "available_for_pickup",
    "delivered": "delivered",
    "exception": "exception",
    "attempt_failed": "exception",
}


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a message is about: a parcel, why, in whose name, and the address of its page."""

    kind: str
    tracking: StoredTracking
    wish: Wish
    carrier: str
    page: str | None


Compose = Callable[[Occasion], Mail]


def kind_of(tracking: StoredTracking) -> str | None:
    """What a parcel's state is worth telling as; None for nothing."""
    if tracking.status == "customs":
        return "customs" if tracking.action_by == "recipient" else None
    return _BY_STATUS.get(tracking.status)


@dataclass(frozen=True, slots=True)
class Notices:
    """The messages of this installation. Without a mailer they are neither written nor sent.

    `named` finds a carrier's name by its code; `public_url` is where pages are reached from
    outside.
    """

    engine: Callable[[], Engine]
    mailer: Mailer | None
    compose: Compose
    named: Callable[[str], str]
    public_url: str | None = None

    def consider(self, connection: Connection, tracking: StoredTracking, at: datetime) -> None:
        """Write a message where one is due: somebody waits, the account wants it, and it is new."""
        kind = kind_of(tracking)
        if kind is None or self.mailer is None or not tracking.recipient:
            return
        wish = store.wish(connection, tracking.account_id)
        if wish is None or not wish.enabled or kind not in wish.kinds or _is_old(tracking, at):
            return
        pieces = [tracking]
        if tracking.shipment_id is not None:
            pieces = trackings.of_shipment(connection, tracking.shipment_id)
        whole = least_advanced([cast(Status, piece.status) for piece in pieces])
        if kind == "delivered" and whole != "delivered":
            return
        told = (note for each in pieces for note in store.of_tracking(connection, each.id))
        if any(note.kind == kind for note in told):
            return
        name = f"no_{token_hex(12)}"
        made = Notice(name, tracking.account_id, tracking.id, kind, at, next_at=at)
        store.add(connection, made)

    def send_due(self, clock: Callable[[], datetime]) -> int:
        """Send the messages that are due. How many there were.

        When the server is not there the others are left for two minutes.
        """
        if self.mailer is None:
            return 0
        now = clock()
        with writing(self.engine()) as connection:
            due = store.take_due(connection, now, now + _TAKEN_FOR, _AT_ONCE)
        for notice in due:
            if not self._send(self.mailer, notice, clock):
                break
        return len(due)

    def wish(self, account: str) -> Wish | None:
        """What an account has said about messages."""
        with reading(self.engine()) as connection:
            return store.wish(connection, account)

    def put_wish(self, wish: Wish) -> None:
        """Remember what an account says about messages."""
        with writing(self.engine()) as connection:
            store.put_wish(connection, wish)

    def _send(self, mailer: Mailer, notice: Notice, clock: Callable[[], datetime]) -> bool:
        """Send one message. False when the server is not there."""
        try:
            mailer.send(self._written(notice), notice.id, clock())
        except NotSentError as error:
            self._record(notice, error, clock())
            return not error.down
        with writing(self.engine()) as connection:
            store.record(connection, notice.id, "sent", notice.attempts + 1)
        return True

    def _written(self, notice: Notice) -> Mail:
        """The message of a notice. Raises `NotSentError` when it is not wanted any more."""
        with reading(self.engine()) as connection:
            tracking = trackings.by_id(connection, notice.tracking_id)
            wish = store.wish(connection, notice.account_id)
        if tracking is None or wish is None or not wish.enabled:
            raise NotSentError("nobody wants it any more", for_good=True)
        if kind_of(tracking) != notice.kind:
            raise NotSentError("overtaken by later news", for_good=True)
        page = f"{self.public_url}/track/{tracking.page}" if self.public_url else None
        name = self.named(tracking.carrier)
        return self.compose(Occasion(notice.kind, tracking, wish, name, page))

    def _record(self, notice: Notice, error: NotSentError, now: datetime) -> None:
        attempts = notice.attempts + 1
        planned = WAITS[min(attempts, len(WAITS)) - 1]
        again = now + planned * (1 + random.uniform(0, _SPREAD))  # noqa: S311 (no secret)
        dead = error.for_good or again > notice.created_at + GIVEN_UP_AFTER
        with writing(self.engine()) as connection:
            store.record(
                connection,
                notice.id,
                "dead" if dead else "waiting",
                attempts,
                next_at=None if dead else again,
                error=str(error),
            )


def _is_old(tracking: StoredTracking, at: datetime) -> bool:
    """Whether what happened is no news any more: it was heard of late."""
    if not tracking.events:
        return False
    return at - datetime.fromisoformat(tracking.events[-1]["at"]) > _NEWS_FOR
