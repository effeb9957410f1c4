"""What is known of purchases, and what do people know better? ``flask shipments``"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from api.clock import now
from api.services.carrier_accounts import UnusableCredentialsError
from carriers.booking import Booking
from data.model.money import Money, money
from data.store import credentials, manual_queue
from data.store.engines import reading, writing
from data.store.manual_queue import Task
from data.store.tables import PURCHASE_ATTEMPTS

if TYPE_CHECKING:
    from api.assembly import Services

LISTED = ("our reference", "what", "shipment", "since", "why")
_EVERY = 1.0


@dataclass(frozen=True, slots=True)
class Found:
    """What a person found out at a carrier."""

    not_bought: bool = False
    carrier_id: str | None = None
    tracking_number: str | None = None
    price: str | None = None
    done: str | None = None


def reconciled(services: "Services", *, watch: bool) -> Iterator[str]:
    """Take up everything that is due, once or for ever; says how much it was."""
    while True:
        count = services.reconciling.once()
        if count or not watch:
            yield f"{count} taken up"
        if not watch:
            return
        time.sleep(_EVERY)


def listed(services: "Services") -> list[tuple[str, ...]]:
    """What is to be found out, oldest first."""
    with reading(services.storage.engine) as connection:
        tasks = manual_queue.open_tasks(connection)
    return [
        (
            task.our_ref,
            task.kind,
            task.shipment_id,
            task.opened_at.isoformat(timespec="minutes"),
            task.reason,
        )
        for task in tasks
    ]


def resolved(services: "Services", our_ref: str, found: Found) -> str:
    """Write down what a person found out. Raises `ValueError`."""
    with reading(services.storage.engine) as connection:
        tasks = [one for one in manual_queue.open_tasks(connection) if one.our_ref == our_ref]
        number = connection.execute(
            select(PURCHASE_ATTEMPTS.c.number).where(PURCHASE_ATTEMPTS.c.our_ref == our_ref)
        ).scalar_one_or_none()
    if not tasks or number is None:
        raise ValueError(f"nothing is to be found out about {our_ref}")
    task = tasks[0]
    if task.kind == "outcome":
        return _outcome(services, task, number, found)
    if not found.done:
        raise ValueError("say with --done what was done")
    with writing(services.storage.engine) as connection:
        manual_queue.close(connection, our_ref, task.kind, found.done, now())
    return f"{our_ref}: {found.done}"


def _outcome(services: "Services", task: Task, number: int, found: Found) -> str:
    order = services.shipping.get(task.account_id, task.shipment_id)
    if order is None:
        raise ValueError(f"there is no shipment {task.shipment_id}")
    if found.not_bought == bool(found.carrier_id):
        raise ValueError("say either --not-bought or --bought with the carrier's id")
    if found.not_bought:
        services.reconciling.resolve(order, number, None)
        return f"{task.our_ref} was not bought; the shipment may be sent again"
    if not found.tracking_number or found.carrier_id is None:
        raise ValueError("say the --tracking-number, too")
    price = _price(found.price)
    booking = Booking(found.carrier_id, found.tracking_number, price=price)
    services.reconciling.resolve(order, number, booking)
    return f"{task.our_ref} was bought as {found.carrier_id}"


def _price(text: str | None) -> Money | None:
    if text is None:
        return None
    amount, _, unit = text.partition(" ")
    try:
        return money(amount, unit)
    except (ArithmeticError, ValueError):
        raise ValueError(f'--price: not a price such as "12.50 EUR": {text}') from None


def resealed(services: "Services") -> str:
    """Seal what older keys sealed under the newest one. Raises `NoSecretError`, `ValueError`."""
    kept = services.carrier_accounts
    if kept is None:
        raise ValueError("no credentials are kept here")
    vault, count = kept.vault, 0
    with reading(services.storage.engine) as connection:
        older = credentials.not_under(connection, vault.key_id)
    try:
        for stored in older:
            sealed = vault.seal(vault.open(stored), stored.account_id, stored.carrier)
            with writing(services.storage.engine, durable=True) as connection:
                count += credentials.reseal(connection, stored, vault.key_id, sealed)
    except UnusableCredentialsError as error:
        raise ValueError(str(error)) from error
    return f"{count} sealed anew; the old key is not needed any more"
