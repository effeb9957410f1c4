"""Where can a parcel be picked up or handed over? ``GET /v1/pickup-points``"""

from flask import Blueprint, Response, request

from api.auth import current_account
from api.jsonio import write_json
from api.openapi import Answer, Parameter, operation
from api.routes import services
from api.schemas.pickup_points import POINTS, read_points_request, write_points
from api.services.pickup_points import find_points

bp = Blueprint("pickup_points", __name__)
_USES = {"type": "string", "enum": ["pick_up", "drop_off"]}


@bp.get("/v1/pickup-points")
@operation(
    "Where can a parcel be picked up or handed over?",
    tag="Shipments",
    description=(
        "Of the carriers named in `carrier` (several with commas), or of all that know points and "
        "have credentials. Each is asked for four seconds at most; who does not answer is named."
    ),
    parameters=(
        Parameter("country", "ISO 3166-1 alpha-2", required=True),
        Parameter("region", "The part of ISO 3166-2 after the hyphen"),
        Parameter("postal_code", "Postcode"),
        Parameter("city", "City"),
        Parameter("street", "Street and number"),
        Parameter("use", "What for; pick_up unless said", _USES),
        Parameter("limit", "How many of each carrier; 10 unless said"),
        Parameter("carrier", "Codes, with commas"),
    ),
    problems=("invalid-request",),
    answers={200: Answer("Points, the nearest first", POINTS)},
)
def pickup_points() -> Response:
    """Points near a place."""
    wanted = read_points_request(request.args)
    named = [code.strip() for code in request.args.get("carrier", "").split(",") if code.strip()]
    accounts = services().accounts_of(current_account())
    found, silences = find_points(services().carriers, accounts, named or None, wanted)
    return Response(write_json(write_points(found, silences)), content_type="application/json")
