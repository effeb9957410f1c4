"""A request belongs to one account, or to the machine that the service runs on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask, Response
from werkzeug.test import Client, EnvironBuilder, TestResponse

from api.app import create_app
from api.assembly import Services
from api.auth import REMEMBERED_SECONDS, Gate, current_account
from data.store import keys
from data.store.engines import writing

Ask = Callable[..., TestResponse]


def show_account(app: Flask) -> None:
    app.add_url_rule("/v1/whose", view_func=lambda: Response(current_account()))


@pytest.fixture(autouse=True)
def whose(app: Flask) -> None:
    show_account(app)


@pytest.fixture
def open_client(services: Services) -> Any:
    app = create_app(replace(services, settings=replace(services.settings, open=True)))
    show_account(app)
    return app.test_client()


def test_a_key_opens_its_own_account(ask: Ask) -> None:
    assert ask("/v1/whose").text == "anna"
    assert ask("/v1/whose", key="key-of-ben").text == "ben"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic key-of-anna"},
        {"Authorization": "key-of-anna"},
        {"Authorization": "Bearer k\u00e9y"},
    ],
)
def test_without_a_valid_key_nothing_is_answered(client: Any, headers: dict[str, str]) -> None:
    answer = client.get("/v1/whose", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.get_json(force=True)["type"] == "urn:tidewaiter:problem:not-authenticated"


@pytest.mark.parametrize("path", ["//v1/whose", "/v1//whose", "/./v1/whose", "/%76%31/whose"])
def test_no_spelling_of_a_path_gets_around_the_key(app: Flask, path: str) -> None:
    sent = EnvironBuilder(path="/").get_environ()
    sent["PATH_INFO"] = unquote(path)
    assert Client(app, Response).open(sent).status_code in (308, 401, 404)


def test_an_unknown_path_under_v1_does_not_say_that_it_is_unknown(client: Any) -> None:
    assert client.get("/v1/nothing").status_code == 401


@pytest.mark.parametrize("path", ["/health", "/ready", "/metrics", "/docs", "/docs/problems"])
def test_health_and_documentation_need_no_key(client: Any, path: str) -> None:
    assert client.get(path).status_code == 200


def test_a_revoked_key_opens_nothing_after_a_few_seconds(services: Services) -> None:
    moment = datetime(2026, 11, 20, tzinfo=UTC)
    with writing(services.storage.engine) as connection:
        key, secret = keys.create(connection, "anna", "spare", moment)
    clock = [0.0]
    gate = Gate(services.storage.account_of, clock=lambda: clock[0])
    assert gate.account(secret) == "anna"
    with writing(services.storage.engine) as connection:
        assert keys.revoke(connection, key.id, moment)
    clock[0] = REMEMBERED_SECONDS + 0.1
    assert gate.account(secret) is None


def test_a_known_key_is_not_looked_up_at_every_request() -> None:
    asked: list[bytes] = []

    def account_of(digest: bytes) -> str:
        asked.append(digest)
        return "anna"

    gate = Gate(account_of, clock=lambda: 0.0)
    assert [gate.account("k"), gate.account("k")] == ["anna", "anna"]
    assert len(asked) == 1


def test_an_unknown_key_is_not_remembered_as_unknown() -> None:
    found: list[str | None] = [None, "anna"]
    gate = Gate(lambda digest: found.pop(0), clock=lambda: 0.0)
    assert [gate.account("k"), gate.account("k")] == [None, "anna"]


def test_an_open_service_needs_no_key_from_its_own_machine(open_client: Any) -> None:
    assert open_client.get("/v1/whose").text == "open"
    assert open_client.get("/v1/whose", environ_base={"REMOTE_ADDR": "::1"}).text == "open"
    assert open_client.get("/v1/whose", environ_base={"REMOTE_ADDR": ""}).text == "open"


def test_an_open_service_answers_nobody_else(open_client: Any) -> None:
    for elsewhere in ({"REMOTE_ADDR": "192.0.2.7"}, {"HTTP_X_FORWARDED_FOR": "192.0.2.7"}):
        for path in ("/v1/whose", "/docs"):
            answer = open_client.get(path, environ_overrides=elsewhere)
            assert answer.status_code == 403
            assert answer.get_json(force=True)["type"] == "urn:tidewaiter:problem:local-only"
