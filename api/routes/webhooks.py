"""Who is called when something happens? ``/v1/webhooks``

Calls are signed as Standard Webhooks 1.0 says: ``webhook-id``, ``webhook-timestamp`` and
``webhook-signature``.
"""

from dataclasses import replace
from secrets import token_hex

from flask import Blueprint, Response, request

from api.auth import current_account
from api.clock import now
from api.idempotency import idempotent
from api.jsonio import read_json, write_json
from api.openapi import Answer, Parameter, operation
from api.problems import Problem, not_found
from api.routes import services
from api.schemas.webhooks import (
    DELIVERIES,
    WEBHOOK,
    WEBHOOK_BODY,
    WEBHOOKS,
    WebhookBody,
    write_delivery,
    write_webhook,
)
from api.services.webhooks import Webhooks
from data.store import webhooks as store
from data.store.engines import reading, writing
from data.store.outbox import Event
from data.store.webhooks import Webhook

bp = Blueprint("webhooks", __name__)
_PAGE = 50


@bp.post("/v1/webhooks")
@operation(
    "Be called when something happens",
    tag="Webhooks",
    description=(
        "The answer has the secret that calls are signed with, once: `whsec_` and base64. Calls "
        "are Standard Webhooks 1.0; answer 2xx within 20 seconds, or the call is made again for "
        "three days. The address must begin with https:// and be on the public Internet."
    ),
    body=WEBHOOK_BODY,
    stores=True,
    problems=("not-available",),
    answers={201: Answer("The webhook and its secret", WEBHOOK)},
)
@idempotent(lambda: services().idempotency)
def create() -> Response:
    """Remember an address to be called."""
    found = _webhooks()
    body = WebhookBody(this_machine=services().settings.open).load(read_json(request))
    services().storage.ensure(current_account())
    webhook, secret = found.create(
        current_account(), body["url"], body["events"], body["description"], now()
    )
    location = {"Location": f"/v1/webhooks/{webhook.id}"}
    return _json(write_webhook(webhook, secret), 201, location)


@bp.get("/v1/webhooks")
@operation(
    "Who is called?", tag="Webhooks", answers={200: Answer("The account's webhooks", WEBHOOKS)}
)
def list_() -> Response:
    """The account's webhooks, without their secrets."""
    with reading(services().storage.engine) as connection:
        found = store.of_account(connection, current_account())
    return _json({"items": [write_webhook(webhook) for webhook in found], "next": None})


@bp.get("/v1/webhooks/<webhook_id>")
@operation(
    "One webhook",
    tag="Webhooks",
    problems=("not-found",),
    answers={200: Answer("Without its secret", WEBHOOK)},
)
def read(webhook_id: str) -> Response:
    """One webhook."""
    return _json(write_webhook(_mine(webhook_id)))


@bp.delete("/v1/webhooks/<webhook_id>")
@operation(
    "Be called no more",
    tag="Webhooks",
    problems=("not-found",),
    answers={204: Answer("It is gone, with its calls")},
)
def remove(webhook_id: str) -> Response:
    """Forget a webhook and its calls."""
    with writing(services().storage.engine) as connection:
        gone = store.remove(connection, current_account(), webhook_id)
    if not gone:
        raise not_found(f"There is no webhook {webhook_id}.")
    return Response(status=204)


@bp.post("/v1/webhooks/<webhook_id>/rotate")
@operation(
    "Sign with a new secret",
    tag="Webhooks",
    description="The secret before it goes on signing beside it for 24 hours.",
    problems=("not-found", "not-available"),
    answers={200: Answer("The webhook and its new secret", WEBHOOK)},
)
def rotate(webhook_id: str) -> Response:
    """A new secret."""
    webhook = _mine(webhook_id)
    return _json(write_webhook(webhook, _webhooks().rotate(webhook, now())))


@bp.post("/v1/webhooks/<webhook_id>/enable")
@operation(
    "Call again a webhook that was given up",
    tag="Webhooks",
    problems=("not-found",),
    answers={200: Answer("The webhook", WEBHOOK)},
)
def enable(webhook_id: str) -> Response:
    """Call it again."""
    webhook = _mine(webhook_id)
    with writing(services().storage.engine) as connection:
        store.disable(connection, webhook.id, None, None)
    return _json(write_webhook(replace(webhook, disabled_at=None, disabled_because=None)))


@bp.post("/v1/webhooks/<webhook_id>/test")
@operation(
    "Make a call that means nothing",
    tag="Webhooks",
    problems=("not-found",),
    answers={202: Answer("The webhook; the call is among its calls", WEBHOOK)},
)
def test(webhook_id: str) -> Response:
    """Write a call of the kind `webhook.test`, whatever events are wanted."""
    webhook, at = _mine(webhook_id), now()
    data = {"id": webhook.id}
    event = Event(f"ev_{token_hex(12)}", webhook.account_id, "webhook.test", webhook.id, data, at)
    with writing(services().storage.engine) as connection:
        _webhooks().enqueue(connection, webhook, event)
    return _json(write_webhook(webhook), 202)


@bp.get("/v1/webhooks/<webhook_id>/deliveries")
@operation(
    "What became of the calls?",
    tag="Webhooks",
    parameters=(Parameter("after", "The `next` of the page before"),),
    problems=("not-found", "invalid-request"),
    answers={200: Answer("Calls, newest first", DELIVERIES)},
)
def deliveries(webhook_id: str) -> Response:
    """The calls of a webhook."""
    webhook, after = _mine(webhook_id), request.args.get("after")
    if after is not None and not (after.isascii() and after.isdigit() and len(after) < 18):
        raise Problem(
            "invalid-request",
            "after is the next of the page before.",
            [{"parameter": "after", "detail": "Must be the next of the page before."}],
        )
    with reading(services().storage.engine) as connection:
        found, following = store.deliveries(
            connection, webhook.id, _PAGE, None if after is None else int(after)
        )
    items = [write_delivery(delivery) for delivery in found]
    return _json({"items": items, "next": None if following is None else str(following)})


@bp.post("/v1/webhooks/<webhook_id>/deliveries/<event_id>/replay")
@operation(
    "Make a call again",
    tag="Webhooks",
    problems=("not-found",),
    answers={202: Answer("The webhook; the call waits among its calls", WEBHOOK)},
)
def replay(webhook_id: str, event_id: str) -> Response:
    """Make a call again from the beginning, dead or delivered."""
    webhook = _mine(webhook_id)
    with writing(services().storage.engine) as connection:
        again = store.replay(connection, webhook.id, event_id, now())
    if not again:
        raise not_found(f"There is no call of {event_id}.")
    return _json(write_webhook(webhook), 202)


def _mine(webhook_id: str) -> Webhook:
    with reading(services().storage.engine) as connection:
        found = store.get(connection, current_account(), webhook_id)
    if found is None:
        raise not_found(f"There is no webhook {webhook_id}.")
    return found


def _webhooks() -> Webhooks:
    found = services().webhooks
    if found is None:
        raise Problem(
            "not-available", "TIDEWAITER_SECRET_KEY is not set: secrets are kept under it."
        )
    return found


def _json(answer: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(write_json(answer), status, headers, content_type="application/json")
