"""Who buys while things go wrong? Clients that retry by their key until they know."""

import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from threading import Lock, Thread
from typing import Any

_TRIES = 60
_TIMEOUT = 15.0


@dataclass(slots=True)
class Outcome:
    """What one purchase came to, as its buyer knows it."""

    number: int
    said: str = "unknown"  # bought, refused, given up, unknown
    shipment: str | None = None
    body: bytes | None = None
    cancelled: bool = False


@dataclass(slots=True)
class Market:
    """All buyers of a campaign, and what they found."""

    port: int
    key: str
    order: dict[str, Any]
    seed: int
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def run(self, purchases: int, clients: int) -> None:
        """Buy so many, a client after the other taking the next."""
        numbers = iter(range(purchases))

        def client() -> None:
            while True:
                with self._lock:
                    number = next(numbers, None)
                if number is None:
                    return
                outcome = self.one(number)
                with self._lock:
                    self.outcomes[number] = outcome

        threads = [Thread(target=client, daemon=True) for _ in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def one(self, number: int) -> Outcome:
        """One purchase as its buyer goes about it; what he does is drawn from the seed."""
        chance = random.Random(f"{self.seed}:buyer:{number}")
        outcome = Outcome(number)
        loses_interest = chance.random() < 0.02
        if chance.random() < 0.03:  # pressed the button twice
            twice = Thread(target=self._buy, args=(number, Outcome(number), 1), daemon=True)
            twice.start()
            self._buy(number, outcome, _TRIES)
            twice.join()
        else:
            self._buy(number, outcome, 1 if loses_interest else _TRIES)
        if outcome.said == "bought" and chance.random() < 0.05:
            outcome.cancelled = self._cancel(outcome)
        if outcome.said == "bought" and chance.random() < 0.05:
            again = Outcome(number)
            self._buy(number, again, _TRIES)
            self._must(again.body == outcome.body, f"{number}: another answer under the same key")
        return outcome

    def _buy(self, number: int, outcome: Outcome, tries: int) -> None:
        body = {**self.order, "reference": f"purchase-{number}"}
        for attempt in range(tries):
            status, answer = self.ask("POST", "/v1/shipments", body, f"key-{number}")
            if status == 201:
                outcome.said, outcome.body = "bought", answer
                outcome.shipment = json.loads(answer)["id"]
                return
            if status == 422:
                self._must(b"carrier-refused" in answer, f"{number}: {answer[:300]!r}")
                outcome.said = "refused"
                return
            if status == 202:
                outcome.shipment = json.loads(answer)["id"]
            time.sleep(min(1.0, 0.1 * (attempt + 1)))
        outcome.said = "given up" if tries == 1 else "unknown"

    def _cancel(self, outcome: Outcome) -> bool:
        for attempt in range(_TRIES):
            status, answer = self.ask("POST", f"/v1/shipments/{outcome.shipment}/cancel", None)
            if status == 200:
                return True
            self._must(status in (0, 503), f"cancel {outcome.number}: {status} {answer[:200]!r}")
            time.sleep(min(1.0, 0.1 * (attempt + 1)))
        return False

    def ask(self, method: str, path: str, body: Any, key: str | None = None) -> tuple[int, bytes]:
        """One request; status 0 when no answer came."""
        headers = {
            "Authorization": f"Bearer {self.key}",
            "Content-Type": "application/json",
            "Connection": "close",
        }
        if key:
            headers["Idempotency-Key"] = key
        connection = HTTPConnection("127.0.0.1", self.port, timeout=_TIMEOUT)
        try:
            connection.request(
                method, path, json.dumps(body) if body is not None else None, headers
            )
            with connection.getresponse() as response:
                answer = response.read()
        except (OSError, HTTPException):
            self._count("no answer")
            return 0, b""
        finally:
            connection.close()
        self._count(str(response.status))
        if response.status >= 500:
            kind = response.headers.get("Content-Type", "")
            self._must(kind == "application/problem+json", f"{response.status} as {kind}")
        self._must(response.status != 500, f"500: {answer[:300]!r}")
        return response.status, answer

    def _count(self, what: str) -> None:
        with self._lock:
            self.counts[what] += 1

    def _must(self, holds: object, fault: str) -> None:
        if not holds:
            with self._lock:
                self.faults.append(fault)
