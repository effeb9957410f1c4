"""How does a message leave? By SMTP, over TLS unless the server is on this machine.

What comes from others (names, addresses, subjects) cannot become a header of its own: whatever is
no printable character is taken out, and an address that cannot be one is refused.
"""

import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Literal
from urllib.parse import unquote, urlsplit

from api.settings import is_loopback
from carriers.answers import one_line

Tls = Literal["starttls", "implicit", "none"]

_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}$)({_LABEL}\.)*{_LABEL}")
_SECONDS = 10.0


class WrongMailServerError(ValueError):
    """An address of a mail server cannot be meant."""


class NotSentError(Exception):
    """A message did not leave. `for_good` when it never will, `down` when no other would either."""

    def __init__(self, reason: str, *, for_good: bool = False, down: bool = False) -> None:
        super().__init__(reason)
        self.for_good = for_good
        self.down = down


@dataclass(frozen=True, slots=True)
class MailServer:
    """Who takes our messages, and as whom we come."""

    host: str
    port: int
    tls: Tls
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Mail:
    """One message, in plain text and in HTML."""

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    language: str
    from_name: str = ""
    reply_to: str | None = None


def read_server(url: str) -> MailServer:
    """The server at ``smtp://user:password@host:587`` or ``smtps://…``.

    Raises `WrongMailServerError`, without the address: it has the password in it.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise WrongMailServerError("no address of a mail server") from None
    host = parts.hostname or ""
    wrong = parts.path.strip("/") or parts.query or parts.fragment
    if parts.scheme not in ("smtp", "smtps") or not host or wrong:
        raise WrongMailServerError("smtp://user:password@host:587 or smtps://…")
    local = is_loopback(host)
    tls: Tls = "implicit" if parts.scheme == "smtps" else "none" if local else "starttls"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(host, port or (465 if tls == "implicit" else 587), tls, user, password)


def is_address(text: str) -> bool:
    r"""Whether a text can be an e-mail address that every server takes.

    >>> is_address("anna@shop.example"), is_address("anna@shop.example\nBcc: b@b.example")
    (True, False)
    """
    local, at, host = text.rpartition("@")
    shaped = bool(at and _LOCAL.fullmatch(local) and _HOST.fullmatch(host))
    return shaped and not (local.startswith(".") or local.endswith(".") or ".." in local)


def message(mail: Mail, sender: str, name: str, at: datetime) -> EmailMessage:
    """A message as it is sent; `name` tells it from others, and stays when it is sent again.

    Raises `NotSentError` for an address that cannot be one.
    """
    for address in filter(None, (mail.to, sender, mail.reply_to)):
        if not is_address(address):
            raise NotSentError("an address that cannot be one", for_good=True)
    if not mail.to:
        raise NotSentError("nobody to send it to", for_good=True)
    made = EmailMessage(SMTP)
    made["From"] = Address(one_line(mail.from_name), addr_spec=sender)
    made["To"] = Address(addr_spec=mail.to)
    if mail.reply_to:
        made["Reply-To"] = Address(addr_spec=mail.reply_to)
    made["Subject"] = one_line(mail.subject)
    made["Date"] = format_datetime(at)
    made["Message-ID"] = f"<{name}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(mail.text)
    made.add_alternative(mail.html, subtype="html")
    made["Content-Language"] = mail.language  # last: setting the content drops such headers
    return made


@dataclass(frozen=True, slots=True)
class Mailer:
    """Sends messages from one address by one server."""

    server: MailServer
    sender: str
    context: Callable[[], ssl.SSLContext] = ssl.create_default_context

    def send(self, mail: Mail, name: str, at: datetime) -> None:
        """Send one message. Raises `NotSentError`."""
        made = message(mail, self.sender, name, at)
        try:
            with self._connected() as smtp:
                if self.server.user:
                    smtp.login(self.server.user, self.server.password)
                smtp.send_message(made, self.sender, [mail.to])
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            reason = f"the server does not take the recipient ({code})"
            raise NotSentError(reason, for_good=code >= 500) from None
        except smtplib.SMTPResponseException as error:  # its text may repeat what was said to it
            reason = f"the server refused ({type(error).__name__}, {error.smtp_code})"
            raise NotSentError(reason) from None
        except (smtplib.SMTPException, OSError) as error:
            reason = f"the server was not reached ({type(error).__name__})"
            raise NotSentError(reason, down=True) from None

    def _connected(self) -> smtplib.SMTP:
        server = self.server
        if server.tls == "implicit":
            context = self.context()
            return smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS, context=context)
        smtp = smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
        if server.tls == "starttls":
            try:
                smtp.starttls(context=self.context())  # raises where the server has none
            except BaseException:
                smtp.close()
                raise
        return smtp
