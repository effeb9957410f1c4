"""What goes into a snapshot: all facts, and every schedule that was imported here?"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.services.vocabulary import described_measures
from customs.controls import Controls, prove
from customs.rulebook import read_pegs
from customs.territories import read_territory
from data.importing.ecb_rates import DayOfRates, read_ecb_rates
from data.loading.agreements import load_agreements
from data.loading.controls import load_controls
from data.loading.documents import Document, FactsError, load_document, load_documents
from data.loading.identifiers import load_identifiers
from data.loading.measures import load_groups, load_measures
from data.loading.schedules import read_codes, read_schedule
from data.loading.sources import SOURCES, Source, legal_act, load_sources
from data.model.dated import Law
from data.model.schedule_rows import ScheduleRow
from data.store.schedules import ImportedSchedule, Schedules
from tariffs.measures import read_measures
from tariffs.origin import read_agreements
from tariffs.schedule import Measure
from tariffs.snapshot import ScheduleContents, ScheduleVersion, SnapshotContents

FACTS = SOURCES.parent


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the facts files say, read strictly."""

    folder: Path
    sources: Mapping[str, Source]
    territories: Mapping[str, Document]
    agreements: Mapping[str, Document]
    measures: Mapping[str, Sequence[Measure]]
    measure_rows: Mapping[str, Document]
    pegs: Document
    controls: Mapping[str, Document]
    identifiers: Document


def load_facts(folder: Path = FACTS) -> Facts:
    """Read every facts file, and every word in it as the rules will read it.

    Raises `FactsError` or another `ValueError` that names the file or the rule.
    """
    groups = load_groups(folder / "agreements" / "groups.toml")
    measures = load_measures(folder / "measures", groups)
    identifiers = folder / "identifiers.toml"
    facts = Facts(
        folder=folder,
        sources=load_sources(folder / "sources.toml"),
        territories=load_documents(folder / "territories"),
        agreements=load_agreements(folder / "agreements"),
        measures={name: read_measures(document) for name, document in measures.items()},
        measure_rows=measures,
        pegs=load_document(folder / "pegs.toml"),
        controls=load_controls(folder / "controls", groups),
        identifiers=load_identifiers(identifiers, groups) if identifiers.is_file() else {},
    )
    for code in facts.territories:
        read_territory(code, facts.territories)
    for document in facts.agreements.values():
        read_agreements(document)
    read_pegs(facts.pegs)
    if wrong := prove(Controls(facts.controls)):
        raise FactsError("; ".join(wrong))
    return facts


NO_RATES: Mapping[str, Iterable[DayOfRates]] = {}


def snapshot_contents(
    facts: Facts,
    imported: Schedules | None = None,
    rates: Mapping[str, Iterable[DayOfRates]] = NO_RATES,
) -> SnapshotContents:
    """All facts and all imports of this site, ready to be compiled.

    `rates` are imported rates of exchange by publisher, beside those that are installed.
    """
    imports = imported.versions() if imported else []
    territories = {name for source in _embedded(facts) for name in _speaks_for(source)}
    territories |= {version.territory for version in imports}
    without = facts.measures.keys() - territories
    return SnapshotContents(
        schedules=[
            _schedule(facts, territory, _imports_for(facts, territory, imports), imported)
            for territory in sorted(territories)
        ],
        documents={
            "territories": facts.territories,
            "agreements": facts.agreements,
            "pegs": facts.pegs,
            "controls": facts.controls,
            "identifiers": facts.identifiers,
            "measures": described_measures(facts.measures),
            "measures_without_schedule": {
                name: facts.measure_rows[name] for name in sorted(without)
            },
        },
        exchange_rates={"ECB": read_ecb_rates(), **rates},
    )


def _embedded(facts: Facts) -> list[Source]:
    return [source for source in facts.sources.values() if source.as_of is not None]


def _speaks_for(source: Source) -> tuple[str, ...]:
    """The territories whose tariff a source states (Northern Ireland reads the Union's)."""
    return (source.territory, *source.also_for)


def _imports_for(
    facts: Facts, territory: str, imports: Sequence[ImportedSchedule]
) -> list[ImportedSchedule]:
    """What was imported for a territory, or for another whose embedded schedule it reads too."""
    read = {s.territory for s in _embedded(facts) if territory in s.also_for}
    return [one for one in imports if one.territory == territory or one.territory in read]


def _schedule(
    facts: Facts,
    territory: str,
    imports: Sequence[ImportedSchedule],
    imported: Schedules | None,
) -> ScheduleContents:
    embedded = [source for source in _embedded(facts) if territory in _speaks_for(source)]
    folder = facts.folder / "schedules" / (embedded[0].territory if embedded else territory)
    versions = [
        ScheduleVersion(
            as_of=source.as_of,
            complete=True,
            rows=lambda: read_schedule(folder),
            laws=source.laws,
        )
        for source in embedded
        if source.as_of is not None
    ]
    if imported is not None:
        versions += [
            ScheduleVersion(
                one.as_of, one.complete, _rows(imported, one), _NamedLaws(_laws(facts, one))
            )
            for one in imports
        ]
    described = _describing(facts, territory, embedded, imports)
    return ScheduleContents(
        territory=territory,
        source=described.id,
        publisher=described.publisher,
        licence=described.licence,
        checked_on=described.checked_on,
        completeness=described.completeness,
        versions=versions,
        codes=lambda: (listed.code for listed in read_codes(folder)),
        measures=facts.measures.get(territory, ()),
        note=described.note,
    )


def _describing(
    facts: Facts, territory: str, embedded: Sequence[Source], imports: Sequence[ImportedSchedule]
) -> Source:
    """The source that says what a schedule is: its newest complete import, or the embedded one.

    Where there is neither, the newest import of single codes.
    """

    def named(*, complete: bool) -> list[Source]:
        newest = sorted((i for i in imports if i.complete is complete), key=lambda i: i.as_of)
        return [facts.sources[one.source] for one in newest if one.source in facts.sources]

    described = [*named(complete=False), *embedded, *named(complete=True)]
    if not described:
        raise FactsError(f"{territory}: sources.toml describes no schedule for it")
    return described[-1]


def _rows(imported: Schedules, version: ImportedSchedule) -> Callable[[], Iterator[ScheduleRow]]:
    return lambda: imported.rows(version)


def _laws(facts: Facts, version: ImportedSchedule) -> Mapping[str, Law]:
    source = facts.sources.get(version.source)
    return source.laws if source else {}


class _NamedLaws(dict[str, Law]):
    """Laws by id. A feed cites laws beyond those its source is described with."""

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str)

    def __missing__(self, key: str) -> Law:
        return legal_act(key)
