"""How many variants are found, how many clean names raise an alert, and how long does it take?"""

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

from customs.screening.matching import Party, screen_party
from customs.screening.policy import Policy
from customs.screening.snapshot import HeldLists, ListSnapshots, ListVersion, compile_lists
from data.loading.screening import load_screening
from data.model.listed_parties import ListedName, ListedParty
from tests.screening_bench.names import Invented
from tests.screening_bench.variants import variants

ON = date(2026, 11, 24)
LOW = Policy(cutoff=0.3, review=0.3, block=0.95)
THRESHOLDS = tuple(each / 100 for each in range(50, 100, 5))


def invented_lists(folder: Path, names: Sequence[Invented]) -> HeldLists:
    """Compile invented names as one list."""
    entries = [
        ListedParty("INVENTED", str(at), name.kind, (ListedName(name.listed),))
        for at, name in enumerate(names)
    ]
    return held_lists(folder, entries)


def held_lists(folder: Path, entries: Sequence[ListedParty]) -> HeldLists:
    """Compile entries as one list."""
    moment = datetime(2026, 11, 24, tzinfo=UTC)
    about = ListVersion("INVENTED", "Nobody", "", ON, "0" * 64, moment, len(entries), len(entries))
    compile_lists(folder, [about], entries, load_screening().legal_forms)
    held = ListSnapshots(folder).current()
    assert held is not None
    return held


def found_scores(
    held: HeldLists, names: Iterable[tuple[int, Invented]], seed: int
) -> dict[str, list[float]]:
    """By kind of variant: the score that the right entry had, 0 where it was not among them."""
    chance = Random(seed)
    found: dict[str, list[float]] = defaultdict(list)
    for at, name in names:
        for kind, text in variants(name, chance):
            screened = screen_party(Party(text), held, ON, LOW)
            right = [each.score for each in screened.candidates if each.entry.id == str(at)]
            found[kind].append(max(right, default=0.0))
    return found


def top_scores(held: HeldLists, names: Iterable[str]) -> list[float]:
    """The highest score of each name, 0 where nothing was near."""
    found = []
    for text in names:
        screened = screen_party(Party(text), held, ON, LOW)
        found.append(max((each.score for each in screened.candidates), default=0.0))
    return found


def share(scores: Sequence[float], threshold: float) -> float:
    """The part of scores that reach a threshold."""
    return sum(score >= threshold for score in scores) / max(len(scores), 1)


def timed(held: HeldLists, names: Sequence[str]) -> list[float]:
    """Milliseconds of the processor for each name, sorted: neighbours of a machine do not count."""
    policy = Policy()
    took = []
    for text in names:
        begun = time.process_time()
        screen_party(Party(text), held, ON, policy)
        took.append((time.process_time() - begun) * 1000)
    return sorted(took)
