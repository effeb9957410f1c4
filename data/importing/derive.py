"""How are the committed schedules made from their sources?

Each embedded source is imported into facts by the importer of its format. Doing it twice gives the
same bytes; the source files themselves are never kept.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from data.importing.reports import Canonical, ImportReport, SplitSpecial
from data.importing.sinks import FactsSink
from data.importing.uk_eu_rates import import_uk_eu_rates, read_concordance
from data.importing.us_hts import import_us_hts
from data.loading.sources import Source, load_sources

US_EDITION = Path("tariff_us/hts_2026_basic_edition.csv")
UK_TABLE = Path("tariff_uk/uk_global_tariff_ukgt_2021.csv")
CONCORDANCE = Path("hs/concordance_hs6_hs5.csv")


def derive(
    shared: Path, facts: Path, canonical: Canonical, split_special: SplitSpecial
) -> list[ImportReport]:
    """Write every embedded schedule anew: `<facts>/schedules/<territory>/*.csv`.

    `shared` is the folder that holds the source files, `facts` the one that holds
    `sources.toml` and receives the schedules. Raises `ImportRefusedError` when a source is not
    what it was; schedules already written stay.
    """
    sources = load_sources(facts / "sources.toml")
    sink = FactsSink(facts / "schedules")
    concordance = read_concordance(shared / CONCORDANCE)

    def us(source: Source) -> ImportReport:
        return import_us_hts(
            shared / US_EDITION,
            sink,
            source=source,
            as_of=_day(source),
            canonical=canonical,
            split_special=split_special,
        )

    def uk_or_eu(source: Source) -> ImportReport:
        return import_uk_eu_rates(
            shared / UK_TABLE,
            sink,
            source=source,
            as_of=_day(source),
            concordance=concordance,
            canonical=canonical,
        )

    importers: dict[str, Callable[[Source], ImportReport]] = {
        "US-HTS-2026": us,
        "GB-UKGT-2021": uk_or_eu,
        "EU-CCT-2021": uk_or_eu,
    }
    return [importer(sources[key]) for key, importer in importers.items()]


def _day(source: Source) -> date:
    if source.as_of is None:
        raise ValueError(f"{source.id} is a feed, not an embedded source")
    return source.as_of
