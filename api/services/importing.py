"""How does an official schedule, or what goes with one, get from its source into this site?"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from data.importing import feeds
from data.importing.hmrc_rates import read_hmrc_rates
from data.importing.kept_rates import keep_rates
from data.importing.origin_rule_reports import OriginRuleReport
from data.importing.reports import ImportReport
from data.importing.sinks import ScheduleSink
from data.importing.uk_origin_rules import import_uk_origin_rules
from data.loading.sources import Source, load_sources
from tariffs.expressions import canonical, split_special


class UnknownSourceError(LookupError):
    """sources.toml describes no source of that name."""


def source_called(name: str) -> Source:
    """A source of sources.toml. Raises `UnknownSourceError`."""
    sources = load_sources()
    if name not in sources:
        raise UnknownSourceError(f"no source is called {name}; there are: {', '.join(sources)}")
    return sources[name]


def import_schedule(
    name: str, locations: Sequence[str], sink: ScheduleSink, on: date, beside: str | None = None
) -> ImportReport:
    """Import a schedule of sources.toml from files or addresses, whole or not at all.

    `on` is the day that the source speaks of; `beside` a second file that some formats need.
    Raises `UnknownSourceError`, `ImportRefusedError`, `ValueError` for a missing or spare file.
    """
    return feeds.import_schedule(
        source_called(name),
        locations,
        sink,
        as_of=on,
        canonical=canonical,
        split_special=split_special,
        beside=beside,
    )


def import_origin_rules(
    source: Source, locations: Sequence[str], data_dir: Path, on: date, beside: str | None
) -> OriginRuleReport:
    """Import rules of origin into the data directory, whole or not at all.

    `beside` is the document of the schemes, `locations` are their documents of rules.
    """
    if beside is None:
        raise ValueError(f"{source.id} cannot be read without its document of schemes (--beside)")
    return import_uk_origin_rules(beside, locations, data_dir, source=source, as_of=on)


def import_hmrc_rates(
    source: Source, locations: Sequence[str], data_dir: Path
) -> tuple[date, date, int, int]:
    """Import monthly customs rates, whole or not at all.

    The days that the first and the last month were fixed on, the rates read and the months held.
    """
    days = read_hmrc_rates(locations, source)
    held = keep_rates(data_dir, "HMRC", days)
    return days[0][0], days[-1][0], sum(len(rates) for _, rates in days), held
