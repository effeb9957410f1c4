"""Every answer has an id, is counted and logged, and says nothing that it should not."""

import json
import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

import api
from api.assembly import Services
from api.observing import JsonLines

Ask = Callable[..., TestResponse]
ROOT = Path(api.__file__).parents[1]


def test_an_answer_carries_the_request_id_that_was_sent(client: Any) -> None:
    answer = client.get("/health", headers={"X-Request-Id": "cart-1042.a"})
    assert answer.headers["X-Request-Id"] == "cart-1042.a"


@pytest.mark.parametrize("given", ["", "x" * 81, "two words", "<script>", "caf\u00e9"])
def test_a_request_id_that_is_not_sane_is_replaced(client: Any, given: str) -> None:
    found = client.get("/health", headers={"X-Request-Id": given}).headers["X-Request-Id"]
    assert found != given
    assert len(found) == 16


def test_requests_are_counted_by_route_not_by_path(ask: Ask, services: Services) -> None:
    ask("/v1/tariffs/QQ/codes/610910")
    ask("/v1/tariffs/QQ/codes/220830")
    ask("/v1/nothing/at/all")
    ask("/health", method="BREW")
    counts = {label: sum(row[1:]) for label, row in services.tally.totals().items()}
    assert counts == {
        ("GET", "/v1/tariffs/<territory>/codes/<code>", "200"): 2,
        ("GET", "(none)", "404"): 1,
        ("(other)", "(none)", "405"): 1,
    }


def test_metrics_are_told_in_prometheus_form(client: Any) -> None:
    client.get("/health")
    answer = client.get("/metrics")
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    assert 'tidewaiter_requests_total{method="GET",route="/health",status="200"} 1' in answer.text


def test_a_request_leaves_one_line_without_its_query(
    ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "tidewaiter.access"):
        ask("/v1/tariffs/QQ/search?q=61", headers={"X-Request-Id": "r-1"})
    (record,) = [one for one in caplog.records if one.name == "tidewaiter.access"]
    line = json.loads(JsonLines().format(record))
    assert line["request_id"] == "r-1"
    assert (line["method"], line["status"], line["account"]) == ("GET", 200, "anna")
    assert line["path"] == "/v1/tariffs/QQ/search"
    assert "q=61" not in json.dumps(line)


def test_a_traceback_in_the_log_stays_on_one_line() -> None:
    try:
        raise RuntimeError("broken\nin two")
    except RuntimeError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", (), sys.exc_info())
    text = JsonLines().format(record)
    assert "\n" not in text
    assert "broken\nin two" in json.loads(text)["traceback"]


def test_the_service_is_imported_without_what_only_others_need() -> None:
    heavy = "alembic apispec swagger_ui_bundle currency_converter"
    code = f"import sys, api.app; print([m for m in '{heavy}'.split() if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
