"""The same request twice does its work once."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, Response, request
from werkzeug.test import TestResponse

from api.assembly import Services
from api.idempotency import idempotent
from api.problems import not_found

Ask = Callable[..., TestResponse]


class Till:
    """A route that stores, and counts how often it did."""

    def __init__(self) -> None:
        self.runs = 0
        self.fails = False
        self.meanwhile: Callable[[], Any] = lambda: None

    def __call__(self) -> Response:
        self.runs += 1
        self.meanwhile()
        if self.fails:
            raise not_found("no")
        body = f"{self.runs}:{request.get_data(as_text=True)}"
        return Response(body, 201, {"Location": f"/v1/till/{self.runs}"}, content_type="text/x")


@pytest.fixture
def till(app: Flask, services: Services) -> Till:
    till = Till()
    once = idempotent(lambda: services.idempotency)
    needed = idempotent(lambda: services.idempotency, required=True)
    app.add_url_rule("/v1/till", "till", once(lambda: till()), methods=["POST"])
    app.add_url_rule("/v1/ship", "ship", needed(lambda: till()), methods=["POST"])
    return till


def post(
    ask: Ask, key: str | None = "k-1", body: str = "a", path: str = "/v1/till", **more: Any
) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return ask(path, "POST", data=body, headers=headers, **more)


def test_the_same_request_gets_the_stored_answer_byte_for_byte(ask: Ask, till: Till) -> None:
    first, second = post(ask), post(ask)
    assert (first.status_code, first.data) == (second.status_code, second.data) == (201, b"1:a")
    assert second.headers["Location"] == first.headers["Location"] == "/v1/till/1"
    assert second.content_type == "text/x"
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert till.runs == 1


def test_another_body_or_query_under_the_same_key_is_422(ask: Ask, till: Till) -> None:
    post(ask)
    for other in ({"body": "b"}, {"path": "/v1/till?store=true"}):
        answer = post(ask, **other)
        assert answer.status_code == 422
        assert answer.get_json(force=True)["type"].endswith(":idempotency-key-reused")
    assert till.runs == 1


def test_a_key_belongs_to_an_account_and_a_path(ask: Ask, till: Till) -> None:
    assert post(ask).data == b"1:a"
    assert post(ask, key="k-1", **{"path": "/v1/ship"}).data == b"2:a"
    answer = ask("/v1/till", "POST", key="key-of-ben", data="a", headers={"Idempotency-Key": "k-1"})
    assert answer.data == b"3:a"


def test_while_the_first_is_running_the_second_is_409(ask: Ask, till: Till) -> None:
    seen = []

    def ask_again() -> None:
        till.meanwhile = lambda: None
        seen.append(post(ask))

    till.meanwhile = ask_again
    assert post(ask).status_code == 201
    assert seen[0].status_code == 409
    assert seen[0].headers["Retry-After"] == "1"
    assert till.runs == 1


def test_a_request_that_failed_may_be_sent_again(ask: Ask, till: Till) -> None:
    till.fails = True
    assert post(ask).status_code == 404
    till.fails = False
    assert post(ask).data == b"2:a"


def test_without_a_key_every_request_runs(ask: Ask, till: Till) -> None:
    assert [post(ask, key=None).data, post(ask, key=None).data] == [b"1:a", b"2:a"]


def test_where_a_key_is_required_its_absence_is_400(ask: Ask, till: Till) -> None:
    answer = post(ask, key=None, path="/v1/ship")
    assert answer.status_code == 400
    assert answer.get_json(force=True)["type"].endswith(":idempotency-key-required")
    assert till.runs == 0


@pytest.mark.parametrize("key", ["", "x" * 256, "caf\u00e9"])
def test_a_key_that_cannot_be_meant_is_400(ask: Ask, till: Till, key: str) -> None:
    assert post(ask, key=key).status_code == 400
    assert till.runs == 0
