"""What can the people who run the service do about restricted parties? ``flask screen …``

``import`` · ``lists`` · ``name`` · ``rescreen`` · ``verify``.
"""

from datetime import date
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from api.clock import now
from api.console import read_day_option, said_plainly, table

if TYPE_CHECKING:
    from api.assembly import Services


def screening_group(services: "Services") -> AppGroup:
    """The commands of ``flask screen``."""
    group = AppGroup("screen", help="Lists of restricted parties, and names compared with them.")

    @group.command("import")
    @click.argument("list_id", metavar="LIST")
    @click.argument("locations", nargs=-1, required=True)
    @click.option(
        "--as-of", callback=read_day_option, help="The publisher's day, where no file says it."
    )
    def import_(list_id: str, locations: tuple[str, ...], as_of: date | None) -> None:
        """Import a LIST from all its files (or addresses), whole or not at all."""
        from api.commands import screening

        with said_plainly():
            for line in screening.imported(services, list_id, locations, as_of, now()):
                click.echo(line)

    @group.command("lists")
    def lists() -> None:
        """Say which lists are held, of which day, and which are not held."""
        from api.commands import screening

        with said_plainly():
            table(screening.LISTED, screening.listed(services, now().date()))

    @group.command("name")
    @click.argument("name")
    @click.option("--country", help="Where they are: shown, and takes nothing off.")
    @click.option("--born", callback=read_day_option, help="Their day of birth.")
    def name(name: str, country: str | None, born: date | None) -> None:
        """Compare one NAME with all lists. Nothing is written down."""
        from api.commands import screening

        with said_plainly():
            for line in screening.compared(services, name, country, born, now().date()):
                click.echo(line)

    @group.command("rescreen")
    def rescreen() -> None:
        """Compare the parties that are watched with what lists have changed since."""
        from api.commands import screening

        with said_plainly():
            click.echo(screening.rescreened(services, now))

    @group.command("verify")
    @click.argument("account")
    def verify(account: str) -> None:
        """Check that no line of an ACCOUNT's book of screenings was changed or left out."""
        from api.commands import screening

        with said_plainly():
            click.echo(screening.verified(services, account))

    return group
