"""What do the UK and Northern Ireland tariffs say of a commodity today?

Reads documents of the UK Trade Tariff's API (version 2), one for each commodity, in its JSON:API
form or flattened. The Northern Ireland tariff (``xi``) is the EU's, with the UK's VAT and excise:
imported for ``XI`` it keeps those, for ``EU`` it leaves them out.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from data.importing.locations import Location, open_location
from data.importing.reports import Canonical, ImportReport, Tally
from data.importing.sinks import ScheduleSink
from data.importing.uk_tariff_documents import DocumentError, read_areas, read_commodity
from data.importing.uk_tariff_measures import (
    Areas,
    MeasureError,
    additional_code_of,
    check_keys,
    days_of,
    expression_of,
    is_used_up,
    law_of,
    order_number_of,
    programme_of,
    scope_of,
)
from data.loading.sources import Source
from data.model.schedule_rows import ScheduleRow

_TAXES = ("vat", "excise")
_QUOTAS = ("quota", "preferential_quota")


def import_uk_tariff(
    locations: Iterable[Location],
    sink: ScheduleSink,
    *,
    source: Source,
    as_of: date,
    canonical: Canonical,
    areas: Location | None = None,
) -> ImportReport:
    """Import the documents of any number of commodities, all of them or none.

    `source` says for which territory; `as_of` is the day the documents were asked; `areas` is the
    API's list of geographical areas, needed when documents name groups without their members. The
    report's `laws` are the legal acts that the measures name. Raises `ImportRefusedError`.
    """
    tally = Tally(source, as_of, source.territory, canonical)
    tally.laws.update(source.laws)
    members: Areas = {}
    if areas is not None:
        with open_location(areas) as file:
            try:
                members = read_areas(file)
            except DocumentError as error:
                raise tally.refusal(f"{areas}: {error}") from error
    rows = (row for location in locations for row in _document(location, tally, members))
    sink.replace(source.territory, source.id, as_of, complete=False, rows=tally.watch(rows))
    return tally.finish()


def commodity_urls(source: Source, codes: Iterable[str]) -> Iterator[str]:
    """Where the documents of these ten-digit codes are asked from."""
    for code in codes:
        yield source.url.replace("{code}", code)


def _document(location: Location, tally: Tally, areas: Areas) -> Iterator[ScheduleRow]:
    with open_location(location) as file:
        try:
            commodity = read_commodity(file)
        except (DocumentError, KeyError, TypeError, UnicodeDecodeError) as error:
            raise tally.refusal(f"{location}: {error}") from error
    code = commodity["goods_nomenclature_item_id"]
    tally.declare(code)
    for number, measure in enumerate(commodity["import_measures"], start=1):
        tally.lines += 1
        try:
            row = _row(code, measure, tally, areas)
        except MeasureError as error:
            tally.refuse(number, f"{code}, measure {measure.get('id')}: {error}")
            continue
        if row is not None:
            yield row


def _row(code: str, measure: Mapping[str, Any], tally: Tally, areas: Areas) -> ScheduleRow | None:
    check_keys(measure)
    programme = programme_of(measure)
    if programme is None:
        tally.skipped[f"measures of type {measure['measure_type']['id']}"] += 1
        return None
    if programme in _TAXES and tally.territory == "EU":
        tally.skipped[f"the United Kingdom's {programme}"] += 1
        return None
    if programme in _QUOTAS and is_used_up(measure, tally.as_of):
        tally.skipped["quotas that are exhausted, blocked or suspended on the day"] += 1
        return None
    expression = expression_of(measure)
    since, until = days_of(measure)
    scope = scope_of(measure, areas, everywhere=programme in _TAXES)
    law = law_of(measure, next(iter(tally.source.laws.values())))
    tally.laws.setdefault(law.id, law)
    counted_in = expression if programme == "supplementary_unit" else None
    return ScheduleRow(
        code=code,
        programme=programme,
        expression=expression,
        parsed=None if counted_in else tally.read(expression),
        since=since,
        law=law.id,
        until=until,
        origins=scope.origins,
        excluded_origins=scope.excluded,
        unit=counted_in,
        order_number=order_number_of(measure),
        additional_code=additional_code_of(measure),
    )
