"""How fast does a server answer? A client that costs little beside it.

Four connections that are kept open, each of which sends its next request when the answer to the
last has come. The bytes are made beforehand, and of an answer only the status and the length are
read, so that the client is not what is measured.
"""

import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

CONNECTIONS = 4
_CHUNK = 1 << 18
_PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Load:
    """What a stretch of load came to: seconds, the latency of each request, and what failed."""

    seconds: float
    latencies: list[float]
    failures: list[str]

    @property
    def per_second(self) -> float:
        """Requests answered in a second."""
        return len(self.latencies) / self.seconds

    @property
    def p99(self) -> float:
        """The latency in seconds that one request in a hundred exceeds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]


@dataclass(slots=True)
class _Connection:
    """One socket, when its request was sent and what has come of the answer."""

    socket: socket.socket
    sent_at: float = 0.0
    parts: list[bytes] = field(default_factory=list)
    missing: int = -1  # bytes of the body still to come; -1 before the head is read


def send_load(
    port: int,
    request: bytes,
    seconds: float,
    read: Callable[[bytes], None] | None = None,
) -> Load:
    """Ask again and again for so many seconds; `read` sees the head and body of each answer."""
    selector = selectors.DefaultSelector()
    latencies: list[float] = []
    failures: list[str] = []
    began = time.perf_counter()
    ends = began + seconds
    for _ in range(CONNECTIONS):
        opened = socket.create_connection(("127.0.0.1", port), _PATIENCE)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = _Connection(opened)
        selector.register(opened, selectors.EVENT_READ, connection)
        _send(connection, request)
    try:
        while selector.get_map():
            ready = selector.select(_PATIENCE)
            if not ready:
                raise TimeoutError("the server does not answer")
            for key, _ in ready:
                connection = key.data
                if not _receive(connection, failures):
                    continue
                now = time.perf_counter()
                latencies.append(now - connection.sent_at)
                if read is not None:
                    read(b"".join(connection.parts))
                if now < ends:
                    _send(connection, request)
                else:
                    selector.unregister(connection.socket)
                    connection.socket.close()
    finally:
        for key in list(selector.get_map().values()):
            key.data.socket.close()
        selector.close()
    return Load(time.perf_counter() - began, latencies, failures)


def ask_once(port: int, request: bytes) -> bytes:
    """The head and body of one answer."""
    with socket.create_connection(("127.0.0.1", port), _PATIENCE) as opened:
        connection = _Connection(opened)
        _send(connection, request)
        failures: list[str] = []
        while not _receive(connection, failures):
            pass
        answer = b"".join(connection.parts)
    if failures:
        raise RuntimeError(f"{failures[0]}: {answer[-2000:].decode(errors='replace')}")
    return answer


def _send(connection: _Connection, request: bytes) -> None:
    connection.parts.clear()
    connection.missing = -1
    connection.sent_at = time.perf_counter()
    connection.socket.sendall(request)


def _receive(connection: _Connection, failures: list[str]) -> bool:
    """Take what has come; True when the answer is whole."""
    chunk = connection.socket.recv(_CHUNK)
    if not chunk:
        raise ConnectionError("the server closed the connection")
    connection.parts.append(chunk)
    if connection.missing >= 0:
        connection.missing -= len(chunk)
        return connection.missing == 0
    come = b"".join(connection.parts)
    end = come.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = come[:end].lower()
    length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
    if come[9:10] != b"2":
        failures.append(come[: come.index(b"\r")].decode("latin-1"))
    connection.missing = length - (len(come) - end - 4)
    return connection.missing == 0
