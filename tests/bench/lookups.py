"""What does a look-up cost at 1.2 million measures, in the snapshot and in SQL?

A look-up is a full code found, and the rows chosen that apply to an origin on a day. The cache of
decoded commodities is off, so that every look-up reads the file; what it spares is told beside it.
"""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from tariffs.schedule import Rate
from tariffs.snapshot import Snapshot, commodities, compile_snapshot
from tests.bench.rounds import Effort, Figure, ratios, take_turns
from tests.bench.sharing import measure_sharing
from tests.bench.sql_tariff import by_core, by_orm, fill, open_tariff
from tests.bench.synthetic import (
    AREAS,
    LARGE,
    ON,
    ORIGINS,
    SMALL,
    TERRITORIES,
    Size,
    contents,
    questions,
    rows_of,
)

LOOKUPS_OF_A_QUOTE = 5
WANTED = {
    origin: frozenset({origin, *(area for area, members in AREAS.items() if origin in members)})
    for origin in ORIGINS
}


def by_snapshot(
    snapshot: Snapshot, territory: str, code: str, wanted: frozenset[str]
) -> list[Rate]:
    """The rates that apply, as the product finds them."""
    schedule = snapshot.schedule(territory)
    if schedule is None:
        raise LookupError(territory)
    (commodity,) = schedule.find(code)
    return [
        rate
        for rate in commodity.rates
        if rate.applies(ON) and (not rate.origins or not wanted.isdisjoint(rate.origins))
    ]


def measure_lookups(folder: Path, effort: Effort) -> list[Figure]:
    """Snapshot against Core, ORM and itself when small; then what four workers share of it."""
    snapshots, database = folder / "tariff", folder / "tariff.sqlite"
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        filled = pool.submit(_fill, database)
        versions = pool.submit(_compile, snapshots)
        filled.result()
        small, large = versions.result()
    costs = _costs(snapshots, small, large, database, effort)
    micro = {name: f"{min(values) * 1e6:.3g} µs at best" for name, values in costs.items()}
    return [
        Figure(
            "SQLAlchemy Core against the snapshot, 1.2 M measures",
            ratios(costs["core"], costs["large"]),
            ">=",
            10,
            note=f"{micro['core']} against {micro['large']}",
        ),
        Figure(
            "SQLAlchemy ORM against the snapshot, 1.2 M measures",
            ratios(costs["orm"], costs["large"]),
            ">=",
            40,
            note=micro["orm"],
        ),
        Figure(
            "Look-up at 1.2 M measures against 100 k",
            ratios(costs["large"], costs["small"]),
            "<=",
            1.5,
            note=micro["small"],
        ),
        Figure(
            "Look-up as served, with the cache of decoded codes, against without",
            ratios(costs["cached"], costs["large"]),
            note=micro["cached"],
        ),
        *measure_sharing(snapshots, small, large, effort),
    ]


def _fill(path: Path) -> None:
    fill(path, ((territory, rows_of(territory, LARGE)) for territory in TERRITORIES))


def _compile(folder: Path) -> tuple[str, str]:
    small = compile_snapshot(folder, contents(SMALL))
    return small, compile_snapshot(folder, contents(LARGE))


def _costs(
    folder: Path, small: str, large: str, database: Path, effort: Effort
) -> dict[str, list[float]]:
    engine = open_tariff(database)
    with patch.object(commodities, "KEPT_COMMODITIES", 0):
        snapshots = {name: Snapshot(folder / f"{name}.sqlite") for name in (small, large)}
    with engine.connect() as connection:
        _check_same(snapshots[large], connection)
        contestants = {
            "large": _asking(snapshots[large], LARGE),
            "small": _asking(snapshots[small], SMALL),
            "cached": _asking(Snapshot(folder / f"{large}.sqlite"), LARGE),
            "core": _core(connection),
            "orm": _orm(engine),
        }
        costs = take_turns(contestants, effort.rounds, effort.seconds)
    engine.dispose()
    costs["orm"] = [cost / LOOKUPS_OF_A_QUOTE for cost in costs["orm"]]
    return costs


def _asking(snapshot: Snapshot, size: Size) -> Callable[[], object]:
    asked = cycle(questions(size))

    def ask() -> object:
        territory, code, origin = next(asked)
        return by_snapshot(snapshot, territory, code, WANTED[origin])

    return ask


def _core(connection: Connection) -> Callable[[], object]:
    asked = cycle(questions(LARGE))

    def ask() -> object:
        territory, code, origin = next(asked)
        return by_core(connection, territory, code, WANTED[origin], ON)

    return ask


def _orm(engine: Engine) -> Callable[[], object]:
    """A session for each five look-ups, as a quote of five lines would have."""
    asked = cycle(questions(LARGE))

    def ask() -> None:
        with Session(engine) as session:
            for _ in range(LOOKUPS_OF_A_QUOTE):
                territory, code, origin = next(asked)
                by_orm(session, territory, code, WANTED[origin], ON)

    return ask


def _check_same(snapshot: Snapshot, connection: Connection) -> None:
    """All ways must find the same rows, but for inherited preferences that a code's own replace."""
    for territory, code, origin in questions(LARGE)[:300]:
        found = by_snapshot(snapshot, territory, code, WANTED[origin])
        mine = {(str(rate.programme), rate.expression) for rate in found}
        theirs = set(by_core(connection, territory, code, WANTED[origin], ON))
        if not mine or mine - theirs or any(name != "preference" for name, _ in theirs - mine):
            raise AssertionError(f"{territory} {code}: {mine} is not {theirs}")
