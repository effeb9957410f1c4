"""At which price does it cost so much to the door? ``POST /v1/reverse-prices``"""

from flask import Blueprint, Response, request

from api.clock import now
from api.jsonio import read_json
from api.openapi import Answer, operation
from api.problems import countable
from api.routes import services
from api.schemas.quote_answers import landed_cost_bytes
from api.schemas.quotes import read_quote_request
from api.schemas.reverse import (
    REVERSE,
    REVERSE_ANSWER,
    in_target_currency,
    load_reverse,
    read_priced,
    reverse_bytes,
)
from api.services.price_ladder import Ladder
from api.services.reversing import reverse_price
from api.services.stamping import new_stamp

bp = Blueprint("reverse_prices", __name__)

EXAMPLE = {
    "ship_from": {"country": "CN"},
    "ship_to": {"country": "GB"},
    "shipping": {"amount": "14.10", "currency": "GBP"},
    "target": {"amount": "250.00", "currency": "GBP"},
    "lines": [
        {
            "quantity": 2,
            "unit_price": {"amount": "100.00", "currency": "GBP"},
            "hs_code": "6109.10",
            "country_of_origin": "CN",
        }
    ],
}


@bp.post("/v1/reverse-prices")
@operation(
    "The price at which it costs so much to the door",
    tag="Quotes",
    description=(
        "The request of /v1/landed-costs and a `target`. Answers the highest unit price (of "
        "several lines: the highest common factor) whose landed cost is the target, or comes "
        "nearest from below. `thresholds` are neighbouring prices between which charges begin or "
        "end, `unreached` the sums between which no price leads, `also` other prices that come to "
        "the same, `dearer` the next sum that a price reaches. Discounts stay as they are given."
    ),
    body=REVERSE,
    problems=("exchange-rate-needed", "territory-not-covered", "not-ready"),
    answers={200: Answer("The price, and what lies in its way", REVERSE_ANSWER)},
    examples={"two T-shirts for 250 GBP to the door": EXAMPLE},
)
def create() -> Response:
    """Search the price."""
    body, moment = load_reverse(read_json(request)), now()
    given = read_quote_request(body, moment.date())
    body = in_target_currency(body, can_move=Ladder(given.consignment.items).moves)
    asked = read_quote_request(body, moment.date())
    with countable():
        found = reverse_price(
            asked,
            lambda prices: read_priced(body, prices, moment.date()),
            body["shipping"],
            body["target"],
            services().rulebook(),
            new_stamp(moment),
        )
        quote = landed_cost_bytes(found.quote, services().sign, explain=False)
        answer = reverse_bytes(found, body["target"], asked.consignment.items, quote)
    return Response(answer, content_type="application/json")
