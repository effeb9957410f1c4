"""Which rates of exchange were imported at this site?

One CSV for each publisher in the site's data directory (day, currency, units): written beside the
old one and renamed, so whole or not at all. An import replaces the days that it has and leaves the
others.
"""

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from data.importing.ecb_rates import DayOfRates

_PREFIX = "exchange_rates_"


def keep_rates(data_dir: Path, publisher: str, days: Iterable[DayOfRates]) -> int:
    """Keep a publisher's rates beside those of other days; how many days there are now."""
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / f"{_PREFIX}{publisher}.csv"
    kept = dict(_read(path)) if path.exists() else {}
    kept.update(days)
    unfinished = path.with_suffix(".part")
    with unfinished.open("w", encoding="ascii", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for day in sorted(kept):
            rates = kept[day]
            writer.writerows((day, code, f"{rates[code]:f}") for code in sorted(rates))
    unfinished.replace(path)
    return len(kept)


def kept_rates(data_dir: Path) -> Mapping[str, list[DayOfRates]]:
    """Every publisher's rates, oldest first."""
    return {
        path.stem.removeprefix(_PREFIX): _read(path)
        for path in sorted(data_dir.glob(f"{_PREFIX}*.csv"))
    }


def _read(path: Path) -> list[DayOfRates]:
    days: dict[date, dict[str, Decimal]] = {}
    with path.open(encoding="ascii", newline="") as file:
        for day, currency, units in csv.reader(file):
            days.setdefault(date.fromisoformat(day), {})[currency] = Decimal(units)
    return list(days.items())
