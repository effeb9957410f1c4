"""How does an account hand in a file of orders, and get its papers?"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from secrets import token_hex
from typing import Any

import orjson
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from api.services.batching.columns import fingerprint
from api.services.batching.opening import Opened, opened, write_layout
from api.services.batching.orders import Reader, orders_of
from api.services.batching.sheets import Row
from api.services.batching.shelf import Shelf
from api.services.shipping import KeyReusedError
from data.store import batch_mappings, batch_work, batches
from data.store.batch_mappings import StoredMapping
from data.store.batches import OPEN, StoredBatch, StoredFile, StoredOrder
from data.store.engines import reading, writing

Json = Mapping[str, Any]
_PREVIEWED = 20


class MissingColumnsError(ValueError):
    """Neither a column nor a default says what no order can be without."""

    def __init__(self, missing: Sequence[str]) -> None:
        names = ", ".join(missing)
        super().__init__(f"No column and no default says: {names}.")
        self.missing = tuple(missing)


class NotDoneError(ValueError):
    """A result that is not there yet, or will never be."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A file as it would be read: its layout, its first rows, and their orders."""

    opened: Opened
    rows: Sequence[Row]
    orders: Sequence[StoredOrder]
    remembered: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How a batch stands: its orders by state, its results, its first faulty orders."""

    batch: StoredBatch
    counts: Mapping[str, int]
    files: Sequence[StoredFile]
    faulty: Sequence[StoredOrder]


class Desk:
    """Files of orders of every account."""

    def __init__(
        self,
        engine: Callable[[], Engine],
        shelf: Shelf,
        read: Reader,
        wake: Callable[[str], None],
        facts_version: Callable[[], str | None],
    ) -> None:
        self._engine = engine
        self._shelf = shelf
        self._read = read
        self._wake = wake
        self._facts_version = facts_version

    def hand_in(
        self, account: str, key: str, name: str, content: bytes, wish: Json, now: datetime
    ) -> tuple[StoredBatch, bool]:
        """The batch of a file; the one from before (and True) when this key asked for it.

        Raises `KeyReusedError`, `FileRefusedError`, `MissingColumnsError`.
        """
        file_hash = hashlib.sha256(content).hexdigest()
        body_hash = hashlib.sha256(
            file_hash.encode() + orjson.dumps(wish, option=orjson.OPT_SORT_KEYS)
        ).hexdigest()
        if (known := self._before(account, key, body_hash)) is not None:
            return known, True
        found = self._open(account, content, wish)
        if found.missing:
            raise MissingColumnsError(found.missing)
        batch = StoredBatch(
            id=f"ba_{token_hex(12)}",
            account_id=account,
            idempotency_key=key,
            body_hash=body_hash,
            created_at=now,
            name=name,
            file_hash=file_hash,
            wish={
                **wish,
                "on": (wish.get("shipment") or {}).get("on") or now.date().isoformat(),
                "layout": write_layout(found.layout),
            },
            facts_version=self._facts_version(),
            state="received",
            assumptions=found.assumptions,
        )
        try:
            with writing(self._engine(), durable=True) as connection:
                batches.add(connection, batch, content)
        except IntegrityError:
            known = self._before(account, key, body_hash)  # somebody was quicker
            if known is None:
                raise
            return known, True
        self._wake(batch.id)
        self._wake(batch.id)
        return batch, False

    def preview(self, account: str, content: bytes, wish: Json, today: date) -> Preview:
        """How a file would be read, by its first rows; nothing is stored.

        Raises `FileRefusedError`.
        """
        found = self._open(account, content, wish)
        rows = list(islice(found.rows, _PREVIEWED))
        orders: list[StoredOrder] = []
        if rows and not found.missing:
            orders = list(orders_of(rows, found.layout, self._read, today))
        remembered = "remembered" in found.layout.mapping.known_from.values()
        return Preview(found, rows, orders, remembered)

    def standing(self, account: str, batch_id: str, most: int = 100) -> Standing | None:
        """How an account's batch stands; None when it is somebody else's."""
        with reading(self._engine()) as connection:
            batch = batches.get(connection, account, batch_id)
            if batch is None:
                return None
            faulty = batches.orders(connection, batch_id, limit=most, faulty=True)
            return Standing(
                batch,
                batches.counts(connection, batch_id),
                batches.files(connection, batch_id),
                faulty,
            )

    def orders(
        self, account: str, batch_id: str, after: int, limit: int
    ) -> tuple[list[StoredOrder], int | None] | None:
        """A batch's orders after a number, and where to go on."""
        with reading(self._engine()) as connection:
            if batches.get(connection, account, batch_id) is None:
                return None
            found = batches.orders(connection, batch_id, after, limit + 1)
        return found[:limit], found[limit - 1].number if len(found) > limit else None

    def page(
        self, account: str, limit: int, after: str | None
    ) -> tuple[list[StoredBatch], str | None]:
        """An account's batches, newest first."""
        with reading(self._engine()) as connection:
            return batches.page(connection, account, limit, after)

    def cancel(self, account: str, batch_id: str, now: datetime) -> bool | None:
        """Stop a batch: False when it had ended, None when there is none."""
        with writing(self._engine(), durable=True) as connection:
            if batches.get(connection, account, batch_id) is None:
                return None
            ended = batch_work.end(connection, batch_id, "cancelled", now)
        if ended:
            self._shelf.remove(batch_id)
        return ended

    def resume(self, batch_id: str) -> StoredBatch | None:
        """Wake workers for a batch, whoever's it is."""
        with reading(self._engine()) as connection:
            batch = batches.by_id(connection, batch_id)
        if batch is not None and batch.state in OPEN:
            self._wake(batch_id)
        return batch

    def result(self, account: str, batch_id: str, name: str) -> tuple[StoredFile, Path] | None:
        """A result and where it lies; None when there is none of that name.

        Raises `NotDoneError`.
        """
        with reading(self._engine()) as connection:
            batch = batches.get(connection, account, batch_id)
            files = batches.files(connection, batch_id) if batch is not None else []
        file = next((each for each in files if each.name == name), None)
        if file is None:
            return None
        path = self._shelf.result(batch_id, name)
        if file.state != "made" or not path.is_file():
            raise NotDoneError(f"{name} is not made yet, or not any more.")
        return file, path

    def remember(
        self, account: str, header: Sequence[str], mapping: Mapping[str, str], now: datetime
    ) -> StoredMapping:
        """Read files with this header so from now on."""
        stored = StoredMapping(fingerprint(header), tuple(header), dict(mapping), now)
        with writing(self._engine()) as connection:
            batch_mappings.put(connection, account, stored)
        return stored

    def mappings(self, account: str) -> list[StoredMapping]:
        """What an account told of headers."""
        with reading(self._engine()) as connection:
            return batch_mappings.of_account(connection, account)

    def _open(self, account: str, content: bytes, wish: Json) -> Opened:
        with reading(self._engine()) as connection:
            return opened(content, wish, lambda header: _told(connection, account, header))

    def _before(self, account: str, key: str, body_hash: str) -> StoredBatch | None:
        with reading(self._engine()) as connection:
            known = batches.by_key(connection, account, key)
        if known is not None and known.body_hash != body_hash:
            raise KeyReusedError
        return known


def _told(connection: Connection, account: str, header: Sequence[str]) -> Mapping[str, str] | None:
    stored = batch_mappings.get(connection, account, fingerprint(header))
    return None if stored is None else stored.mapping
