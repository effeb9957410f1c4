"""What does a tariff say? ``/v1/tariffs`` and the codes beneath it."""

from collections.abc import Sequence
from datetime import date
from itertools import islice
from typing import Any

from flask import Blueprint, Response, request

from api.clock import today
from api.jsonio import write_json
from api.openapi import Answer, Parameter, operation
from api.problems import not_found, wrong_query
from api.routes import services
from api.schemas.tariffs import (
    CODE,
    SEARCH,
    TARIFFS,
    write_agreement,
    write_commodity,
    write_status,
)
from api.schemas.values import Unreadable, hs_reader, read_country, read_day
from api.services.classifying import codes_of_words
from api.services.reading_tariffs import (
    agreements_for,
    concerns,
    found_beneath,
    membership_of,
    origin_rules_of,
    product_rules,
    schedule_of,
    third_country_rate,
)
from tariffs.labels import label_of
from tariffs.schedule import Commodity, Measure, Rate
from tariffs.snapshot import Snapshot, SnapshotSchedule

bp = Blueprint("tariffs", __name__)
MOST_COMMODITIES = 200
MOST_FOUND = 50
MOST_PER_CODE = 10
LONGEST_SEARCH = 200
_read_code = hs_reader(frozenset(range(4, 14)))
_read_prefix = hs_reader(frozenset(range(2, 14)))
_TERRITORY = Parameter("territory", "A territory of /v1/tariffs", {"type": "string"})
_ON = Parameter("on", "The day the law is read; today", {"type": "string", "format": "date"})


@bp.get("/v1/tariffs")
@operation(
    "Whose tariffs are held, from when, from which source?",
    tag="Tariff",
    problems=("not-ready",),
    answers={200: Answer("The tariffs", TARIFFS)},
)
def tariffs() -> Response:
    """Every schedule with its version, source, licence, days, rows and completeness."""
    statuses = services().snapshots.current().statuses()
    return _json({"items": [write_status(status) for status in statuses], "next": None})


@bp.get("/v1/tariffs/<territory>/codes/<code>")
@operation(
    "What does the tariff say of a code?",
    tag="Tariff",
    problems=("not-found", "invalid-request", "not-ready"),
    parameters=(
        _TERRITORY,
        Parameter("code", "4 digits or more; dots and blanks are dropped"),
        Parameter("origin", "Show only what concerns goods of this origin (ISO 3166-1)"),
        _ON,
        Parameter(
            "history",
            "1: show what was or will be in force on other days too",
            {"type": "string", "enum": ["0", "1"]},
        ),
    ),
    answers={200: Answer("Every declarable code that it stands for", CODE)},
)
def code(territory: str, code: str) -> Response:
    """Ancestry, rates and measures of a code, and the agreements that could lower its duty."""
    schedule = _schedule(territory)
    try:
        digits = _read_code(code)
    except Unreadable as error:
        raise wrong_query("code", error.messages[0]) from None
    on, origin = _day("on"), _origin()
    commodities = schedule.find(digits)
    if not commodities:
        raise not_found(f"{territory} has no commodity code {digits}.")
    history = request.args.get("history", "0")
    if history not in ("0", "1"):
        raise wrong_query("history", "0 or 1")
    snapshot = services().snapshots.current()
    tariff_of = schedule.status.territory
    membership = membership_of(snapshot, tariff_of)

    def shown(one: Rate | Measure) -> bool:
        return (history == "1" or one.applies(on)) and concerns(one, origin, membership, on)

    return _json(
        {
            "territory": territory,
            "code": digits,
            "on": on,
            "origin": origin,
            "version": snapshot.version,
            "agreements": _agreements(snapshot, tariff_of, digits, origin, on),
            "commodities": [
                write_commodity(commodity, on, shown)
                for commodity in commodities[:MOST_COMMODITIES]
            ],
            "more": max(0, len(commodities) - MOST_COMMODITIES),
        }
    )


@bp.get("/v1/tariffs/<territory>/search")
@operation(
    "Which codes begin like this, or are of such goods?",
    tag="Tariff",
    problems=("not-found", "invalid-request", "not-ready"),
    parameters=(
        _TERRITORY,
        Parameter("q", "The first digits of a code, at least 2, or words", required=True),
        _ON,
        Parameter("cursor", "`next` of the page before"),
    ),
    answers={200: Answer("Declarable codes, in order", SEARCH)},
)
def search(territory: str) -> Response:
    """Declarable codes by their first digits, a page at a time, or the likeliest by words."""
    schedule = _schedule(territory)
    on, cursor = _day("on"), request.args.get("cursor")
    found, following = _found(schedule, request.args.get("q", ""), cursor)
    items = [
        {
            "code": commodity.code,
            "label": label_of(commodity.code, on),
            "third_country": third_country_rate(commodity, on),
        }
        for commodity in found
    ]
    return _json({"territory": territory, "items": items, "next": following})


def _found(
    schedule: SnapshotSchedule, asked: str, cursor: str | None
) -> tuple[Sequence[Commodity], str | None]:
    if len(asked) <= LONGEST_SEARCH and any(sign.isalpha() for sign in asked):
        codes = codes_of_words(asked)
        beneath = (found for code in codes for found in schedule.find(code)[:MOST_PER_CODE])
        return list(islice(beneath, MOST_FOUND)), None
    try:
        prefix = _read_prefix(asked)
    except Unreadable:
        raise wrong_query(
            "q", f"Give the first digits of a code, at least 2, or up to {LONGEST_SEARCH} letters."
        ) from None
    return found_beneath(schedule, prefix, cursor, MOST_FOUND)


def _agreements(
    snapshot: Snapshot, territory: str, code: str, origin: str | None, on: date
) -> list[dict[str, Any]]:
    """The agreements that could apply, each with what it asks of goods of the code."""
    found = agreements_for(snapshot, territory, origin, on)
    held = origin_rules_of(services().settings.data_dir, territory) if found else None
    return [
        write_agreement(
            agreement,
            period,
            product_rules(held, agreement, code, on),
            held.as_of if held else None,
        )
        for agreement, period in found
    ]


def _schedule(territory: str) -> SnapshotSchedule:
    schedule = schedule_of(services().snapshots.current(), territory)
    if schedule is None:
        raise not_found(f"No tariff of {territory} is held; /v1/tariffs lists those that are.")
    return schedule


def _day(parameter: str) -> date:
    text = request.args.get(parameter)
    if text is None:
        return today()
    try:
        return read_day(text)
    except Unreadable as error:
        raise wrong_query(parameter, error.messages[0]) from None


def _origin() -> str | None:
    text = request.args.get("origin")
    if text is None:
        return None
    try:
        return read_country(text)
    except Unreadable as error:
        raise wrong_query("origin", error.messages[0]) from None


def _json(answer: dict[str, Any]) -> Response:
    return Response(write_json(answer), content_type="application/json")
