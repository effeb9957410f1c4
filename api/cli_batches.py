"""What can be done with files of orders from the command line? ``flask batches …``

``run`` · ``list`` · ``show`` · ``resume`` · ``work``.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask.cli import AppGroup

from api.clock import now
from api.console import said_plainly, table

if TYPE_CHECKING:
    from api.assembly import Services

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_OUT = click.Path(path_type=Path, dir_okay=False, writable=True)


def _wish(context: click.Context, parameter: click.Parameter, file: Path | None) -> Any:
    """Read a file of JSON."""
    try:
        found = {} if file is None else json.loads(file.read_text("utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise click.BadParameter(f"no JSON: {error}", context, parameter) from None
    if not isinstance(found, dict):
        raise click.BadParameter("no JSON object", context, parameter)
    return found


def batches_group(services: "Services") -> AppGroup:
    """The commands of ``flask batches``."""
    group = AppGroup("batches", help="Files of orders, and the papers made of them.")
    account = click.option("--account", help="The account's name; otherwise this machine's own.")

    @group.command("run")
    @click.argument("file", type=_FILE)
    @click.option("--kinds", help="Kinds of papers, after commas.")
    @click.option("--wish", type=_FILE, callback=_wish, help="JSON as POST /v1/batches takes it.")
    @click.option("--locale", help="How the file writes numbers and days, such as de-DE.")
    @click.option("-o", "--out", type=_OUT, required=True, help="The ZIP to write.")
    @account
    def run(
        file: Path,
        kinds: str | None,
        wish: dict[str, Any],
        locale: str | None,
        out: Path,
        account: str | None,
    ) -> None:
        """Make the papers of all orders in FILE. Stopped, it goes on with ``resume``."""
        from api.commands import batches

        given = {
            **wish,
            **({"kinds": kinds.split(",")} if kinds else {}),
            **({"locale": locale} if locale else {}),
        }
        with said_plainly():
            batch = batches.handed_in(services, account, file, given, now())
            click.echo(f"{batch} is handed in.", err=True)
            for line in batches.finished(services, account, batch, out):
                click.echo(line)

    @group.command("list")
    @account
    def list_(account: str | None) -> None:
        """List batches, newest first."""
        from api.commands import batches

        with said_plainly():
            table(batches.LISTED, batches.listed(services, account))

    @group.command("show")
    @click.argument("batch")
    @account
    def show(batch: str, account: str | None) -> None:
        """Say how a BATCH stands, and what kept papers from being made."""
        from api.commands import batches

        with said_plainly():
            for line in batches.shown(services, account, batch):
                click.echo(line)

    @group.command("resume")
    @click.argument("batch")
    @click.option("-o", "--out", type=_OUT, help="The ZIP to write.")
    @account
    def resume(batch: str, out: Path | None, account: str | None) -> None:
        """Go on with a BATCH that was stopped."""
        from api.commands import batches

        with said_plainly():
            for line in batches.finished(services, account, batch, out):
                click.echo(line)

    @group.command("work")
    def work() -> None:
        """Keep workers at work, where no server runs."""
        from api.commands import batches

        batches.keep_working(services)

    return group
