"""What is the quote measured against? The real service, with four routes more.

``/bench/floor/…`` (F0) reads the same JSON and sends the very bytes of that quote, made beforehand.
``/bench/edge/…`` (F1) reads and validates the request as the service does, and prints the quote as
the service does; only the quote itself was made beforehand. ``/bench/naive/…`` is the reference.
What happens around a request (its id, the log, the counters) happens around all of them.
"""

from functools import cache
from typing import Any

import orjson
from flask import Blueprint, Flask, Response, request

from api.app import create_app
from api.assembly import Services, assemble
from api.clock import now
from api.jsonio import read_json
from api.observing import log_as_json
from api.schemas.quote_answers import quote_bytes
from api.schemas.quotes import load_quote, read_quote_request
from api.services.quotes import Quote
from api.services.quoting import make_quote
from api.services.stamping import new_stamp
from api.settings import Settings
from tests.bench.carts import cart
from tests.bench.naive import DATABASE, NaiveQuotes

_KIND = "application/json"


def bench_routes(services: Services) -> Blueprint:
    """The routes that the quote is compared with."""
    bp = Blueprint("bench", __name__)
    naive = NaiveQuotes(services.settings.data_dir / DATABASE)

    @cache
    def made(destination: str) -> Quote:
        moment = now()
        asked = read_quote_request(load_quote(cart(destination)), moment.date())
        return make_quote(asked, services.rulebook(), services.rate, new_stamp(moment))

    @cache
    def printed(destination: str) -> bytes:
        return quote_bytes(made(destination))

    @cache
    def decoded(destination: str) -> Any:
        return orjson.loads(printed(destination))

    @bp.post("/bench/floor/<destination>")
    def floor(destination: str) -> Response:
        read_json(request)
        return Response(printed(destination), content_type=_KIND)

    @bp.post("/bench/edge/<destination>")
    def edge(destination: str) -> Response:
        read_quote_request(load_quote(read_json(request)), now().date())
        return Response(quote_bytes(made(destination)), content_type=_KIND)

    @bp.post("/bench/naive/<destination>")
    def naively(destination: str) -> Response:
        answer = naive.quote(read_json(request), decoded(destination))
        return Response(answer, content_type=_KIND)

    return bp


def bench_app(settings: Settings) -> Flask:
    """The service with the bench's routes."""
    log_as_json()
    services = assemble(settings)
    app = create_app(services)
    app.register_blueprint(bench_routes(services))
    return app


app = bench_app(Settings.from_env())
