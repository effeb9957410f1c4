"""How are the committed schedules made from their sources?

Each embedded source is imported into facts by the importer of its format. Doing it twice gives the
same bytes; the source files themselves are never kept.
"""

from pathlib import Path

from data.importing.feeds import import_schedule
from data.importing.reports import Canonical, ImportReport, SplitSpecial
from data.importing.sinks import FactsSink
from data.loading.sources import load_sources

_FILES = {
    "us_hts": Path("tariff_us/hts_2026_basic_edition.csv"),
    "uk_eu_rates": Path("tariff_uk/uk_global_tariff_ukgt_2021.csv"),
}
_BESIDE = {"uk_eu_rates": Path("hs/concordance_hs6_hs5.csv")}


def derive(
    shared: Path, facts: Path, canonical: Canonical, split_special: SplitSpecial
) -> list[ImportReport]:
    """Write every embedded schedule anew: `<facts>/schedules/<territory>/*.csv`.

    `shared` is the folder that holds the source files, `facts` the one that holds
    `sources.toml` and receives the schedules. Raises `ImportRefusedError` when a source is not
    what it was; schedules already written stay.
    """
    sink = FactsSink(facts / "schedules")
    return [
        import_schedule(
            source,
            [shared / _FILES[source.format]],
            sink,
            as_of=source.as_of,
            canonical=canonical,
            split_special=split_special,
            beside=shared / _BESIDE[source.format] if source.format in _BESIDE else None,
        )
        for source in load_sources(facts / "sources.toml").values()
        if source.as_of is not None
    ]
