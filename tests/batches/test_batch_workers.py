"""Workers are started when there is something to do, and a queue that fails holds nothing up."""

import logging
import os
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from api.services.batching.waking import Waking
from api.services.batching.workers import Workers, work
from api.services.batching.working import holder_name, is_dead
from tests.batches.office import Office, small_office_fixture  # noqa: F401
from tests.batches.order_files import as_csv, rows, wish

LIGHT: dict[str, Any] = {"kinds": ["packing_list"]}


def keeper(office: Office, number: int) -> Workers:
    services = office.services
    return Workers(
        lambda: services.storage.engine, office.settings, office.settings.batch_dir, number
    )


def test_a_call_reaches_a_worker_over_the_queue(tmp_path: Path) -> None:
    caller, worker = Waking(tmp_path), Waking(tmp_path)
    heard: list[str] = []
    worker.listen(heard.append)
    caller.wake("ba_1")
    caller.wake("ba_2")
    while worker.answer_one():
        pass
    assert heard == ["ba_1", "ba_2"]


def test_a_redis_that_is_down_is_said_and_holds_nothing_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    waking = Waking(tmp_path, "redis://127.0.0.1:1/0")
    with caplog.at_level(logging.WARNING):
        waking.wake("ba_1")
        assert not waking.answer_one()
    assert "the queue did not take a call" in caplog.text
    assert "the queue does not answer" in caplog.text


def test_calls_go_over_redis_where_there_is_one(tmp_path: Path) -> None:
    fakeredis = pytest.importorskip("fakeredis")
    caller = Waking(tmp_path, "redis://127.0.0.1:1/0")
    caller._opened().storage.conn = fakeredis.FakeRedis()
    heard: list[str] = []
    caller.listen(heard.append)
    caller.wake("ba_1")
    assert caller.answer_one()
    assert heard == ["ba_1"]


def test_a_worker_finds_what_nobody_called_it_for(small_office: Office) -> None:
    office = small_office
    batch = office.hand_in(as_csv(rows(2)), **LIGHT).get_json()["id"]
    (office.settings.batch_dir / "queue.sqlite3").unlink()
    until = time.monotonic() + 30
    work(
        office.services.batch_working(),
        Waking(office.settings.batch_dir / "another"),
        lambda: office.standing(batch)["state"] == "done" or time.monotonic() > until,
    )
    assert office.standing(batch)["state"] == "done"


def test_nobody_is_started_while_there_is_nothing_to_do(small_office: Office) -> None:
    workers = keeper(small_office, 2)
    assert not workers.look()
    assert workers.processes == []
    workers.stop()


def test_two_keepers_of_a_machine_start_the_workers_of_one(small_office: Office) -> None:
    office = small_office
    office.hand_in(as_csv(rows(1)), **LIGHT)
    first, second = keeper(office, 1), keeper(office, 1)
    try:
        assert first.look()
        assert second.look()
        assert (len(first.processes), len(second.processes)) == (1, 0)
        first.stop()
        assert second.look()
        assert len(second.processes) == 1
    finally:
        first.stop()
        second.stop()


def test_a_dead_holder_is_known_on_its_own_machine_only() -> None:
    assert not is_dead(holder_name())
    assert not is_dead("elsewhere|1|00000000")
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    assert is_dead(f"{socket.gethostname()[:40]}|{child}|00000000")


def test_the_command_line_makes_papers_shows_and_resumes(
    small_office: Office, tmp_path: Path
) -> None:
    import json

    office = small_office
    app = office.client.application
    run = app.test_cli_runner()
    orders, wished, out = tmp_path / "o.csv", tmp_path / "w.json", tmp_path / "out.zip"
    orders.write_bytes(as_csv(rows(2)))
    said = wish()
    said.pop("kinds")
    wished.write_text(json.dumps(said))
    done = run.invoke(
        args=["batches", "run", str(orders), "--kinds", "packing_list", "--wish", str(wished),
              "-o", str(out), "--account", "a"]
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert out.read_bytes()[:2] == b"PK"
    listed = run.invoke(args=["batches", "list", "--account", "a"])
    batch = next(word for word in listed.output.split() if word.startswith("ba_"))
    shown = run.invoke(args=["batches", "show", batch, "--account", "a"])
    assert f"{batch} is done: 2 made" in shown.output
    again = run.invoke(args=["batches", "resume", batch, "-o", str(out), "--account", "a"])
    assert again.exit_code == 0
    wrong = run.invoke(args=["batches", "show", batch, "--account", "b"])
    assert (wrong.exit_code, "there is no batch" in wrong.output) == (1, True)
    bad = run.invoke(args=["batches", "run", str(orders), "--kinds", "letter", "-o", str(out)])
    assert bad.exit_code == 1
    assert "/kinds/0" in bad.output
