"""What does a merchant make of the carriers' offers? ``/v1/rating-rules``"""

from flask import Blueprint, Response, request

from api.auth import current_account
from api.jsonio import read_json, write_json
from api.openapi import Answer, operation
from api.routes import services
from api.schemas.rating_rules import RATING_RULES, RATING_RULES_ANSWER, read_rating_rules
from data.store.rating_rules import StoredRules

bp = Blueprint("rating_rules", __name__)

EXAMPLE = {
    "rules": [
        {"name": "No post to Brazil", "do": "exclude", "modes": ["post"], "ship_to": ["BR"]},
        {"name": "Handling", "do": "mark_up", "amount": {"amount": "1.50", "currency": "EUR"}},
        {
            "name": "Free above 100",
            "do": "free_above",
            "order_value": {"amount": "100.00", "currency": "EUR"},
            "ship_to": ["DE", "AT"],
            "weight_up_to": {"value": "5", "unit": "kg"},
            "since": "2026-12-01",
        },
        {"name": "Express first", "do": "prefer", "carriers": ["demo_express"]},
    ],
    "backups": [
        {
            "carrier": "ups",
            "service": "standard",
            "mode": "express",
            "price": {"amount": "24.00", "currency": "EUR"},
        }
    ],
}


@bp.get("/v1/rating-rules")
@operation(
    "What is set down about carriers' offers",
    tag="Carriers",
    answers={200: Answer("The rules and backups that hold", RATING_RULES_ANSWER)},
)
def read() -> Response:
    """The account's document, as it was sent."""
    return _answer(services().storage.rating_rules(current_account()))


@bp.put("/v1/rating-rules")
@operation(
    "Set down rules about carriers' offers",
    tag="Carriers",
    description=(
        "Takes the place of all that was set down before. A rule holds for the carriers, services, "
        "modes, countries, weights and days that it names, and for all where it names none. "
        "`exclude` leaves offers out (they are in `silent_carriers`), `prefer` puts them first, "
        "`mark_up` adds `percent` of the carrier's price, an `amount` or both, `free_above` makes "
        "shipping free from an `order_value`: each as a part of its own of the shipping charge. A "
        "backup is offered when its carrier does not answer and has no price list."
    ),
    body=RATING_RULES,
    answers={200: Answer("The rules and backups that hold now", RATING_RULES_ANSWER)},
    examples={"a few rules and a backup": EXAMPLE},
)
def write() -> Response:
    """Keep the account's document."""
    document = read_json(request)
    read_rating_rules(document)
    account = current_account()
    stored = services().storage.save_rating_rules(account, document)
    services().merchant_rules.forget(account)
    return _answer(stored)


def _answer(stored: StoredRules | None) -> Response:
    document = stored.document if stored else {}
    answer = {
        "rules": document.get("rules", []),
        "backups": document.get("backups", []),
        "set_at": stored.set_at.isoformat(timespec="seconds") if stored else None,
    }
    return Response(write_json(answer), content_type="application/json")
