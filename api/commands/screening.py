"""What do the commands of ``flask screen`` say? Rows and lines, no printing."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from api.services.screening import facts
from api.services.screening_lists import import_list
from api.services.screening_records import consulted, not_held
from customs.screening.matching import Party, screen_party
from data.store import accounts, screening_records
from data.store.engines import reading

if TYPE_CHECKING:
    from api.assembly import Services

Row = tuple[str, ...]
LISTED = ("list", "as of", "age", "limit", "", "entries", "publisher")
_MOST = 10


def imported(
    services: "Services",
    list_id: str,
    locations: Sequence[str],
    as_of: date | None,
    at: datetime,
) -> Iterator[str]:
    """Import a list, and say what was found and what changed."""
    settings = services.settings
    found = import_list(
        services.storage.engine, settings.lists_dir, facts(), list_id, locations, as_of, at
    )
    services.watch_lists.forget()
    report = found.report
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(report.kinds.items()))
    yield f"{report.list} as of {report.as_of}: {report.entries} entries ({kinds})"
    yield f"{report.names} names, {report.lines} lines read, sha256 {report.sha256}"
    if found.changes is None:
        yield "This very file was held already."
    else:
        yield ", ".join(f"{count} {change}" for change, count in found.changes.items())
    yield f"Version {found.version} of all lists is current."


def listed(services: "Services", on: date) -> list[Row]:
    """Every list that is known: its day and age, or that it is not held."""
    held = services.watch_lists.current()
    rows: list[Row] = []
    for each in consulted(held, facts(), on) if held else ():
        limit = "" if each["age_limit_days"] is None else f"{each['age_limit_days']} days"
        state = "old" if each["old"] else ""
        age = f"{each['age_days']} days"
        rows.append(
            (
                each["list"],
                each["as_of"],
                age,
                limit,
                state,
                str(each["entries"]),
                each["publisher"],
            )
        )
    missing = not_held(held, facts()) if held else sorted(facts().lists)
    blank = ("", "", "")
    rows += [(name, "", *blank, "not held", facts().lists[name].publisher) for name in missing]
    return rows


def compared(
    services: "Services", name: str, country: str | None, born: date | None, on: date
) -> Iterator[str]:
    """What the lists say of a name, with what makes each score."""
    held = services.screening.held()
    party = Party(name, country=country, date_of_birth=born)
    found = screen_party(party, held, on, services.screening.policy)
    yield f"{name}: {found.outcome} (compared as: {found.normalised.text})"
    for candidate in found.candidates[:_MOST]:
        entry = candidate.entry
        where = f"{entry.list} {entry.id}, {entry.kind}"
        yield f"{candidate.score:.2f} {candidate.level}: {candidate.name.text} [{where}]"
        for feature in candidate.features:
            yield f"    {feature.name} {feature.effect:+.2f}: {feature.detail}"
    for each in consulted(held, facts(), on):
        old = ", older than it may be" if each["old"] else ""
        yield f"{each['list']} as of {each['as_of']}{old}"
    yield "Ownership was not screened."


def rescreened(services: "Services", clock: Callable[[], datetime]) -> str:
    """Compare all watched parties with what has changed."""
    services.screening.held()
    total = 0
    while done := services.rescreening.once(clock):
        total += done
    return f"{total} part{'y was' if total == 1 else 'ies were'} compared again."


def verified(services: "Services", account: str) -> str:
    """Whether an account's book is as it was written. Raises `ValueError`."""
    with reading(services.storage.engine) as connection:
        owner = accounts.named(connection, account)
        if owner is None:
            raise ValueError(f"there is no account {account}")
        broken = screening_records.broken_at(connection, owner.id)
    if broken is not None:
        raise ValueError(f"line {broken} of {account} is not what was written, or one is missing")
    return f"Every line of {account} is as it was written."
