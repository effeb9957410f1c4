"""Settings are read once, and what cannot be meant is refused."""

import socket
from pathlib import Path

import pytest

from api.serving import refuse_public_listeners
from api.settings import Settings, SettingsError, is_loopback


def test_without_any_setting_the_service_keeps_its_things_beside_itself() -> None:
    settings = Settings.from_env({})
    assert settings.data_dir == Path(".tidewaiter")
    assert settings.database_url.startswith("sqlite:////")
    assert settings.database_url.endswith(".tidewaiter/tidewaiter.sqlite")
    assert not settings.open


def test_every_setting_has_its_variable() -> None:
    settings = Settings.from_env(
        {
            "TIDEWAITER_DATABASE_URL": "postgresql+psycopg://db/tide",
            "TIDEWAITER_DATA_DIR": "/srv/tide",
            "TIDEWAITER_SECRET_KEY": "0123456789abcdef",
            "TIDEWAITER_REDIS_URL": "redis://cache",
            "TIDEWAITER_OPEN": "1",
            "TIDEWAITER_BIND": "127.0.0.1:9000",
            "TIDEWAITER_RATES_FRESH_SECONDS": "60",
            "WEB_CONCURRENCY": "4",
        }
    )
    assert (settings.rates_fresh_seconds, settings.workers) == (60, 4)
    assert settings.database_url == "postgresql+psycopg://db/tide"
    assert settings.snapshot_dir == Path("/srv/tide/snapshots")
    assert (settings.secret_key, settings.redis_url) == ("0123456789abcdef", "redis://cache")
    assert (settings.open, settings.bind) == (True, "127.0.0.1:9000")


def test_secrets_are_not_shown_when_settings_are_printed() -> None:
    settings = Settings.from_env(
        {
            "TIDEWAITER_SECRET_KEY": "0123456789abcdef",
            "TIDEWAITER_DATABASE_URL": "postgresql://me:hush@db/tide",
            "TIDEWAITER_REDIS_URL": "redis://:hush@cache",
        }
    )
    assert "0123456789abcdef" not in repr(settings)
    assert "hush" not in repr(settings)


@pytest.mark.parametrize("bind", ["0.0.0.0:8000", "[::]:8000", "192.168.1.2:80", "example.org:80"])
def test_an_open_service_may_not_listen_to_the_network(bind: str) -> None:
    with pytest.raises(SettingsError, match="TIDEWAITER_OPEN"):
        Settings.from_env({"TIDEWAITER_OPEN": "1", "TIDEWAITER_BIND": bind})
    assert Settings.from_env({"TIDEWAITER_BIND": bind}).bind == bind


@pytest.mark.parametrize(
    "address",
    "127.0.0.1:8000 127.1.2.3 localhost:80 [::1]:8000 ::1 ::ffff:127.0.0.1 unix:/run/s".split(),
)
def test_addresses_of_this_machine_are_known(address: str) -> None:
    assert is_loopback(address)


@pytest.mark.parametrize("variable", ["TIDEWAITER_OPEN", "TIDEWAITER_SECRET_KEY"])
def test_a_setting_that_cannot_be_meant_is_refused_by_name(variable: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        Settings.from_env({variable: "perhaps"})


def test_a_process_that_listens_to_the_network_refuses_to_be_open() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind(("0.0.0.0", 0))
        listener.listen()
        refuse_public_listeners(Settings())
        with pytest.raises(SettingsError, match=r"0\.0\.0\.0"):
            refuse_public_listeners(Settings(open=True))
    refuse_public_listeners(Settings(open=True))


@pytest.mark.parametrize("text", ["-1", "1.5", "soon", "100000"])
def test_a_time_that_is_no_whole_number_of_seconds_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="TIDEWAITER_RATES_FRESH_SECONDS: a whole number"):
        Settings.from_env({"TIDEWAITER_RATES_FRESH_SECONDS": text})
