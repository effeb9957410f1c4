"""Which carriers are installed, and do they work? ``GET /v1/carriers``"""

from flask import Blueprint, Response

from api.jsonio import write_json
from api.openapi import Answer, operation
from api.routes import services
from api.schemas.carriers import CARRIERS, write_plugin

bp = Blueprint("carriers", __name__)


@bp.get("/v1/carriers")
@operation(
    "Which carriers are installed?",
    tag="Carriers",
    answers={200: Answer("Every plug-in, the broken ones too", CARRIERS)},
)
def carriers() -> Response:
    """Every carrier by code: what it can do, what its accounts must say, where it comes from."""
    plugins = services().carriers.plugins()
    answer = {"items": [write_plugin(plugin) for plugin in plugins], "next": None}
    return Response(write_json(answer), content_type="application/json")
