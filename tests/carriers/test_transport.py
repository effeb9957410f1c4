"""A request leaves by one door: over TLS, to known hosts, in time; what was sent is said."""

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from threading import Event, Thread

import pytest
import responses
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from carriers import Account, Answer, Ask, CarrierUnavailable, CredentialsRejected, Token, ask_json
from carriers.accounts import redact
from carriers.sending import Sender, retry_after
from carriers.tokens import Tokens
from carriers.transport import Transport

URL = "https://api.acme.example/rates"
HOST = ("api.acme.example",)


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server on this machine that does to one connection what it is told."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def run() -> None:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                serve(connection)

        thread = Thread(target=run, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        thread.join(5)


def self_signed(folder: Path) -> Path:
    """A certificate and its key that nobody vouches for, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2090, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    file = folder / "self_signed.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + made.public_bytes(Encoding.PEM)
    )
    return file


def failure(send: Callable[[], object]) -> CarrierUnavailable:
    with pytest.raises(CarrierUnavailable) as caught:
        send()
    return caught.value


def test_a_host_that_is_not_in_the_manifest_is_never_spoken_to():
    error = failure(lambda: Transport(HOST).send(Ask("GET", "https://evil.example/x"), 1))
    assert (error.code, error.sent) == ("unsupported", False)
    assert "evil.example" in error.reason


def test_without_tls_only_this_machine_is_spoken_to():
    error = failure(lambda: Transport(HOST).send(Ask("GET", "http://api.acme.example/x"), 1))
    assert (error.reason, error.sent) == ("its address is without TLS", False)


@responses.activate
def test_an_answer_comes_back_with_its_status_headers_and_body():
    responses.get(URL, status=409, body=b"{}", headers={"X-Trace": "7"})
    answer = Transport(HOST).send(Ask("GET", URL), 1)
    assert (answer.status, answer.headers["x-trace"], answer.body) == (409, "7", b"{}")


@responses.activate
def test_a_redirect_is_not_followed():
    responses.get(URL, status=302, headers={"Location": "https://evil.example/"})
    assert Transport(HOST).send(Ask("GET", URL), 1).status == 302
    assert len(responses.calls) == 1


def test_a_refused_connection_is_not_sent():
    with socket.create_server(("127.0.0.1", 0)) as server:
        host = f"127.0.0.1:{server.getsockname()[1]}"
    error = failure(lambda: Transport([host]).send(Ask("GET", f"http://{host}/"), 1))
    assert (error.code, error.sent) == ("carrier_down", False)


def test_a_server_that_hangs_after_the_request_may_have_done_it():
    released = Event()
    with listening(lambda connection: released.wait(5) and None) as host:
        error = failure(lambda: Transport([host]).send(Ask("POST", f"http://{host}/"), 0.2))
        released.set()
    assert (error.code, error.sent) == ("timeout_sent", True)


def test_a_connection_that_breaks_off_may_have_done_it():
    with listening(lambda connection: None) as host:
        error = failure(lambda: Transport([host]).send(Ask("POST", f"http://{host}/"), 2))
    assert (error.code, error.sent) == ("timeout_sent", True)


def test_a_dripping_server_is_cut_off_at_the_deadline():
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(40):
            time.sleep(0.05)
            try:
                connection.sendall(b"x")
            except OSError:
                return

    with listening(drip) as host:
        begun = time.monotonic()
        error = failure(lambda: Transport([host]).send(Ask("GET", f"http://{host}/"), 0.4))
        assert time.monotonic() - begun < 0.8
    assert error.code == "timeout_sent"


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as server:

        def run() -> None:
            connection, _ = server.accept()
            try:
                context.wrap_socket(connection, server_side=True)
            except OSError:
                connection.close()

        Thread(target=run, daemon=True).start()
        host = f"127.0.0.1:{server.getsockname()[1]}"
        error = failure(lambda: Transport([host]).send(Ask("GET", f"https://{host}/"), 2))
    assert (error.reason, error.sent) == ("its certificate cannot be trusted", False)


class Bearer:
    """A carrier whose requests need a token that lives 100 seconds."""

    def ask_token(self, name):
        return Ask("POST", f"https://api.acme.example/{name}")

    def read_token(self, name, answer):
        if answer.status != 200:
            raise CredentialsRejected("no")
        return Token("Authorization", f"Bearer {answer.body.decode()}", 100)


class Wire:
    """Answers token requests with a new number each, and others as told."""

    def __init__(self, *answers):
        self.asked = []
        self.answers = list(answers)
        self.tokens = 0

    def __call__(self, ask, seconds):
        self.asked.append(ask)
        if ask.url.endswith("/oauth"):
            self.tokens += 1
            return Answer(200, body=str(self.tokens).encode())
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


ASK = ask_json("POST", URL, {"weight": Decimal("1.50")}, authorise=("oauth",))


def test_decimals_are_sent_digit_for_digit():
    assert ASK.body == b'{"weight":1.50}'


def test_a_token_is_fetched_once_and_renewed_at_four_fifths_of_its_life():
    now = [0.0]
    wire = Wire(*[Answer(200)] * 3)
    sender = Sender(wire, Bearer(), clock=lambda: now[0])
    for moment in (0.0, 79.0, 81.0):
        now[0] = moment
        sender.send(ASK, 5)
    assert wire.tokens == 2
    assert wire.asked[-1].headers["Authorization"] == "Bearer 2"


def test_a_refused_token_is_renewed_once_and_then_the_refusal_stands():
    wire = Wire(Answer(401), Answer(401))
    assert Sender(wire, Bearer()).send_once(ASK, 5).status == 401
    assert wire.tokens == 2


def test_twenty_threads_fetch_one_token():
    fetched = []

    def fetch(ask):
        fetched.append(ask)
        time.sleep(0.05)
        return Answer(200, body=b"1")

    tokens = Tokens(Bearer())
    threads = [Thread(target=tokens.get, args=("oauth", fetch, 5)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(fetched) == 1


def test_a_purchase_is_sent_once_whatever_happens():
    for trouble in (Answer(503), Answer(429, {"retry-after": "0"})):
        wire = Wire(trouble)
        assert Sender(wire).send_once(ASK_PLAIN, 5) is trouble
    wire = Wire(CarrierUnavailable("broken", "carrier_down", sent=False))
    failure(lambda: Sender(wire).send_once(ASK_PLAIN, 5))
    assert len(wire.asked) == 1


ASK_PLAIN = Ask("GET", URL)


def test_a_question_is_repeated_once_when_the_carrier_is_briefly_unwell():
    pauses = []
    wire = Wire(Answer(503, {"retry-after": "1"}), Answer(503))
    assert Sender(wire, pause=pauses.append).send(ASK_PLAIN, 5).status == 503
    assert pauses == [1.0]
    assert len(wire.asked) == 2


def test_a_wait_that_is_longer_than_the_time_left_is_not_waited():
    wire = Wire(Answer(429, {"retry-after": "60"}))
    assert Sender(wire, pause=pytest.fail).send(ASK_PLAIN, 5).status == 429


def test_a_question_that_was_sent_and_lost_is_not_repeated():
    wire = Wire(CarrierUnavailable("lost", "timeout_sent"))
    failure(lambda: Sender(wire).send(ASK_PLAIN, 5))
    assert len(wire.asked) == 1


def test_retry_after_is_read_as_seconds_and_as_a_date():
    now = datetime(2026, 11, 20, 12, 0, tzinfo=UTC).timestamp()
    date = Answer(429, {"retry-after": "Fri, 20 Nov 2026 12:00:30 GMT"})
    assert retry_after(date, now) == 30.0
    assert retry_after(Answer(429, {"retry-after": "soon"}), now) is None


def test_secrets_are_hidden_however_they_are_spelled():
    account = Account("acme", {"user": "u", "key": "s3cret/+="}, frozenset({"key"}))
    shown = redact(f"?key=s3cret%2F%2B%3D&k=s3cret/+= {account!r}", account.secrets)
    assert "s3cret" not in shown


@pytest.mark.parametrize(
    ("url", "headers", "words"),
    [
        ("http://127.0.0.1:1/", {"X-Key": "s3cret\u5c71"}, "letters that cannot be sent"),
        ("no address", {}, "has no host"),
        ("https://[::1", {}, "has no host"),
    ],
)
def test_what_cannot_be_written_down_was_not_sent(url, headers, words):
    error = failure(lambda: Transport(("127.0.0.1:1",)).send(Ask("POST", url, headers, b""), 1))
    assert words in error.reason
    assert (error.code, error.sent, "s3cret" in error.reason) == ("unsupported", False, False)
