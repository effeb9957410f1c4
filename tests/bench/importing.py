"""What does it take to import the whole schedule of the United States?

Time and peak memory of a process of its own, from the official CSV to rows in the database. Where
the official file lies beside the repository it is used; elsewhere one of the same form, size and
content is written from the facts, but for the descriptions, which the importer reads past.
"""

import csv
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from data.importing.us_hts_files import CSV_COLUMNS
from data.loading.schedules import DECLARABLE, read_codes, read_schedule
from data.loading.sources import SOURCES
from tests.bench.rounds import Effort, Figure

Line = tuple[str, ...]
SOURCE, AS_OF = "US-HTS", date(2026, 1, 1)
ORIGINAL = Path("../shared/data/tariff_us/hts_2026_basic_edition.csv")
_COMMAND = (sys.executable, "-m", "tests.bench.importing")
_FACTS = SOURCES.parent / "schedules" / "US"
_DESCRIPTION = "Other goods of this heading, whether or not put up for retail sale, nesoi:"


def measure_import(folder: Path, effort: Effort) -> list[Figure]:
    """Seconds and peak memory, each import in a fresh process and an empty database."""
    file = ORIGINAL
    if not file.exists():
        file = folder / "hts.csv"
        write_schedule(file)
    seconds, megabytes = [], []
    for number in range(1 if effort.quick else 3):
        told = subprocess.run(
            [
                sys.executable,
                "-m",
                "tests.bench.importing",
                str(file),
                str(folder / f"{number}.db"),
            ],
            capture_output=True,
            text=True,
            check=True,
        )
        rows, elapsed, peak = told.stdout.split()
        seconds.append(float(elapsed))
        megabytes.append(float(peak))
    note = f"{int(rows):,} rows, {'the official file' if file == ORIGINAL else 'from facts'}"
    return [
        Figure("Importing the schedule of the United States", seconds, "<=", 20, "s", note),
        Figure("Peak memory of that import", megabytes, "<=", 300, "MB"),
    ]


def write_schedule(path: Path) -> None:
    """Write the embedded schedule of the United States in the form of the Commission's CSV."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(CSV_COLUMNS)
        writer.writerows(_lines())


def _lines() -> Iterator[Line]:
    """Each line with a rate, the statistical codes beneath it, and headings as in the original."""
    cells = _cells()
    statistical: dict[str, list[tuple[str, str]]] = {}
    for listed in read_codes(_FACTS):
        statistical.setdefault(listed.code[:8], []).append((listed.code, listed.unit or ""))
    heading = ""
    for code in sorted(cells):
        if code[:4] != heading:
            heading = code[:4]
            yield _line(heading, 0, {})
            yield from 3 * [_line("", 0, {})]  # lines that only group others
        beneath = dict(statistical.get(code, ()))
        whole = beneath.pop(f"{code}00", None)
        if whole is None:
            yield _line(code, 1, cells[code])
        else:
            yield _line(f"{code}00", 1, {**cells[code], "unit": [whole]})
        if beneath:
            yield _line("", 2, {})
        for statistic, unit in beneath.items():
            if statistic not in cells:
                yield _line(statistic, 2, {"unit": [unit]})


def _cells() -> dict[str, dict[str, list[str]]]:
    """What stands in the columns of each code with a rate, by programme."""
    cells: dict[str, dict[str, list[str]]] = {}
    for row in read_schedule(_FACTS):
        if row.programme == DECLARABLE:
            continue
        column = "third_country" if row.programme == "additional" else row.programme
        written = row.expression
        if row.programme == "preference" and row.origins:
            written = f"{row.expression} ({','.join(row.origins)})"
        columns = cells.setdefault(row.code, {})
        columns.setdefault(column, []).append(written)
        if row.unit:
            columns["unit"] = [row.unit]
    return cells


def _line(code: str, indent: int, cells: Mapping[str, list[str]]) -> Line:
    dotted = ".".join([code[:4], *(code[at : at + 2] for at in range(4, len(code), 2))])
    units = " ".join(cells.get("unit", ()))
    return (
        dotted,
        str(indent),
        _DESCRIPTION,
        json.dumps(units.split(";")) if units else "",
        " ".join(cells.get("third_country", ())),
        " ".join(cells.get("preference", ())),
        " ".join(cells.get("column_2", ())),
        "",
        " ".join(cells.get("safeguard", ())),
    )


def _import(file: Path, database: Path) -> None:
    """Import a file into a new database, and print rows, seconds and peak megabytes."""
    from api.services.importing import import_schedule
    from data.store.engines import open_engine
    from data.store.migrating import migrate
    from data.store.schedules import Schedules

    engine = open_engine(f"sqlite:///{database}")
    migrate(engine)
    began = time.perf_counter()
    sink = Schedules(engine, datetime(2026, 11, 24, tzinfo=UTC))
    report = import_schedule(SOURCE, [str(file)], sink, AS_OF)
    elapsed = time.perf_counter() - began
    print(report.rows, round(elapsed, 2), round(_peak_megabytes(), 1))


def _peak_megabytes() -> float:
    """The most memory this program ever held; `getrusage` counts what its parent held, too."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise OSError("this kernel does not tell the peak")


if __name__ == "__main__":
    _import(Path(sys.argv[1]), Path(sys.argv[2]))
