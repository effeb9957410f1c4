"""What does the border ask, for a price of freight that is known? ``/v1/landed-costs``"""

from flask import Blueprint, Response, request

from api.auth import current_account
from api.clock import now
from api.idempotency import idempotent
from api.jsonio import read_json
from api.openapi import Answer, Parameter, operation
from api.problems import countable, wrong_query
from api.routes import services
from api.schemas.quote_answers import landed_cost_bytes
from api.schemas.quote_schemas import LANDED_COST_ANSWER
from api.schemas.quotes import BORDER, load_border, read_quote_request
from api.services.classifying import Carried, priced_by_description
from api.services.quotes import Quote, QuoteRequest
from api.services.quoting import make_landed_cost
from api.services.replaying import replay_inputs
from api.services.stamping import new_stamp
from data.store.quotes import StoredQuote

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
        Parameter(
            "store",
            "``true``: remember the answer as a quote, to be read and replayed as one",
            {"type": "string", "enum": ["true", "false"]},
        ),
    ),
    stores=True,
    answers={
        200: Answer("One entry of `costs` for each set of terms", LANDED_COST_ANSWER),
        201: Answer("The same, and stored", LANDED_COST_ANSWER),
    },
    examples={"ten T-shirts to Great Britain": EXAMPLE},
)
@idempotent(lambda: services().idempotency)
def create() -> Response:
    """Price the border under every set of terms."""
    explain = request.args.get("explain")
    if explain not in (None, "full"):
        raise wrong_query("explain", "full, or nothing")
    store = request.args.get("store", "false")
    if store not in ("true", "false"):
        raise wrong_query("store", "true or false")
    raw = request.get_data()
    body = load_border(read_json(request))
    moment = now()
    asked = read_quote_request(body, moment.date())
    freight, rules, stamp = body["shipping"], services().rulebook(), new_stamp(moment)
    lines = services().classifying.lines(current_account(), asked)

    def make(request: QuoteRequest, _: Carried | None) -> Quote:
        return make_landed_cost(request, freight, rules, stamp, explain=bool(explain))

    with countable():
        quote = priced_by_description(make, asked, lines)
        answer = landed_cost_bytes(quote, services().sign, explain=bool(explain))
    if store == "false":
        return Response(answer, content_type="application/json")
    services().quotes.save_quote(
        StoredQuote(
            id=quote.stamp.id,
            account_id=current_account(),
            created_at=quote.stamp.created_at,
            as_of=quote.on,
            facts_version=quote.facts_version,
            request=raw,
            answer=answer,
            replay_inputs={**replay_inputs(quote), "explain": bool(explain)},
        )
    )
    location = {"Location": f"/v1/quotes/{quote.stamp.id}"}
    return Response(answer, 201, location, content_type="application/json")
