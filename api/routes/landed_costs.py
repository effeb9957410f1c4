"""What does the border ask, for a price of freight that is known? ``/v1/landed-costs``"""

from flask import Blueprint, Response, request

from api.clock import now
from api.jsonio import read_json
from api.openapi import Answer, Parameter, operation
from api.problems import wrong_query
from api.routes import services
from api.schemas.quote_answers import landed_cost_bytes
from api.schemas.quote_schemas import LANDED_COST_ANSWER
from api.schemas.quotes import BORDER, load_border, read_quote_request
from api.services.quoting import make_landed_cost
from api.services.stamping import new_stamp

bp = Blueprint("landed_costs", __name__)

EXAMPLE = {
    "ship_from": {"country": "CN"},
    "ship_to": {"country": "GB"},
    "shipping": {"amount": "14.10", "currency": "GBP"},
    "lines": [
        {
            "quantity": 10,
            "unit_price": {"amount": "20.00", "currency": "GBP"},
            "hs_code": "6109.10",
            "country_of_origin": "CN",
        }
    ],
}


@bp.post("/v1/landed-costs")
@operation(
    "The border's part alone",
    tag="Quotes",
    body=BORDER,
    problems=("exchange-rate-needed", "territory-not-covered"),
    parameters=(
        Parameter(
            "explain",
            "``full``: every measure that was looked at, and why it was charged or not",
            {"type": "string", "enum": ["full"]},
        ),
    ),
    answers={200: Answer("One entry of `costs` for each set of terms", LANDED_COST_ANSWER)},
    examples={"ten T-shirts to Great Britain": EXAMPLE},
)
def create() -> Response:
    """Price the border under every set of terms."""
    explain = request.args.get("explain")
    if explain not in (None, "full"):
        raise wrong_query("explain", "full, or nothing")
    body = load_border(read_json(request))
    moment = now()
    asked = read_quote_request(body, moment.date())
    quote = make_landed_cost(
        asked, body["shipping"], services().rulebook(), new_stamp(moment), explain=bool(explain)
    )
    answer = landed_cost_bytes(quote, explain=bool(explain))
    return Response(answer, content_type="application/json")
