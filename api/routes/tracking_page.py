"""What does somebody see who waits for a parcel? ``GET /track/{page}``, for who has the address"""

from flask import Blueprint, Response, request

from api.clock import now
from api.openapi import Answer, Parameter, operation
from api.routes import services
from api.services.tracking_shipments import LANGUAGES
from api.web.tracking_page import missing_page, tracking_page
from api.web.words import best_language

bp = Blueprint("tracking_page", __name__)


@bp.get("/track/<page>")
@operation(
    "The public page of a parcel",
    tag="Tracking",
    description="Without scripts, in English, German, French or Spanish; no names, no addresses.",
    public=True,
    parameters=(
        Parameter("page", "As `page` of the tracking says"),
        Parameter("lang", "A language", {"type": "string", "enum": list(LANGUAGES)}),
    ),
    answers={
        200: Answer("A page", {"type": "string"}, "text/html"),
        404: Answer("A page that says that there is none", {"type": "string"}, "text/html"),
    },
)
def page(page: str) -> Response:
    """The page of a parcel."""
    following = services().following
    found = following.page(page)
    accepted = [language for language, _ in request.accept_languages]
    asked = request.args.get("lang")
    if found is None:
        return _page(*missing_page(best_language(asked, accepted, None)), 404)
    wish = services().notices.wish(found.account_id)
    html, policy = tracking_page(
        found,
        following.pieces(found),
        services().carrier_name(found.carrier),
        wish.from_name if wish is not None else "",
        best_language(asked, accepted, found.locale),
        now(),
    )
    return _page(html, policy, 200)


def _page(html: str, policy: str, status: int) -> Response:
    answer = Response(html, status, content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = policy
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Vary"] = "Accept-Language"
    return answer
