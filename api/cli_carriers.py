"""What can a carrier's author and the people who run the service do? ``flask carriers …``

``list`` · ``doctor`` · ``new`` · ``test`` · ``try`` · ``card lint|diff|explain``.
"""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from api.clock import today
from api.console import read_day_option, said_plainly, table

if TYPE_CHECKING:
    from api.assembly import Services

_INTO = click.Path(path_type=Path, exists=True, file_okay=False)


def carriers_group(services: "Services") -> AppGroup:
    """The commands of ``flask carriers``."""
    group = AppGroup("carriers", help="Carriers: what is installed, and plug-ins of your own.")
    for add in (_list, _doctor, _new, _test, _try, _card):
        add(group, services)
    return group


def _list(group: AppGroup, services: "Services") -> None:
    @group.command("list")
    def list_() -> None:
        """List every carrier that is installed."""
        from api.commands import carriers

        table(carriers.LISTED, carriers.listed(services))


def _doctor(group: AppGroup, services: "Services") -> None:
    @group.command("doctor")
    def doctor() -> None:
        """Examine every carrier: does it work, does it earn its tier, who has credentials?"""
        from api.commands import carriers

        rows, ill = carriers.examined(services)
        table(carriers.EXAMINED, rows)
        if ill:
            raise SystemExit(1)


def _new(group: AppGroup, services: "Services") -> None:
    @group.command("new")
    @click.argument("code")
    @click.option("--auth", default="header", help="oauth2-cc, basic, header or none.")
    @click.option("--caps", default="rates", help="rates,books,tracks,duties,points,documents")
    @click.option("--into", type=_INTO, default=".", help="The folder to write it into.")
    def new(code: str, auth: str, caps: str, into: Path) -> None:
        """Write a plug-in for the carrier CODE that passes bronze before you change a line."""
        from api.commands import carriers

        with said_plainly():
            for line in carriers.begun(code, auth, caps, into):
                click.echo(line)


def _test(group: AppGroup, services: "Services") -> None:
    @group.command("test")
    @click.argument("codes", nargs=-1)
    @click.option("--all", "every", is_flag=True, help="Every carrier that is installed.")
    @click.option("--tier", help="Run the checks up to this tier; all of them.")
    @click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
    @click.option("--markdown", is_flag=True, help="Say it as the table of the README.")
    def test(
        codes: tuple[str, ...], *, every: bool, tier: str | None, as_json: bool, markdown: bool
    ) -> None:
        """Run the conformance kit on the carriers of CODES. Ends with 1 where one claims more."""
        from api.commands import carriers

        if not codes and not every:
            raise click.UsageError("Say which carriers, or --all.")
        with said_plainly():
            if markdown:
                click.echo(carriers.in_markdown(services, codes))
                return
            reports = carriers.tested(services, codes, tier)
            if as_json:
                click.echo(carriers.as_json(reports))
            else:
                for report in reports:
                    click.echo(carriers.verdict(report))
                    table(carriers.TESTED, carriers.result_rows(report))
        if any(report.claims_more for report in reports):
            raise SystemExit(1)


def _try(group: AppGroup, services: "Services") -> None:
    @group.command("try")
    @click.argument("code")
    @click.option("--to", required=True, help="US, or US-CA, or US-CA,90021,Los Angeles")
    @click.option("--from", "origin", default="DE,10115,Berlin", help="Where it is sent from.")
    @click.option("--weight", default="1", help="Kilograms.")
    @click.option("--value", default="50 EUR", help="What the goods cost.")
    @click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Credentials.")
    @click.option("--account", help="Whose stored credentials to use, by the account's name.")
    @click.option("--test", is_flag=True, help="Ask the carrier's sandbox.")
    @click.option("--dry-run", is_flag=True, help="Send nothing; print what would be sent.")
    def try_(
        code: str,
        *,
        to: str,
        origin: str,
        weight: str,
        value: str,
        settings: tuple[str, ...],
        account: str | None,
        test: bool,
        dry_run: bool,
    ) -> None:
        """Ask the carrier CODE for a price, and print the request and the answer, redacted."""
        from api.commands import carriers, trying

        with said_plainly():
            manifest = carriers.manifest_of(services, code)
            request = trying.request_for(origin, to, weight, value, today())
            if account is not None:
                asked_by = carriers.stored_account(services, account, manifest)
            else:
                given = trying.read_settings(settings)
                asked_by = trying.account_of(manifest, given, test=test, dry_run=dry_run)
            for line in trying.tried(services.carriers, asked_by, request, dry_run=dry_run):
                click.echo(line)


def _card(group: AppGroup, services: "Services") -> None:
    card = AppGroup("card", help="Rate cards: a folder of one, or the code of one that is here.")
    group.add_command(card)

    @card.command("lint")
    @click.argument("where")
    @click.option("--on", callback=read_day_option, help="Today, unless said.")
    def lint(where: str, on: date | None) -> None:
        """Say what a reader of the card at WHERE should look at."""
        from api.commands import cards

        with said_plainly():
            for line in cards.linted(where, on or today()):
                click.echo(line)

    @card.command("diff")
    @click.argument("old")
    @click.argument("new")
    @click.option("--on", callback=read_day_option, help="The day that is compared; today.")
    def diff(old: str, new: str, on: date | None) -> None:
        """Say what the card NEW changes against the card OLD, in percent by service and zone."""
        from api.commands import cards

        with said_plainly():
            for line in cards.differing(old, new, on or today()):
                click.echo(line)

    @card.command("explain")
    @click.argument("where")
    @click.option("--from", "ship_from", required=True, help="Country, or country-postcode.")
    @click.option("--to", "ship_to", required=True, help="Country, or country-postcode.")
    @click.option("--weight", "weights", multiple=True, required=True, help="Kilograms; repeat it.")
    @click.option("--on", callback=read_day_option, help="The day of shipping; today.")
    def explain(
        where: str, ship_from: str, ship_to: str, weights: tuple[str, ...], on: date | None
    ) -> None:
        """Print how a card comes to its prices: zone, band, volumetric weight, each surcharge."""
        from api.commands import cards

        with said_plainly():
            places = (cards.place_of(ship_from), cards.place_of(ship_to))
            click.echo(cards.explained(where, *places, cards.weights_of(weights), on or today()))
