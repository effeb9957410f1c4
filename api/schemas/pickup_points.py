"""How are pickup points asked for in a query, and how are they written in JSON?"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from marshmallow import Schema, fields

from api.problems import Problem
from api.schemas.values import Unreadable, read_country, text_reader
from api.services.pickup_points import Found
from carriers.offers import Silence
from carriers.points import PointsRequest
from data.model.places import Place

_MOST = 50
Value = TypeVar("Value")


class PointPlace(Schema):
    """Where a point is."""

    country = fields.Str(required=True)
    region = fields.Str(required=True, allow_none=True)
    postal_code = fields.Str(required=True, allow_none=True)
    city = fields.Str(required=True, allow_none=True)
    street = fields.List(fields.Str(), required=True)
    latitude = fields.Str(required=True, allow_none=True)
    longitude = fields.Str(required=True, allow_none=True)


class PointAnswer(Schema):
    """A shop, a locker or a depot. `distance_km` is None where the carrier does not say."""

    carrier = fields.Str(required=True)
    id = fields.Str(required=True)
    name = fields.Str(required=True)
    kind = fields.Str(required=True)
    place = fields.Nested(PointPlace, required=True)
    distance_km = fields.Str(required=True, allow_none=True)
    opening = fields.Dict(keys=fields.Str(), values=fields.Str(), required=True)


class SilentCarrier(Schema):
    """A carrier that gave no points, and why."""

    carrier = fields.Str(required=True)
    reason = fields.Str(required=True)


class PointsAnswer(Schema):
    """Points, the nearest first."""

    items = fields.List(fields.Nested(PointAnswer), required=True)
    next = fields.Str(required=True, allow_none=True)
    silent_carriers = fields.List(fields.Nested(SilentCarrier), required=True)


POINTS = PointsAnswer()


def read_points_request(query: Mapping[str, str]) -> PointsRequest:
    """The request of a query. Raises `Problem` naming each parameter that cannot be meant."""
    errors: list[dict[str, str]] = []

    def read(name: str, reader: Callable[[str], Value]) -> Value | None:
        if (given := query.get(name)) is None:
            return None
        try:
            return reader(given)
        except Unreadable as error:
            errors.append({"parameter": name, "detail": error.messages[0]})
            return None

    if "country" not in query:
        errors.append({"parameter": "country", "detail": "Missing data for required parameter."})
    country = read("country", read_country)
    texts = {name: read(name, text_reader(80)) for name in ("region", "postal_code", "city")}
    street = read("street", text_reader(200))
    use = query.get("use", "pick_up")
    if use not in ("pick_up", "drop_off"):
        errors.append({"parameter": "use", "detail": "Must be pick_up or drop_off."})
    limit = query.get("limit", "10")
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:4]) <= _MOST):
        errors.append({"parameter": "limit", "detail": f"Must be a number from 1 to {_MOST}."})
    if errors:
        raise Problem("invalid-request", "The query cannot be meant.", errors)
    place = Place(country or "", texts["region"], texts["postal_code"], texts["city"])
    return PointsRequest(place, street, "drop_off" if use == "drop_off" else "pick_up", int(limit))


def write_points(found: Sequence[Found], silences: Sequence[Silence]) -> dict[str, Any]:
    """Points and silent carriers."""
    return {
        "items": [_point(each) for each in found],
        "next": None,
        "silent_carriers": [{"carrier": s.carrier, "reason": s.reason} for s in silences],
    }


def _point(found: Found) -> dict[str, Any]:
    point, place = found.point, found.point.place
    return {
        "carrier": found.carrier,
        "id": point.id,
        "name": point.name,
        "kind": point.kind,
        "place": {
            "country": place.country,
            "region": place.region,
            "postal_code": place.postal_code,
            "city": place.city,
            "street": list(point.street),
            "latitude": None if point.latitude is None else str(point.latitude),
            "longitude": None if point.longitude is None else str(point.longitude),
        },
        "distance_km": None if point.distance is None else str(point.distance),
        "opening": dict(point.opening),
    }
