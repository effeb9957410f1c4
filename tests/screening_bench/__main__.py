"""``python -m tests.screening_bench``: the whole measurement, with the curve by threshold.

Settings were chosen with the seeds of `TUNING`; what is printed by default are those of `TESTING`.
With ``--real FOLDER`` the same is done for lists that are imported from files.
"""

import argparse
import tempfile
from pathlib import Path
from random import Random

from tests.screening_bench.measuring import (
    THRESHOLDS,
    found_scores,
    invented_lists,
    share,
    timed,
    top_scores,
)
from tests.screening_bench.names import invent
from tests.screening_bench.real import measure_real

TUNING, TESTING = (11, 12, 13), (3001, 3002, 3003)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.screening_bench")
    parser.add_argument("--entries", type=int, default=30_000)
    parser.add_argument("--asked", type=int, default=1000)
    parser.add_argument("--clean", type=int, default=5000)
    parser.add_argument("--tuning", action="store_true", help="the seeds that settings came from")
    parser.add_argument("--real", type=Path, help="a folder of official lists")
    asked = parser.parse_args()
    if asked.real:
        measure_real(asked.real, asked.asked, asked.clean)
        return
    listed, sampled, clean = TUNING if asked.tuning else TESTING
    names = invent(listed, asked.entries)
    with tempfile.TemporaryDirectory() as folder:
        held = invented_lists(Path(folder), names)
        chosen = Random(sampled).sample(list(enumerate(names)), asked.asked)
        found = found_scores(held, chosen, sampled)
        known = {name.listed for name in names}
        others = [each for each in invent(clean, asked.clean * 2) if each.listed not in known]
        texts = [each.written["listed"] for each in others[: asked.clean]]
        tops = top_scores(held, texts)
        took = timed(held, texts[:2000])
    print(f"{len(names)} entries, {asked.asked} of them asked for, {len(texts)} clean names")
    print("threshold        " + "".join(f"{each:8.2f}" for each in THRESHOLDS))
    for kind, scores in sorted(found.items()):
        print(f"{kind:17}" + "".join(f"{share(scores, each):8.3f}" for each in THRESHOLDS))
    print("false alerts     " + "".join(f"{share(tops, each):8.3f}" for each in THRESHOLDS))
    half, most, worst = (took[int(len(took) * each)] for each in (0.5, 0.95, 0.99))
    print(f"one name: p50 {half:.2f} ms, p95 {most:.2f} ms, p99 {worst:.2f} ms")


if __name__ == "__main__":
    main()
