"""Was anything bought twice, lost or forgotten? Counted by the carrier's own books."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from carriers.fake.sales import CURRENCY, Sale, read_log
from data.store.engines import reading
from data.store.tables import (
    LABELS,
    LEDGER,
    MANUAL_QUEUE,
    OUTBOX,
    PURCHASE_ATTEMPTS,
    PURCHASES,
    SHIPMENTS,
)
from tests.faults.buyers import Outcome

_OPEN = ("sending", "unknown", "twin")


def open_ends(engine: Engine) -> int:
    """How many attempts are not settled, labels not fetched, events not dispatched."""
    with reading(engine) as connection:
        states = connection.execute(select(PURCHASE_ATTEMPTS.c.state)).scalars()
        attempts = sum(state in _OPEN for state in states)
        unlabelled = connection.execute(select(SHIPMENTS.c.labels_due)).scalars()
        events = connection.execute(select(OUTBOX.c.dispatched_at)).scalars()
        return (
            attempts + sum(due is not None for due in unlabelled) + sum(at is None for at in events)
        )


class Audit:
    """The carrier's books against ours."""

    def __init__(self, log: Path, engine: Engine, outcomes: Iterable[Outcome]) -> None:
        self.sales: dict[str, Sale] = {}
        self.voided: set[str] = set()
        for kind, entry in read_log(log):
            if kind == "sale":
                sale = Sale(**entry)
                self.sales[sale.id] = sale
            else:
                self.voided.add(entry["id"])
        self.outcomes = list(outcomes)
        self.faults: list[str] = []
        with reading(engine) as connection:
            self.shipments = {row.id: row for row in connection.execute(select(SHIPMENTS))}
            self.states = {
                row.shipment_id: row.state for row in connection.execute(select(PURCHASES))
            }
            self.attempts = list(connection.execute(select(PURCHASE_ATTEMPTS)))
            self.labels = list(connection.execute(select(LABELS)))
            self.ledger = list(connection.execute(select(LEDGER)))
            self.events = list(connection.execute(select(OUTBOX)))
            self.manual = list(
                connection.execute(select(MANUAL_QUEUE).where(MANUAL_QUEUE.c.closed_at.is_(None)))
            )

    def run(self) -> dict[str, Any]:
        """Every count; `faults` say in words what is wrong."""
        return {
            "acknowledged": sum(outcome.said == "bought" for outcome in self.outcomes),
            "refused": sum(outcome.said == "refused" for outcome in self.outcomes),
            "given_up": sum(outcome.said == "given up" for outcome in self.outcomes),
            "never_told": sum(outcome.said == "unknown" for outcome in self.outcomes),
            "sold_by_the_carrier": len(self.sales),
            "given_back": len(self.voided),
            "states": dict(Counter(self.states.values())),
            "attempts": dict(Counter(attempt.state for attempt in self.attempts)),
            "reconciled": sum(attempt.looks > 0 for attempt in self.attempts)
            + sum(a.state == "confirmed" and a.error is not None for a in self.attempts),
            "bought_twice": self._twice(),
            "lost": self._lost(),
            "orphans": self._orphans(),
            "manual": len(self.manual),
            "ledger": self._ledger(),
            "faults": self.faults,
        }

    def _twice(self) -> int:
        """References sold twice, and orders that hold two labels."""
        by_reference = Counter(sale.reference for sale in self.sales.values())
        kept = Counter(
            sale.customer_reference for sale in self.sales.values() if sale.id not in self.voided
        )
        twice = [name for name, count in (by_reference + Counter()).items() if count > 1]
        twice += [name for name, count in kept.items() if count > 1]
        self.faults += [f"bought twice: {name}" for name in twice]
        return len(twice)

    def _lost(self) -> int:
        """What a buyer was told he has, and does not have whole."""
        labels: dict[str, list[Any]] = {}
        for label in self.labels:
            labels.setdefault(label.shipment_id, []).append(label)
        charged = {line.shipment_id for line in self.ledger if line.kind == "charge"}
        told = {event.subject for event in self.events if event.kind == "shipment.confirmed"}
        lost = 0
        for outcome in self.outcomes:
            if outcome.said != "bought":
                continue
            shipment = outcome.shipment or ""
            whole = (
                self.states.get(shipment) == "confirmed"
                and labels.get(shipment)
                and all(sha256(x.content).hexdigest() == x.sha256 for x in labels[shipment])
                and shipment in charged
                and shipment in told
                and self.shipments[shipment].carrier_id in self.sales
            )
            if not whole:
                lost += 1
                self.faults.append(f"lost: purchase-{outcome.number} ({shipment})")
        return lost

    def _orphans(self) -> int:
        """What the carrier has sold and we know nothing of."""
        known = {row.carrier_id for row in self.shipments.values()}
        known |= {attempt.carrier_id for attempt in self.attempts}
        orphans = [sale for sale in self.sales.values() if sale.id not in known]
        self.faults += [f"orphan: {sale.id} of {sale.customer_reference}" for sale in orphans]
        unknown_voids = (
            self.voided
            - {row.carrier_id for row in self.shipments.values() if row.cancelled_at is not None}
            - {attempt.carrier_id for attempt in self.attempts if attempt.state == "voided"}
        )
        self.faults += [f"given back, and we do not know it: {sale}" for sale in unknown_voids]
        return len(orphans) + len(unknown_voids)

    def _ledger(self) -> dict[str, str]:
        """Our sum and the carrier's."""
        ours = sum(
            (line.amount if line.kind == "charge" else -line.amount for line in self.ledger),
            Decimal(0),
        )
        theirs = sum(
            (Decimal(s.amount) for s in self.sales.values() if s.id not in self.voided),
            Decimal(0),
        )
        if ours != theirs:
            self.faults.append(f"the ledger has {ours}, the carrier {theirs}")
        if {line.currency for line in self.ledger} - {CURRENCY}:
            self.faults.append("the ledger has another currency")
        return {"ours": str(ours), "carrier": str(theirs)}
