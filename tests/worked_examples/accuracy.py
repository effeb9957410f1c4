"""How right is the engine? ``make accuracy`` prints the worked examples by destination.

A *divergent* example follows the law where its source does not; the README of its folder says how.
A *failed* one does not come out as it says.
"""

import re
import sys
from collections import Counter
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
SUITES = [str(FOLDER), str(FOLDER.parent / "tariffs" / "test_us_worked_examples.py")]


class Tally:
    """Counts the outcome of every worked example by the folder that it stands in."""

    def __init__(self) -> None:
        self.homes = {
            id_: path.parent.name
            for path in FOLDER.glob("*/*.toml")
            for id_ in re.findall(r'^id = "([^"]+)"', path.read_text("utf-8"), re.MULTILINE)
        }
        self.passed: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count one example; a fault in setting it up is a failure too."""
        name = re.search(r"\[(.+)\]$", report.nodeid)
        home = self.homes.get(name[1]) if name else None
        if home is None:
            return
        if report.failed:
            self.failed[home] += 1
        elif report.when == "call":
            self.passed[home] += 1


def divergent(home: str) -> int:
    """How many examples of a folder follow the law against their source, by its README."""
    readme = FOLDER / home / "README.md"
    if not readme.exists():
        return 0
    rows = re.findall(r"^\| ([A-Z].*?) \|", readme.read_text("utf-8"), re.MULTILINE)
    return sum(len(row.split(",")) for row in rows)


def main() -> int:
    """Run every worked example and print the table; 1 if one fails."""
    tally = Tally()
    code = pytest.main(["-q", "--no-header", "-p", "no:cacheprovider", *SUITES], plugins=[tally])
    homes = sorted(set(tally.homes.values()))
    print(
        "\n| destination | examples | passed | failed | of them divergent |\n|---|---|---|---|---|"
    )
    for home in homes:
        passed, failed = tally.passed[home], tally.failed[home]
        print(f"| {home} | {passed + failed} | {passed} | {failed} | {divergent(home)} |")
    passed, failed = tally.passed.total(), tally.failed.total()
    apart = sum(divergent(home) for home in homes)
    print(f"| all | {passed + failed} | {passed} | {failed} | {apart} |")
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
