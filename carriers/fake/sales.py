"""What has the fake carrier sold? Its own books, which nobody else writes.

One line of JSON for each sale and each return, on the disk before anybody is told. They are read
again at the start, and by whoever counts afterwards.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from decimal import ROUND_CEILING, Decimal
from pathlib import Path
from threading import Lock
from typing import Any

_PRICES = {"express": Decimal("9.40"), "post": Decimal("4.15")}
_PER_KG = Decimal("1.35")
CURRENCY = "EUR"


@dataclass(frozen=True, slots=True)
class Sale:
    """A label that was sold; `at` is seconds since 1970."""

    id: str
    reference: str
    customer_reference: str
    key: str | None
    service: str
    amount: str
    parcels: int
    format: str
    size: str
    at: float

    @property
    def numbers(self) -> list[str]:
        """One tracking number for each parcel."""
        return [f"{self.id}{parcel:02d}" for parcel in range(1, self.parcels + 1)]


def services() -> tuple[str, ...]:
    """What it sells."""
    return tuple(_PRICES)


def price(service: str, weights: list[Decimal]) -> Decimal:
    """An invented price: so much, and so much for each begun kilogram."""
    kilograms = sum(weights, Decimal(0)).to_integral_value(ROUND_CEILING)
    return _PRICES[service] + _PER_KG * kilograms


class Books:
    """The log and what follows from it."""

    def __init__(self, file: Path, *, sync: bool = True) -> None:
        self._file = file
        self._sync = sync
        self._lock = Lock()
        self.sales: dict[str, Sale] = {}
        self.voids: dict[str, float] = {}
        self._by_reference: dict[str, list[str]] = {}
        for kind, entry in read_log(file):
            self._note(kind, entry)
        self._log = file.open("ab")

    def sell(self, sale: Sale) -> Sale:
        """Sell a label. The same idempotency key is the same sale; the same reference is not."""
        with self._lock:
            if sale.key is not None:
                for known in self.by_reference(sale.reference):
                    if known.key == sale.key:
                        return known
            self._write("sale", asdict(sale))
        return sale

    def void(self, sale: str, at: float) -> bool:
        """Take a label back. False when it was never sold."""
        with self._lock:
            if sale not in self.sales:
                return False
            if sale not in self.voids:
                self._write("void", {"id": sale, "at": at})
            return True

    def by_reference(self, reference: str) -> list[Sale]:
        """The sales under one of the buyer's references."""
        return [self.sales[each] for each in self._by_reference.get(reference, [])]

    def close(self) -> None:
        """Close the log."""
        self._log.close()

    def _write(self, kind: str, entry: dict[str, Any]) -> None:
        self._log.write(json.dumps([kind, entry]).encode() + b"\n")
        self._log.flush()
        if self._sync:
            os.fsync(self._log.fileno())
        self._note(kind, entry)

    def _note(self, kind: str, entry: dict[str, Any]) -> None:
        if kind == "void":
            self.voids[entry["id"]] = entry["at"]
            return
        sale = Sale(**entry)
        self.sales[sale.id] = sale
        self._by_reference.setdefault(sale.reference, []).append(sale.id)


def read_log(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every sale and return in a log, oldest first."""
    if file.exists():
        with file.open("rb") as log:
            for line in log:
                kind, entry = json.loads(line)
                yield kind, entry
