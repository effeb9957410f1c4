"""Which parties that were clear are on a list now?

When a list changes, the parties that are watched are compared once more, and only what the change
added or altered counts: what people have cleared before is not asked again. The record names the
entries that brought it up.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.engine import Engine

from api.services.screening import Asked, Screening, newest_import
from api.services.screening_records import read_party
from customs.screening.matching import screen_party
from customs.screening.snapshot import HeldLists
from data.store import screening_lists, screening_records
from data.store.engines import reading, writing
from data.store.screening_lists import Change
from data.store.screening_records import WatchedParty

ACTOR = "service"
_BATCH = 100


@dataclass(frozen=True, slots=True)
class Rescreening:
    """Compares watched parties again."""

    screening: Screening

    def once(self, clock: Callable[[], datetime]) -> int:
        """Compare some of the parties that have not seen the newest lists. Says how many."""
        held = self.screening.snapshots.current()
        if held is None:
            return 0
        engine: Engine = self.screening.engine()
        at = clock()
        with reading(engine) as connection:
            newest = newest_import(connection, held)
            due = screening_records.unseen(connection, newest, at, _BATCH)
            seen = {each.seen_import for each in due}
            changes = {each: screening_lists.changed_since(connection, each) for each in seen}
        for party in due:
            self._again(party, held, changes[party.seen_import], newest, at)
        return len(due)

    def _again(
        self,
        watched: WatchedParty,
        held: HeldLists,
        changes: dict[tuple[str, str], Change],
        newest: int,
        at: datetime,
    ) -> None:
        party = read_party(watched.party)
        found = screen_party(party, held, at.date(), self.screening.policy)
        new = tuple(
            each for each in found.candidates if (each.entry.list, each.entry.id) in changes
        )
        only_new = replace(found, candidates=new)
        with writing(self.screening.engine(), durable=bool(only_new.matches)) as connection:
            if only_new.matches:
                triggers = [
                    {
                        "list": each.entry.list,
                        "entry": each.entry.id,
                        "change": changes[each.entry.list, each.entry.id],
                    }
                    for each in only_new.matches
                ]
                before = watched.screening_id
                asked = Asked(watched.account_id, ACTOR, at, "rescreen", before, triggers)
                self.screening.keep(connection, [only_new], held, asked)
            screening_records.seen(connection, watched.id, newest, at)
