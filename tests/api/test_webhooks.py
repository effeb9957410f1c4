"""Others are called when something happens: signed, until they take it, and never inside."""

import json
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Barrier, Thread
from threading import Event as ThreadEvent

import pytest
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from api.clock import now
from api.services.carrier_accounts import Vault
from api.services.egress import AddressRefusedError, NotReachedError, Reply, check_url, post
from api.services.webhooks import WAITS, Webhooks, sign
from data.store import accounts
from data.store import webhooks as store
from data.store.engines import open_engine, reading, writing
from data.store.migrating import migrate
from data.store.outbox import Event

URL = "https://shop.example/hooks"


@dataclass
class Clock:
    at: datetime = field(default_factory=lambda: now().replace(microsecond=0))

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Shop:
    """Somebody who is called: remembers calls, and answers as told (200 when told nothing)."""

    answers: list = field(default_factory=list)
    calls: list = field(default_factory=list)

    def __call__(self, url, headers, body, seconds):
        self.calls.append((url, dict(headers), body))
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Reply) else Reply(answer, {})


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def hooks(tmp_path, clock):
    engine = open_engine(f"sqlite:///{tmp_path / 'hooks.db'}")
    migrate(engine)
    with writing(engine) as connection:
        accounts.ensure(connection, "acc_a", "A", clock())
        accounts.ensure(connection, "acc_b", "B", clock())
    yield Webhooks(engine, Vault("a secret of this test"))
    engine.dispose()


@pytest.fixture
def happen(hooks, clock) -> Callable[..., Event]:
    """Something happens to a shipment of an account."""

    def write(kind="shipment.confirmed", account="acc_a", number=1) -> Event:
        event = Event(f"evt_{number}", account, kind, "shp_1", {"id": "shp_1"}, clock())
        with writing(hooks.engine) as connection:
            hooks.hear(connection, event)
        return event

    return write


def states(hooks, webhook):
    with reading(hooks.engine) as connection:
        found, _ = store.deliveries(connection, webhook.id, 100)
    return [(each.event_id, each.state, each.attempts) for each in found]


def test_a_call_is_verified_by_a_library_that_nobody_here_wrote(hooks, happen, clock):
    _, secret = hooks.create("acc_a", URL, (), "", clock())
    happen()
    shop = Shop()
    assert hooks.call_due(clock, shop) == 1
    ((url, headers, body),) = shop.calls
    assert url == URL
    assert Verifier(secret).verify(body, headers)["data"] == {"id": "shp_1"}
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(body.replace(b"shp_1", b"shp_2"), headers)


def test_a_call_that_is_older_than_five_minutes_is_refused_by_the_other_side(hooks, happen, clock):
    _, secret = hooks.create("acc_a", URL, (), "", clock())
    clock.at -= timedelta(minutes=6)
    happen()
    shop = Shop()
    hooks.call_due(clock, shop)
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(shop.calls[0][2], shop.calls[0][1])


def test_the_old_secret_goes_on_signing_for_a_day_after_a_rotation(hooks, happen, clock):
    webhook, old = hooks.create("acc_a", URL, (), "", clock())
    new = hooks.rotate(webhook, clock())
    happen()
    shop = Shop()
    hooks.call_due(clock, shop)
    _, headers, body = shop.calls[0]
    assert Verifier(old).verify(body, headers) == Verifier(new).verify(body, headers)
    clock.at += timedelta(hours=25)
    happen(number=2)
    hooks.call_due(clock, shop)
    _, headers, body = shop.calls[1]
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    assert headers["webhook-signature"] == sign(new, "evt_2", at, body)


def test_only_the_kinds_that_are_wanted_are_called_and_only_for_the_account(hooks, happen, clock):
    webhook, _ = hooks.create("acc_a", URL, ("tracking.updated",), "", clock())
    happen("shipment.confirmed", number=1)
    happen("tracking.updated", number=2)
    happen("tracking.updated", account="acc_b", number=3)
    assert states(hooks, webhook) == [("evt_2", "waiting", 0)]


def test_an_event_that_is_announced_twice_is_called_once(hooks, happen, clock):
    webhook, _ = hooks.create("acc_a", URL, (), "", clock())
    happen()
    happen()
    assert len(states(hooks, webhook)) == 1


def test_a_call_is_made_again_until_somebody_takes_it(hooks, happen, clock):
    webhook, _ = hooks.create("acc_a", URL, (), "", clock())
    happen()
    shop = Shop([500, 302, NotReachedError("no answer came in time")])
    for wait in WAITS[:3]:
        assert hooks.call_due(clock, shop) == 1
        assert hooks.call_due(clock, shop) == 0
        clock.at += wait * 1.2
    hooks.call_due(clock, shop)
    assert states(hooks, webhook) == [("evt_1", "delivered", 4)]
    assert len({headers["webhook-id"] for _, headers, _ in shop.calls}) == 1


def test_a_call_that_nobody_takes_for_days_is_dead_and_can_be_made_again_by_hand(
    hooks, happen, clock
):
    webhook, _ = hooks.create("acc_a", URL, (), "", clock())
    happen()
    shop = Shop([500] * 20)
    begun = clock.at
    while hooks.call_due(clock, shop):
        clock.at += timedelta(hours=27)
    assert len(shop.calls) == len(WAITS) + 1
    assert clock.at - begun > timedelta(days=3)
    assert states(hooks, webhook) == [("evt_1", "dead", len(WAITS) + 1)]
    with writing(hooks.engine) as connection:
        assert store.replay(connection, webhook.id, "evt_1", clock.at)
    shop.answers.clear()
    hooks.call_due(clock, shop)
    assert states(hooks, webhook) == [("evt_1", "delivered", 1)]


def test_whoever_answers_gone_is_not_called_again(hooks, happen, clock):
    webhook, _ = hooks.create("acc_a", URL, (), "", clock())
    happen()
    hooks.call_due(clock, Shop([410]))
    with reading(hooks.engine) as connection:
        assert store.get(connection, "acc_a", webhook.id).disabled_because
    happen(number=2)
    assert states(hooks, webhook) == [("evt_1", "dead", 1)]


def test_a_side_that_asks_for_patience_gets_it(hooks, happen, clock):
    hooks.create("acc_a", URL, (), "", clock())
    happen()
    shop = Shop([Reply(429, {"retry-after": "3600"})])
    hooks.call_due(clock, shop)
    clock.at += timedelta(minutes=59)
    assert hooks.call_due(clock, shop) == 0
    clock.at += timedelta(minutes=2)
    assert hooks.call_due(clock, shop) == 1


def test_a_process_that_died_while_calling_leaves_its_calls_to_others(hooks, happen, clock):
    hooks.create("acc_a", URL, (), "", clock())
    happen()
    with writing(hooks.engine) as connection:
        store.take_due(connection, clock(), clock() + timedelta(seconds=120), 20)
    assert hooks.call_due(clock, Shop()) == 0
    clock.at += timedelta(seconds=121)
    assert hooks.call_due(clock, Shop()) == 1


def test_secrets_are_sealed_in_the_database(hooks, clock, tmp_path):
    _, secret = hooks.create("acc_a", URL, (), "", clock())
    hooks.engine.dispose()
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert secret.encode() not in stored
    assert URL.encode() in stored


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/",
        "ftp://shop.example/",
        "https://",
        "https://user:password@shop.example/",
        "https://shop.example:99999/",
        "https://shop.example/#part",
        "//shop.example/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest",
        "https://[::1]/",
    ],
)
def test_an_address_that_cannot_be_meant_is_refused(url):
    with pytest.raises(AddressRefusedError):
        check_url(url)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.8",
        "172.16.4.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "fe80::1%eth0",
        "fd00::1",
        "2002:7f00:1::",
        "64:ff9b::a00:1",
    ],
)
def test_a_host_that_is_ours_or_nobodys_is_never_called(address):
    with pytest.raises(AddressRefusedError, match="public Internet"):
        post(URL, {}, b"", 1, look_up=lambda host, port: [address])


def test_one_private_address_among_public_ones_is_enough_to_refuse():
    with pytest.raises(AddressRefusedError):
        post(URL, {}, b"", 1, look_up=lambda host, port: ["93.184.215.14", "10.0.0.1"])


def test_the_address_that_was_checked_is_the_one_that_is_called():
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append((self.headers["Host"], self.path, json.loads(body)))
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()

        def log_message(self, *args):
            """Quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.handle_request, daemon=True).start()
        port = server.server_port
        url = f"http://localhost:{port}/hooks?a=1"
        reply = post(
            url, {}, b"{}", 5, this_machine=True, look_up=lambda host, asked: ["127.0.0.1"]
        )
    assert reply.status == 302
    assert seen == [(f"localhost:{port}", "/hooks?a=1", {})]


def test_nobody_there_is_said_without_the_address():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(NotReachedError) as caught:
        post(f"http://localhost:{port}/", {}, b"", 1, this_machine=True)
    assert str(caught.value) == "no connection came about"


def test_whoever_answers_byte_by_byte_is_left_behind_at_the_deadline():
    done = ThreadEvent()

    def drip(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection, suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            while not done.wait(0.1):
                connection.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=drip, args=(server,), daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        began = time.monotonic()
        with pytest.raises(NotReachedError, match="in time"):
            post(url, {}, b"", 0.4, this_machine=True)
        took = time.monotonic() - began
        done.set()
    assert took < 1.5


def test_one_who_hangs_does_not_keep_the_others_waiting(hooks, happen, clock):
    both_are_called = Barrier(2, timeout=5)
    for path in ("one", "two"):
        hooks.create("acc_a", f"https://shop.example/{path}", (), "", clock())
    happen()

    def send(url, headers, body, seconds):
        both_are_called.wait()  # one after the other, this would never come about
        return Reply(200, {})

    assert hooks.call_due(clock, send) == 2
