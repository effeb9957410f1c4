"""Followed parcels, heard calls and notices: each once, and each taken by one process."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from data.store import accounts, heard_calls, notices, trackings
from data.store.engines import reading, writing
from data.store.heard_calls import HeardCall
from data.store.notices import Notice, Wish
from data.store.trackings import StoredTracking

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SOON = NOW + timedelta(minutes=2)
PARCEL = StoredTracking("tr_1", "acc", "ups", "1Z", "page_1", NOW, next_at=NOW)
CALL = HeardCall("ups", "c" * 64, "acc", b"{}", [{"number": "1Z"}], NOW)
NOTICE = Notice("no_1", "acc", "tr_1", "delivered", NOW, next_at=NOW)


@pytest.fixture
def store(engine):
    with writing(engine) as connection:
        accounts.ensure(connection, "acc", "A", NOW)
        accounts.ensure(connection, "other", "B", NOW)
        trackings.follow(connection, PARCEL)
    return engine


def test_a_parcel_that_is_followed_stays_as_it_is_and_is_its_accounts_alone(store):
    with writing(store) as connection:
        trackings.change(connection, "tr_1", status="in_transit", events=[{"at": "x"}])
        trackings.follow(connection, replace(PARCEL, id="tr_2", page="page_2"))
        trackings.follow(connection, replace(PARCEL, id="tr_3", page="page_3", account_id="other"))
    with reading(store) as connection:
        found = trackings.get(connection, "acc", "ups", "1Z", locked=True)
        assert (found.id, found.status, found.events) == ("tr_1", "in_transit", [{"at": "x"}])
        assert trackings.get(connection, "other", "ups", "1Z").id == "tr_3"
        assert trackings.get(connection, "nobody", "ups", "1Z") is None
        assert trackings.by_page(connection, "page_1").id == "tr_1"
        assert trackings.by_page(connection, "page_2") is None


def test_parcels_that_are_due_are_taken_by_one_process_at_a_time(store):
    with writing(store) as connection:
        assert trackings.take_due(connection, NOW - timedelta(seconds=1), SOON, 10) == []
        assert [each.id for each in trackings.take_due(connection, NOW, SOON, 10)] == ["tr_1"]
    with writing(store) as connection:
        assert trackings.take_due(connection, NOW, SOON, 10) == []
        assert len(trackings.take_due(connection, SOON, SOON, 10)) == 1


def test_a_call_is_heard_once_and_forgotten_when_it_was_taken_into_account(store):
    with writing(store) as connection:
        assert heard_calls.hear(connection, CALL)
        assert not heard_calls.hear(connection, CALL)
        assert heard_calls.take(connection, 10) == [CALL]
        assert heard_calls.forget(connection, SOON) == 0
        heard_calls.taken(connection, CALL, NOW)
        assert heard_calls.take(connection, 10) == []
        assert heard_calls.forget(connection, SOON) == 1


def test_a_notice_is_written_once_for_each_kind_and_sent_by_one_process(store):
    with writing(store) as connection:
        assert notices.add(connection, NOTICE)
        assert not notices.add(connection, replace(NOTICE, id="no_2"))
        assert len(notices.take_due(connection, NOW, SOON, 10)) == 1
        assert notices.take_due(connection, NOW, SOON, 10) == []
        notices.record(connection, "no_1", "sent", 1)
        assert notices.take_due(connection, SOON, SOON, 10) == []
        assert [each.state for each in notices.of_tracking(connection, "tr_1")] == ["sent"]
        notices.forget(connection, "tr_1")
        assert notices.of_tracking(connection, "tr_1") == []


def test_the_last_wish_about_notices_holds(store):
    first = Wish("acc", True, ["customs"], "Shop", "a@b.example", NOW)
    last = replace(first, enabled=False, kinds=[], reply_to=None)
    with writing(store) as connection:
        assert notices.wish(connection, "acc") is None
        notices.put_wish(connection, first)
        notices.put_wish(connection, last)
        assert notices.wish(connection, "acc") == last
