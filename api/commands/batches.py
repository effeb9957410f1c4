"""Files of orders from the command line; and, run as a module, one worker process."""

import pickle
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError

from api.auth import OPEN_ACCOUNT
from api.problems import pointers
from api.schemas.batches import read_wish
from api.services.batching.collecting import ZIP
from api.services.batching.desk import Standing
from data.store import accounts
from data.store.batches import OPEN
from data.store.engines import reading

if TYPE_CHECKING:
    from api.assembly import Services

LISTED = ("batch", "handed in", "state", "file", "kinds")


def handed_in(
    services: "Services",
    account: str | None,
    file: Path,
    wish: Mapping[str, Any],
    at: datetime,
) -> str:
    """The id of the batch of a file. Raises `ValueError`."""
    owner = _account(services, account)
    try:
        read = read_wish(dict(wish))
    except ValidationError as error:
        lines = [f"  {pointer}: {detail}" for pointer, detail in pointers(error.messages)]
        raise ValueError("\n".join(["this cannot be wished:", *lines])) from None
    content = file.read_bytes()
    key = f"cli-{sha256(content).hexdigest()[:16]}-{token_hex(8)}"
    batch, _ = services.batch_desk.hand_in(owner, key, file.name, content, read, at)
    return batch.id


def finished(
    services: "Services", account: str | None, batch: str, out: Path | None
) -> Iterator[str]:
    """Work until a batch is at its end, saying how far it is; then write its ZIP."""
    owner = _account(services, account)
    standing = _standing(services, owner, batch)
    services.batch_desk.resume(batch)
    workers = services.batch_workers()
    said = ""
    try:
        while standing.batch.state in OPEN:
            workers.look()
            time.sleep(0.2)
            standing = _standing(services, owner, batch)
            if (line := _progress(standing)) != said:
                yield line
                said = line
    finally:
        workers.stop()
    yield from _end(services, owner, standing, out)


def _end(services: "Services", owner: str, standing: Standing, out: Path | None) -> Iterator[str]:
    batch = standing.batch
    if batch.state == "failed":
        failure = batch.failure or {}
        raise ValueError(f"{failure.get('detail')} {failure.get('remedy')}")
    for order in standing.faulty:
        for fault in order.faults:
            yield _fault(order.reference, fault)
    found = services.batch_desk.result(owner, batch.id, ZIP)
    if found is not None and out is not None:
        shutil.copyfile(found[1], out)
        yield f"{out}: {found[0].size} bytes, sha256 {found[0].sha256}"


def listed(services: "Services", account: str | None) -> list[tuple[str, ...]]:
    """An account's newest batches."""
    found, _ = services.batch_desk.page(_account(services, account), 50, None)
    return [
        (
            batch.id,
            f"{batch.created_at:%Y-%m-%d %H:%M}",
            batch.state,
            batch.name,
            " ".join(batch.wish["kinds"]),
        )
        for batch in found
    ]


def shown(services: "Services", account: str | None, batch: str) -> Iterator[str]:
    """How a batch stands."""
    standing = _standing(services, _account(services, account), batch)
    yield _progress(standing)
    yield from standing.batch.assumptions
    if standing.batch.failure:
        yield f"{standing.batch.failure['detail']} {standing.batch.failure['remedy']}"
    for order in standing.faulty:
        for fault in order.faults:
            yield _fault(order.reference, fault)
    for file in standing.files:
        yield f"{file.name}: {file.sha256 or 'not made yet'}"


def keep_working(services: "Services") -> None:
    """Keep workers until somebody interrupts."""
    workers = services.batch_workers()
    try:
        while True:
            workers.look()
            time.sleep(0.5)
    finally:
        workers.stop()


def _fault(reference: str, fault: Mapping[str, Any]) -> str:
    column = f", column {fault['column']} ({fault['header']})" if fault["column"] else ""
    kinds = f" [{' '.join(fault['kinds'])}]" if fault["kinds"] else ""
    return f"{reference}, row {fault['row']}{column}{kinds}: {fault['detail']} {fault['remedy']}"


def _progress(standing: Standing) -> str:
    counts = ", ".join(f"{number} {state}" for state, number in sorted(standing.counts.items()))
    return f"{standing.batch.id} is {standing.batch.state}: {counts or 'no orders yet'}"


def _standing(services: "Services", owner: str, batch: str) -> Standing:
    found = services.batch_desk.standing(owner, batch)
    if found is None:
        raise ValueError(f"there is no batch {batch}")
    return found


def _account(services: "Services", name: str | None) -> str:
    if name is None:
        services.storage.ensure(OPEN_ACCOUNT)
        return OPEN_ACCOUNT
    with reading(services.storage.engine) as connection:
        owner = accounts.named(connection, name)
    if owner is None:
        raise ValueError(f"there is no account {name}")
    return owner.id


def work_until_the_keeper_ends() -> None:
    """One worker process: its settings come by a pipe, and it ends when the pipe does."""
    from api.assembly import assemble
    from api.services.batching.workers import work

    services = assemble(pickle.load(sys.stdin.buffer))  # noqa: S301 - from our own keeper
    over = Event()

    def listen() -> None:
        sys.stdin.buffer.read()
        over.set()

    Thread(target=listen, daemon=True).start()
    working = services.batch_working()
    try:
        work(working, services.batch_waking(), over.is_set)
    finally:
        working.release()


if __name__ == "__main__":
    from api.observing import log_as_json

    log_as_json()
    work_until_the_keeper_ends()
