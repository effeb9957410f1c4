"""Which words may be sent and answered? ``GET /v1/vocabulary``"""

from flask import Blueprint, Response

from api.jsonio import write_json
from api.openapi import Answer, operation
from api.routes import services
from api.schemas.vocabulary import VOCABULARY
from api.services.vocabulary import vocabulary

bp = Blueprint("vocabulary", __name__)


@bp.get("/v1/vocabulary")
@operation(
    "Every word that may be sent or answered",
    tag="Operations",
    problems=("not-ready",),
    answers={200: Answer("Facts, schemes, agreements, charge codes and the rest", VOCABULARY)},
)
def read() -> Response:
    """The words of the facts that answer now."""
    rulebook = services().rulebook()
    words = rulebook.snapshot.memo.get("vocabulary", lambda: write_json(vocabulary(rulebook)))
    return Response(words, content_type="application/json")
