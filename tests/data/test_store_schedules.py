from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from data.model.schedule_rows import ScheduleRow
from data.store.engines import reading
from data.store.schedules import Schedules
from data.store.tables import SCHEDULE_ROWS

NOW = datetime(2026, 11, 20, tzinfo=UTC)
DAY = date(2026, 7, 1)
FIRST = date(2021, 1, 1)
ROWS = [
    ScheduleRow("6109100010", "third_country", "12%", "12%", FIRST, "T-1"),
    ScheduleRow(
        code="6109100010",
        programme="preferential_quota",
        expression="0,5 % + 3 €/kg",
        parsed=None,
        since=FIRST,
        law="T-1",
        until=DAY,
        origins=("JP", "1013"),
        excluded_origins=("KR",),
        unit="kg",
        order_number="09.0001",
        additional_code="A999",
        confidence="unconfirmed",
    ),
]


@pytest.fixture
def schedules(engine):
    return Schedules(engine, NOW)


def test_rows_come_back_as_they_were_read_and_in_order(schedules):
    made = schedules.replace("GB", "uk_tariff", DAY, True, iter(ROWS))
    assert list(schedules.rows(made)) == ROWS
    assert (made.territory, made.source, made.as_of) == ("GB", "uk_tariff", DAY)
    assert (made.complete, made.rows, made.imported_at) == (True, 2, NOW)
    assert schedules.versions() == [made]


def test_the_same_rows_twice_change_nothing_whatever_their_order(engine, schedules):
    made = schedules.replace("GB", "uk_tariff", DAY, True, ROWS)
    later = Schedules(engine, datetime(2026, 12, 1, tzinfo=UTC))
    assert later.replace("GB", "uk_tariff", DAY, True, ROWS[::-1]) == made
    assert later.versions() == [made]


@pytest.mark.parametrize("rows", [[], ROWS[:1], [*ROWS, ROWS[0]], [*ROWS, ROWS[0], ROWS[0]]])
def test_other_rows_of_a_day_take_the_place_of_what_was_there(engine, schedules, rows):
    first = schedules.replace("GB", "uk_tariff", DAY, True, ROWS)
    second = schedules.replace("GB", "uk_tariff", DAY, True, rows)
    assert second.version != first.version
    assert schedules.versions() == [second]
    assert list(schedules.rows(second)) == rows
    with reading(engine) as connection:
        left = connection.execute(select(func.count()).select_from(SCHEDULE_ROWS)).scalar()
    assert left == len(rows)


def test_a_schedule_that_turns_out_complete_is_another_import(schedules):
    schedules.replace("GB", "uk_tariff", DAY, False, ROWS)
    schedules.replace("GB", "uk_tariff", DAY, True, ROWS)
    assert [made.complete for made in schedules.versions()] == [True]


def test_every_day_source_and_territory_is_a_version_of_its_own(schedules):
    made = [
        schedules.replace(*which, True, ROWS)
        for which in (
            ("GB", "uk_tariff", FIRST),
            ("GB", "uk_tariff", DAY),
            ("GB", "uk_global", DAY),
            ("XI", "uk_tariff", DAY),
        )
    ]
    assert schedules.versions("GB") == [made[0], made[2], made[1]]
    assert schedules.versions() == [made[0], made[2], made[1], made[3]]
    assert len({one.version for one in made}) == 1


def test_a_source_that_breaks_off_leaves_everything_as_it_was(schedules):
    made = schedules.replace("GB", "uk_tariff", DAY, True, ROWS)

    def broken():
        yield ROWS[0]
        raise ConnectionError("the line is dead")

    with pytest.raises(ConnectionError):
        schedules.replace("GB", "uk_tariff", DAY, True, broken())
    assert schedules.versions() == [made]
    assert list(schedules.rows(made)) == ROWS


def test_a_row_the_database_refuses_leaves_everything_as_it_was(schedules):
    made = schedules.replace("GB", "uk_tariff", DAY, True, ROWS)
    nameless = ScheduleRow("6109", None, "12%", None, FIRST, "T-1")  # type: ignore[arg-type]
    with pytest.raises(Exception, match="programme"):
        schedules.replace("GB", "uk_tariff", DAY, True, [ROWS[0], nameless])
    assert schedules.versions() == [made]
    assert list(schedules.rows(made)) == ROWS


def test_more_rows_than_one_batch_go_in_whole(schedules, monkeypatch):
    monkeypatch.setattr("data.store.schedules._BATCH", 7)
    rows = [
        ScheduleRow(f"61091000{n:02d}", "third_country", f"{n}%", None, FIRST, "T-1")
        for n in range(50)
    ]
    made = schedules.replace("GB", "uk_tariff", DAY, True, rows)
    assert list(schedules.rows(made)) == rows
