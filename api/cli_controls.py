"""Which goods may be sent, asked from the command line? ``flask controls check FILE``"""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from api.console import said_plainly, table

if TYPE_CHECKING:
    from api.assembly import Services

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


def controls_group(services: "Services") -> AppGroup:
    """The commands of ``flask controls``."""
    group = AppGroup("controls", help="Prohibitions, licences, documents and restrictions.")

    @group.command("check")
    @click.argument("file", type=_FILE)
    def check(file: Path) -> None:
        """Compare the goods in FILE (JSON as POST /v1/controls takes it) with every pack."""
        from api.commands import controls

        with said_plainly():
            for title, head, rows in controls.checked(services, file):
                click.echo(title)
                table(head, rows)

    return group
