"""How is an address called that somebody else chose? Without reaching what is not theirs.

The name is looked up once; every address found must be one of the public Internet; the connection
goes to the address that was checked, with the certificate of the name. Redirects are not followed.
"""

import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from api.settings import is_loopback

_NAT64 = IPv6Network("64:ff9b::/96")
CONNECT_SECONDS = 5.0

Resolve = Callable[[str, int], Sequence[str]]
"""The addresses of a host and port."""


class AddressRefusedError(ValueError):
    """An address may not be called: it is not over TLS, or not on the public Internet."""


class NotReachedError(Exception):
    """Nobody answered; the message says how far it came."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the other side answered: its status, and headers with lower-case names."""

    status: int
    headers: Mapping[str, str]


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host by the machine's resolver. Raises `NotReachedError`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise NotReachedError("the name of the host is not known") from None
    return [str(entry[4][0]) for entry in found]


def check_url(url: str, *, this_machine: bool = False) -> None:
    """Refuse an address by its form, before anything is looked up. Raises `AddressRefusedError`.

    With `this_machine`, loopback addresses are taken too, without TLS if need be: for a service
    that itself answers nobody else.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise AddressRefusedError("the port is no number") from None
    if parts.scheme not in ("https", "http") or not parts.hostname or port == 0:
        raise AddressRefusedError("an address begins with https:// and a host")
    if parts.username or parts.password or parts.fragment:
        raise AddressRefusedError("an address has no user, password or fragment")
    if _is_private(parts.hostname) and not (this_machine and is_loopback(parts.hostname)):
        raise AddressRefusedError("the host is not on the public Internet")
    if parts.scheme == "http" and not (this_machine and is_loopback(parts.hostname)):
        raise AddressRefusedError("an address begins with https://")


def post(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    seconds: float,
    *,
    this_machine: bool = False,
    look_up: Resolve = resolve,
) -> Reply:
    """Send a body to an address that somebody else chose.

    Raises `AddressRefusedError` for one that may not be called, `NotReachedError` when nobody
    answers within so many seconds: one who answers byte by byte is left behind.
    """
    done: SimpleQueue[Reply | Exception] = SimpleQueue()

    def ask() -> None:
        try:
            done.put(_post(url, headers, body, seconds, look_up, this_machine=this_machine))
        except Exception as error:
            done.put(error)

    Thread(target=ask, name="egress", daemon=True).start()
    try:
        found = done.get(timeout=seconds)
    except Empty:
        raise NotReachedError("no answer came in time") from None
    if isinstance(found, Exception):
        raise found
    return found


def _post(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    seconds: float,
    look_up: Resolve,
    *,
    this_machine: bool,
) -> Reply:
    check_url(url, this_machine=this_machine)
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = _checked(look_up(host, port), this_machine=this_machine)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    timeout = urllib3.Timeout(connect=min(CONNECT_SECONDS, seconds), read=seconds)
    named = {**headers, "Host": parts.netloc}
    pool = (
        urllib3.HTTPSConnectionPool(
            address, port, timeout=timeout, server_hostname=host, assert_hostname=host
        )
        if parts.scheme == "https"
        else urllib3.HTTPConnectionPool(address, port, timeout=timeout)
    )
    with pool:
        try:
            answer = pool.urlopen(
                "POST",
                path,
                body=body,
                headers=named,
                redirect=False,
                retries=False,
                preload_content=False,
            )
            answer.close()  # nobody reads its body
        except HTTPError as error:
            raise NotReachedError(_words(error)) from None
    return Reply(answer.status, {name.lower(): value for name, value in answer.headers.items()})


def _checked(addresses: Sequence[str], *, this_machine: bool) -> str:
    """The first address, when every one of them may be called."""
    if not addresses:
        raise NotReachedError("the name of the host is not known")
    for address in addresses:
        if not (_is_public(address) or (this_machine and is_loopback(address))):
            raise AddressRefusedError("the host is not on the public Internet")
    return addresses[0]


def _is_public(address: str) -> bool:
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if found in _NAT64:
            inner = IPv4Address(found.packed[-4:])
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return found.is_global and not found.is_multicast


def _is_private(host: str) -> bool:
    """Whether a host is an address in figures that may not be called; a name may be anything."""
    try:
        return not _is_public(host)
    except ValueError:
        return False


def _words(error: HTTPError) -> str:
    """What happened, without addresses."""
    if isinstance(error, urllib3.exceptions.SSLError):
        return "its certificate cannot be trusted"
    if isinstance(error, urllib3.exceptions.NewConnectionError):  # before its kind, the timeout
        return "no connection came about"
    if isinstance(error, urllib3.exceptions.TimeoutError):
        return "no answer came in time"
    return "the connection broke off"
