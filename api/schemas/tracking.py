"""How is a parcel's way written in JSON, and how are notices asked for?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, cast

from marshmallow import Schema, fields, validate

from api.schemas.body import Body
from api.schemas.fields import ReadField, TextField
from api.schemas.values import Unreadable, text_reader
from api.services.mailing import is_address
from api.services.notices import KINDS
from api.services.tidings import followed
from api.services.tracking_records import read_event
from carriers.polling import expired, least_advanced
from carriers.tracking import ACTORS, STAGES, STATUSES, Event, Status
from data.store.notices import Wish
from data.store.trackings import StoredTracking

_read_name = text_reader(80, 0)


class ActionRequired(Schema):
    """Who must do something."""

    by = fields.Str(required=True, validate=validate.OneOf(ACTORS))


class EventPlace(Schema):
    """Where something happened, no nearer than the city."""

    country = fields.Str(required=True)
    region = fields.Str(required=True, allow_none=True)
    city = fields.Str(required=True, allow_none=True)


class EventAnswer(Schema):
    """One thing that happened: the carrier's own code and words, and what they mean."""

    at = fields.Str(required=True)
    code = fields.Str(required=True)
    description = fields.Str(required=True)
    status = fields.Str(required=True, allow_none=True, validate=validate.OneOf(STATUSES))
    stage = fields.Str(required=True, allow_none=True, validate=validate.OneOf(STAGES))
    reason = fields.Str(required=True, allow_none=True)
    place = fields.Nested(EventPlace, required=True, allow_none=True)


class PieceAnswer(Schema):
    """A parcel of the same shipment."""

    number = fields.Str(required=True)
    status = fields.Str(required=True, validate=validate.OneOf(STATUSES))


class TrackingAnswer(Schema):
    """A parcel as it is known. `shipment_status` is that of the parcel that is furthest behind."""

    id = fields.Str(required=True)
    carrier = fields.Str(required=True)
    number = fields.Str(required=True)
    status = fields.Str(required=True, validate=validate.OneOf(STATUSES))
    stage = fields.Str(required=True, allow_none=True, validate=validate.OneOf(STAGES))
    reason = fields.Str(required=True, allow_none=True)
    action_required = fields.Nested(ActionRequired, required=True, allow_none=True)
    estimated = fields.Str(required=True, allow_none=True)
    delivered_at = fields.Str(required=True, allow_none=True)
    events = fields.List(fields.Nested(EventAnswer), required=True)
    unknown_codes = fields.List(fields.Str(), required=True)
    checked_at = fields.Str(required=True, allow_none=True)
    next_check_at = fields.Str(required=True, allow_none=True)
    expired = fields.Bool(required=True)
    last_error = fields.Str(required=True, allow_none=True)
    shipment = fields.Str(required=True, allow_none=True)
    shipment_status = fields.Str(required=True, validate=validate.OneOf(STATUSES))
    pieces = fields.List(fields.Nested(PieceAnswer), required=True)
    page = fields.Str(required=True)


class CarrierHookAnswer(Schema):
    """The address that a carrier is to call."""

    url = fields.Str(required=True)


class HeardAnswer(Schema):
    """Whether a call is new, or was heard before."""

    new = fields.Bool(required=True)


class NameField(TextField):
    """A name on one line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(longest=80, shortest=0, **kwargs)
        self.read = self._read_line

    @staticmethod
    def _read_line(value: Any) -> str:
        name = _read_name(value)
        if not name.isprintable():
            raise Unreadable("Must be one line.")
        return name


class AddressField(ReadField):
    """An e-mail address."""

    openapi: ClassVar = {"type": "string", "format": "email", "maxLength": 254, "nullable": True}

    @staticmethod
    def read(value: Any) -> str:
        """An address that every server takes."""
        if not isinstance(value, str) or len(value) > 254 or not is_address(value):
            raise Unreadable("Must be an e-mail address in ASCII.")
        return value


class NoticesBody(Body):
    """Which notices an account sends, and in whose name."""

    enabled = fields.Bool(required=True, truthy={True}, falsy={False})
    kinds = fields.List(fields.Str(validate=validate.OneOf(KINDS)), load_default=list(KINDS))
    from_name = NameField(load_default="")
    reply_to = AddressField(allow_none=True, load_default=None)


class NoticesAnswer(Schema):
    """What is set. `available` says whether this installation can send messages at all."""

    enabled = fields.Bool(required=True)
    kinds = fields.List(fields.Str(validate=validate.OneOf(KINDS)), required=True)
    from_name = fields.Str(required=True)
    reply_to = fields.Str(required=True, allow_none=True)
    available = fields.Bool(required=True)


TRACKING = TrackingAnswer()
CARRIER_HOOK = CarrierHookAnswer()
HEARD = HeardAnswer()
NOTICES_BODY = NoticesBody()
NOTICES = NoticesAnswer()


def write_tracking(
    tracking: StoredTracking, pieces: Sequence[StoredTracking], page: str, now: datetime
) -> Mapping[str, Any]:
    """A parcel and, beside it, the others of its shipment."""
    events = [read_event(event) for event in tracking.events]
    by = tracking.action_by
    return {
        "id": tracking.id,
        "carrier": tracking.carrier,
        "number": tracking.number,
        "status": tracking.status,
        "stage": tracking.stage,
        "reason": tracking.reason,
        "action_required": None if by is None else {"by": by},
        "estimated": _moment(tracking.estimated),
        "delivered_at": _moment(tracking.delivered_at),
        "events": [_write_event(event) for event in events],
        "unknown_codes": sorted({event.code for event in events if event.meaning is None}),
        "checked_at": _moment(tracking.checked_at),
        "next_check_at": _moment(tracking.next_at),
        "expired": tracking.next_at is None and expired(followed(tracking), now),
        "last_error": tracking.last_error,
        "shipment": tracking.shipment_id,
        "shipment_status": least_advanced([cast(Status, piece.status) for piece in pieces]),
        "pieces": [{"number": piece.number, "status": piece.status} for piece in pieces],
        "page": page,
    }


def write_notices(wish: Wish | None, *, available: bool) -> Mapping[str, Any]:
    """What an account has set; nothing is sent before it has."""
    return {
        "enabled": wish is not None and wish.enabled,
        "kinds": list(KINDS if wish is None else wish.kinds),
        "from_name": "" if wish is None else wish.from_name,
        "reply_to": None if wish is None else wish.reply_to,
        "available": available,
    }


def _write_event(event: Event) -> Mapping[str, Any]:
    meaning, place = event.meaning, event.place
    return {
        "at": event.at.isoformat(),
        "code": event.code,
        "description": event.description,
        "status": meaning and meaning.status,
        "stage": meaning and meaning.stage,
        "reason": meaning and meaning.reason,
        "place": place and {"country": place.country, "region": place.region, "city": place.city},
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")
