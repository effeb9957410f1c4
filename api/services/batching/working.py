"""How does a batch get on, whoever works on it and however often they die?

received → making → collecting → done. A step takes some rows for a while, does what they ask, and
writes down what became of them; a file is whole before its row says that it is there. A step that
was not finished is done again, with the same bytes.
"""

import logging
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import cache
from secrets import token_hex
from typing import BinaryIO

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from api.services.batching import collecting
from api.services.batching.making import Making, given_up
from api.services.batching.opening import again
from api.services.batching.orders import Reader, orders_of
from api.services.batching.sheets import FileRefusedError
from api.services.batching.shelf import Shelf, measured
from customs.rulebook import Rulebook
from data.store import batch_work, batches
from data.store.batches import StoredBatch, StoredFile, StoredOrder
from data.store.engines import reading, writing

_LOG = logging.getLogger(__name__)
CHUNK = 10
ORDERS_FOR, FILES_FOR = timedelta(minutes=2), timedelta(minutes=15)
"""How long a worker has what it took; longer than any step needs on a slow machine."""
_LAST_TRY, _LAST_TRY_OF_A_FILE = 15, 5
RulebookOf = Callable[[str | None], Rulebook]
Reached = Callable[[str], None]


def holder_name() -> str:
    """Who works here: the machine, the process, and a number nobody had before."""
    return f"{socket.gethostname()[:40]}|{os.getpid()}|{token_hex(4)}"


def is_dead(holder: str) -> bool:
    """Whether a holder is a process of this machine that is no more."""
    host, _, rest = holder.partition("|")
    if host != socket.gethostname()[:40]:
        return False
    try:
        os.kill(int(rest.partition("|")[0]), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, ValueError):
        return False
    return False


def unwatched(step: str) -> None:
    """Nobody looks on."""


class Working:
    """One worker. `rulebook` gives the rules of a version of the facts, None for the newest."""

    def __init__(
        self,
        engine: Callable[[], Engine],
        shelf: Shelf,
        read: Reader,
        rulebook: RulebookOf,
        clock: Callable[[], datetime],
        reached: Reached = unwatched,
    ) -> None:
        self._engine = engine
        self._shelf = shelf
        self._read = read
        self._rulebook = rulebook
        self._clock = clock
        self._reached = reached
        self.holder = holder_name()
        self._making: Callable[[str], Making] = cache(self._making_of)

    def work_on(self, batch: str) -> int:
        """Do what nobody else is doing for a batch; says how many steps there were."""
        steps = 0
        while self.step(batch):
            steps += 1
        return steps

    def open_batches(self) -> list[str]:
        """Batches that are not at their end."""
        with reading(self._engine()) as connection:
            return batches.open_ids(connection)

    def release(self) -> None:
        """Let go of everything this worker took."""
        with writing(self._engine()) as connection:
            batch_work.release(connection, [self.holder])

    def step(self, batch_id: str) -> bool:
        """One step; False when there is nothing to take."""
        with reading(self._engine()) as connection:
            batch = batches.by_id(connection, batch_id)
        if batch is None:
            return False
        try:
            if batch.state == "received":
                return self._read_file(batch)
            if batch.state == "making":
                return self._make_some(batch)
            if batch.state == "collecting":
                return self._collect_one(batch)
        except (SQLAlchemyError, OSError):
            with suppress(SQLAlchemyError):
                self.release()
            raise
        return False

    def _read_file(self, batch: StoredBatch) -> bool:
        now = self._clock()
        with writing(self._engine()) as connection:
            source = batch_work.claim_reading(
                connection, batch.id, self.holder, now, now + FILES_FOR
            )
        if source is None:
            return False
        self._reached("reading")
        try:
            layout, sheet = again(source, batch.wish)
            today = date.fromisoformat(batch.wish["on"])
            orders = list(orders_of(sheet.rows, layout, self._read, today))
        except FileRefusedError as error:
            failure = {"code": error.code, "detail": error.detail, "remedy": error.remedy}
            self._fail(batch, {**failure, "row": error.row})
            return False
        except Exception:
            _LOG.exception("the file of batch %s could not be read", batch.id)
            self._fail(batch, _MISTAKE)
            return False
        with writing(self._engine(), durable=True) as connection:
            batch_work.put_orders(connection, batch.id, orders, batch.assumptions)
        self._reached("read")
        return True

    def _make_some(self, batch: StoredBatch) -> bool:
        now = self._clock()
        with writing(self._engine()) as connection:
            orders = batch_work.claim_orders(
                connection, batch.id, self.holder, now, now + ORDERS_FOR, CHUNK
            )
        if not orders:
            return self._begin_collecting(batch)
        self._reached("claimed")
        finished = [self._made(batch, order) for order in orders]
        self._reached("written")
        with writing(self._engine(), durable=True) as connection:
            batch_work.finish_orders(connection, batch.id, finished)
            state = batches.by_id(connection, batch.id)
        self._reached("made")
        if state is None or state.state == "cancelled":
            self._shelf.remove(batch.id)
            return False
        return True

    def _made(self, batch: StoredBatch, order: StoredOrder) -> StoredOrder:
        if order.tries >= _LAST_TRY:
            _LOG.error("order %s of batch %s ended its workers", order.number, batch.id)
            return given_up(order)
        finished, papers = self._making(batch.id).papers(order)
        for name, content in papers.items():
            self._shelf.put_paper(batch.id, order.number, name, content)
        return finished

    def _begin_collecting(self, batch: StoredBatch) -> bool:
        with reading(self._engine()) as connection:
            if batches.counts(connection, batch.id).get("waiting"):
                return False
            merge = bool(batch.wish.get("merge", True))
            files = collecting.results(batches.every_order(connection, batch.id), merge=merge)
        with writing(self._engine()) as connection:
            begun = batch_work.begin_collecting(connection, batch.id, files)
        self._reached("collecting")
        return begun

    def _collect_one(self, batch: StoredBatch) -> bool:
        now = self._clock()
        with writing(self._engine()) as connection:
            file = batch_work.claim_file(connection, batch.id, self.holder, now, now + FILES_FOR)
        if file is None:
            return self._finish(batch)
        if file.tries >= _LAST_TRY_OF_A_FILE:
            _LOG.error("the result %s of batch %s cannot be made", file.name, batch.id)
            self._fail(batch, _MISTAKE)
            return False
        self._reached(f"collects {file.name}")
        path = self._shelf.put_result(
            batch.id, file.name, lambda into: self._write(batch, file, into)
        )
        size, digest = measured(path)
        self._reached("collected")
        with writing(self._engine(), durable=True) as connection:
            batch_work.finish_file(connection, batch.id, file.name, size, digest)
        return True

    def _write(self, batch: StoredBatch, file: StoredFile, into: BinaryIO) -> None:
        with reading(self._engine()) as connection:

            def every() -> list[StoredOrder]:
                return list(batches.every_order(connection, batch.id))

            def paper(order: StoredOrder, told: dict[str, str]) -> bytes:
                return self._paper(batch, order, told)

            if file.name == collecting.ZIP:
                collecting.write_zip(into, every, paper)
            elif file.name == collecting.MANIFEST:
                collecting.write_manifest(into, every())
            elif file.name == collecting.ERRORS:
                collecting.write_errors(into, every())
            else:
                collecting.write_merged(into, file.name, every(), paper)

    def _paper(self, batch: StoredBatch, order: StoredOrder, told: dict[str, str]) -> bytes:
        """A paper as its row has it; made again when the disk has it otherwise."""
        kept = self._shelf.paper(batch.id, order.number, told["name"], told["sha256"])
        return self._making(batch.id).again(order, told["kind"]) if kept is None else kept

    def _finish(self, batch: StoredBatch) -> bool:
        with writing(self._engine(), durable=True) as connection:
            done = batch_work.finish(connection, batch.id, self._clock())
        if done:
            self._shelf.remove_papers(batch.id)
            self._reached("done")
        return False

    def _fail(self, batch: StoredBatch, failure: dict[str, object]) -> None:
        with writing(self._engine(), durable=True) as connection:
            batch_work.end(connection, batch.id, "failed", self._clock(), failure)

    def _making_of(self, batch_id: str) -> Making:
        with reading(self._engine()) as connection:
            batch = batches.by_id(connection, batch_id)
        assert batch is not None  # noqa: S101 - orders refer to it
        return Making(batch.wish, lambda: self._rulebook(batch.facts_version))


_MISTAKE: dict[str, object] = {
    "code": "internal-error",
    "detail": "The service made a mistake; it has been logged.",
    "remedy": "Tell the service's people.",
    "row": None,
}
