"""Is one of these parties on a list, and how is it proved later that this was asked?

Every comparison is written down before it is answered, whatever it found. What was found waits in a
queue until people have looked at it; and each party is compared again when a list changes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from secrets import token_hex
from typing import Any

import orjson
from sqlalchemy import Connection, Engine

from api.services.canonical import canonical_json
from api.services.screening_records import (
    Record,
    algorithm,
    consulted,
    moment,
    not_held,
    not_screened,
    outcome_of,
    party_key,
    write_party,
    write_screened,
)
from customs.screening.matching import Party, Screened, screen_party
from customs.screening.policy import Policy
from customs.screening.snapshot import HeldLists, ListSnapshots
from data.loading.screening import ScreeningFacts, load_screening
from data.store import outbox, screening_lists, screening_records, screening_reviews
from data.store.engines import reading, writing
from data.store.outbox import Event
from data.store.screening_records import ScreeningLine
from data.store.screening_reviews import Review

WATCHED_FOR = timedelta(days=400)
"""How long a party is compared again when lists change, after it was last asked for."""
MATCHED = "screening.matched"


class NoListsError(LookupError):
    """No list is held here, so that nobody can be said to be clear."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, for which account, when, and what for."""

    account: str
    actor: str
    at: datetime
    kind: str = "request"
    subject: str | None = None
    triggered_by: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Screening:
    """Compares parties with the lists that are held."""

    engine: Callable[[], Engine]
    snapshots: ListSnapshots
    policy: Policy = field(default_factory=Policy)

    def held(self) -> HeldLists:
        """The lists that are held. Raises `NoListsError`."""
        held = self.snapshots.current()
        if held is None:
            raise NoListsError("No list of restricted parties is held here: nobody was screened.")
        return held

    def screen(self, parties: Sequence[Party], asked: Asked) -> bytes:
        """Compare parties with all lists and write it down; the record as it was stored."""
        held = self.held()
        on = asked.at.date()
        screened = [screen_party(party, held, on, self.policy) for party in parties]
        with writing(self.engine(), durable=True) as connection:
            return self.keep(connection, screened, held, asked)

    def keep(
        self,
        connection: Connection,
        screened: Sequence[Screened],
        held: HeldLists,
        asked: Asked,
    ) -> bytes:
        """Write a comparison down, open its reviews, and watch its parties."""
        on = asked.at.date()
        key = f"scr_{token_hex(12)}"
        reviews = [f"rev_{token_hex(12)}" if each.matches else None for each in screened]
        lists = consulted(held, facts(), on)
        outcome = outcome_of(screened, lists, self.policy)
        record: Record = {
            "id": key,
            "created_at": moment(asked.at),
            "kind": asked.kind,
            "subject": asked.subject,
            "actor": asked.actor,
            "outcome": outcome,
            "parties": [
                write_screened(index, each, review)
                for index, (each, review) in enumerate(zip(screened, reviews, strict=True))
            ],
            "lists": lists,
            "lists_version": held.version,
            "not_held": not_held(held, facts()),
            "not_screened": not_screened(facts(), on),
            "algorithm": algorithm(self.policy),
            "triggered_by": [dict(each) for each in asked.triggered_by],
        }
        line = ScreeningLine(
            key,
            asked.account,
            asked.kind,
            asked.subject,
            asked.actor,
            asked.at,
            outcome,
            canonical_json(record),
        )
        screening_records.add(connection, line)
        self._open_reviews(connection, key, screened, reviews, asked)
        if asked.kind != "rescreen":
            self._watch(connection, key, screened, held, asked)
        return line.record

    def _open_reviews(
        self,
        connection: Connection,
        key: str,
        screened: Sequence[Screened],
        reviews: Sequence[str | None],
        asked: Asked,
    ) -> None:
        for index, (each, review) in enumerate(zip(screened, reviews, strict=True)):
            if review is None:
                continue
            two = each.outcome == "refused"
            opened = Review(review, asked.account, key, index, two, "waiting", asked.at)
            screening_reviews.open_(connection, opened)
            payload = {"screening": key, "review": review, "outcome": each.outcome}
            event = Event(f"evt_{token_hex(12)}", asked.account, MATCHED, review, payload, asked.at)
            outbox.add(connection, event)

    def _watch(
        self,
        connection: Connection,
        key: str,
        screened: Sequence[Screened],
        held: HeldLists,
        asked: Asked,
    ) -> None:
        newest = newest_import(connection, held)
        until = asked.at + WATCHED_FOR
        for each in {party_key(each.party): each for each in screened}.values():
            party = write_party(each.party)
            name = party_key(each.party)
            screening_records.watch(
                connection, asked.account, name, party, key, newest, asked.at, until
            )

    def read(self, account: str, key: str) -> Record | None:
        """A comparison as it was written down, with its place in the chain and its decisions."""
        with reading(self.engine()) as connection:
            found = screening_records.get(connection, account, key)
            if found is None or found.line.kind == "decision":
                return None
            reviews = screening_reviews.of_screening(connection, key)
        record: Record = orjson.loads(found.line.record)
        record["chain"] = {
            "number": found.number,
            "previous_hash": found.previous_hash,
            "hash": found.hash,
        }
        record["reviews"] = [
            {"id": each.id, "party": each.party, "state": each.state} for each in reviews
        ]
        return record


def newest_import(connection: Connection, held: HeldLists) -> int:
    """The number of the newest import that is in the lists that are held; 0 where none is."""
    compiled = {(each.list, each.sha256) for each in held.lists}
    stored = screening_lists.current(connection)
    return max((each.id for each in stored if (each.list, each.sha256) in compiled), default=0)


@cache
def facts() -> ScreeningFacts:
    """What is known of lists and of legal forms, read once."""
    return load_screening()
