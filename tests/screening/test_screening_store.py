"""Lists, the chained book and the queue, on both databases. All names are invented."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from data.model.listed_parties import ListedName, ListedParty
from data.store import accounts, screening_lists, screening_records, screening_reviews
from data.store.engines import reading, writing
from data.store.screening_records import ScreeningLine
from data.store.screening_reviews import Decided, Review
from data.store.tables import SCREENINGS

AT = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
DAY = date(2026, 11, 24)


def entries(*numbers):
    return [
        ListedParty("UN", str(each), "person", (ListedName(f"QUERTY {each}"),)) for each in numbers
    ]


def line(number, **changes):
    made = ScreeningLine(f"scr_{number}", "a", "request", None, "key_1", AT, "clear", b"{}")
    return replace(made, **changes)


@pytest.fixture
def book(engine):
    with writing(engine) as connection:
        for account in ("a", "b"):
            accounts.create(connection, account, AT, account)
    return engine


def test_a_list_takes_the_place_of_the_one_before_and_says_what_changed(engine):
    many = range(1200)
    with writing(engine) as connection:
        first = screening_lists.replace_list(connection, "UN", DAY, "a" * 64, AT, entries(*many))
    assert first == {"added": 1200, "changed": 0, "removed": 0}
    with writing(engine) as connection:
        (held,) = screening_lists.current(connection)
        later = [replace(each, countries=("KE",)) for each in entries(5)] + entries(7, 2000)
        second = screening_lists.replace_list(connection, "UN", DAY, "b" * 64, AT, later)
    assert second == {"added": 1, "changed": 1, "removed": 1198}
    with reading(engine) as connection:
        assert [each.id for each in screening_lists.entries(connection)] == ["2000", "5", "7"]
        changes = screening_lists.changed_since(connection, held.id)
        assert changes == {("UN", "5"): "changed", ("UN", "2000"): "added"}
        (now_held,) = screening_lists.current(connection)
        assert (now_held.entries, now_held.sha256) == (3, "b" * 64)


def test_a_list_that_breaks_off_leaves_the_one_before(engine):
    def broken():
        yield from entries(8)
        raise ValueError("cut off")

    with writing(engine) as connection:
        screening_lists.replace_list(connection, "UN", DAY, "a" * 64, AT, entries(1))
    with pytest.raises(ValueError, match="cut off"), writing(engine) as connection:
        screening_lists.replace_list(connection, "UN", DAY, "b" * 64, AT, broken())
    with reading(engine) as connection:
        assert [each.id for each in screening_lists.entries(connection)] == ["1"]


def test_each_account_has_a_chain_of_its_own(book):
    with writing(book) as connection:
        first = screening_records.add(connection, line(1))
        second = screening_records.add(connection, line(2))
        other = screening_records.add(connection, line(3, account_id="b"))
    assert (first.number, second.number, other.number) == (1, 2, 1)
    assert second.previous_hash == first.hash
    assert other.previous_hash == first.previous_hash == "0" * 64
    with reading(book) as connection:
        assert screening_records.broken_at(connection, "a") is None
        assert screening_records.get(connection, "a", "scr_2") == second
        assert screening_records.get(connection, "b", "scr_2") is None
    with writing(book) as connection:
        changed = update(SCREENINGS).where(SCREENINGS.c.id == "scr_1").values(actor="key_2")
        connection.execute(changed)
    with reading(book) as connection:
        assert screening_records.broken_at(connection, "a") == 1
        assert screening_records.broken_at(connection, "b") is None


def test_a_party_is_watched_once_for_each_account(book):
    until = AT + timedelta(days=1)
    with writing(book) as connection:
        screening_records.add(connection, line(1))
        for seen in (1, 2):
            screening_records.watch(connection, "a", "k", {"name": "X"}, "scr_1", seen, AT, until)
    with writing(book) as connection:
        (party,) = screening_records.unseen(connection, 3, AT, 10)
        assert (party.party, party.seen_import) == ({"name": "X"}, 2)
        assert screening_records.unseen(connection, 2, AT, 10) == []
        assert screening_records.unseen(connection, 3, until, 10) == []
        screening_records.seen(connection, party.id, 3, AT)
        assert screening_records.unseen(connection, 3, AT, 10) == []


def test_one_person_decides_once(book):
    decided = Decided("key_1", "clear", "different_name", "", AT)
    with writing(book) as connection:
        screening_records.add(connection, line(1))
        review = Review("rev_1", "a", "scr_1", 0, True, "waiting", AT)
        screening_reviews.open_(connection, review)
        screening_reviews.decide(connection, "rev_1", decided, "seconding", None)
        found = screening_reviews.get(connection, "a", "rev_1", lock=True)
        assert found == replace(review, state="seconding")
        assert screening_reviews.decisions(connection, "rev_1") == [decided]
        assert screening_reviews.page(connection, "a", ("seconding",), 5) == ([found], None)
        assert screening_reviews.page(connection, "a", ("waiting",), 5) == ([], None)
    with pytest.raises(IntegrityError), writing(book) as connection:
        screening_reviews.decide(connection, "rev_1", decided, "cleared", AT)
