"""Which importer reads which source?

For the command line: a source by its id, and where its files lie.
"""

from collections.abc import Sequence
from datetime import date

from data.importing.au_schedule import import_au_schedule
from data.importing.ca_tphs import import_ca_tphs
from data.importing.locations import Location
from data.importing.reports import Canonical, ImportReport, SplitSpecial
from data.importing.sinks import ScheduleSink
from data.importing.uk_eu_rates import import_uk_eu_rates, read_concordance
from data.importing.uk_tariff_api import import_uk_tariff
from data.importing.us_hts import import_us_hts
from data.loading.sources import Source

_OF_ONE_FILE = {"ca_tphs": import_ca_tphs, "au_schedule": import_au_schedule}


def import_schedule(
    source: Source,
    locations: Sequence[Location],
    sink: ScheduleSink,
    *,
    as_of: date,
    canonical: Canonical,
    split_special: SplitSpecial,
    beside: Location | None = None,
) -> ImportReport:
    """Import a source, whole or not at all, by the importer of its format.

    `locations` are paths or addresses: one file, or for ``uk_tariff_api`` one document for each
    commodity. `beside` is what some formats need to be read: the list of geographical areas for
    ``uk_tariff_api``, the concordance of 2022 and 2017 for ``uk_eu_rates``. Raises
    `ImportRefusedError`, `UnreachableSourceError`, and `ValueError` for a missing or spare file.
    """
    if source.format == "uk_tariff_api":
        return import_uk_tariff(
            locations, sink, source=source, as_of=as_of, canonical=canonical, areas=beside
        )
    if len(locations) != 1:
        raise ValueError(f"{source.id} is one file, not {len(locations)}")
    if source.format == "us_hts":
        return import_us_hts(
            locations[0],
            sink,
            source=source,
            as_of=as_of,
            canonical=canonical,
            split_special=split_special,
        )
    if source.format in _OF_ONE_FILE:
        importer = _OF_ONE_FILE[source.format]
        return importer(locations[0], sink, source=source, as_of=as_of, canonical=canonical)
    if beside is None:
        raise ValueError(f"{source.id} cannot be read without a concordance")
    return import_uk_eu_rates(
        locations[0],
        sink,
        source=source,
        as_of=as_of,
        concordance=read_concordance(beside),
        canonical=canonical,
    )
