"""Requests are counted once, whichever worker is asked."""

import multiprocessing
import os
from pathlib import Path

import pytest

from api.metrics import BUCKETS, Tally, exposition

HEALTH = ("GET", "/health", "200")


def count_elsewhere(folder: Path, times: int) -> None:
    tally = Tally(folder)
    for _ in range(times):
        tally.count(HEALTH, 0.004)


def in_another_process(folder: Path, times: int) -> None:
    process = multiprocessing.get_context("spawn").Process(
        target=count_elsewhere, args=(folder, times)
    )
    process.start()
    process.join()
    assert process.exitcode == 0


def test_a_request_falls_into_the_bucket_of_its_duration() -> None:
    tally = Tally()
    for seconds in (0.0005, 0.001, 0.0011, 9.0):
        tally.count(HEALTH, seconds)
    seconds, *buckets = tally.totals()[HEALTH]
    assert seconds == pytest.approx(9.0026)
    assert buckets == [2, 1, *[0] * (len(BUCKETS) - 2), 1]


def test_labels_that_look_alike_are_counted_apart() -> None:
    tally = Tally()
    for status in ("200", "404", "404"):
        tally.count(("GET", "/v1/a", status), 0.1)
    assert {label[2]: sum(row[1:]) for label, row in tally.totals().items()} == {"200": 1, "404": 2}


def test_a_worker_tells_the_counts_of_all(tmp_path: Path) -> None:
    mine = Tally(tmp_path)
    mine.count(HEALTH, 0.004)
    in_another_process(tmp_path, 3)
    assert sum(mine.totals()[HEALTH][1:]) == 4


def test_the_counts_of_a_dead_worker_are_taken_over_once(tmp_path: Path) -> None:
    in_another_process(tmp_path, 3)
    in_another_process(tmp_path, 2)
    heir = Tally(tmp_path)
    heir.count(HEALTH, 0.004)
    assert sum(heir.totals()[HEALTH][1:]) == 6
    files = list(tmp_path.iterdir())
    assert len(files) == 1
    assert str(os.getpid()) in files[0].name


def test_a_full_file_loses_new_labels_and_nothing_else() -> None:
    tally = Tally()
    tally.count(HEALTH, 0.1)
    for number in range(5000):
        tally.count(("GET", f"/{'x' * 60}/{number}", "200"), 0.1)
    tally.count(HEALTH, 0.1)
    assert sum(tally.totals()[HEALTH][1:]) == 2
    assert 100 < len(tally.totals()) < 5000


def test_the_text_is_what_prometheus_reads() -> None:
    tally = Tally()
    tally.count(HEALTH, 0.004)
    tally.count(("GET", "/health", "503"), 0.3)
    text = exposition(tally.totals())
    assert 'tidewaiter_requests_total{method="GET",route="/health",status="503"} 1\n' in text
    assert 'tidewaiter_request_seconds_bucket{method="GET",route="/health",le="0.005"} 1\n' in text
    assert 'tidewaiter_request_seconds_bucket{method="GET",route="/health",le="+Inf"} 2\n' in text
    assert 'tidewaiter_request_seconds_count{method="GET",route="/health"} 2\n' in text


def test_a_client_library_understands_the_text() -> None:
    parser = pytest.importorskip("prometheus_client.parser")
    tally = Tally()
    tally.count(("GET", '/odd"route\\', "200"), 0.004)
    families = list(parser.text_string_to_metric_families(exposition(tally.totals())))
    assert [family.type for family in families] == ["counter", "histogram"]
    assert families[0].samples[0].labels["route"] == '/odd"route\\'
