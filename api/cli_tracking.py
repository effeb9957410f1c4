"""What can the people who run the service do about parcels? ``flask tracking …``

``follow`` · ``poll``.
"""

from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from api.clock import now

if TYPE_CHECKING:
    from api.assembly import Services


def tracking_group(services: "Services") -> AppGroup:
    """The commands of ``flask tracking``."""
    group = AppGroup("tracking", help="Parcels that are followed.")

    @group.command("follow")
    @click.argument("carrier")
    @click.argument("number")
    @click.option("--account", required=True, help="The account's name.")
    def follow(carrier: str, number: str, account: str) -> None:
        """Follow the parcel NUMBER of a CARRIER; it is asked about at the next turn."""
        from api.commands import tracking

        click.echo(tracking.followed(services, account, carrier, number, now()))

    @group.command("poll")
    @click.option("--once", is_flag=True, help="One turn, then end.")
    def poll(*, once: bool) -> None:
        """Ask carriers about the parcels whose time has come, until none is left."""
        from api.commands import tracking

        for asked in tracking.polled(services, now, once=once):
            click.echo(f"{asked} parcel{'' if asked == 1 else 's'} asked about.")

    return group
