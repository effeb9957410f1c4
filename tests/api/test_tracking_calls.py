"""Carriers call: believed when they signed it, kept before they are answered, heard once."""

import hashlib
import hmac
import json
from dataclasses import replace

import pytest

from api.app import create_app
from carriers import CarrierUnavailable
from data.store.engines import reading
from data.store.tables import HEARD_CALLS
from tests.api.tracking_carrier import (  # noqa: F401 - fixtures
    HEADER,
    app_fixture,
    clock_fixture,
    desk_fixture,
    event,
    quiet_desk_fixture,
    told,
    work,
    world_fixture,
)


@pytest.fixture
def hook(ask):
    """Where the carrier calls Anna."""
    url = ask("/v1/carriers/ghost/webhook").get_json()["url"]
    assert url.startswith("http://localhost/v1/carriers/ghost/webhook/")
    return url.removeprefix("http://localhost")


@pytest.fixture
def call(client, hook):
    def call(number="GH1", *events, secret="new-secret", to=None, body=None):
        body = (
            json.dumps({"number": number, "events": list(events)}).encode()
            if body is None
            else body
        )
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return client.post(to or hook, data=body, headers={HEADER: signature})

    return call


@pytest.fixture
def followed(ask, world):
    """Anna follows a parcel that was picked up."""
    world.knows("GH1", event("PU", 8))
    ask("/v1/tracking/ghost/GH1")


def state(ask):
    found = ask("/v1/tracking/ghost/GH1").get_json()
    return found["status"], [each["code"] for each in found["events"]]


def test_a_call_is_kept_at_once_and_taken_into_account_later(ask, call, desk, followed):
    answer = call("GH1", event("VAN", 11))
    assert (answer.status_code, answer.get_json()) == (202, {"new": True})
    assert state(ask) == ("picked_up", ["PU"])
    work(desk)
    assert state(ask) == ("out_for_delivery", ["PU", "VAN"])
    assert [each["status"] for each in told(desk)] == ["picked_up", "out_for_delivery"]


def test_calls_out_of_order_and_twice_make_one_way(ask, call, desk, followed):
    call("GH1", event("OK", 12))
    call("GH1", event("HUB", 9))
    assert call("GH1", event("OK", 12)).get_json() == {"new": False}
    work(desk)
    assert state(ask) == ("delivered", ["PU", "HUB", "OK"])
    assert [each["status"] for each in told(desk)].count("delivered") == 1


def test_what_a_call_said_first_stays_until_the_carriers_own_answer_has_it(
    ask, call, desk, world, clock, followed
):
    call("GH1", event("VAN", 11))
    work(desk)
    clock.go(hours=1)
    assert work(desk) == 1
    assert state(ask) == ("out_for_delivery", ["PU", "VAN"])


@pytest.mark.parametrize("secret", ["new-secret", "old-secret"])
def test_the_new_secret_and_the_old_are_taken(call, secret):
    assert call("GH1", event("VAN"), secret=secret).status_code == 202


def test_what_the_carrier_did_not_sign_is_refused_and_not_kept(client, hook, call, desk):
    assert call("GH1", event("OK"), secret="secret-of-ben").status_code == 401
    assert client.post(hook, data=b"{}").status_code == 401
    with reading(desk.storage.engine) as connection:
        assert connection.execute(HEARD_CALLS.select()).all() == []


def test_a_number_that_nobody_follows_is_no_error(call, desk):
    assert call("GH404", event("VAN")).status_code == 202
    work(desk)
    assert told(desk) == []


def test_a_call_about_somebody_elses_parcel_changes_nothing(ask, call, desk, world):
    world.knows("GH1", event("PU", 8))
    ask("/v1/tracking/ghost/GH1", key="key-of-ben")
    call("GH1", event("OK", 11))
    work(desk)
    found = ask("/v1/tracking/ghost/GH1", key="key-of-ben").get_json()
    assert found["status"] == "picked_up"


def test_a_signed_call_that_says_nothing_readable_is_refused(call):
    for body in (b"", b"[", b'{"number": 1}', b"\xff"):
        assert call(body=body).status_code == 422


def test_a_call_may_say_nothing_new(ask, call, desk, followed):
    assert call("GH1").status_code == 202
    work(desk)
    assert state(ask) == ("picked_up", ["PU"])


@pytest.mark.parametrize(
    "change",
    [
        lambda url: url[:-1] + ("0" if url[-1] != "0" else "1"),
        lambda url: url.replace("/ghost/", "/mute/"),
        lambda url: url.rpartition("/")[0] + "/x",
        lambda url: url.rpartition("/")[0] + "/%C3%BC.x",
        lambda url: url.rpartition("/")[0] + "/YmVu." + url.rpartition(".")[2],
    ],
)
def test_an_address_that_was_made_up_is_not_found(call, hook, change):
    assert call("GH1", event("OK"), to=change(hook)).status_code == 404


def test_an_address_made_with_the_secret_before_still_opens(desk, app, hook):
    older = desk.settings.secret_key
    settings = replace(desk.settings, secret_key="another secret here", old_secret_key=older)
    later = create_app(replace(desk, settings=settings)).test_client()
    body = json.dumps({"number": "GH1", "events": []}).encode()
    signature = hmac.new(b"new-secret", body, hashlib.sha256).hexdigest()
    assert later.post(hook, data=body, headers={HEADER: signature}).status_code == 202


def test_there_is_an_address_only_for_carriers_that_call(ask):
    assert ask("/v1/carriers/mute/webhook").status_code == 404
    assert ask("/v1/carriers/nobody/webhook").status_code == 404
    assert ask("/v1/carriers/ghost/webhook", key="no-key").status_code == 401


def test_a_call_does_not_wait_for_the_carrier(call, world, followed):
    world.answers = [CarrierUnavailable("it would take for ever")]
    asked = len(world.asked)
    assert call("GH1", event("VAN", 11)).status_code == 202
    assert len(world.asked) == asked


def test_calls_are_forgotten_after_a_month(call, desk, clock, followed):
    call("GH1", event("VAN", 11))
    work(desk)
    clock.go(days=31)
    call("GH1", event("OK", 12))
    work(desk)
    with reading(desk.storage.engine) as connection:
        assert len(connection.execute(HEARD_CALLS.select()).all()) == 1
