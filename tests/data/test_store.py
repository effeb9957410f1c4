import hashlib
import signal
import subprocess
import sys
import threading
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from data.store import accounts, engines, idempotency, keys, quotes
from data.store.columns import ExactDecimal, Moment
from data.store.engines import open_engine, reading, writing
from data.store.idempotency import Claim, StoredAnswer
from data.store.quotes import StoredQuote

NOW = datetime(2026, 11, 20, 12, 30, 15, 123456, tzinfo=UTC)


@pytest.fixture
def account(engine):
    with writing(engine) as connection:
        return accounts.create(connection, "Acme", NOW).id


def quote(account, number=1, **more):
    known = {
        "id": f"qt_{number:04d}",
        "account_id": account,
        "created_at": NOW + timedelta(seconds=number),
        "as_of": date(2026, 11, 20),
        "facts_version": "0123456789ab",
        "request": b'{"lines": [ ]}',
        "answer": b'{"id":"qt",\n "caf\xc3\xa9":1.10}',
        "replay_inputs": {"offers": [{"price": "12.50"}], "id": "qt_0001"},
    }
    return StoredQuote(**{**known, **more})


# Numbers and moments


@pytest.fixture
def exact(engine):
    table = Table("exact", MetaData(), Column("id", Integer, primary_key=True))
    table.append_column(Column("number", ExactDecimal))
    table.append_column(Column("moment", Moment))
    table.create(engine)
    return table


@pytest.mark.parametrize(
    "number", ["0.1", "1.10", "-0.000000000000000001", "12345678901234567890.5"]
)
def test_a_number_comes_back_with_every_digit_it_was_given(engine, exact, number):
    with writing(engine) as connection:
        connection.execute(insert(exact).values(number=Decimal(number)))
        stored = connection.execute(select(exact.c.number)).scalar_one()
    assert str(stored) == str(Decimal(number))


@pytest.mark.parametrize("number", [1.1, 1, "1.1", Decimal("NaN"), Decimal("Infinity")])
def test_what_is_no_exact_number_is_refused(engine, exact, number):
    with pytest.raises(StatementError, match="finite Decimal"), writing(engine) as connection:
        connection.execute(insert(exact).values(number=number))


def test_a_moment_comes_back_in_utc_to_the_microsecond(engine, exact):
    elsewhere = NOW.astimezone(timezone(timedelta(hours=9)))
    with writing(engine) as connection:
        connection.execute(insert(exact).values(moment=elsewhere))
        stored = connection.execute(select(exact.c.moment)).scalar_one()
    assert (stored, stored.tzinfo) == (NOW, UTC)


def test_a_moment_without_a_time_zone_is_refused(engine, exact):
    with pytest.raises(StatementError, match="time zone"), writing(engine) as connection:
        connection.execute(insert(exact).values(moment=NOW.replace(tzinfo=None)))


def test_nothing_stays_nothing(engine, exact):
    with writing(engine) as connection:
        connection.execute(insert(exact).values(number=None, moment=None))
        assert connection.execute(select(exact.c.number, exact.c.moment)).one() == (None, None)


# Transactions


def test_an_error_undoes_the_whole_transaction(engine, account):
    with pytest.raises(IntegrityError), writing(engine) as connection:
        quotes.save(connection, quote(account))
        quotes.save(connection, quote(account))
    with reading(engine) as connection:
        assert quotes.get(connection, account, "qt_0001") is None


def test_writers_that_read_first_wait_for_each_other(engine, account):
    """On SQLite a transaction that reads and then writes fails at once unless it began to write."""
    failed = []

    def work(number):
        try:
            for step in range(10):
                with writing(engine) as connection:
                    quotes.page(connection, account, 1)
                    quotes.save(connection, quote(account, number * 100 + step))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with reading(engine) as connection:
        assert len(quotes.page(connection, account, 100)[0]) == 40


def test_a_reader_does_not_wait_for_a_writer(engine, account):
    with writing(engine) as writer:
        quotes.save(writer, quote(account))
        with reading(engine) as reader:
            assert quotes.get(reader, account, "qt_0001") is None


KILLED = """
import os, signal, sys
from datetime import UTC, date, datetime
from data.store import quotes
from data.store.engines import open_engine, writing
engine = open_engine(sys.argv[1])
def save(connection, id):
    quotes.save(connection, quotes.StoredQuote(id, sys.argv[2], datetime(2026, 1, 1, tzinfo=UTC),
        date(2026, 1, 1), "v", b"request", b"answer", {}))
with writing(engine) as connection:
    save(connection, "qt_saved")
with writing(engine) as connection:
    save(connection, "qt_half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_saved_quote_survives_the_death_of_the_process_and_half_a_one_does_not(
    engine, database_url, account
):
    command_line = [sys.executable, "-c", KILLED, database_url, account]
    root = Path(engines.__file__).parents[2]
    assert subprocess.run(command_line, cwd=root).returncode == -signal.SIGKILL
    with reading(engine) as connection:
        assert quotes.answer(connection, account, "qt_saved") == b"answer"
        assert quotes.answer(connection, account, "qt_half") is None


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("foreign_keys", 1), ("synchronous", 1)]
)
def test_sqlite_is_prepared_on_every_connection(tmp_path, pragma, value):
    engine = open_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with reading(engine) as one, reading(engine) as other:
        for connection in (one, other):
            assert connection.execute(text(f"PRAGMA {pragma}")).scalar() == value
    engine.dispose()


# Accounts and keys


def test_an_account_is_found_by_id_and_by_name(engine, account):
    with reading(engine) as connection:
        assert accounts.get(connection, account).name == "Acme"
        assert accounts.named(connection, "Acme").id == account
        assert accounts.get(connection, "ac_none") is None
        assert accounts.named(connection, "Nobody") is None


def test_an_account_is_ensured_once(engine):
    with writing(engine) as connection:
        made = accounts.ensure(connection, "open", "Open", NOW)
        assert accounts.ensure(connection, "open", "Other", NOW + timedelta(1)) == made


def test_a_key_is_found_by_its_hash_and_the_key_itself_is_stored_nowhere(engine, account):
    with writing(engine) as connection:
        key, secret = keys.create(connection, account, "shop", NOW)
        assert keys.find_by_hash(connection, hashlib.sha256(secret.encode()).digest()) == key
        assert keys.find_by_hash(connection, keys.digest(secret + "x")) is None
        stored = connection.execute(text("SELECT * FROM api_keys")).one()
    assert secret.startswith(key.prefix)
    assert len(secret) > len(key.prefix) + 20
    assert secret not in map(str, stored)


def test_two_keys_are_never_the_same(engine, account):
    with writing(engine) as connection:
        secrets = {keys.create(connection, account, "shop", NOW)[1] for _ in range(20)}
    assert len(secrets) == 20


def test_a_revoked_key_opens_nothing_and_is_revoked_once(engine, account):
    with writing(engine) as connection:
        key, secret = keys.create(connection, account, "shop", NOW)
        other, _ = keys.create(connection, account, "desk", NOW + timedelta(1))
        assert keys.revoke(connection, key.id, NOW) is True
        assert keys.revoke(connection, key.id, NOW) is False
        assert keys.revoke(connection, "key_none", NOW) is False
        assert keys.find_by_hash(connection, keys.digest(secret)) is None
        listed = keys.of_account(connection, account)
    assert [(k.id, k.revoked_at) for k in listed] == [(key.id, NOW), (other.id, None)]


def test_a_key_needs_an_account(engine):
    with pytest.raises(IntegrityError), writing(engine) as connection:
        keys.create(connection, "ac_none", "shop", NOW)


# Quotes


def test_a_quote_comes_back_byte_for_byte(engine, account):
    given = quote(account)
    with writing(engine) as connection:
        quotes.save(connection, given)
    with reading(engine) as connection:
        assert quotes.get(connection, account, given.id) == given
        assert quotes.answer(connection, account, given.id) == given.answer


def test_nobody_sees_anothers_quote(engine, account):
    with writing(engine) as connection:
        other = accounts.create(connection, "Other", NOW).id
        quotes.save(connection, quote(account))
        assert quotes.get(connection, other, "qt_0001") is None
        assert quotes.answer(connection, other, "qt_0001") is None
        assert quotes.page(connection, other, 10) == ([], None)
        assert quotes.page(connection, other, 10, after="qt_0001") == ([], None)


def test_quotes_are_listed_newest_first_page_by_page(engine, account):
    with writing(engine) as connection:
        for number in (1, 3, 2):
            quotes.save(connection, quote(account, number))
        for number in (4, 5):
            quotes.save(connection, quote(account, number, created_at=NOW))
        ids, after = [], None
        while True:
            entries, after = quotes.page(connection, account, 2, after)
            assert len(entries) <= 2
            ids += [entry.id for entry in entries]
            if after is None:
                break
    assert ids == ["qt_0003", "qt_0002", "qt_0001", "qt_0005", "qt_0004"]


def test_the_versions_that_quotes_name_are_known(engine, account):
    with writing(engine) as connection:
        for number, version in enumerate(("aaa", "bbb", "aaa")):
            quotes.save(connection, quote(account, number, facts_version=version))
        assert quotes.facts_versions(connection) == {"aaa", "bbb"}


# Idempotency

ANSWER = StoredAnswer(201, {"Location": "/v1/quotes/qt_1"}, b'{"id": "qt_1"}')


@pytest.fixture
def claim(account):
    return Claim(account, "POST /v1/quotes", "order-1042")


def begin(engine, claim, body="a", now=NOW, **more):
    with writing(engine) as connection:
        return idempotency.begin(connection, claim, body, now, **more)


def test_the_first_request_starts_and_the_same_again_gets_its_answer(engine, claim):
    assert begin(engine, claim) == "started"
    assert begin(engine, claim) == "running"
    with writing(engine) as connection:
        idempotency.finish(connection, claim, ANSWER)
    assert begin(engine, claim) == ANSWER


def test_another_body_under_one_key_is_told_apart_before_and_after_the_answer(engine, claim):
    begin(engine, claim)
    assert begin(engine, claim, "b") == "other-body"
    with writing(engine) as connection:
        idempotency.finish(connection, claim, ANSWER)
    assert begin(engine, claim, "b") == "other-body"


def test_a_key_belongs_to_one_account_and_one_route(engine, claim):
    with writing(engine) as connection:
        other = accounts.create(connection, "Other", NOW).id
    assert begin(engine, claim) == "started"
    assert begin(engine, Claim(other, claim.route, claim.key)) == "started"
    assert begin(engine, Claim(claim.account, "POST /v1/shipments", claim.key)) == "started"


def test_an_abandoned_request_may_be_sent_again_but_an_answer_is_not_forgotten(engine, claim):
    begin(engine, claim)
    with writing(engine) as connection:
        idempotency.abandon(connection, claim)
    assert begin(engine, claim, "b") == "started"
    with writing(engine) as connection:
        idempotency.finish(connection, claim, ANSWER)
        idempotency.abandon(connection, claim)
    assert begin(engine, claim, "b") == ANSWER


def test_a_record_whose_process_died_is_taken_over_once_and_only_when_that_is_safe(engine, claim):
    begin(engine, claim)
    minute, later = timedelta(minutes=1), NOW + timedelta(minutes=1)
    assert begin(engine, claim, now=later) == "running"
    assert begin(engine, claim, now=NOW + minute / 2, takeover_after=minute) == "running"
    assert begin(engine, claim, now=later, takeover_after=minute) == "started"
    assert begin(engine, claim, now=later, takeover_after=minute) == "running"


def test_old_records_are_forgotten(engine, claim):
    begin(engine, claim)
    with writing(engine) as connection:
        assert idempotency.forget(connection, NOW) == 0
        assert idempotency.forget(connection, NOW + timedelta(seconds=1)) == 1
    assert begin(engine, claim) == "started"


def test_of_requests_that_arrive_together_one_starts(engine, claim):
    began, gate = [], threading.Barrier(6)

    def arrive():
        gate.wait()
        began.append(begin(engine, claim))

    threads = [threading.Thread(target=arrive) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(began) == ["running"] * 5 + ["started"]


def test_an_answer_is_kept_with_the_quote_or_not_at_all(engine, claim, account):
    begin(engine, claim)
    with pytest.raises(ZeroDivisionError), writing(engine) as connection:
        quotes.save(connection, quote(account))
        idempotency.finish(connection, claim, ANSWER)
        raise ZeroDivisionError
    with reading(engine) as connection:
        assert quotes.get(connection, account, "qt_0001") is None
    assert begin(engine, claim) == "running"
