"""Credentials go in and never come out, and each account asks with its own."""

import logging
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from api.app import create_app
from api.services.carrier_accounts import (
    CarrierAccounts,
    UnusableCredentialsError,
    Vault,
)
from carriers.fake import MANIFEST
from data.store.credentials import StoredCredentials
from data.store.engines import reading
from tests.api.fake_desk import QUOTE, Desk, both_fixture, desk_fixture  # noqa: F401

PATH = "/v1/carriers/fake/credentials"
SETTINGS = {"url": "http://127.0.0.1:9500", "token": "s3cret-canary"}


def sealed(vault: Vault, settings: dict[str, str] = SETTINGS) -> StoredCredentials:
    from datetime import UTC, datetime

    content = vault.seal(settings, "anna", "fake")
    moment = datetime(2026, 11, 20, tzinfo=UTC)
    return StoredCredentials("anna", "fake", vault.key_id, content, (), False, moment)


def test_values_are_never_shown(both: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk = both
    with caplog.at_level(logging.DEBUG):
        put = desk.credentials("fake")
        shown = desk.ask(PATH)
        desk.buy("k1", desk.order())
    assert put.status_code == shown.status_code == 200
    assert shown.get_json()["names"] == ["token", "url"]
    assert "s3cret-canary" not in put.text + shown.text + caplog.text
    with reading(desk.services.storage.engine) as connection:
        for table in ("carrier_credentials", "purchase_attempts", "outbox"):
            rows = connection.execute(text(f"SELECT * FROM {table}")).all()
            assert rows
            assert "s3cret-canary" not in repr(rows)


def test_each_account_asks_with_its_own(desk: Desk) -> None:
    body = {**QUOTE, "carriers": ["fake"]}
    mine = desk.ask("/v1/quotes", body).get_json()
    theirs = desk.ask("/v1/quotes", body, account="b").get_json()
    assert len(mine["options"]) > 0
    assert theirs["options"] == []
    assert theirs["silent_carriers"][0]["carrier"] == "fake"
    assert desk.ask(PATH, account="b").status_code == 404
    assert desk.ask(PATH, account="b", method="DELETE").status_code == 404


def test_what_is_changed_is_used_at_once(desk: Desk) -> None:
    body = {**QUOTE, "carriers": ["fake"]}
    assert desk.ask("/v1/quotes", body).get_json()["options"]
    assert desk.ask(PATH, method="DELETE").status_code == 204
    assert desk.ask("/v1/quotes", body).get_json()["options"] == []
    desk.credentials("fake")
    assert desk.ask("/v1/quotes", body).get_json()["options"]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"settings": {"url": "u"}}, ["/settings/token"]),
        ({"settings": {**SETTINGS, "pin": "1"}}, ["/settings/pin"]),
        ({"settings": {**SETTINGS, "labels": "lost"}}, ["/settings/labels"]),
        ({"settings": SETTINGS, "test": True}, ["/test"]),
        ({"settings": {**SETTINGS, "token": 7}}, ["/settings/token"]),
        ({"setings": SETTINGS}, ["/setings", "/settings"]),
    ],
)
def test_wrong_settings_are_refused_with_their_place(
    desk: Desk, body: dict[str, Any], pointers: list[str]
) -> None:
    answer = desk.ask(PATH, body, method="PUT")
    assert answer.status_code == 422
    assert sorted(each["pointer"] for each in answer.get_json()["errors"]) == pointers
    assert "s3cret-canary" not in answer.text


def test_a_carrier_that_is_not_installed_is_not_found(desk: Desk) -> None:
    answer = desk.ask("/v1/carriers/none/credentials", {"settings": {}}, method="PUT")
    assert answer.status_code == 404


def test_without_a_secret_nothing_is_kept(desk: Desk) -> None:
    services = replace(desk.services, carrier_accounts=CarrierAccounts(lambda _: (), None))
    desk.client = create_app(services).test_client()
    answer = desk.credentials("fake")
    assert answer.status_code == 503
    assert "TIDEWAITER_SECRET_KEY" in answer.get_json()["detail"]


def test_credentials_are_bound_to_their_owner_and_key() -> None:
    vault = Vault("a secret of sixteen")
    stored = sealed(vault)
    assert vault.open(stored) == SETTINGS
    assert b"s3cret" not in stored.sealed
    for changed in (
        replace(stored, account_id="ben"),
        replace(stored, carrier="other"),
        replace(stored, sealed=stored.sealed[:-1] + b"x"),
    ):
        with pytest.raises(UnusableCredentialsError):
            vault.open(changed)
    with pytest.raises(UnusableCredentialsError, match="TIDEWAITER_OLD_SECRET_KEY"):
        Vault("another secret key").open(stored)


def test_an_old_secret_opens_until_everything_is_sealed_anew(both: Desk) -> None:
    desk = both
    services = desk.services
    old, new = "a secret of sixteen", "a newer secret key"

    def serve(vault: Vault) -> None:
        kept = CarrierAccounts(services.storage.credentials, vault)
        desk.services = replace(services, carrier_accounts=kept)
        desk.client = create_app(desk.services).test_client()

    body = {**QUOTE, "carriers": ["fake"]}
    serve(Vault(new))
    assert desk.ask("/v1/quotes", body).get_json()["options"] == []
    serve(Vault(new, (old,)))
    assert desk.ask("/v1/quotes", body).get_json()["options"]
    runner = create_app(desk.services).test_cli_runner()
    assert runner.invoke(args=["carriers", "reseal"]).output.startswith("4 sealed anew")
    assert runner.invoke(args=["carriers", "reseal"]).output.startswith("0 sealed anew")
    serve(Vault(new))
    assert desk.ask("/v1/quotes", body).get_json()["options"]


def test_credentials_are_read_once_in_ten_seconds() -> None:
    vault, asked, time = Vault("a secret of sixteen"), [], [0.0]

    def rows(account: str) -> list[StoredCredentials]:
        asked.append(account)
        return [sealed(vault)]

    kept = CarrierAccounts(rows, vault, lambda: time[0])
    for _ in range(3):
        account = kept.of("anna")(MANIFEST)
        assert account is not None
        assert account["token"] == "s3cret-canary"
    assert asked == ["anna"]
    assert "s3cret" not in repr(account)
    time[0] = 11.0
    kept.of("anna")
    kept.forget("anna")
    kept.of("anna")
    assert len(asked) == 3


def test_an_account_knows_which_of_its_settings_are_secret() -> None:
    assert MANIFEST.account(SETTINGS).secrets == ("s3cret-canary",)
