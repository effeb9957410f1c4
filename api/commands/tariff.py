"""What is held of each tariff, and what does it say of a code?"""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from api.clock import now
from api.services.compiling import FACTS, load_facts, snapshot_contents
from api.services.importing import (
    import_hmrc_rates,
    import_origin_rules,
    import_schedule,
    source_called,
)
from api.services.reading_tariffs import concerns, membership_of, schedule_of
from data.importing.kept_rates import kept_rates
from data.importing.origin_rule_reports import OriginRuleReport
from data.importing.reports import ImportReport
from data.store.schedules import Schedules
from tariffs.nomenclature import CommodityCode, CommodityCodeError
from tariffs.schedule import Measure, Rate
from tariffs.snapshot import NoSnapshotError, compile_snapshot

if TYPE_CHECKING:
    from api.assembly import Services

Row = tuple[str, ...]
LISTED = ("territory", "codes", "rows", "as of", "age", "completeness", "licence", "source")
SHOWN = ("programme", "expression", "origins", "since", "until", "law", "if")
_MOST_ORIGINS = 6
_LENGTHS = range(4, 14)


def compile_all(services: "Services", facts: Path | None) -> str:
    """Compile facts and imports; the snapshot's version."""
    loaded = load_facts(facts or FACTS)
    imported = None
    if services.storage.is_reachable() and services.storage.is_current():
        imported = Schedules(services.storage.engine, now())
    contents = snapshot_contents(loaded, imported, kept_rates(services.settings.data_dir))
    return compile_snapshot(services.settings.snapshot_dir, contents)


def listed(services: "Services", on: date) -> list[Row]:
    """What every schedule is made of, and how old it is on a day."""
    return [
        (
            status.territory,
            f"{status.codes:,}",
            f"{status.rows:,}",
            status.as_of.isoformat(),
            f"{(on - status.as_of).days} d",
            status.completeness,
            status.licence,
            status.source,
        )
        for status in services.snapshots.current().statuses()
    ]


def shown(
    services: "Services", territory: str, code: str, origin: str | None, on: date
) -> Iterator[tuple[str, list[Row]]]:
    """Declarable codes, those that say the same together, with what is in force on a day."""
    snapshot = services.snapshots.current()
    schedule = schedule_of(snapshot, territory.upper())
    if schedule is None:
        raise NoSnapshotError(f"no tariff of {territory} is held")
    parsed = CommodityCode.parse(code, _LENGTHS)
    found = schedule.find(parsed.digits)
    if not found:
        raise CommodityCodeError(f"{schedule.status.territory} has no code {parsed}")
    membership = membership_of(snapshot, schedule.status.territory)
    alike: dict[tuple[Row, ...], list[str]] = {}
    for commodity in found:
        everything: tuple[Rate | Measure, ...] = (*commodity.rates, *commodity.measures)
        rows = tuple(
            _row(one)
            for one in everything
            if one.applies(on) and concerns(one, origin, membership, on)
        )
        alike.setdefault(rows, []).append(str(CommodityCode(commodity.code)))
    for rows, codes in alike.items():
        yield f"{_joined(codes)} on {on}", list(rows)


def _joined(codes: Sequence[str]) -> str:
    return codes[0] if len(codes) == 1 else f"{codes[0]} to {codes[-1]} ({len(codes)} codes)"


def imported(
    services: "Services",
    name: str,
    locations: Sequence[str],
    as_of: date,
    beside: str | None,
) -> Iterator[str]:
    """Import a source into this site, and say what was found."""
    source = source_called(name)
    if source.format == "uk_origin_rules":
        folder = services.settings.data_dir
        rules = import_origin_rules(source, locations, folder, as_of, beside)
        yield f"{source.id}: {rules.rules} rules of {rules.schemes} schemes, as of {as_of}"
        yield from _described_rules(rules)
        return
    if source.format == "hmrc_rates":
        first, last, rates, held = import_hmrc_rates(source, locations, services.settings.data_dir)
        yield f"{source.id}: {rates} rates, fixed from {first} to {last}; months held: {held}"
        return
    sink = Schedules(services.storage.engine, now())
    yield from described(import_schedule(name, locations, sink, as_of, beside))


def _described_rules(report: OriginRuleReport) -> Iterator[str]:
    """An import of rules of origin, a line at a time."""
    yield f"  entries: {report.entries}"
    for kind, count in sorted(report.classes.items()):
        yield f"  {kind}: {count}"
    for scheme in report.without_rules:
        yield f"  without rules: {scheme}"


def described(report: ImportReport) -> Iterator[str]:
    """An import's report, a line at a time."""
    yield f"{report.source}: {report.rows} rows of {report.codes} codes, as of {report.as_of}"
    for programme, count in sorted(report.programmes.items()):
        yield f"  {programme}: {count}"
    for what, count in sorted(report.skipped.items()):
        yield f"  left out: {what}: {count}"
    for expression, count in sorted(report.unread.items()):
        yield f"  kept as it is written: {expression!r} ({count})"
    for line in report.refused:
        yield f"  line {line.line} refused: {line.reason}"


def _row(one: Rate | Measure) -> Row:
    origins = list(one.origins[:_MOST_ORIGINS])
    if len(one.origins) > _MOST_ORIGINS:
        origins.append(f"+{len(one.origins) - _MOST_ORIGINS}")
    name = str(one.programme) if isinstance(one, Rate) else f"{one.heading} ({one.role})"
    return (
        name,
        one.expression,
        " ".join(origins) or "all",
        one.since.isoformat(),
        one.until.isoformat() if one.until else "",
        one.law.id,
        "" if isinstance(one, Rate) else " and ".join(one.requires),
    )
