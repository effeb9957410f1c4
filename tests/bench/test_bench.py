"""Does the bench measure what it says, and are its inventions what they pose as?"""

from collections.abc import Iterable
from pathlib import Path

import pytest

from data.importing.reports import Tally
from data.importing.us_hts import read_us_hts
from data.loading.schedules import DECLARABLE, read_schedule
from data.loading.sources import SOURCES, load_sources
from data.model.schedule_rows import ScheduleRow
from tariffs.expressions import canonical, split_special
from tests.bench.importing import AS_OF, SOURCE, write_schedule
from tests.bench.rounds import Bound, Figure, ratios, table
from tests.bench.synthetic import CODES_PER_SUBHEADING, Size, codes_of, rows_of


@pytest.mark.parametrize(
    ("bound", "target", "holds"),
    [(">=", 2.0, True), (">=", 2.1, False), ("<=", 2.0, True), ("<=", 1.9, False)],
)
def test_a_figure_is_judged_by_the_median_of_its_rounds(
    bound: Bound, target: float, holds: bool
) -> None:
    assert Figure("x", [9.0, 2.0, 1.0], bound, target).holds is holds


def test_a_ratio_is_made_of_one_round() -> None:
    assert ratios([10.0, 2.0], [5.0, 1.0]) == [2.0, 2.0]


def test_the_table_shows_the_spread_and_a_missed_target() -> None:
    told = table([Figure("a", [3.0, 1.0, 2.0], ">=", 2.5), Figure("b", [4.0])])
    assert "| a | ≥ 2.5 × | 2 × | 1–3 | **no** |" in told
    assert "| b | – | 4 × | 4 | – |" in told


def test_the_invented_tariff_has_eight_measures_for_each_code() -> None:
    size = Size(CODES_PER_SUBHEADING * 10)
    codes = codes_of(size)
    assert len(set(codes)) == size.codes
    assert all(len(code) == 10 for code in codes)
    assert len(list(rows_of("QA", size))) == 8 * size.codes


def test_the_us_schedule_written_from_facts_says_what_the_facts_say(tmp_path: Path) -> None:
    write_schedule(tmp_path / "hts.csv")
    source = load_sources()[SOURCE]
    tally = Tally(source, AS_OF, source.territory, canonical)
    with (tmp_path / "hts.csv").open("rb") as file:
        read = list(tally.watch(read_us_hts(file, tally, split_special)))
    facts = SOURCES.parent / "schedules" / "US"
    assert _rates(read) == _rates(read_schedule(facts))
    assert not tally.refused


def _rates(rows: Iterable[ScheduleRow]) -> set[tuple[str, str, str, tuple[str, ...]]]:
    return {
        (row.code, row.programme, row.expression, row.origins)
        for row in rows
        if row.programme != DECLARABLE
    }
