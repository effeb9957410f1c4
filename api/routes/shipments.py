"""How is a label bought, looked at, sent back and given back? ``/v1/shipments``

A purchase is not an `idempotent` route like the others: its key is stored with the shipment and the
intent to buy, in one transaction, so that no death of the process and no retry can lead to a second
label. Who asks again goes on with the same shipment.
"""

from typing import Any

from flask import Blueprint, Response, request

from api.auth import current_account
from api.clock import now
from api.idempotency import REPLAYED, idempotent, required_key
from api.jsonio import parse_json, read_json, write_json
from api.openapi import Answer, Parameter, operation
from api.problems import Problem, not_found, wrong_query
from api.routes import services
from api.schemas.quotes import load_quote, read_quote_request
from api.schemas.shipments import (
    RETURN,
    SHIPMENT,
    SHIPMENT_ANSWER,
    SHIPMENTS_ANSWER,
    read_return,
    read_wish,
    state_of,
    write_entry,
    write_order,
)
from api.services.orders import Order
from api.services.shipments import Planned, WrongShipmentError, plan_return, plan_shipment
from api.services.shipping import NotBoughtError
from carriers.errors import CarrierError
from data.model.shipment_records import read_shipment

bp = Blueprint("shipments", __name__)

MOST_LISTED = 200
_MEDIA = {"pdf": "application/pdf", "png": "image/png", "zpl": "application/zpl"}
_LATER = frozenset({"quota", "carrier_down", "timeout_not_sent"})
_PROBLEMS = (
    "idempotency-key-required",
    "idempotency-key-reused",
    "still-running",
    "carrier-refused",
    "carrier-unavailable",
    "quote-expired",
    "not-available",
)
_BOUGHT = {
    201: Answer("The label is bought", SHIPMENT_ANSWER),
    202: Answer("The outcome is not known yet, or the labels are not here yet", SHIPMENT_ANSWER),
}
_KEY = (
    "An `Idempotency-Key` is required. The same request under the same key goes on with the same "
    "shipment: it never buys a second label. 202 means that the carrier has not said what became "
    "of the purchase: look at `Location`, or send the same request again."
)


@bp.post("/v1/shipments")
@operation(
    "Buy the label of an option of a quote, once",
    tag="Shipments",
    description=_KEY,
    body=SHIPMENT,
    stores=True,
    problems=_PROBLEMS,
    answers=_BOUGHT,
)
def create() -> Response:
    """Buy a label, or go on with the one that this request asked for before."""
    return _buy(_plan)


@bp.post("/v1/shipments/<shipment_id>/return")
@operation(
    "Buy the label for the way back of a shipment, once",
    tag="Shipments",
    description=_KEY,
    body=RETURN,
    stores=True,
    problems=("not-found", *_PROBLEMS),
    answers=_BOUGHT,
)
def send_back(shipment_id: str) -> Response:
    """The same goods with the same carrier, sender and receiver changed."""
    sent = _found(shipment_id)
    return _buy(lambda: _plan_return(sent))


@bp.get("/v1/shipments")
@operation(
    "The account's shipments, newest first",
    tag="Shipments",
    parameters=(
        Parameter("limit", "at most so many", {"type": "integer", "minimum": 1, "maximum": 200}),
        Parameter("after", "go on after this shipment: the `next` of the page before"),
    ),
    problems=("invalid-request",),
    answers={200: Answer("A page", SHIPMENTS_ANSWER)},
)
def list_() -> Response:
    """A page of shipments."""
    limit = request.args.get("limit", "50")
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:9]) <= MOST_LISTED):
        raise wrong_query("limit", f"limit: a number from 1 to {MOST_LISTED}.")
    after = request.args.get("after")
    items, more = services().shipping.page(current_account(), int(limit), after)
    answer = {"items": [write_entry(entry) for entry in items], "next": more}
    return Response(write_json(answer), content_type="application/json")


@bp.get("/v1/shipments/<shipment_id>")
@operation(
    "A shipment, and what is known of its label",
    tag="Shipments",
    problems=("not-found",),
    answers={200: Answer("As it stands", SHIPMENT_ANSWER)},
)
def read(shipment_id: str) -> Response:
    """The shipment as it stands."""
    return _shown(_found(shipment_id), 200)


@bp.get("/v1/shipments/<shipment_id>/labels/<int:number>")
@operation(
    "A label, ready to print",
    tag="Shipments",
    problems=("not-found",),
    answers={
        200: Answer(
            "As the carrier made it", {"type": "string", "format": "binary"}, "application/pdf"
        )
    },
)
def label(shipment_id: str, number: int) -> Response:
    """The bytes of a label."""
    for found in services().shipping.labels(_found(shipment_id)):
        if found.number == number:
            return Response(found.content, content_type=_MEDIA[found.format])
    raise not_found(f"The shipment {shipment_id} has no label {number}.")


@bp.post("/v1/shipments/<shipment_id>/cancel")
@operation(
    "Give a label back",
    tag="Shipments",
    description="A shipment that is cancelled stays cancelled, however often this is asked.",
    stores=True,
    problems=("not-found", "not-bought", "carrier-refused", "carrier-unavailable"),
    answers={200: Answer("It is cancelled, or its refund is asked for", SHIPMENT_ANSWER)},
)
@idempotent(lambda: services().idempotency)
def cancel(shipment_id: str) -> Response:
    """Give the label of a shipment back to the carrier."""
    order = _found(shipment_id)
    try:
        order, refusal = services().shipping.cancel(order)
    except NotBoughtError as error:
        raise Problem("not-bought", str(error)) from None
    except CarrierError as error:
        said = {"code": error.code, "reason": error.reason, "carrier_code": error.carrier_code}
        raise _carrier_problem(order, {**said, "retry_after": error.retry_after}) from None
    if refusal is not None:
        reason = refusal.detail or "it is too late to give the label back"
        raise _carrier_problem(order, {"code": "too_late", "reason": reason})
    return _shown(order, 200)


def _buy(plan: Any) -> Response:
    account, route, key = current_account(), f"{request.method} {request.path}", required_key()
    shipping, raw = services().shipping, request.get_data()
    order = shipping.asked_before(account, route, key, raw)
    again = order is not None
    if order is None:
        order = shipping.place(account, route, key, raw, plan())
    return _bought(shipping.proceed(order), again=again and order.state == "confirmed")


def _bought(order: Order, *, again: bool) -> Response:
    """What is answered to whoever wants a label, by the state of its purchase."""
    shipment = order.shipment
    location = {"Location": f"/v1/shipments/{shipment.id}"}
    if order.state == "sending":
        detail = "The first request with this key is waiting for the carrier."
        raise Problem("still-running", detail, headers={"Retry-After": "1", **location})
    if order.state in ("rejected", "absent"):
        error = order.purchase.attempts[-1].error
        raise _carrier_problem(order, error or {"code": "absent", "reason": "nothing was bought"})
    settled = order.state == "confirmed" and (
        shipment.labels_due is None or shipment.cancelled_at is not None
    )
    answer = _shown(order, 201 if settled else 202, as_bought=True)
    answer.headers.update(location)
    if again:
        answer.headers[REPLAYED] = "true"
    return answer


def _carrier_problem(order: Order, error: Any) -> Problem:
    """What a carrier would not do, in its own words and with pointers into the request."""
    shipment, code = order.shipment, error["code"]
    errors = [
        {"detail": detail, "pointer": pointer} for pointer, detail in error.get("faults") or ()
    ]
    extra = {
        "carrier": shipment.carrier,
        "code": code,
        "carrier_code": error.get("carrier_code"),
        "shipment": shipment.id,
    }
    headers = {}
    if (wait := error.get("retry_after")) is not None:
        headers["Retry-After"] = str(max(1, round(wait)))
    later = code in _LATER or code.startswith("timeout") or code == "bad_reply"
    name = "carrier-unavailable" if later else "carrier-refused"
    return Problem(name, f"{shipment.carrier}: {error['reason']}", errors, headers, extra)


def _plan() -> Planned:
    """The shipment that a body asks for."""
    body = SHIPMENT.load(read_json(request))
    account, quote_id = current_account(), body["quote"]
    stored = services().quotes.quote(account, quote_id)
    answer = None if stored is None else parse_json(stored.answer)
    if stored is None or answer is None or "options" not in answer:
        detail = f"There is no quote {quote_id} with options."
        raise Problem("invalid-request", detail, [{"detail": detail, "pointer": "/quote"}])
    asked = read_quote_request(load_quote(parse_json(stored.request)), stored.as_of)
    consignment = asked.consignment
    wish = read_wish(body, consignment.items, consignment.buyer.type)
    offers = stored.replay_inputs["offers"]
    planned = plan_shipment(wish, body["option"], asked, answer, offers, now())
    _must_book(planned.carrier, "/option")
    return planned


def _plan_return(sent: Order) -> Planned:
    """The way back that a body asks for."""
    body, shipment = RETURN.load(read_json(request)), read_shipment(dict(sent.shipment.record))
    if (state := state_of(sent.shipment, sent.state)) != "confirmed":
        raise WrongShipmentError("", f"Nothing was sent: the shipment is {state}.")
    if sent.shipment.returns_id is not None:
        raise WrongShipmentError("", "This is a way back already.")
    stored = sent.shipment
    wish = read_return(body, shipment.items)
    planned = plan_return(shipment, stored.carrier, stored.service, stored.id, now(), **wish)
    _must_book(planned.carrier, "")
    return planned


def _must_book(carrier: str, pointer: str) -> None:
    """Whether the carrier can book for the account, said before anything is stored."""
    try:
        services().shipping.can_book(current_account(), carrier)
    except CarrierError as error:
        raise WrongShipmentError(pointer, f"{carrier} cannot book: {error.reason}.") from None


def _found(shipment_id: str) -> Order:
    order = services().shipping.get(current_account(), shipment_id)
    if order is None:
        raise not_found(f"There is no shipment {shipment_id}.")
    return order


def _shown(order: Order, status: int, *, as_bought: bool = False) -> Response:
    labels = services().shipping.labels(order) if order.state == "confirmed" else []
    answer = write_order(order, labels, as_bought=as_bought)
    return Response(write_json(answer), status, content_type="application/json")
