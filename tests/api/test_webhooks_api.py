"""Webhooks over HTTP: made, tested, rotated, looked at and removed, by their account alone."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier

from api.app import create_app
from api.assembly import Services, assemble
from api.clock import now
from api.services.egress import Reply
from api.settings import Settings
from carriers.registry import Registry

URL = "https://shop.example/hooks"


@pytest.fixture
def made(tmp_path: Path) -> Any:
    """Services on a database of their own, and a client for each of two accounts."""
    services = assemble(Settings(data_dir=tmp_path, secret_key="a secret of this test"))
    services = replace(services, carriers=Registry(list))
    services.storage.migrate()
    app = create_app(services)

    def client(account: str) -> Any:
        key = services.storage.create_key(account, "test")
        found = app.test_client()
        found.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
        return found

    yield services, client("A"), client("B")
    services.storage.engine.dispose()


def call(services: Services) -> list[Any]:
    """Make the calls that are due; what was sent."""
    sent: list[Any] = []

    def take(url: str, headers: Any, body: bytes, seconds: float) -> Reply:
        sent.append((url, dict(headers), body))
        return Reply(200, {})

    webhooks = services.webhooks
    assert webhooks is not None
    webhooks.call_due(now, take)
    return sent


def test_a_webhook_is_made_with_a_secret_that_is_shown_once(made: Any) -> None:
    _, a, _ = made
    answer = a.post("/v1/webhooks", json={"url": URL, "events": ["tracking.updated"]})
    assert answer.status_code == 201
    assert answer.json["secret"].startswith("whsec_")
    read = a.get(answer.headers["Location"]).json
    assert read == {name: value for name, value in answer.json.items() if name != "secret"}
    assert a.get("/v1/webhooks").json == {"items": [read], "next": None}


def test_a_test_call_can_be_verified_and_is_listed(made: Any) -> None:
    services, a, _ = made
    hook = a.post("/v1/webhooks", json={"url": URL}).json
    assert a.post(f"/v1/webhooks/{hook['id']}/test").status_code == 202
    ((url, headers, body),) = call(services)
    assert url == URL
    assert Verifier(hook["secret"]).verify(body, headers)["type"] == "webhook.test"
    (delivery,) = a.get(f"/v1/webhooks/{hook['id']}/deliveries").json["items"]
    assert (delivery["state"], delivery["attempts"]) == ("delivered", 1)
    replay = f"/v1/webhooks/{hook['id']}/deliveries/{delivery['event']}/replay"
    assert a.post(replay).status_code == 202
    assert len(call(services)) == 1


def test_a_rotated_secret_signs_beside_the_old_one(made: Any) -> None:
    services, a, _ = made
    hook = a.post("/v1/webhooks", json={"url": URL}).json
    fresh = a.post(f"/v1/webhooks/{hook['id']}/rotate").json
    a.post(f"/v1/webhooks/{hook['id']}/test")
    ((_, headers, body),) = call(services)
    for secret in (hook["secret"], fresh["secret"]):
        assert Verifier(secret).verify(body, headers)


def test_a_webhook_is_there_for_its_account_alone(made: Any) -> None:
    _, a, b = made
    hook = a.post("/v1/webhooks", json={"url": URL}).json["id"]
    assert b.get("/v1/webhooks").json["items"] == []
    for method, path in (
        ("get", ""),
        ("delete", ""),
        ("post", "/rotate"),
        ("post", "/enable"),
        ("post", "/test"),
        ("get", "/deliveries"),
        ("post", "/deliveries/evt_1/replay"),
    ):
        assert getattr(b, method)(f"/v1/webhooks/{hook}{path}").status_code == 404, path
    assert a.delete(f"/v1/webhooks/{hook}").status_code == 204
    assert a.get(f"/v1/webhooks/{hook}").status_code == 404


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/url"),
        ({"url": "http://shop.example/"}, "/url"),
        ({"url": "https://user:secret@shop.example/"}, "/url"),
        ({"url": URL, "events": ["shipment.eaten"]}, "/events/0"),
        ({"url": URL, "evnts": []}, "/evnts"),
        ({"url": URL, "description": "x" * 201}, "/description"),
    ],
)
def test_what_cannot_be_meant_is_pointed_at(made: Any, body: Any, pointer: str) -> None:
    _, a, _ = made
    answer = a.post("/v1/webhooks", json=body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_without_a_secret_of_the_installation_there_are_no_webhooks(tmp_path: Path) -> None:
    services = assemble(Settings(data_dir=tmp_path, open=True))
    services.storage.migrate()
    client = create_app(services).test_client()
    answer = client.post("/v1/webhooks", json={"url": URL})
    assert answer.status_code == 503
    assert "TIDEWAITER_SECRET_KEY" in answer.json["detail"]
    services.storage.engine.dispose()
