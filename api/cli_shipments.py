"""What do the people who buy labels do by hand? ``flask --app wsgi shipments …``"""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from api.commands import shipments
from api.console import said_plainly, table

if TYPE_CHECKING:
    from api.assembly import Services


def shipments_group(services: "Services") -> AppGroup:
    """The commands about purchases."""
    group = AppGroup("shipments", help="Labels: what became of their purchases.")

    @group.command("reconcile")
    @click.option("--watch", is_flag=True, help="Go on until stopped.")
    def reconcile(watch: bool) -> None:  # noqa: FBT001 - click's own
        """Ask the carriers what became of purchases without an answer."""
        for line in shipments.reconciled(services, watch=watch):
            click.echo(line)

    group.add_command(_manual(services))
    return group


def _manual(services: "Services") -> AppGroup:
    group = AppGroup("manual", help="What only a person can find out.")

    @group.command("list")
    def list_() -> None:
        """List what is to be found out, by our reference."""
        table(shipments.LISTED, shipments.listed(services))

    @group.command("resolve")
    @click.argument("our_ref")
    @click.option("--not-bought", is_flag=True, help="The carrier has sold nothing.")
    @click.option("--bought", "carrier_id", help="The carrier's own id of what it sold.")
    @click.option("--tracking-number", help="The number of the parcel, or of the first one.")
    @click.option("--price", help='What the carrier charges, such as "12.50 EUR".')
    @click.option("--done", help="For second labels and missing ones: what was done.")
    def resolve(
        our_ref: str,
        not_bought: bool,  # noqa: FBT001 - click's own
        carrier_id: str | None,
        tracking_number: str | None,
        price: str | None,
        done: str | None,
    ) -> None:
        """Say what was found out about OUR_REF at its carrier."""
        found = shipments.Found(not_bought, carrier_id, tracking_number, price, done)
        with said_plainly():
            click.echo(shipments.resolved(services, our_ref, found))

    return group


def add_to_carriers(group: AppGroup, services: "Services") -> None:
    """The commands about credentials and about the carrier that is not there."""

    @group.command("reseal")
    def reseal() -> None:
        """Seal every stored credential anew under TIDEWAITER_SECRET_KEY.

        What the old key sealed is opened with TIDEWAITER_OLD_SECRET_KEY.
        """
        with said_plainly():
            click.echo(shipments.resealed(services))

    @group.command("fake")
    @click.option("--port", default=9500, show_default=True, help="9500 to 9509.")
    @click.option("--log", type=click.Path(path_type=Path), help="Where its sales are written.")
    @click.option("--seed", default=0, help="Draws what goes wrong.")
    @click.option("--buying", default=0.0, help="Share of purchases that go wrong.")
    @click.option("--looking", default=0.0, help="Share of questions that go wrong.")
    def fake(port: int, log: Path | None, seed: int, buying: float, looking: float) -> None:
        """Run an invented carrier on this machine, to try everything off-line."""
        from carriers.fake.faults import Chances
        from carriers.fake.server import Habits, run

        file = log or services.settings.data_dir / "fake_sales.jsonl"
        run(port, file, Chances(seed, buying, looking), Habits())
