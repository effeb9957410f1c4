"""Which papers can be made from the command line? ``flask documents …``

``list`` · ``make``.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask.cli import AppGroup

from api.console import said_plainly, table

if TYPE_CHECKING:
    from api.assembly import Services

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_OUT = click.Path(path_type=Path, dir_okay=False, writable=True)


def _options(context: click.Context, parameter: click.Parameter, text: str | None) -> Any:
    """Read an option that is a JSON object."""
    try:
        found = json.loads(text or "{}")
    except json.JSONDecodeError as error:
        raise click.BadParameter(f"no JSON: {error}", context, parameter) from None
    if not isinstance(found, dict):
        raise click.BadParameter("no JSON object", context, parameter)
    return found


def documents_group(services: "Services") -> AppGroup:
    """The commands of ``flask documents``."""
    group = AppGroup("documents", help="Customs papers and messages.")

    @group.command("list")
    def list_() -> None:
        """List every kind, with its formats, languages, sizes and options."""
        from api.commands import documents

        table(documents.LISTED, documents.listed())

    @group.command("make")
    @click.argument("kind")
    @click.option("--sample", is_flag=True, help="Of a shipment that was made up.")
    @click.option("--shipment", "file", type=_FILE, help="JSON as POST /v1/documents takes it.")
    @click.option("--format", "form", help="pdf, png, xml, json or csv; the kind's first.")
    @click.option("--language", default="en", help="en, fr, de or es.")
    @click.option("--size", help="A4, Letter, A5, 4x6in, …; the kind's first.")
    @click.option("--options", "given", callback=_options, help="JSON of the kind's own options.")
    @click.option("-o", "--out", type=_OUT, required=True, help="The file to write.")
    def make(
        kind: str,
        *,
        sample: bool,
        file: Path | None,
        form: str | None,
        language: str,
        size: str | None,
        given: dict[str, Any],
        out: Path,
    ) -> None:
        """Make the paper KIND of a shipment."""
        from api.commands import documents

        if sample is (file is not None):
            raise click.UsageError("either --sample or --shipment FILE")
        options = {**given, **({} if size is None else {"size": size})}
        with said_plainly():
            made = documents.made(services, kind, file, form, language, options)
        out.write_bytes(made.content)
        click.echo(f"{out}: {len(made.content)} bytes of {made.media}")

    return group
