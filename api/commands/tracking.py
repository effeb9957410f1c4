"""Parcels from the command line: follow one, ask about those whose time has come."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import click

from carriers.errors import CarrierError
from data.store import accounts
from data.store.engines import reading

if TYPE_CHECKING:
    from api.assembly import Services


def followed(services: "Services", account: str, carrier: str, number: str, at: datetime) -> str:
    """Follow a parcel for an account, by the account's name."""
    with reading(services.storage.engine) as connection:
        owner = accounts.named(connection, account)
    if owner is None:
        raise click.ClickException(f"there is no account {account}")
    try:
        found = services.following.follow(owner.id, carrier, number, at)
    except CarrierError as error:
        raise click.ClickException(f"{carrier}: {error.reason}") from None
    return f"{carrier} {found.number} is followed as {found.id}, now {found.status}."


def polled(services: "Services", clock: Callable[[], datetime], *, once: bool) -> Iterator[int]:
    """How many parcels were asked about, turn by turn."""
    while True:
        asked = services.polls.follow_due(clock)
        yield asked
        if once or not asked:
            return
