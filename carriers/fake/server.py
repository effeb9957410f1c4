"""How does the fake carrier answer? A small HTTP service of its own, on this machine only."""

import base64
import json
import os
import socket
import struct
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from carriers.fake.faults import Chances
from carriers.fake.printing import print_label
from carriers.fake.sales import CURRENCY, Books, Sale, price, services

_PAGE = b"<html><body><h1>It works!</h1></body></html>"
_ERRORS = {
    "error_500": (500, "internal", "Something went wrong on our side"),
    "lost_500": (500, "internal", "Something went wrong on our side"),
    "quota": (429, "too_many", "Too many requests"),
    "duplicate": (409, "used", "This reference was used before"),
}


@dataclass(frozen=True, slots=True)
class Habits:
    """How long it lets a buyer wait when it is `slow`, how much longer when it sells `late`, and
    how soon it shows what it sold, in seconds.
    """

    slow: float = 2.0
    late: float = 6.0
    shown_after: float = 0.0


class FakeCarrier(ThreadingHTTPServer):
    """The service: its books, its faults and its habits."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, port: int, books: Books, chances: Chances, habits: Habits = Habits()
    ) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.books = books
        self.chances = chances
        self.habits = habits
        self._lock = Lock()
        self._number = int(time.time() * 1000) % 10**9 * 1000

    def new_id(self) -> str:
        """An id that was not given before, even by a process before this one."""
        with self._lock:
            self._number += 1
            return f"FK{os.getpid() % 100000:05d}{self._number}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A buyer that has left is nobody's trouble."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: FakeCarrier

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the books say it."""

    def do_POST(self) -> None:
        """Prices, purchases and papers."""
        body = self._body()
        if self.path == "/rates":
            self._rates(body)
        elif self.path == "/purchases":
            self._buy(body)
        elif self.path == "/papers":
            self._answer(201, {"id": f"doc-{len(body.get('content', ''))}-{self.server.new_id()}"})
        elif self.path == "/counts":
            self._answer(200, self.server.chances.counts)
        elif self.path == "/behave":  # from now on everything goes right
            self.server.chances.buying = self.server.chances.looking = 0.0
            self._answer(200, {})
        else:
            self._refuse(404, "unknown", "There is no such page")

    def do_GET(self) -> None:
        """Purchases by reference or id, and tracking."""
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/purchases":
            self._find(query.get("reference", ""))
        elif parts.path.startswith("/purchases/"):
            self._one(unquote(parts.path.removeprefix("/purchases/")))
        elif parts.path == "/tracking":
            self._track(query.get("numbers", "").split(","))
        else:
            self._refuse(404, "unknown", "There is no such page")

    def do_DELETE(self) -> None:
        """A label comes back."""
        sale = unquote(self.path.removeprefix("/purchases/"))
        if self._stumbled(sale):
            return
        if self.server.books.void(sale, time.time()):
            self._answer(200, {"outcome": "cancelled"})
        else:
            self._refuse(404, "unknown", f"There is no purchase {sale}")

    def _rates(self, body: Any) -> None:
        weights = [Decimal(str(weight)) for weight in body["weights"]] or [Decimal(1)]
        found = [
            {"service": name, "price": str(price(name, weights)), "currency": CURRENCY, "days": 3}
            for name in services()
        ]
        self._answer(200, {"services": found})

    def _buy(self, body: Any) -> None:
        fault = self.server.chances.buy(body["customer_reference"] or body["reference"])
        if fault in ("reject", "error_500", "quota", "reset"):
            self._not_sold(fault)
            return
        if fault == "late":
            time.sleep(self.server.habits.late)
        if body["service"] not in services():
            self._refuse(422, "service", f"There is no service {body['service']}", ["/service"])
            return
        sale = self.server.books.sell(self._sale(body))
        if fault in ("lost", "late"):
            self._reset()
        elif fault in ("lost_500", "duplicate"):
            self._not_sold(fault)
        elif fault == "garbage":
            self._send(200, _PAGE, "text/html")
        else:
            self._sold(sale, fault, inline=body["labels"] == "inline")

    def _sale(self, body: Any) -> Sale:
        weights = [Decimal(str(weight)) for weight in body["weights"]]
        return Sale(
            id=self.server.new_id(),
            reference=body["reference"],
            customer_reference=body["customer_reference"],
            key=self.headers.get("Idempotency-Key"),
            service=body["service"],
            amount=str(price(body["service"], weights)),
            parcels=len(weights),
            format=body["label"]["format"],
            size=body["label"]["size"],
            at=time.time(),
        )

    def _sold(self, sale: Sale, fault: str | None, *, inline: bool) -> None:
        shown = _shown(sale, inline=inline and fault != "empty_list")
        if fault == "slow":
            time.sleep(self.server.habits.slow)
        if fault == "half_body":
            content = json.dumps(shown).encode()
            self._send(201, content[: len(content) // 2], "application/json", len(content))
            self._reset()
        else:
            self._answer(200 if fault == "empty_list" else 201, shown)

    def _not_sold(self, fault: str) -> None:
        if fault == "reset":
            self._reset()
        elif fault == "reject":
            self._refuse(
                422,
                "address",
                "The address cannot be served",
                ["/consignee/postal_code", "/consignee/street/0"],
            )
        else:
            status, code, reason = _ERRORS[fault]
            self._refuse(status, code, reason)

    def _find(self, reference: str) -> None:
        if self._stumbled(reference):
            return
        shown_before = time.time() - self.server.habits.shown_after
        found = [
            _shown(sale, inline=True)
            for sale in self.server.books.by_reference(reference)
            if sale.at <= shown_before and sale.id not in self.server.books.voids
        ]
        self._answer(200, {"purchases": found})

    def _one(self, sale: str) -> None:
        if self._stumbled(sale):
            return
        found = self.server.books.sales.get(sale)
        if found is None:
            self._refuse(404, "unknown", f"There is no purchase {sale}")
        else:
            self._answer(200, _shown(found, inline=True))

    def _track(self, numbers: list[str]) -> None:
        books = self.server.books
        parcels = []
        for number in numbers:
            sale = books.sales.get(number[:-2])
            if sale is not None:
                events = [{"code": "SOLD", "at": _moment(sale.at)}]
                if sale.id in books.voids:
                    events.append({"code": "VOIDED", "at": _moment(books.voids[sale.id])})
                parcels.append({"number": number, "events": events})
        self._answer(200, {"parcels": parcels})

    def _stumbled(self, reference: str) -> bool:
        """Whether a question met a fault, which it was then answered with."""
        fault = self.server.chances.look(reference)
        if fault == "slow":
            time.sleep(self.server.habits.slow)
            return False
        if fault == "hidden" and self.path.startswith("/purchases?"):
            self._answer(200, {"purchases": []})
        elif fault == "garbage":
            self._send(200, _PAGE, "text/html")
        elif fault in ("error_500", "quota", "reset"):
            self._not_sold(fault)
        else:
            return False
        return True

    def _body(self) -> Any:
        return json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")

    def _refuse(
        self, status: int, code: str, reason: str, pointers: list[str] | None = None
    ) -> None:
        faults = [{"pointer": pointer, "detail": reason} for pointer in pointers or []]
        self._answer(status, {"error": reason, "code": code, "faults": faults})

    def _answer(self, status: int, content: Any) -> None:
        self._send(status, json.dumps(content).encode(), "application/json")

    def _send(self, status: int, content: bytes, kind: str, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content) if length is None else length))
        if status == 429:
            self.send_header("Retry-After", "1")
        self.end_headers()
        self.wfile.write(content)

    def _reset(self) -> None:
        """Break the connection off, so that the other side hears of it."""
        self.wfile.flush()
        self.close_connection = True
        with suppress(OSError):
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.shutdown(socket.SHUT_RDWR)
            self.connection.close()


def _shown(sale: Sale, *, inline: bool) -> dict[str, Any]:
    """A sale as buyers see it."""
    labels = [
        {
            "parcel": parcel,
            "number": number,
            "content": base64.b64encode(
                print_label(
                    sale.format,
                    sale.size,
                    ("FAKE CARRIER - NOT A LABEL", number, sale.service, sale.reference),
                )
            ).decode(),
        }
        for parcel, number in enumerate(sale.numbers, 1)
    ]
    return {
        "id": sale.id,
        "reference": sale.reference,
        "tracking_numbers": sale.numbers,
        "price": sale.amount,
        "currency": CURRENCY,
        "labels": labels if inline else [],
    }


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def run(port: int, log: Path, chances: Chances, habits: Habits) -> None:
    """Serve until the process is told to stop; the first line printed says where."""
    log.parent.mkdir(parents=True, exist_ok=True)
    books = Books(log)
    with FakeCarrier(port, books, chances, habits) as carrier:
        print(f"The fake carrier: http://127.0.0.1:{carrier.server_address[1]}", flush=True)
        with suppress(KeyboardInterrupt):
            carrier.serve_forever()
