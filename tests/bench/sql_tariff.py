"""What does a look-up cost in SQL? The yardstick of the snapshot.

The same rows in one table with an index on territory and code; one statement for a code and
everything above it. The database compares days, Python compares areas, which is faster than
joining them. Core is used with care, its statement made once; the ORM as it is used mostly. Which
of two inherited rows gives way is left out: SQL gets that for nothing.
"""

import sqlite3
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, Engine, bindparam, create_engine, or_, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from data.model.schedule_rows import ScheduleRow

_COLUMNS = "territory code programme origins expression order_number since until law".split()


class Base(DeclarativeBase):
    """The bench's own tables."""


class TariffRow(Base):
    """One rate of one code of one territory."""

    __tablename__ = "tariff_rows"

    id: Mapped[int] = mapped_column(primary_key=True)
    territory: Mapped[str]
    code: Mapped[str]
    programme: Mapped[str]
    origins: Mapped[str]
    expression: Mapped[str]
    order_number: Mapped[str | None]
    since: Mapped[date]
    until: Mapped[date | None]
    law: Mapped[str]


_TABLE = TariffRow.__table__
_STATEMENT = select(*(_TABLE.c[name] for name in _COLUMNS)).where(
    _TABLE.c.territory == bindparam("territory"),
    _TABLE.c.code.in_(bindparam("codes", expanding=True)),
    _TABLE.c.since <= bindparam("on"),
    or_(_TABLE.c.until.is_(None), _TABLE.c.until > bindparam("on")),
)


def fill(path: Path, territories: Iterable[tuple[str, Iterable[ScheduleRow]]]) -> None:
    """Make a database with these rows, indexed, and let the planner know what is in it."""
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    engine.dispose()
    marks = ", ".join("?" * len(_COLUMNS))
    insert = f"INSERT INTO tariff_rows ({', '.join(_COLUMNS)}) VALUES ({marks})"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous=OFF")
    for territory, rows in territories:
        connection.executemany(insert, (_cells(territory, row) for row in rows))
    connection.execute("CREATE INDEX by_code ON tariff_rows (territory, code)")
    connection.execute("ANALYZE")
    connection.commit()
    connection.close()


def _cells(territory: str, row: ScheduleRow) -> tuple[str | None, ...]:
    return (
        territory,
        row.code,
        row.programme,
        " ".join(row.origins),
        row.expression,
        row.order_number,
        row.since.isoformat(),
        row.until.isoformat() if row.until else None,
        row.law,
    )


def open_tariff(path: Path) -> Engine:
    """The database that `fill` made."""
    return create_engine(f"sqlite:///{path}")


def ancestry(code: str) -> tuple[str, ...]:
    """A code and everything above it that may have rows."""
    return code, code[:8], code[:6], code[:4]


def by_core(
    connection: Connection, territory: str, code: str, wanted: frozenset[str], on: date
) -> list[tuple[str, str]]:
    """Programme and expression of each row that applies, as SQLAlchemy Core finds them."""
    found = connection.execute(
        _STATEMENT, {"territory": territory, "codes": ancestry(code), "on": on}
    )
    return [
        (row.programme, row.expression)
        for row in found
        if not row.origins or not wanted.isdisjoint(row.origins.split())
    ]


def by_orm(
    session: Session, territory: str, code: str, wanted: frozenset[str], on: date
) -> list[TariffRow]:
    """The rows that apply, as objects."""
    listed = select(TariffRow).where(
        TariffRow.territory == territory,
        TariffRow.code.in_(ancestry(code)),
        TariffRow.since <= on,
        or_(TariffRow.until.is_(None), TariffRow.until > on),
    )
    return [
        row
        for row in session.scalars(listed)
        if not row.origins or not wanted.isdisjoint(row.origins.split())
    ]
