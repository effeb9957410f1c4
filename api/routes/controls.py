"""May these goods be sent, and what must go with them? ``POST /v1/controls``"""

from flask import Blueprint, Response, request

from api.clock import today
from api.jsonio import read_json, write_json
from api.openapi import Answer, operation
from api.problems import countable
from api.routes import services
from api.schemas.controls import (
    CONTROLS,
    CONTROLS_ANSWER,
    load_controls_body,
    read_controls_request,
    read_numbers,
    write_check,
)
from api.services.controlling import check_fully

bp = Blueprint("controls", __name__)

EXAMPLE = {
    "ship_from": {"country": "CN"},
    "ship_to": {"country": "DE"},
    "mode": "post",
    "lines": [
        {"description": "Rabbit fur scarf", "quantity": 1, "hs_code": "4303.10"},
        {
            "description": "Lithium ion battery, 12 Wh",
            "quantity": 1,
            "hs_code": "8507.60",
            "facts": {"un_number": "UN3480"},
        },
    ],
}


@bp.post("/v1/controls")
@operation(
    "May these goods be sent, and what must go with them?",
    tag="Controls",
    body=CONTROLS,
    answers={200: Answer("What was found, and the packs that were consulted", CONTROLS_ANSWER)},
    examples={"fur and a battery to Germany": EXAMPLE},
)
def check() -> Response:
    """Compare goods and lane with every pack of rules."""
    body = load_controls_body(read_json(request))
    asked, priced = read_controls_request(body, today())
    rulebook = services().rulebook()
    numbers = read_numbers(body["identifiers"], rulebook.identifiers, asked.on)
    with countable():
        found = check_fully(asked, rulebook, numbers, priced=priced)
    return Response(write_json(write_check(found)), content_type="application/json")
