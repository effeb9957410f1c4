"""What do labels cost, and what was given back? Lines are added and never changed."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from sqlalchemy import Connection, insert, select

from data.store.tables import LEDGER

Kind = Literal["charge", "void", "refund_requested"]
Basis = Literal["carrier", "quoted"]
"""Whether the carrier named the amount, or it is the quote's because the carrier named none."""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One amount that a carrier charges or gives back for one of our references."""

    account_id: str
    shipment_id: str
    our_ref: str
    kind: Kind
    amount: Decimal
    currency: str
    basis: Basis
    at: datetime


_COLUMNS = [LEDGER.c[name] for name in LedgerLine.__slots__]


def add(connection: Connection, line: LedgerLine) -> None:
    """A new line; the same kind for the same reference is added once."""
    same = select(LEDGER.c.id).where(LEDGER.c.our_ref == line.our_ref, LEDGER.c.kind == line.kind)
    if connection.execute(same).first() is None:
        values = {name: getattr(line, name) for name in LedgerLine.__slots__}
        connection.execute(insert(LEDGER).values(values))


def charge_of(connection: Connection, our_ref: str) -> LedgerLine | None:
    """What was charged for a reference, None when nothing is known of it."""
    found = select(*_COLUMNS).where(LEDGER.c.our_ref == our_ref, LEDGER.c.kind == "charge")
    row = connection.execute(found).one_or_none()
    return None if row is None else LedgerLine(**row._mapping)


def of_shipment(connection: Connection, shipment: str) -> list[LedgerLine]:
    """Every line of a shipment, oldest first."""
    found = select(*_COLUMNS).where(LEDGER.c.shipment_id == shipment).order_by(LEDGER.c.id)
    return [LedgerLine(**row._mapping) for row in connection.execute(found)]
