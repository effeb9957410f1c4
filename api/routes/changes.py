"""What changes in a tariff between two days? ``GET /v1/tariffs/changes``"""

from collections.abc import Callable
from datetime import date
from functools import lru_cache

from flask import Blueprint, Response, request

from api.clock import today
from api.jsonio import write_json
from api.openapi import Answer, Parameter, operation
from api.problems import not_found, wrong_query
from api.routes import services
from api.schemas.changes import CHANGES, write_change
from api.schemas.values import Unreadable, hs_reader, read_day
from api.services.dated_rules import documents_of
from api.services.law_changes import Change, Window, law_changes
from api.services.reading_tariffs import schedule_of
from tariffs.snapshot import NoSnapshotError, Snapshot

bp = Blueprint("changes", __name__)
MOST_CHANGES = 100
_KEPT = 4  # answers a snapshot; each is a walk through a whole schedule
_read_prefix = hs_reader(frozenset(range(2, 14)))

Found = Callable[[str, Window, str], list[Change]]


@bp.get("/v1/tariffs/changes")
@operation(
    "What changes in a tariff between two days?",
    tag="Tariff",
    description=(
        "Every rate, additional measure and rule of the territory (taxes, reliefs, schemes, fees, "
        "agreements) that starts, ends or changes. What a newer source merely says again is left "
        "out. Pages come from one version of the facts, also when a newer one is compiled."
    ),
    problems=("not-found", "invalid-request", "not-ready"),
    parameters=(
        Parameter("territory", "A territory whose rules or tariff are held", required=True),
        Parameter("since", "The first day looked at; today", {"type": "string", "format": "date"}),
        Parameter(
            "until",
            "The first day no longer looked at; without it all that is known to come",
            {"type": "string", "format": "date"},
        ),
        Parameter("code", "Only rates and measures of codes that begin with these digits"),
        Parameter("cursor", "`next` of the page before"),
    ),
    answers={200: Answer("Changes by day, a page at a time", CHANGES)},
)
def changes() -> Response:
    """A page of changes."""
    snapshot, start = _cursor()
    territory = request.args.get("territory")
    if not territory:
        raise wrong_query("territory", "Name a territory, such as GB.")
    if not _is_held(snapshot, territory):
        raise not_found(f"Neither rules nor a tariff of {territory} are held.")
    since, until = _day("since") or today(), _day("until")
    if until is not None and until <= since:
        raise wrong_query("until", "Must be after since.")
    found = _changes_of(snapshot)(territory, Window(since, until), _prefix())
    page, following = found[start : start + MOST_CHANGES], start + MOST_CHANGES
    answer = {
        "territory": territory,
        "since": since,
        "until": until,
        "version": snapshot.version,
        "items": [write_change(change) for change in page],
        "next": f"{snapshot.version}.{following}" if following < len(found) else None,
    }
    return Response(write_json(answer), content_type="application/json")


def _changes_of(snapshot: Snapshot) -> Found:
    """Finds changes in a snapshot, and keeps the last few answers for their next pages."""

    def make() -> Found:
        @lru_cache(_KEPT)
        def found(territory: str, window: Window, prefix: str) -> list[Change]:
            schedule = schedule_of(snapshot, territory)
            return law_changes(snapshot, territory, schedule, window, prefix)

        return found

    return snapshot.memo.get("law changes", make)


def _is_held(snapshot: Snapshot, territory: str) -> bool:
    return (
        schedule_of(snapshot, territory) is not None
        or next(documents_of(snapshot, territory), None) is not None
    )


def _cursor() -> tuple[Snapshot, int]:
    """The snapshot that the pages come from, and where the next one starts."""
    cursor = request.args.get("cursor")
    if cursor is None:
        return services().snapshots.current(), 0
    version, _, start = cursor.partition(".")
    if not (start.isascii() and start.isdigit() and len(start) < 8):
        raise wrong_query("cursor", "Not the `next` of a page.")
    try:
        return services().snapshots.version(version), int(start)
    except NoSnapshotError:
        raise wrong_query("cursor", "The version that these pages came from is gone.") from None


def _day(parameter: str) -> date | None:
    text = request.args.get(parameter)
    try:
        return None if text is None else read_day(text)
    except Unreadable as error:
        raise wrong_query(parameter, error.messages[0]) from None


def _prefix() -> str:
    text = request.args.get("code")
    try:
        return "" if text is None else _read_prefix(text)[:10]
    except Unreadable as error:
        raise wrong_query("code", error.messages[0]) from None
