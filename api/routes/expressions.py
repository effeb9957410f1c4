"""What does a duty expression come to? ``POST /v1/duty-expressions/evaluate``"""

from flask import Blueprint, Response, request

from api.clock import today
from api.jsonio import read_json, write_json, write_money
from api.openapi import Answer, operation
from api.routes import services
from api.schemas.expressions import EVALUATION, EVALUATION_ANSWER, load_evaluation
from customs.exchange import Exchange, GivenRate
from customs.rulebook import read_pegs
from tariffs.expressions import evaluate as evaluate_expression
from tariffs.expressions import parse

bp = Blueprint("expressions", __name__)


@bp.post("/v1/duty-expressions/evaluate")
@operation(
    "What does a duty expression come to?",
    tag="Tariff",
    body=EVALUATION,
    problems=("exchange-rate-needed",),
    answers={200: Answer("A value, a question, or a reason why not", EVALUATION_ANSWER)},
    examples={
        "compound": {
            "expression": "13.8% MIN 13 EUR/100 kg",
            "value": {"amount": "100.00", "currency": "EUR"},
            "quantities": {"kg": "100"},
        }
    },
)
def evaluate() -> Response:
    """Read the expression, evaluate it for the goods, and show the working."""
    body = load_evaluation(read_json(request))
    value, on = body["value"], body["on"] or today()
    snapshot = services().snapshots.current()
    exchange = Exchange(
        snapshot.rate_row,
        on,
        (GivenRate(**rate) for rate in body["exchange_rates"]),
        snapshot.memo.get("pegs", lambda: read_pegs(snapshot.document("pegs"))),
    )
    expression = parse(body["expression"])
    outcome = evaluate_expression(
        expression,
        value=value.amount,
        currency=value.currency.code,
        quantities=body["quantities"],
        facts=body["facts"],
        on=on,
        convert=exchange.presentment,
    )
    amount = outcome.amount
    answer = {
        "outcome": outcome.kind,
        "amount": None if amount is None else write_money(amount, value.currency.code),
        "working": outcome.working,
        "needs": outcome.needs,
        "reason": outcome.reason,
        "expression": expression.text,
    }
    return Response(write_json(answer), content_type="application/json")
