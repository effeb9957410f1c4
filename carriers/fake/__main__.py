"""The fake carrier as a process of its own: ``python -m carriers.fake --port 9500``."""

import argparse
from pathlib import Path

from carriers.fake.faults import Chances
from carriers.fake.server import Habits, run


def main() -> None:
    """Read what is to go wrong, and serve until it is told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=9500, help="0: any that is free")
    parser.add_argument("--log", type=Path, default=Path(".tidewaiter/fake_sales.jsonl"))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--buying", type=float, default=0.0, help="share of faulty purchases")
    parser.add_argument("--looking", type=float, default=0.0, help="share of faulty questions")
    parser.add_argument("--slow", type=float, default=2.0, help="seconds of a slow answer")
    parser.add_argument("--shown-after", type=float, default=0.0, help="seconds till it is found")
    given = parser.parse_args()
    chances = Chances(given.seed, given.buying, given.looking)
    run(given.port, given.log, chances, Habits(given.slow, shown_after=given.shown_after))


if __name__ == "__main__":
    main()
