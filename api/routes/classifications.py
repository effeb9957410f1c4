"""Which code do these goods have? ``/v1/classifications``"""

from typing import Any

from flask import Blueprint, Response, request

from api.auth import current_account
from api.clock import now
from api.idempotency import idempotent
from api.jsonio import read_json, write_json
from api.openapi import Answer, operation
from api.routes import services
from api.schemas.classifications import (
    CLASSIFICATION,
    CLASSIFICATION_ANSWER,
    CONFIRMATION,
    CONFIRMATION_ANSWER,
    load_classification_body,
    load_confirmation,
    write_classification,
)
from tariffs.classification.answers import Asked

bp = Blueprint("classifications", __name__)


@bp.post("/v1/classifications")
@operation(
    "Which code do these goods have?",
    tag="Classification",
    body=CLASSIFICATION,
    problems=("not-ready",),
    description=(
        "Up to five codes, each with the known phrases that speak for it and how often such a code "
        "was right. `classified`: the first is sure enough to work with; `ask`: the question would "
        "decide, send its answer in `facts`; `abstain`: nothing that is known resembles it. What "
        "the account confirmed wins. With a `destination` the national code, where only one stands "
        "beneath. With an `hs_code`, whether it contradicts the description."
    ),
    answers={200: Answer("A shortlist with reasons", CLASSIFICATION_ANSWER)},
    examples={"a T-shirt to Germany": {"description": "Cotton T-shirt", "destination": "DE"}},
)
def classify() -> Response:
    """A shortlist with reasons, or what is to be asked."""
    body: dict[str, Any] = load_classification_body(read_json(request))
    destination = body["destination"]
    snapshot = services().snapshots.current() if destination else None
    asked = Asked(
        body["description"], body["category"], body["material"], body["facts"], body["hs_code"]
    )
    found = services().classifying.classify(current_account(), asked, snapshot, destination)
    answer = write_classification(found, body["hs_code"])
    return Response(write_json(answer), content_type="application/json")


@bp.post("/v1/classifications/confirmations")
@operation(
    "Confirm the code of a description",
    tag="Classification",
    body=CONFIRMATION,
    stores=True,
    description=(
        "From now on the account's goods of this description, or one of the same words, have this "
        "code. The last confirmation holds."
    ),
    answers={201: Answer("What is remembered", CONFIRMATION_ANSWER)},
    examples={"a T-shirt": {"description": "TEE-01 heavy", "hs_code": "6109.10"}},
)
@idempotent(lambda: services().idempotency)
def confirm() -> Response:
    """Remember the code of a description for the account."""
    body: dict[str, Any] = load_confirmation(read_json(request))
    account, moment = current_account(), now()
    services().storage.ensure(account)
    services().classifying.confirm(account, body["description"], body["hs_code"], moment)
    answer = {
        "description": body["description"],
        "hs_code": body["hs_code"],
        "confirmed_at": moment.isoformat(timespec="seconds"),
    }
    return Response(write_json(answer), 201, content_type="application/json")
