"""The same measurement on official lists, where they are at hand. No name is printed."""

import tempfile
from datetime import date
from pathlib import Path
from random import Random

from customs.screening.matching import Party, screen_party
from data.importing.sanctions import read_list
from data.loading.screening import load_screening
from data.model.listed_parties import ListedParty
from tests.screening_bench.measuring import (
    LOW,
    ON,
    THRESHOLDS,
    held_lists,
    share,
    timed,
    top_scores,
)
from tests.screening_bench.names import invent
from tests.screening_bench.variants import one_edit

FILES = {
    "OFAC-SDN": (("ofac/sdn_2023-01_sancbook.csv",), date(2023, 1, 21)),
    "OFAC-CONS": (
        (
            "ofac/cons_prim_2025-12-19.csv",
            "ofac/cons_alt_2025-12-19.csv",
            "ofac/cons_add_2025-12-19.csv",
        ),
        date(2025, 12, 19),
    ),
    "UN": (("un/UN_consolidated_2026-02.xml",), None),
    "US-DPL": (("us_bis/dpl_2022-09-07.txt",), date(2022, 9, 7)),
}
CLEAN_SEED, EDIT_SEED = 2031, 2032


def real_entries(folder: Path) -> list[ListedParty]:
    """The entries of the official lists of a folder, without what a newer import must have."""
    from dataclasses import replace

    known = load_screening().lists
    entries: list[ListedParty] = []
    for name, (files, as_of) in FILES.items():
        watch_list = replace(known[name], expect={})
        entries += read_list(watch_list, [folder / file for file in files], as_of=as_of).entries
    return entries


def measure_real(folder: Path, asked: int, clean: int) -> None:
    """Measure and print."""
    entries = real_entries(folder)
    chance = Random(EDIT_SEED)
    with tempfile.TemporaryDirectory() as compiled:
        held = held_lists(Path(compiled), entries)
        sample = chance.sample([each for each in entries if len(each.primary) > 7], asked)
        scores: dict[str, list[float]] = {"same": [], "order": [], "edit": []}
        for entry in sample:
            words = entry.primary.replace(",", "").split()
            chance.shuffle(words)
            for kind, text in (
                ("same", entry.primary),
                ("order", " ".join(words)),
                ("edit", one_edit(entry.primary, chance)),
            ):
                found = screen_party(Party(text), held, ON, LOW).candidates
                key = (entry.list, entry.id)
                right = [each.score for each in found if (each.entry.list, each.entry.id) == key]
                scores[kind].append(max(right, default=0.0))
        texts = [each.written["listed"] for each in invent(CLEAN_SEED, clean)]
        tops, took = top_scores(held, texts), timed(held, texts[:2000])
    print(f"{len(entries)} entries with {held.index.size} names; {asked} asked, {clean} clean")
    print("threshold        " + "".join(f"{each:8.2f}" for each in THRESHOLDS))
    for kind, found_ in scores.items():
        print(f"{kind:17}" + "".join(f"{share(found_, each):8.3f}" for each in THRESHOLDS))
    print("false alerts     " + "".join(f"{share(tops, each):8.3f}" for each in THRESHOLDS))
    print(f"one name: p50 {took[len(took) // 2]:.2f} ms, p95 {took[int(len(took) * 0.95)]:.2f} ms")
