"""How does an official schedule get from its source into this site's database?"""

from collections.abc import Callable, Sequence
from datetime import date

from data.importing.reports import ImportReport
from data.importing.sinks import ScheduleSink
from data.importing.uk_tariff_api import import_uk_tariff
from data.importing.us_hts import import_us_hts
from data.loading.sources import Source, load_sources
from tariffs.expressions import parse, split_special

Importer = Callable[[Source, Sequence[str], ScheduleSink, date], ImportReport]


class UnknownSourceError(LookupError):
    """No feed of that name can be imported."""


def import_schedule(
    name: str, locations: Sequence[str], sink: ScheduleSink, on: date
) -> ImportReport:
    """Import a feed of sources.toml from files or addresses, whole or not at all.

    `on` is the day that the source speaks of. Raises `UnknownSourceError` and
    `ImportRefusedError`.
    """
    source, importer = load_sources().get(name), IMPORTERS.get(name)
    if source is None or importer is None:
        raise UnknownSourceError(f"no feed is called {name}; there are: {', '.join(IMPORTERS)}")
    return importer(source, locations, sink, on)


def canonical(expression: str) -> str | None:
    """An expression's canonical spelling, None when it cannot be read."""
    parsed = parse(expression)
    return parsed.text if parsed.readable else None


def _us(source: Source, locations: Sequence[str], sink: ScheduleSink, on: date) -> ImportReport:
    if len(locations) != 1:
        raise UnknownSourceError(f"{source.id} is one file or address")
    return import_us_hts(
        locations[0],
        sink,
        source=source,
        as_of=on,
        canonical=canonical,
        split_special=split_special,
    )


def _uk(source: Source, locations: Sequence[str], sink: ScheduleSink, on: date) -> ImportReport:
    return import_uk_tariff(locations, sink, source=source, as_of=on, canonical=canonical)


IMPORTERS: dict[str, Importer] = {
    "US-HTS": _us,
    "UK-TRADE-TARIFF": _uk,
    "XI-TRADE-TARIFF": _uk,
}
"""The feeds of sources.toml that can be imported, and how each is read."""
