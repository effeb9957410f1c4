"""How does one use the service? `/openapi.json`, browsable at `/docs` without a content network."""

from html import escape
from importlib.resources.abc import Traversable

from flask import Blueprint, Response, current_app
from werkzeug.exceptions import NotFound

from api.jsonio import write_json
from api.openapi import Answer, openapi_document, operation
from api.problems import PROBLEMS

bp = Blueprint("docs", __name__)
VERSION = "1"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
ASSETS = {
    "swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "favicon-32x32.png": "image/png",
}
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tidewaiter API</title>
<link rel="icon" href="/docs/assets/favicon-32x32.png">
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
</head>
<body>
<main id="api"></main>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
START = """SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  validatorUrl: null
});
"""


def _page(body: str | bytes, media: str) -> Response:
    answer = Response(body, content_type=media)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@bp.get("/openapi.json")
@operation(
    "This document",
    tag="Documentation",
    public=True,
    answers={200: Answer("OpenAPI 3.0", {"type": "object"})},
)
def openapi() -> Response:
    """The OpenAPI document, made at the first request for it."""
    kept = current_app.extensions
    if "openapi" not in kept:
        kept["openapi"] = write_json(openapi_document(current_app, VERSION))
    return Response(kept["openapi"], content_type="application/json")


@bp.get("/docs")
@operation(
    "The API, browsable",
    tag="Documentation",
    public=True,
    answers={200: Answer("A page", {"type": "string"}, "text/html")},
)
def docs() -> Response:
    """The page that shows the OpenAPI document."""
    return _page(PAGE, "text/html; charset=utf-8")


@bp.get("/docs/start.js")
@operation(
    "Starts the page",
    tag="Documentation",
    public=True,
    answers={200: Answer("A script", {"type": "string"}, "text/javascript")},
)
def start() -> Response:
    """The page's script: a file, because the policy allows no inline script."""
    return _page(START, "text/javascript; charset=utf-8")


@bp.get("/docs/assets/<name>")
@operation(
    "The page's parts",
    tag="Documentation",
    public=True,
    problems=("not-found",),
    answers={200: Answer("A file", {"type": "string", "format": "binary"}, "*/*")},
)
def asset(name: str) -> Response:
    """One of Swagger UI's files, from the installed package."""
    if name not in ASSETS:
        raise NotFound
    from swagger_ui_bundle import swagger_ui_path  # only for those who read documentation

    folder: Traversable = swagger_ui_path
    answer = _page(folder.joinpath(name).read_bytes(), ASSETS[name])
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer


@bp.get("/docs/problems")
@operation(
    "Every kind of problem",
    tag="Documentation",
    public=True,
    answers={200: Answer("A page", {"type": "string"}, "text/html")},
)
def problems() -> Response:
    """What the `type` of each problem means."""
    rows = "\n".join(
        f'<tr id="{escape(kind.name)}"><td><code>{escape(kind.uri)}</code></td>'
        f"<td>{kind.status}</td><td>{escape(kind.title)}</td></tr>"
        for kind in PROBLEMS.values()
    )
    page = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        "<title>Problems</title></head><body><h1>Problems</h1><table><thead><tr><th>type</th><th>status</th><th>title</th></tr>"
        f"</thead><tbody>\n{rows}\n</tbody></table></body></html>\n"
    )
    return _page(page, "text/html; charset=utf-8")
