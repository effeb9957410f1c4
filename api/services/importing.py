"""How does an official schedule get from its source into this site's database?"""

from collections.abc import Sequence
from datetime import date

from data.importing import feeds
from data.importing.reports import ImportReport
from data.importing.sinks import ScheduleSink
from data.loading.sources import load_sources
from tariffs.expressions import canonical, split_special


class UnknownSourceError(LookupError):
    """sources.toml describes no source of that name."""


def import_schedule(
    name: str, locations: Sequence[str], sink: ScheduleSink, on: date, beside: str | None = None
) -> ImportReport:
    """Import a source of sources.toml from files or addresses, whole or not at all.

    `on` is the day that the source speaks of; `beside` a second file that some formats need.
    Raises `UnknownSourceError`, `ImportRefusedError`, `ValueError` for a missing or spare file.
    """
    sources = load_sources()
    if name not in sources:
        raise UnknownSourceError(f"no source is called {name}; there are: {', '.join(sources)}")
    return feeds.import_schedule(
        sources[name],
        locations,
        sink,
        as_of=on,
        canonical=canonical,
        split_special=split_special,
        beside=beside,
    )
