"""How does the command line say things? In tables, and mistakes in one line."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import click

from api.schemas.values import Unreadable, read_day


@contextmanager
def said_plainly() -> Iterator[None]:
    """What is wrong with facts, sources or codes is said in one line, without a traceback."""
    from api.commands import REFUSALS

    try:
        yield
    except REFUSALS as error:
        raise click.ClickException(str(error)) from error


def read_day_option(
    context: click.Context, parameter: click.Parameter, text: str | None
) -> date | None:
    """Read an option that is a day."""
    try:
        return None if text is None else read_day(text)
    except Unreadable as error:
        raise click.BadParameter(error.messages[0], context, parameter) from None


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Rows in columns as wide as their widest cell."""
    lines = [tuple(head), *(tuple(map(str, row)) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(cells).rstrip())
