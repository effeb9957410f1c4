"""Whatever goes wrong is answered as RFC 9457 problem details, and tells nothing it should not."""

import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, request
from marshmallow import fields
from sqlalchemy import text
from werkzeug.test import TestResponse

import api
from api.jsonio import read_json
from api.problems import MOST_ERRORS, PROBLEMS, pointers, problem_of
from api.schemas.body import Body
from customs.exchange import ExchangeRateNeededError
from data.store.engines import reading
from tariffs.snapshot import NoSnapshotError

Ask = Callable[..., TestResponse]
README = Path(api.__file__).parent / "README.md"


class Inner(Body):
    """A line."""

    quantity = fields.Int(required=True, strict=True)
    hs_code = fields.Str()


class Outer(Body):
    """Some lines."""

    lines = fields.List(fields.Nested(Inner), required=True)


@pytest.fixture(autouse=True)
def faulty_routes(app: Flask) -> None:
    """Routes that fail in every way."""

    def read() -> Response:
        return Response(str(Outer().load(read_json(request))))

    def fail() -> Response:
        raise RuntimeError("SELECT secret FROM vault")

    def ask_the_database() -> Response:
        with reading(app.extensions["tidewaiter"].storage.engine) as connection:
            connection.execute(text("SELECT secret FROM vault"))
        raise AssertionError

    app.add_url_rule("/v1/read", view_func=read, methods=["POST"])
    app.add_url_rule("/v1/fail", view_func=fail)
    app.add_url_rule("/v1/database", view_func=ask_the_database)


def problem(answer: TestResponse, status: int, name: str) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    body: dict[str, Any] = answer.get_json(force=True)
    assert body["type"] == f"urn:tidewaiter:problem:{name}"
    assert body["title"] == PROBLEMS[name].title
    assert body["status"] == status
    assert body["detail"]
    assert isinstance(body["errors"], list)
    return body


def test_a_body_that_is_not_json_is_400(ask: Ask) -> None:
    for body in (b"", b"{", b'{"a":NaN}', b'"\xff"', b"[" * 3000, b'{"a":1,"a":2}'):
        answer = ask("/v1/read", "POST", data=body, content_type="application/json")
        problem(answer, 400, "malformed-request")


def test_a_body_that_is_not_declared_as_json_is_415(ask: Ask) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "", "application/jsonx"):
        problem(ask("/v1/read", "POST", data=b"{}", content_type=kind), 415, "not-json")
    latin = "application/json; charset=latin-1"
    problem(ask("/v1/read", "POST", data=b"{}", content_type=latin), 415, "not-json")


def test_json_may_be_declared_with_utf_8_or_as_a_dialect(ask: Ask) -> None:
    body = b'{"lines":[{"quantity":1}]}'
    for kind in ("application/json; charset=UTF-8", "application/vnd.tide+json"):
        assert ask("/v1/read", "POST", data=body, content_type=kind).status_code == 200


def test_a_body_of_more_than_a_mebibyte_is_413(ask: Ask) -> None:
    body = b'{"lines":[],"x":"' + b"x" * (1 << 20) + b'"}'
    answer = ask("/v1/read", "POST", data=body, content_type="application/json")
    problem(answer, 413, "too-large")


def test_every_fault_in_a_body_is_pointed_at(ask: Ask) -> None:
    body = {"lines": [{"quantity": 1}, {"quantity": "2", "hs_cod": "x"}, {}], "a/b~c": 1}
    found = problem(ask("/v1/read", "POST", json=body), 422, "invalid-request")
    at = {error["pointer"]: error["detail"] for error in found["errors"]}
    assert at.keys() == {"/lines/1/quantity", "/lines/1/hs_cod", "/lines/2/quantity", "/a~1b~0c"}
    assert at["/lines/1/hs_cod"] == "Unknown field: did you mean hs_code?"
    assert found["detail"] == "4 errors in the body."


def test_a_body_of_the_wrong_kind_is_pointed_at_as_a_whole(ask: Ask) -> None:
    found = problem(ask("/v1/read", "POST", json=[1]), 422, "invalid-request")
    assert [error["pointer"] for error in found["errors"]] == [""]


def test_a_thousand_faults_are_not_all_repeated(ask: Ask) -> None:
    found = problem(ask("/v1/read", "POST", json={"lines": [{}] * 1000}), 422, "invalid-request")
    assert len(found["errors"]) == MOST_ERRORS
    assert "1000 errors" in found["detail"]


def test_an_unknown_path_is_404(ask: Ask, client: Any) -> None:
    problem(ask("/v1/nothing"), 404, "not-found")
    problem(client.get("/nothing"), 404, "not-found")


def test_a_method_that_is_not_allowed_is_405_and_says_which_are(client: Any) -> None:
    answer = client.post("/health")
    problem(answer, 405, "method-not-allowed")
    assert set(re.split(r",\s*", answer.headers["Allow"])) == {"GET", "HEAD", "OPTIONS"}


def test_a_mistake_of_ours_is_logged_and_not_told(
    ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = ask("/v1/fail", headers={"X-Request-Id": "abc-123"})
    found = problem(answer, 500, "internal-error")
    assert "abc-123" in found["detail"]
    assert b"secret" not in answer.data
    assert b"Traceback" not in answer.data
    assert "abc-123" in caplog.text
    assert "SELECT secret" in caplog.text


def test_sql_never_leaves_the_service(ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    answer = ask("/v1/database")
    problem(answer, 503, "not-available")
    assert b"vault" not in answer.data
    assert "vault" in caplog.text


def test_a_missing_exchange_rate_names_the_pair(app: Flask) -> None:
    from datetime import date

    with app.app_context():
        found = problem_of(ExchangeRateNeededError("XPF", "KMF", date(2026, 11, 20)))
    assert found.name == "exchange-rate-needed"
    assert found.extra == {"pair": ("XPF", "KMF")}


def test_without_a_snapshot_the_service_is_not_ready(app: Flask) -> None:
    with app.app_context():
        assert problem_of(NoSnapshotError("none was compiled")).name == "not-ready"


def test_pointers_are_escaped_as_rfc_6901_says() -> None:
    messages = {"a~b": {"c/d": ["x"]}, "_schema": ["whole"], "list": {0: {"_schema": ["item"]}}}
    assert dict(pointers(messages)) == {"/a~0b/c~1d": "x", "": "whole", "/list/0": "item"}


def test_every_problem_has_a_heading_in_the_readme() -> None:
    headings = re.findall(r"^### `([a-z-]+)` · (\d+)$", README.read_text("utf-8"), re.MULTILINE)
    assert {name: int(status) for name, status in headings} == {
        kind.name: kind.status for kind in PROBLEMS.values()
    }
