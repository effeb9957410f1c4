"""How fast is it, in ratios that hold on any machine? ``make bench``, ``python -m tests.bench``

The table at the end can be put into the README as it is. The run fails when a figure misses its
target.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.fanout import measure_fanout
from tests.bench.importing import measure_import
from tests.bench.lines import measure_lines
from tests.bench.lookups import measure_lookups
from tests.bench.rounds import Effort, Figure, table
from tests.bench.web import measure_web

SUITES: dict[str, tuple[Callable[[Path, Effort], list[Figure]], Effort, Effort]] = {
    # what, in full, and when it must be quick
    "http": (measure_web, Effort(7, 1.2), Effort(3, 0.6, quick=True)),
    "lines": (measure_lines, Effort(5, 1.0), Effort(3, 0.4, quick=True)),
    "lookups": (measure_lookups, Effort(7, 0.6), Effort(3, 0.3, quick=True)),
    "fanout": (measure_fanout, Effort(5, 0.0), Effort(3, 0.0, quick=True)),
    "import": (measure_import, Effort(3, 0.0), Effort(1, 0.0, quick=True)),
}


def main() -> int:
    """Run the suites and print the table; 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument(
        "--only", choices=SUITES, action="append", help="one suite; may be repeated"
    )
    chosen = parser.parse_args()
    figures: list[Figure] = []
    for name in chosen.only or SUITES:
        measure, full, quick = SUITES[name]
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="tidewaiter-bench-") as folder:
            figures += measure(Path(folder), quick if chosen.quick else full)
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    print(_heading(quick=chosen.quick), table(figures), sep="\n\n")
    return 0 if all(figure.holds for figure in figures) else 1


def _heading(*, quick: bool) -> str:
    """Which code was measured, when and on what."""
    day = time.strftime("%Y-%m-%d", time.gmtime())
    how = ", quick" if quick else ""
    return (
        f"Measured {day} at {_commit()}{how}: Python {platform.python_version()}, "
        f"{os.cpu_count()} cores; medians, with the least and the greatest round."
    )


def _commit() -> str:
    try:
        told = subprocess.run(
            ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "an unknown commit"
    return told.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
