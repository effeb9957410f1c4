"""Are the facts in order, and are they what their sources say?"""

from collections.abc import Iterator
from pathlib import Path

from api.commands.tariff import described
from api.services.compiling import FACTS, load_facts
from data.importing.classification_terms import derive_terms
from data.importing.derive import derive
from data.loading.classification import load_classification, load_subheadings
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
    yield from _classification(facts.folder / "classification")


def _classification(folder: Path) -> Iterator[str]:
    """Read what the classifier knows, where a folder of facts has it."""
    if folder.exists():
        known = load_classification(folder)
        yield (
            f"Classification: {len(known.terms)} phrases, {len(known.labels)} labels, "
            f"{len(known.questions)} questions, model {known.version}"
        )


def derived(source: Path, folder: Path | None) -> Iterator[str]:
    """Derive the embedded schedules from their official files, and the phrases with codes."""
    for report in derive(source, folder or FACTS, canonical, split_special):
        yield from described(report)
    official = source / "classification"
    if official.exists():
        terms = derive_terms(
            official / "uk_search_references.json",
            official / "uk_extra_references.csv",
            official / "uk_vague_terms.csv",
            load_subheadings(),
            (folder or FACTS) / "classification",
        )
        yield f"Classification: {sum(terms.kept.values())} phrases"
        yield from (f"  left out: {row}" for row in terms.left_out)
