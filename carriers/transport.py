"""How does a request reach a carrier? The one way out for every adapter.

TLS is on and checked; only the hosts of the manifest are spoken to, without redirects, proxies of
the environment or cookies; answers are read up to a size and a deadline. What went wrong is said
with the one fact that matters after a purchase: whether anything was sent.
"""

from collections.abc import Callable, Collection, Iterator
from time import monotonic
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NewConnectionError,
    SSLError,
)

from carriers.errors import CarrierError, CarrierUnavailable
from carriers.wire import Answer, Ask

CONNECT_SECONDS = 3.0
LARGEST = 20 * 1024 * 1024
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_CHUNK = 65536

Record = Callable[[Ask, Answer | CarrierError], None]
"""Told of every exchange: the request and its answer, or why there was none."""


class Transport:
    """Sends to some hosts and to no other.

    A host is ``api.carrier.example`` or ``host:port``. Without TLS only this machine is spoken to.
    """

    def __init__(self, hosts: Collection[str], record: Record | None = None) -> None:
        self.hosts = frozenset(hosts)
        self._record = record
        self._session = requests.Session()
        self._session.trust_env = False
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=16, max_retries=0))

    def send(self, ask: Ask, seconds: float) -> Answer:
        """Send once and read the whole answer within so many seconds.

        Raises `CarrierUnavailable`: `sent` is False when nothing can have reached the carrier.
        """
        try:
            answer = self._send(ask, seconds)
        except CarrierError as error:
            if self._record is not None:
                self._record(ask, error)
            raise
        if self._record is not None:
            self._record(ask, answer)
        return answer

    def _send(self, ask: Ask, seconds: float) -> Answer:
        ends = monotonic() + seconds
        self._must_be_allowed(ask.url)
        if seconds <= 0:
            raise CarrierUnavailable("no time was left to ask", "timeout_not_sent", sent=False)
        try:
            with self._session.request(
                ask.method,
                ask.url,
                data=ask.body,
                headers=dict(ask.headers),
                timeout=(min(CONNECT_SECONDS, seconds), seconds),
                allow_redirects=False,
                stream=True,
            ) as response:
                self._session.cookies.clear()
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status_code, headers, b"".join(_read(response, ends)))
        except (requests.RequestException, HTTPError, UnicodeError) as error:
            raise _trouble(error) from None

    def _must_be_allowed(self, url: str) -> None:
        try:
            parts = urlsplit(url)
        except ValueError:
            parts = urlsplit("")
        local = parts.hostname in _LOOPBACK
        if parts.hostname is None:
            raise CarrierUnavailable("its address has no host", "unsupported", sent=False)
        if not {parts.hostname, parts.netloc} & self.hosts:
            raise CarrierUnavailable(
                f"{parts.hostname} is no host of this carrier's manifest", "unsupported", sent=False
            )
        if parts.scheme != "https" and not (local and parts.scheme == "http"):
            raise CarrierUnavailable("its address is without TLS", "unsupported", sent=False)


def _read(response: requests.Response, ends: float) -> Iterator[bytes]:
    """The body in pieces, up to the deadline and the largest size: a dripping server is cut off."""
    size = 0
    while piece := response.raw.read1(_CHUNK, decode_content=True):
        size += len(piece)
        if size > LARGEST:
            raise CarrierUnavailable(f"an answer of more than {LARGEST} bytes", "bad_reply")
        if monotonic() > ends:
            raise CarrierUnavailable("its answer did not end in time", "timeout_sent")
        yield piece


def _trouble(error: requests.RequestException | HTTPError | UnicodeError) -> CarrierUnavailable:
    """What happened in plain words, without the address: it may hold secrets."""
    if isinstance(error, UnicodeError):  # of a header: nothing is sent before all are written
        return CarrierUnavailable(
            "a setting or header has letters that cannot be sent", "unsupported", sent=False
        )
    inner: object = error.args[0] if error.args else None
    if isinstance(inner, MaxRetryError):
        inner = inner.reason
    if isinstance(error, requests.exceptions.SSLError) or isinstance(inner, SSLError):
        return CarrierUnavailable("its certificate cannot be trusted", "carrier_down", sent=False)
    if isinstance(inner, NewConnectionError):  # before the timeout, whose kind it is
        return CarrierUnavailable("no connection came about", "carrier_down", sent=False)
    if isinstance(error, requests.ConnectTimeout) or isinstance(inner, ConnectTimeoutError):
        return CarrierUnavailable("no connection came about", "timeout_not_sent", sent=False)
    if isinstance(error, requests.Timeout):
        return CarrierUnavailable("timeout: no answer came in time", "timeout_sent")
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidHeader):
        return CarrierUnavailable("a request that cannot be sent", "unsupported", sent=False)
    return CarrierUnavailable("the connection broke off", "timeout_sent")
