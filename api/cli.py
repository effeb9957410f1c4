"""What can the people who run the service do? ``flask --app wsgi …``

``db migrate`` · ``keys create|list|revoke`` · ``tariff compile|list|show|import`` ·
``facts check|derive|diff`` · ``signing create|rotate|revoke|list`` · ``quotes verify`` ·
``carriers list|doctor|new|test|try|fake|reseal`` · ``shipments reconcile`` ·
``shipments manual list|resolve`` · ``tracking follow|poll`` ·
``screen import|lists|name|rescreen|verify`` · ``classify``. Each command calls one function and
prints what it says. What the commands need is imported when they run, so that serving does not wait
for it.
"""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import Flask
from flask.cli import AppGroup

from api.clock import now, today
from api.console import read_day_option, said_plainly, table
from api.schemas.values import Unreadable, read_country
from data.store import accounts, keys
from data.store.engines import reading, writing

if TYPE_CHECKING:
    from api.assembly import Services


def _country(context: click.Context, parameter: click.Parameter, text: str | None) -> str | None:
    """Read an option that is a country."""
    try:
        return None if text is None else read_country(text.upper())
    except Unreadable as error:
        raise click.BadParameter(error.messages[0], context, parameter) from None


def add_commands(app: Flask, services: "Services") -> None:
    """Add the commands to the app's command line."""
    for make in (
        _db,
        _keys,
        _tariff,
        _facts,
        _signing,
        _quotes,
        _carriers,
        _shipments,
        _tracking,
        _documents,
        _screen,
        _batches,
        _controls,
        _classify,
    ):
        app.cli.add_command(make(services))


def _db(services: "Services") -> AppGroup:
    group = AppGroup("db", help="The database.")

    @group.command("migrate")
    def migrate() -> None:
        """Apply every migration that is missing."""
        services.settings.data_dir.mkdir(parents=True, exist_ok=True)
        services.storage.migrate()
        click.echo("The database is current.")

    return group


def _keys(services: "Services") -> AppGroup:
    group = AppGroup("keys", help="Keys and the accounts they belong to.")

    @group.command("create")
    @click.argument("account")
    @click.option("--name", default="default", help="What the key is for.")
    def create(account: str, name: str) -> None:
        """Make a key for an ACCOUNT (by its name; made if there is none), and show it once."""
        with writing(services.storage.engine) as connection:
            owner = accounts.named(connection, account) or accounts.create(
                connection, account, now()
            )
            key, secret = keys.create(connection, owner.id, name, now())
        click.echo(f"{key.id} of {owner.name} ({owner.id}); it is not shown again:", err=True)
        click.echo(secret)

    @group.command("list")
    @click.argument("account")
    def list_(account: str) -> None:
        """List the keys of an ACCOUNT."""
        with reading(services.storage.engine) as connection:
            owner = accounts.named(connection, account)
            if owner is None:
                raise click.ClickException(f"there is no account {account}")
            found = keys.of_account(connection, owner.id)
        rows = [
            (
                key.id,
                key.name,
                f"{key.prefix}…",
                key.created_at.date().isoformat(),
                "revoked" if key.revoked_at else "",
            )
            for key in found
        ]
        table(("id", "name", "key", "made", ""), rows)

    @group.command("revoke")
    @click.argument("key_id")
    def revoke(key_id: str) -> None:
        """End the key with an id. Every worker refuses it within ten seconds."""
        with writing(services.storage.engine) as connection:
            ended = keys.revoke(connection, key_id, now())
        if not ended:
            raise click.ClickException(f"there is no key {key_id} that still opens anything")
        click.echo(f"{key_id} is revoked.")

    return group


def _tariff(services: "Services") -> AppGroup:
    from api.commands import tariff

    group = AppGroup("tariff", help="Schedules: what is held, and where it comes from.")

    @group.command("compile")
    @click.option("--facts", type=click.Path(path_type=Path, exists=True, file_okay=False))
    def compile_(facts: Path | None) -> None:
        """Compile all facts and imports into a snapshot, and make it the current one."""
        with said_plainly():
            version = tariff.compile_all(services, facts)
        click.echo(f"Snapshot {version} is current.")

    @group.command("list")
    def list_() -> None:
        """Say what every schedule is made of."""
        with said_plainly():
            table(tariff.LISTED, tariff.listed(services, today()))

    @group.command("show")
    @click.argument("territory")
    @click.argument("code")
    @click.option("--origin", callback=_country, help="Only what concerns goods of this origin.")
    @click.option("--on", callback=read_day_option, help="The day the law is read; today.")
    def show(territory: str, code: str, origin: str | None, on: date | None) -> None:
        """Explain one CODE of a TERRITORY."""
        with said_plainly():
            for title, rows in tariff.shown(services, territory, code, origin, on or today()):
                click.echo(title)
                table(tariff.SHOWN, rows)

    @group.command("import")
    @click.argument("source")
    @click.argument("locations", nargs=-1, required=True)
    @click.option(
        "--as-of", callback=read_day_option, required=True, help="The day it is or was the law."
    )
    @click.option("--beside", help="A second file that some formats need.")
    def import_(source: str, locations: tuple[str, ...], as_of: date, beside: str | None) -> None:
        """Import a SOURCE of sources.toml from LOCATIONS (files or addresses); then compile."""
        with said_plainly():
            for line in tariff.imported(services, source, locations, as_of, beside):
                click.echo(line)

    return group


def _facts(services: "Services") -> AppGroup:
    from api.commands import diffs, facts

    group = AppGroup("facts", help="The facts that ship with the product.")

    @group.command("check")
    @click.option("--facts", "folder", type=click.Path(path_type=Path, exists=True))
    def check(folder: Path | None) -> None:
        """Read every facts file, and refuse what is undated, uncited or unknown."""
        with said_plainly():
            for line in facts.checked(folder):
                click.echo(line)

    @group.command("derive")
    @click.argument("source", type=click.Path(path_type=Path, exists=True, file_okay=False))
    @click.option("--facts", "folder", type=click.Path(path_type=Path, file_okay=False))
    def derive(source: Path, folder: Path | None) -> None:
        """Write the embedded schedules anew from a folder of official SOURCE files."""
        with said_plainly():
            for line in facts.derived(source, folder):
                click.echo(line)

    @group.command("diff")
    @click.argument("before")
    @click.argument("after")
    @click.option("--skus", type=click.Path(path_type=Path, exists=True, dir_okay=False))
    @click.option("--on", callback=read_day_option, help="The day the landed costs are of; today.")
    def diff(before: str, after: str, skus: Path | None, on: date | None) -> None:
        """Say what two snapshots (BEFORE and AFTER: versions, or current) say differently.

        With a CSV of SKUs (sku, hs_code, origin, destination, price, currency), also which landed
        costs of a piece without freight that changes, and by how much.
        """
        with said_plainly():
            table(diffs.SAID, diffs.differences(services, before, after))
            if skus is not None:
                rows, told = diffs.repriced(services, before, after, skus, on or today(), now())
                table(diffs.REPRICED, rows)
                click.echo(told)

    return group


def _signing(services: "Services") -> AppGroup:
    from api.commands import quotes

    group = AppGroup("signing", help="Keys that sign quotes.")

    @group.command("create")
    def create() -> None:
        """Make the first key: quotes have a proof from now on."""
        with said_plainly():
            click.echo(f"{quotes.create(services, now())} signs within ten seconds.")

    @group.command("rotate")
    def rotate() -> None:
        """Sign with a new key from now on. What the old one signed stays valid."""
        with said_plainly():
            click.echo(f"{quotes.rotate(services, now())} signs within ten seconds.")

    @group.command("revoke")
    @click.argument("key_id")
    def revoke(key_id: str) -> None:
        """Say that the key KEY_ID proves nothing any more, because others may have it."""
        with said_plainly():
            quotes.revoke(services, key_id, now())
        click.echo(f"{key_id} is revoked.")

    @group.command("list")
    def list_() -> None:
        """List every key that ever signed."""
        with said_plainly():
            table(quotes.LISTED, quotes.listed(services))

    return group


def _quotes(services: "Services") -> AppGroup:
    from api.commands import quotes

    group = AppGroup("quotes", help="Quotes that were given.")

    @group.command("verify")
    @click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
    @click.option("--keys", "location", help="What /v1/keys answered: a file or an address.")
    def verify(file: Path, location: str | None) -> None:
        """Check that the quote in FILE is as it was signed, off-line."""
        with said_plainly():
            click.echo(quotes.verified(services, file, location))

    return group


def _carriers(services: "Services") -> AppGroup:
    from api.cli_carriers import carriers_group
    from api.cli_shipments import add_to_carriers

    group = carriers_group(services)
    add_to_carriers(group, services)
    return group


def _shipments(services: "Services") -> AppGroup:
    from api.cli_shipments import shipments_group

    return shipments_group(services)


def _tracking(services: "Services") -> AppGroup:
    from api.cli_tracking import tracking_group

    return tracking_group(services)


def _documents(services: "Services") -> AppGroup:
    from api.cli_documents import documents_group

    return documents_group(services)


def _batches(services: "Services") -> AppGroup:
    from api.cli_batches import batches_group

    return batches_group(services)


def _controls(services: "Services") -> AppGroup:
    from api.cli_controls import controls_group

    return controls_group(services)


def _classify(services: "Services") -> click.Command:
    from api.commands import classifying

    @click.command("classify")
    @click.argument("description")
    @click.option("--material", help="What the goods are made of.")
    @click.option("--destination", callback=_country, help="Show the national codes there.")
    def classify(description: str, material: str | None, destination: str | None) -> None:
        """Say which code the goods of a DESCRIPTION may have, and why."""
        with said_plainly():
            rows, said = classifying.classified(services, description, material, destination)
            if rows:
                table(classifying.LISTED, rows)
            for line in said:
                click.echo(line)

    return classify


def _screen(services: "Services") -> AppGroup:
    from api.cli_screening import screening_group

    return screening_group(services)
