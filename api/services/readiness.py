"""Can the service answer now?"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from tariffs.snapshot import NoSnapshotError, SnapshotError, Snapshots

log = logging.getLogger(__name__)


class Database(Protocol):
    """What readiness needs to know of the system of record."""

    def is_reachable(self) -> bool:
        """Whether the database answers."""
        ...

    def is_current(self) -> bool:
        """Whether every migration has been applied."""
        ...


@dataclass(frozen=True, slots=True)
class Readiness:
    """What was checked, with the answers, and in words what is wrong."""

    checks: dict[str, Any]
    faults: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def readiness(database: Database, snapshots: Snapshots, on: date) -> Readiness:
    """Check the database, its migrations and the snapshot; say how old the facts are on a day."""
    faults = []
    reachable = _holds("database", database.is_reachable)
    current = reachable and _holds("migrations", database.is_current)
    if not reachable:
        faults.append("the database does not answer")
    elif not current:
        faults.append("migrations are missing: run `flask --app wsgi db migrate`")
    snapshot: dict[str, Any] = {"loaded": False}
    try:
        opened = snapshots.current()
    except (NoSnapshotError, SnapshotError) as error:
        faults.append(f"{error}: run `flask --app wsgi tariff compile`")
    else:
        checked = [status.checked_on for status in opened.statuses()]
        snapshot = {
            "loaded": True,
            "version": opened.version,
            "schedules": len(checked),
            "oldest_checked_on": min(checked).isoformat() if checked else None,
            "oldest_age_days": (on - min(checked)).days if checked else None,
        }
    checks = {"database": reachable, "migrations": current, "snapshot": snapshot}
    return Readiness(checks, tuple(faults))


def _holds(what: str, check: Callable[[], bool]) -> bool:
    """Whether a check holds; one that cannot even be made does not, and the log says why."""
    try:
        return check()
    except Exception:
        log.exception("readiness: %s", what)
        return False
