"""Is this the number of a party? ``POST /v1/identifiers/check``"""

from flask import Blueprint, Response, request

from api.clock import today
from api.jsonio import read_json, write_json
from api.openapi import Answer, operation
from api.schemas.controls import (
    IDENTIFIERS,
    IDENTIFIERS_ANSWER,
    NOT_ASKED,
    load_identifiers_body,
    read_numbers,
    write_identifier,
)
from customs.identifiers import installed

bp = Blueprint("identifiers", __name__)


@bp.post("/v1/identifiers/check")
@operation(
    "Are these numbers of parties written as they must be?",
    tag="Controls",
    body=IDENTIFIERS,
    answers={200: Answer("Each number, with what is wrong with it", IDENTIFIERS_ANSWER)},
    examples={
        "an IOSS number and a Korean clearance code": {
            "identifiers": [
                {"kind": "ioss", "number": "IM2760000742"},
                {"kind": "pccc", "number": "P123456789012", "issued": "2026-02-01"},
            ]
        }
    },
)
def check() -> Response:
    """Look at each number: its form, its check digits, whether it has expired."""
    body = load_identifiers_body(read_json(request))
    on, known = body["as_of"] or today(), installed()
    numbers = read_numbers(body["identifiers"], known, on)
    answer = {
        "as_of": on.isoformat(),
        "identifiers": [write_identifier(number, known) for _, number in numbers],
        "note": NOT_ASKED,
    }
    return Response(write_json(answer), content_type="application/json")
