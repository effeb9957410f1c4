"""Those who wait for parcels are told what matters to them, once, by a mail server that took it."""

import email
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from api.services.mailing import (
    Mail,
    Mailer,
    MailServer,
    NotSentError,
    WrongMailServerError,
    is_address,
    message,
    read_server,
)
from api.services.notices import GIVEN_UP_AFTER, KINDS
from api.settings import Settings, SettingsError
from api.web.words import LANGUAGES
from data.store import notices as store
from data.store import trackings
from data.store.engines import reading
from data.store.notices import Wish
from tests.api.tracking_carrier import (  # noqa: F401 - fixtures
    DAY,
    NOON,
    app_fixture,
    clock_fixture,
    event,
    quiet_desk_fixture,
    shipment,
    work,
    world_fixture,
)

SENDER = "parcels@shop.example"
MAIL = Mail("carla@buyer.example", "Subject", "Text", "<p>Text</p>", "en")


class Inbox:
    """A mail server's hands: keeps what it takes, and answers as told."""

    def __init__(self):
        self.taken, self.answers, self.logins = [], [], []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        found = email.message_from_bytes(envelope.content, policy=policy.default)
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, found))
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server, session, envelope, address, options
    ):
        if address.startswith("nobody"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"


class Server(Controller):
    """A real server on this machine, on a free port."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def inbox():
    hands = Inbox()

    def know(server, session, envelope, mechanism, data):
        hands.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"s3cret pass", handled=False)

    controller = Server(
        hands, hostname="127.0.0.1", port=0, authenticator=know, auth_require_tls=False
    )
    controller.start()
    hands.port = controller.port
    yield hands
    controller.stop()


@pytest.fixture
def mailer(inbox):
    return Mailer(read_server(f"smtp://127.0.0.1:{inbox.port}"), SENDER)


@pytest.fixture(name="desk")
def desk_fixture(quiet_desk, mailer):
    settings = replace(quiet_desk.settings, public_url="https://ship.example")
    desk = replace(quiet_desk, mailer=mailer, settings=settings)
    desk.notices.put_wish(Wish("anna", True, KINDS, "Anna's Shop", "help@shop.example", DAY))
    return desk


def happen(desk, world, clock, *events, number="GH1", **more):
    """The carrier says something, is asked, and whoever waits is told."""
    world.knows(number, *events, **more)
    clock.go(hours=7, minutes=30)
    work(desk)
    desk.notices.send_due(clock)


def notices(desk, number="GH1"):
    with reading(desk.storage.engine) as connection:
        tracking = trackings.get(connection, "anna", "ghost", number)
        return store.of_tracking(connection, tracking.id)


def states(desk, number="GH1"):
    return [(each.kind, each.state) for each in notices(desk, number)]


def test_customs_that_wants_something_is_told_in_the_readers_language(desk, world, clock, inbox):
    shipment(desk)
    happen(desk, world, clock, event("TAX", 18), estimated="2026-11-25T18:00:00+01:00")
    ((sender, to, mail),) = inbox.taken
    assert (sender, to) == (SENDER, ["carla@buyer.example"])
    assert mail["From"] == "Anna's Shop <parcels@shop.example>"
    assert mail["Reply-To"] == "help@shop.example"
    assert mail["Subject"] == "Ihr Paket ist beim Zoll und braucht etwas von Ihnen (GH1)"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "de"
    assert mail["Message-ID"].endswith("@shop.example>")
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    for body in (text, html):
        assert "Zoll und Steuern sind noch nicht bezahlt." in body
        assert "Bezahlen Sie Zoll und Steuern" in body
        assert "25. November 2026" in body
        assert "https://ship.example/track/" in body
        assert "Ghost Parcels" in body
    assert "Anna's Shop" in text
    assert "Anna&#39;s Shop" in html


def test_each_kind_is_told_once_however_often_it_happens(desk, world, clock, inbox):
    shipment(desk)
    van = event("VAN", 18)
    happen(desk, world, clock, van)
    happen(desk, world, clock, van, event("HUB", 19, day=20))
    happen(desk, world, clock, van, event("HUB", 19, day=20), event("VAN", 8, day=21))
    assert states(desk) == [("out_for_delivery", "sent")]
    assert len(inbox.taken) == 1


def test_what_is_no_news_to_anybody_is_not_told(desk, world, clock, inbox):
    shipment(desk)
    happen(desk, world, clock, event("PU", 14))
    happen(desk, world, clock, event("PU", 14), event("HUB", 16))
    assert inbox.taken == []


def test_old_news_are_no_news(desk, world, clock, inbox):
    shipment(desk)
    clock.go(days=5)
    happen(desk, world, clock, event("OK", 18))
    assert states(desk) == []


@pytest.mark.parametrize(
    "wish",
    [
        Wish("anna", False, KINDS, "", None, DAY),
        Wish("anna", True, ("customs",), "", None, DAY),
    ],
)
def test_what_the_account_does_not_want_is_not_told(desk, world, clock, inbox, wish):
    desk.notices.put_wish(wish)
    shipment(desk)
    happen(desk, world, clock, event("OK", 18))
    assert (states(desk), inbox.taken) == ([], [])


def test_without_an_address_nobody_is_told(desk, world, clock, inbox):
    shipment(desk, email=None)
    happen(desk, world, clock, event("OK", 18))
    assert states(desk) == []


def test_a_shipment_is_delivered_when_all_its_parcels_are(desk, world, clock, inbox):
    shipment(desk, "GH1", labels=("GH1", "GH2"))
    happen(desk, world, clock, event("OK", 18))
    assert inbox.taken == []
    happen(desk, world, clock, event("OK", 19), number="GH2")
    assert [mail["Subject"] for _, _, mail in inbox.taken] == ["Ihr Paket wurde zugestellt (GH2)"]


def test_several_parcels_out_for_delivery_are_one_message(desk, world, clock, inbox):
    shipment(desk, "GH1", labels=("GH1", "GH2"))
    world.knows("GH2", event("VAN", 18))
    happen(desk, world, clock, event("VAN", 18))
    assert len(inbox.taken) == 1


def test_a_message_is_sent_again_until_the_server_takes_it(desk, world, clock, inbox):
    inbox.answers = ["451 later", "451 later"]
    shipment(desk)
    happen(desk, world, clock, event("VAN", 18))
    assert states(desk) == [("out_for_delivery", "waiting")]
    assert desk.notices.send_due(clock) == 0
    clock.go(minutes=2)
    desk.notices.send_due(clock)
    clock.go(minutes=6)
    desk.notices.send_due(clock)
    assert states(desk) == [("out_for_delivery", "sent")]
    (notice,) = notices(desk)
    assert notice.attempts == 3
    assert inbox.taken[0][2]["Message-ID"] == f"<{notice.id}@shop.example>"


def test_a_message_that_no_server_takes_for_three_days_is_dead(desk, world, clock, inbox):
    inbox.answers = ["451 later"] * 50
    shipment(desk)
    happen(desk, world, clock, event("BAD", 18))
    begun = clock()
    while desk.notices.send_due(clock) or states(desk)[0][1] == "waiting":
        clock.go(hours=13)
    assert clock() - begun >= GIVEN_UP_AFTER
    (notice,) = notices(desk)
    assert notice.state == "dead"
    assert notice.last_error == "the server refused (SMTPDataError, 451)"
    assert 5 <= notice.attempts <= 12


def test_a_recipient_that_is_none_is_not_tried_again(desk, world, clock, inbox):
    shipment(desk, email="nobody@buyer.example")
    happen(desk, world, clock, event("VAN", 18))
    assert states(desk) == [("out_for_delivery", "dead")]


def test_an_address_that_would_smuggle_headers_gets_nothing(desk, world, clock, inbox):
    shipment(desk, email="carla@buyer.example\r\nBcc: all@buyer.example")
    happen(desk, world, clock, event("VAN", 18))
    assert (states(desk), inbox.taken) == ([("out_for_delivery", "dead")], [])


def test_a_message_that_later_news_have_overtaken_is_not_sent(desk, world, clock, inbox):
    inbox.answers = ["451 later"]
    shipment(desk)
    happen(desk, world, clock, event("VAN", 18))
    happen(desk, world, clock, event("VAN", 18), event("OK", 20))
    clock.go(minutes=5)
    desk.notices.send_due(clock)
    assert sorted(states(desk)) == [("delivered", "sent"), ("out_for_delivery", "dead")]
    assert len(inbox.taken) == 1


def test_a_process_that_died_while_sending_leaves_its_messages_to_others(desk, world, clock, inbox):
    shipment(desk)
    world.knows("GH1", event("VAN", 18))
    clock.go(hours=8)
    work(desk)
    with desk.storage.engine.begin() as connection:
        store.take_due(connection, clock(), clock() + timedelta(seconds=120), 10)
    assert desk.notices.send_due(clock) == 0
    clock.go(seconds=121)
    assert desk.notices.send_due(clock) == 1


def test_a_server_that_is_not_there_is_tried_once_in_a_turn(desk, world, clock):
    down = replace(desk, mailer=Mailer(MailServer("127.0.0.1", 1, "none"), SENDER))
    for number in (1, 2):
        shipment(down, f"GH{number}", shipment_id=f"sh_{number}")
        world.knows(f"GH{number}", event("VAN", 18))
    clock.go(hours=8)
    work(down)
    assert down.notices.send_due(clock) == 2
    attempts = [note.attempts for number in ("GH1", "GH2") for note in notices(down, number)]
    assert sorted(attempts) == [0, 1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["TAX", "VAN", "OK", "BAD"])
def test_every_kind_is_written_in_every_language(desk, world, clock, inbox, language, code):
    country = {"en": "US", "de": "AT", "fr": "FR", "es": "ES"}[language]
    shipment(desk, country=country)
    happen(desk, world, clock, event(code, 18))
    ((_, _, mail),) = inbox.taken
    assert mail["Content-Language"] == language
    text = mail.get_body(("plain",)).get_content()
    assert "{" not in text
    assert "\n\n\n" not in text
    assert mail["Subject"].endswith("(GH1)")


class TestServer:
    def test_the_password_is_given_to_a_server_on_this_machine(self, inbox):
        url = f"smtp://anna:s3cret%20pass@localhost:{inbox.port}"
        Mailer(read_server(url), SENDER).send(MAIL, "no_1", NOON)
        assert inbox.logins == [(b"anna", b"s3cret pass")]
        assert len(inbox.taken) == 1

    def test_a_wrong_password_is_said_without_it(self, inbox):
        mailer = Mailer(read_server(f"smtp://anna:wrongword@localhost:{inbox.port}"), SENDER)
        with pytest.raises(NotSentError) as caught:
            mailer.send(MAIL, "no_1", NOON)
        assert "wrongword" not in f"{caught.value} {mailer!r}"

    def test_nothing_leaves_without_tls_to_a_server_elsewhere(self, inbox):
        server = MailServer("127.0.0.1", inbox.port, "starttls", "anna", "s3cret pass")
        with pytest.raises(NotSentError):
            Mailer(server, SENDER).send(MAIL, "no_1", NOON)
        assert (inbox.taken, inbox.logins) == ([], [])

    def test_with_starttls_the_password_is_given_inside_it(self, tls, inbox_over_tls):
        server = MailServer("localhost", inbox_over_tls.port, "starttls", "anna", "s3cret pass")
        Mailer(server, SENDER, lambda: tls.trusting).send(MAIL, "no_1", NOON)
        assert len(inbox_over_tls.taken) == 1

    def test_a_certificate_of_somebody_else_is_not_trusted(self, tls, inbox_over_tls):
        server = MailServer("localhost", inbox_over_tls.port, "starttls", "anna", "s3cret pass")
        with pytest.raises(NotSentError):
            Mailer(server, SENDER).send(MAIL, "no_1", NOON)
        assert (inbox_over_tls.taken, inbox_over_tls.logins) == ([], [])

    def test_a_server_that_is_not_there_is_said(self):
        with pytest.raises(NotSentError, match="not reached"):
            Mailer(MailServer("127.0.0.1", 1, "none"), SENDER).send(MAIL, "no_1", NOON)

    @pytest.mark.parametrize(
        ("url", "expected"),
        [
            ("smtp://mail.example", ("mail.example", 587, "starttls", "", "")),
            ("smtp://a%40b:c%3Ad@mail.example:25", ("mail.example", 25, "starttls", "a@b", "c:d")),
            ("smtps://a:b@mail.example", ("mail.example", 465, "implicit", "a", "b")),
            ("smtp://[::1]:2525", ("::1", 2525, "none", "", "")),
            ("smtp://localhost:2525", ("localhost", 2525, "none", "", "")),
        ],
    )
    def test_how_a_server_is_named(self, url, expected):
        server = read_server(url)
        assert (server.host, server.port, server.tls, server.user, server.password) == expected

    @pytest.mark.parametrize(
        "url", ["mail.example", "http://mail.example", "smtp://", "smtp://h:x", "smtp://h/?tls=0"]
    )
    def test_what_names_no_server_is_refused(self, url):
        with pytest.raises(WrongMailServerError):
            read_server(url)


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    """A certificate of localhost that nobody trusts, save who is told to."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2090, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = tmp_path_factory.mktemp("tls") / "localhost.pem"
    file.write_bytes(secret + pem)

    class Tls:
        serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trusting = ssl.create_default_context(cadata=pem.decode())

    Tls.serving.load_cert_chain(file)
    return Tls


@pytest.fixture
def inbox_over_tls(tls):
    hands = Inbox()

    def know(server, session, envelope, mechanism, data):
        hands.logins.append((data.login, data.password))
        return AuthResult(success=True)

    class Over(Server):
        def factory(self):
            return SMTP(
                self.handler, tls_context=tls.serving, require_starttls=True, authenticator=know
            )

    controller = Over(hands, hostname="127.0.0.1", port=0)
    controller.start()
    hands.port = controller.port
    yield hands
    controller.stop()


class TestMessage:
    def test_what_others_wrote_cannot_become_a_header(self):
        mail = replace(MAIL, subject="Hello\r\nBcc: all@buyer.example", from_name='A"\r\nX-Evil: 1')
        made = message(mail, SENDER, "no_1", NOON)
        text = made.as_bytes().decode()
        head = text.split("\r\n\r\n")[0].lower()
        assert "\r\nbcc:" not in head
        assert "\r\nx-evil:" not in head

    @pytest.mark.parametrize(
        "address",
        [
            "",
            "anna",
            "a@b@c",
            "a b@c.example",
            "a@c.example\n",
            "a@-",
            "ä@c.example",
            "a..b@c.example",
        ],
    )
    def test_what_is_no_address_is_refused(self, address):
        assert not is_address(address)
        with pytest.raises(NotSentError) as caught:
            message(replace(MAIL, to=address), SENDER, "no_1", NOON)
        assert caught.value.for_good


class TestWish:
    def test_an_account_sends_nothing_before_it_says_so(self, ask, desk):
        assert ask("/v1/notices").get_json()["enabled"] is True
        ben = ask("/v1/notices", key="key-of-ben").get_json()
        assert (ben["enabled"], ben["kinds"], ben["available"]) == (False, list(KINDS), True)

    def test_what_is_set_is_what_is_answered_and_sent(self, ask, desk, world, clock, inbox):
        said = {"enabled": True, "kinds": ["delivered"], "from_name": "Söhne", "reply_to": None}
        answer = ask("/v1/notices", "PUT", json=said)
        assert answer.get_json() == {**said, "available": True}
        assert ask("/v1/notices").get_json() == {**said, "available": True}
        shipment(desk)
        happen(desk, world, clock, event("OK", 18))
        assert inbox.taken[0][2]["From"].addresses[0].display_name == "Söhne"

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({}, "/enabled"),
            ({"enabled": "yes"}, "/enabled"),
            ({"enabled": True, "kinds": ["weather"]}, "/kinds/0"),
            ({"enabled": True, "from_name": "a\r\nb"}, "/from_name"),
            ({"enabled": True, "reply_to": "x"}, "/reply_to"),
            ({"enabled": True, "reply_to": 1}, "/reply_to"),
            ({"enabled": True, "replyto": "x"}, "/replyto"),
        ],
    )
    def test_what_cannot_be_meant_is_refused(self, ask, desk, body, pointer):
        answer = ask("/v1/notices", "PUT", json=body)
        assert answer.status_code == 422
        assert [each["pointer"] for each in answer.get_json()["errors"]] == [pointer]


class TestSettings:
    def test_the_server_and_the_sender_go_together_and_are_not_shown(self):
        env = {
            "TIDEWAITER_SMTP_URL": "smtp://anna:s3cret@mail.example",
            "TIDEWAITER_MAIL_FROM": SENDER,
            "TIDEWAITER_PUBLIC_URL": "https://ship.example/",
        }
        settings = Settings.from_env(env)
        assert (settings.mail_from, settings.public_url) == (SENDER, "https://ship.example")
        assert "s3cret" not in repr(settings)
        assert Settings.from_env({}).smtp_url is None

    @pytest.mark.parametrize(
        "env",
        [
            {"TIDEWAITER_SMTP_URL": "smtp://mail.example"},
            {"TIDEWAITER_MAIL_FROM": SENDER},
            {"TIDEWAITER_SMTP_URL": "http://a:s3cret@mail", "TIDEWAITER_MAIL_FROM": SENDER},
            {"TIDEWAITER_SMTP_URL": "smtp://a:s3cret@mail", "TIDEWAITER_MAIL_FROM": "Anna"},
            {"TIDEWAITER_PUBLIC_URL": "ship.example"},
            {"TIDEWAITER_PUBLIC_URL": "https://ship.example/?a=1"},
        ],
    )
    def test_what_cannot_be_meant_is_refused_at_the_start(self, env):
        with pytest.raises(SettingsError) as caught:
            Settings.from_env(env)
        assert "s3cret" not in str(caught.value)
