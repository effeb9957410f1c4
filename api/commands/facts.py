"""Are the facts in order, and are they what their sources say?"""

from collections.abc import Iterator
from pathlib import Path

from api.commands.tariff import described
from api.services.compiling import FACTS, load_facts
from data.importing.derive import derive
from data.loading.schedules import read_codes, read_schedule
from tariffs.expressions import canonical, split_special


def checked(folder: Path | None) -> Iterator[str]:
    """Read everything, and count it. Raises `FactsError` at the first thing that is wrong."""
    facts = load_facts(folder or FACTS)
    yield f"{len(facts.territories)} territories, {len(facts.agreements)} with agreements"
    for territory, measures in sorted(facts.measures.items()):
        yield f"{territory}: {len(measures)} additional measures"
    for source in facts.sources.values():
        if source.as_of is not None:
            place = facts.folder / "schedules" / source.territory
            rows = sum(1 for _ in read_schedule(place, source.laws))
            codes = sum(1 for _ in read_codes(place))
            yield f"{source.territory}: {rows} rates and {codes} listed codes of {source.as_of}"


def derived(source: Path, folder: Path | None) -> Iterator[str]:
    """Derive the embedded schedules from their official files."""
    for report in derive(source, folder or FACTS, canonical, split_special):
        yield from described(report)
