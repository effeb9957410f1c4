"""How is a webhook asked for, and how are webhooks and their calls written in JSON?"""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates

from api.schemas.body import Body
from api.services.egress import AddressRefusedError, check_url
from api.services.webhooks import EVENTS
from data.store.webhooks import Delivery, Webhook

_LONGEST_URL, _LONGEST_TEXT = 2048, 200


class WebhookBody(Body):
    """An address to be called, and for which events (none: for all of them)."""

    def __init__(self, *, this_machine: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self._this_machine = this_machine

    url = fields.Str(required=True, validate=validate.Length(max=_LONGEST_URL))
    events = fields.List(fields.Str(validate=validate.OneOf(EVENTS)), load_default=[])
    description = fields.Str(load_default="", validate=validate.Length(max=_LONGEST_TEXT))

    @validates("url")
    def _may_be_called(self, url: str, **_: Any) -> None:
        try:
            check_url(url, this_machine=self._this_machine)
        except AddressRefusedError as error:
            raise ValidationError(f"Must be callable: {error}.") from None


class WebhookAnswer(Schema):
    """A webhook. `secret` is there once: when it was made or rotated."""

    id = fields.Str(required=True)
    url = fields.Str(required=True)
    events = fields.List(fields.Str(), required=True)
    description = fields.Str(required=True)
    created_at = fields.Str(required=True)
    enabled = fields.Bool(required=True)
    disabled_because = fields.Str(required=True, allow_none=True)
    secret = fields.Str()


class WebhooksAnswer(Schema):
    """An account's webhooks."""

    items = fields.List(fields.Nested(WebhookAnswer), required=True)
    next = fields.Str(required=True, allow_none=True)


class DeliveryAnswer(Schema):
    """One call of a webhook and what became of it."""

    event = fields.Str(required=True)
    state = fields.Str(required=True, validate=validate.OneOf(("waiting", "delivered", "dead")))
    created_at = fields.Str(required=True)
    attempts = fields.Int(required=True)
    next_at = fields.Str(required=True, allow_none=True)
    last_status = fields.Int(required=True, allow_none=True)
    last_error = fields.Str(required=True, allow_none=True)


class DeliveriesAnswer(Schema):
    """The calls of a webhook, newest first."""

    items = fields.List(fields.Nested(DeliveryAnswer), required=True)
    next = fields.Str(required=True, allow_none=True)


WEBHOOK_BODY = WebhookBody()
WEBHOOK = WebhookAnswer()
WEBHOOKS = WebhooksAnswer()
DELIVERIES = DeliveriesAnswer()


def write_webhook(webhook: Webhook, secret: str | None = None) -> Mapping[str, Any]:
    """A webhook, with its secret when it was just made."""
    written = {
        "id": webhook.id,
        "url": webhook.url,
        "events": list(webhook.events),
        "description": webhook.description,
        "created_at": webhook.created_at.isoformat(timespec="seconds"),
        "enabled": webhook.disabled_at is None,
        "disabled_because": webhook.disabled_because,
    }
    return written if secret is None else {**written, "secret": secret}


def write_delivery(delivery: Delivery) -> Mapping[str, Any]:
    """A call and what became of it."""
    next_at = delivery.next_at
    return {
        "event": delivery.event_id,
        "state": delivery.state,
        "created_at": delivery.created_at.isoformat(timespec="seconds"),
        "attempts": delivery.attempts,
        "next_at": None if next_at is None else next_at.isoformat(timespec="seconds"),
        "last_status": delivery.last_status,
        "last_error": delivery.last_error,
    }
