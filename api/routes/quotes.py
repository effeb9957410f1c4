"""What does it cost to the door, every way to send it? ``/v1/quotes``"""

from collections.abc import Sequence
from functools import partial

from flask import Blueprint, Response, request

from api.auth import current_account
from api.clock import now
from api.idempotency import idempotent
from api.jsonio import parse_json, read_json, write_json
from api.openapi import Answer, operation
from api.problems import countable, not_found
from api.routes import services
from api.routes.screenings import current_actor
from api.schemas.quote_answers import landed_cost_bytes, quote_bytes
from api.schemas.quote_schemas import LANDED_COST_ANSWER, QUOTE_ANSWER, REPLAY_ANSWER
from api.schemas.quotes import QUOTE, load_border, load_quote, read_quote_request
from api.services import replaying
from api.services.classifying import Carried, priced_by_description
from api.services.quotes import LineCode, Quote, QuoteRequest, Stamp
from api.services.quoting import Rate, Screen, make_quote
from api.services.stamping import new_stamp
from data.store.quotes import StoredQuote

bp = Blueprint("quotes", __name__)

EXAMPLE = {
    "ship_from": {"country": "CN", "city": "Shenzhen"},
    "ship_to": {"country": "DE", "postal_code": "10115", "city": "Berlin"},
    "lines": [
        {
            "description": "Cotton T-shirt",
            "quantity": 2,
            "unit_price": {"amount": "25.00", "currency": "EUR"},
            "hs_code": "6109.10",
            "country_of_origin": "CN",
            "unit_weight": {"value": "0.2", "unit": "kg"},
        }
    ],
}


@bp.post("/v1/quotes")
@operation(
    "Every way to send it, priced to the door",
    tag="Quotes",
    body=QUOTE,
    stores=True,
    problems=("exchange-rate-needed",),
    answers={
        200: Answer("A quote that is not stored", QUOTE_ANSWER),
        201: Answer("A stored quote", QUOTE_ANSWER),
    },
    examples={"two T-shirts to Germany": EXAMPLE},
)
@idempotent(lambda: services().idempotency)
def create() -> Response:
    """Price every offer of every carrier under every set of terms."""
    raw = request.get_data()
    body = load_quote(read_json(request))
    moment = now()
    asked = read_quote_request(body, moment.date())
    stamp = new_stamp(moment)
    rate = partial(services().rate, account=current_account())
    lines = services().classifying.lines(current_account(), asked)
    screen = services().quote_screening(moment)
    with countable():
        quote = _priced(asked, lines, rate, stamp, screen)
        answer = quote_bytes(quote, services().sign)
    if not body["store"]:
        return Response(answer, 200, content_type="application/json")
    services().quotes.save_quote(
        StoredQuote(
            id=stamp.id,
            account_id=current_account(),
            created_at=stamp.created_at,
            as_of=quote.on,
            facts_version=quote.facts_version,
            request=raw,
            answer=answer,
            replay_inputs=replaying.replay_inputs(quote),
        )
    )
    screen.keep(current_account(), current_actor, stamp.id)
    location = {"Location": f"/v1/quotes/{stamp.id}"}
    return Response(answer, 201, location, content_type="application/json")


def _priced(
    asked: QuoteRequest, lines: Sequence[LineCode], rate: Rate, stamp: Stamp, screen: Screen
) -> Quote:
    """A quote; where lines have no code, with those of their descriptions."""
    rulebook = services().rulebook()

    def make(request: QuoteRequest, carried: Carried | None) -> Quote:
        ask = rate if carried is None else (lambda *_: carried)
        return make_quote(request, rulebook, ask, stamp, screen)

    return priced_by_description(make, asked, lines)


@bp.get("/v1/quotes/<quote_id>")
@operation(
    "A stored quote, byte for byte",
    tag="Quotes",
    problems=("not-found",),
    answers={
        200: Answer("As it was answered", {"oneOf": [QUOTE_ANSWER, LANDED_COST_ANSWER]}),
    },
)
def read(quote_id: str) -> Response:
    """The stored bytes."""
    answer = services().quotes.quote_answer(current_account(), quote_id)
    if answer is None:
        raise not_found(f"There is no quote {quote_id}.")
    return Response(answer, content_type="application/json")


@bp.post("/v1/quotes/<quote_id>/replay")
@operation(
    "Is a stored quote still what its facts say?",
    tag="Quotes",
    problems=("not-found", "not-available"),
    answers={200: Answer("Identical, or where not", REPLAY_ANSWER)},
)
def replay(quote_id: str) -> Response:
    """Compute a stored quote again from its own facts, and compare the bytes."""
    stored = services().quotes.quote(current_account(), quote_id)
    if stored is None:
        raise not_found(f"There is no quote {quote_id}.")
    differences = replaying.compare(stored.answer, _again(stored))
    answer = {"identical": not differences, "differences": differences}
    return Response(write_json(answer), content_type="application/json")


def _again(stored: StoredQuote) -> bytes:
    """What a stored request is answered today, from the facts it was answered from.

    Its proof is taken as given, like its id: no fact leads to it, and it holds for every other
    byte if these are the same.
    """
    proof = parse_json(stored.answer)["proof"]
    inputs, sent = dict(stored.replay_inputs), parse_json(stored.request)
    rulebook = services().rulebook_of(stored.facts_version)
    if "explain" not in inputs:
        asked = read_quote_request(load_quote(sent), stored.as_of)
        return quote_bytes(replaying.replay(inputs, asked, rulebook), lambda _: proof)
    body = load_border(sent)
    asked = read_quote_request(body, stored.as_of)
    quote = replaying.replay_border(inputs, asked, body["shipping"], rulebook)
    return landed_cost_bytes(quote, lambda _: proof, explain=inputs["explain"])
