"""How does a publisher's list get from its files into the comparisons of this site?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Engine

from customs.screening.snapshot import ListVersion, compile_lists
from data.importing.locations import Location
from data.importing.sanctions import ListReport, read_list
from data.loading.screening import ScreeningFacts
from data.store import screening_lists
from data.store.engines import reading, writing
from data.store.screening_lists import Change


class UnknownListError(LookupError):
    """The facts describe no list of that name."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import found and changed. `changes` None: this very file was held already."""

    report: ListReport
    changes: dict[Change, int] | None
    version: str


def import_list(
    engine: Engine,
    folder: Path,
    facts: ScreeningFacts,
    list_id: str,
    locations: Sequence[Location],
    as_of: date | None,
    at: datetime,
) -> Imported:
    """Import a list from files or addresses, whole or not at all, and compile all lists anew.

    Raises `UnknownListError`, `ListRefusedError`, `OlderListError`, `UnreachableSourceError`.
    """
    if list_id not in facts.lists:
        known = ", ".join(facts.lists)
        raise UnknownListError(f"no list is called {list_id}; there are: {known}")
    found = read_list(facts.lists[list_id], locations, as_of=as_of)
    with writing(engine, durable=True) as connection:
        changes = screening_lists.replace_list(
            connection, list_id, found.as_of, found.report.sha256, at, found.entries
        )
    return Imported(found.report, changes, compile_held(engine, folder, facts))


def compile_held(engine: Engine, folder: Path, facts: ScreeningFacts) -> str:
    """Compile the lists of the database for comparing, and make them current; their version."""
    with reading(engine) as connection, connection.begin():
        lists = [
            ListVersion(
                list=each.list,
                publisher=facts.lists[each.list].publisher,
                title=facts.lists[each.list].title,
                as_of=each.as_of,
                sha256=each.sha256,
                fetched_at=each.fetched_at,
                entries=each.entries,
                names=each.names,
            )
            for each in screening_lists.current(connection)
            if each.list in facts.lists
        ]
        held = {each.list for each in lists}
        entries = (each for each in screening_lists.entries(connection) if each.list in held)
        return compile_lists(folder, lists, entries, facts.legal_forms)
