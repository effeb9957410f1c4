"""Is a party on a list of restricted parties, and who looked at what was found?

``/v1/screenings`` · ``/v1/reviews``
"""

from flask import Blueprint, Response, request

from api.auth import OPEN_ACCOUNT, current_account
from api.clock import now
from api.idempotency import idempotent
from api.jsonio import parse_json, read_json, write_json
from api.openapi import Answer, Parameter, operation
from api.problems import not_found, wrong_query
from api.routes import services
from api.schemas.screenings import (
    DECISION,
    REVIEW,
    REVIEWS,
    SCREENING,
    SCREENING_ANSWER,
    STORED_SCREENING,
    load_decision,
    load_screening_body,
    read_parties,
)
from api.services.screening import Asked
from api.services.screening_reviews import STATES
from data.store import keys
from data.store.engines import reading
from data.store.screening_reviews import OPEN

bp = Blueprint("screenings", __name__)

EXAMPLE = {
    "parties": [
        {
            "name": "Nordlicht Handels GmbH",
            "country": "DE",
            "address": "Hafenstr. 1, 20457 Hamburg",
            "identifiers": [{"type": "vat", "number": "DE000000000", "country": "DE"}],
        },
        {"name": "Jane Q. Example", "date_of_birth": "1980-02-29"},
    ],
    "subject": "order-1042",
}


@bp.post("/v1/screenings")
@operation(
    "Compare parties with the lists of restricted parties",
    tag="Screening",
    description=(
        "Every candidate comes with its score and what makes it, and every list with its day and "
        "age. `refused` is a score from which nothing is sent until two people have cleared it. "
        "The record is kept whatever the outcome, and the parties are compared again when a list "
        "changes. Ownership is not screened: `not_screened` says what else is not."
    ),
    body=SCREENING,
    stores=True,
    problems=("not-available",),
    answers={201: Answer("What was found and written down", SCREENING_ANSWER)},
    examples={"a company and a person": EXAMPLE},
)
@idempotent(lambda: services().idempotency)
def create() -> Response:
    """Compare parties, write it down, answer what was written."""
    body = load_screening_body(read_json(request))
    account, parties = current_account(), read_parties(body)
    services().storage.ensure(account)
    asked = Asked(account, current_actor(), now(), subject=body["subject"])
    stored = services().screening.screen(parties, asked)
    location = {"Location": f"/v1/screenings/{parse_json(stored)['id']}"}
    return Response(stored, 201, location, content_type="application/json")


@bp.get("/v1/screenings/<screening_id>")
@operation(
    "A comparison as it was written down",
    tag="Screening",
    problems=("not-found",),
    answers={200: Answer("With its place in the chain, and its reviews", STORED_SCREENING)},
)
def read(screening_id: str) -> Response:
    """The record, its hash and that of the one before, and where its reviews stand."""
    found = services().screening.read(current_account(), screening_id)
    if found is None:
        raise not_found(f"There is no screening {screening_id}.")
    return _json(found)


@bp.get("/v1/reviews")
@operation(
    "Which matches wait for somebody to look at them?",
    tag="Screening",
    parameters=(
        Parameter(
            "state",
            "Only those in this state; otherwise those that are open",
            {"type": "string", "enum": list(STATES)},
        ),
        Parameter("after", "The `next` of the page before"),
    ),
    problems=("invalid-request",),
    answers={200: Answer("Oldest first", REVIEWS)},
)
def reviews() -> Response:
    """The queue of the account."""
    state, after = request.args.get("state"), request.args.get("after")
    chosen = OPEN if state is None else tuple(each for each in STATES if each == state)
    if not chosen:
        raise wrong_query("state", f"Must be one of: {', '.join(STATES)}.")
    items, following = services().reviews.page(current_account(), chosen, after=after)
    return _json({"items": items, "next": following})


@bp.post("/v1/reviews/<review_id>")
@operation(
    "Decide about a match",
    tag="Screening",
    description=(
        "`clear`: it is somebody else, or may be dealt with; a match that was high enough to "
        "refuse is cleared by two people, each with a key of their own. `confirm`: it is the party "
        "on the list, or nobody can tell. Decisions are written down and cannot be changed."
    ),
    body=DECISION,
    problems=("not-found",),
    answers={200: Answer("The review as it is now", REVIEW)},
    examples={"another person": {"decision": "clear", "reason": "different_date_of_birth"}},
)
def decide(review_id: str) -> Response:
    """Take a decision under the key that the request came with."""
    body = load_decision(read_json(request))
    found = services().reviews.decide(
        current_account(),
        review_id,
        body["decision"],
        body["reason"],
        body["note"],
        current_actor(),
        now(),
    )
    if found is None:
        raise not_found(f"There is no review {review_id}.")
    return _json(found)


def current_actor() -> str:
    """Who asks: the id of the key, as two people have two keys. Without keys it is the machine."""
    account = current_account()
    if services().settings.open:
        return OPEN_ACCOUNT
    _, _, key = request.environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    with reading(services().storage.engine) as connection:
        found = keys.find_by_hash(connection, keys.digest(key.strip()))
    return found.id if found else account


def _json(answer: object) -> Response:
    return Response(write_json(answer), content_type="application/json")
