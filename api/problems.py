"""How does the service say that a request cannot be answered?

As RFC 9457 problem details, whatever went wrong. `PROBLEMS` says what exists, `CAUSES` which
exception is which problem. Nothing of a traceback or of SQL leaves the service: a 500 carries the
id under which the log has the rest. Each problem has a heading in README.md.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import InvalidOperation
from typing import Any

from flask import Flask, Response, g
from marshmallow import ValidationError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from api.jsonio import write_json
from api.services.carrier_accounts import NoSecretError
from api.services.quoting import TerritoryNotCoveredError
from api.services.screening import NoListsError
from api.services.screening_reviews import WrongDecisionError
from api.services.shipments import QuoteExpiredError, WrongShipmentError
from api.services.shipping import KeyReusedError
from api.services.signing import UnusableKeyError
from customs.answers import WrongFactError
from customs.exchange import ExchangeRateNeededError
from tariffs.snapshot import NoSnapshotError

log = logging.getLogger("tidewaiter.problems")
MOST_ERRORS = 100
NAMESPACE = "urn:tidewaiter:problem:"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One kind of problem: its name in the URN, its title, its status."""

    name: str
    title: str
    status: int

    @property
    def uri(self) -> str:
        """The problem's identity."""
        return NAMESPACE + self.name


PROBLEMS: Mapping[str, ProblemType] = {
    kind.name: kind
    for kind in (
        ProblemType("malformed-request", "The request cannot be read", 400),
        ProblemType("idempotency-key-required", "An Idempotency-Key is required", 400),
        ProblemType("not-authenticated", "A valid key is required", 401),
        ProblemType("local-only", "This service answers its own machine only", 403),
        ProblemType("not-found", "There is no such thing", 404),
        ProblemType("method-not-allowed", "This cannot be done here", 405),
        ProblemType("not-acceptable", "The answer does not come in that form", 406),
        ProblemType("still-running", "The first request with this key is still running", 409),
        ProblemType("not-bought", "There is no label to give back", 409),
        ProblemType("too-large", "The body is too large", 413),
        ProblemType("not-json", "The body is not declared as JSON", 415),
        ProblemType("invalid-request", "The request says something that cannot be meant", 422),
        ProblemType("idempotency-key-reused", "This key was used with another body", 422),
        ProblemType("exchange-rate-needed", "An exchange rate is needed", 422),
        ProblemType("territory-not-covered", "The territory is not covered", 422),
        ProblemType("quote-expired", "The quote does not hold any more", 422),
        ProblemType("carrier-refused", "The carrier will not do this", 422),
        ProblemType("too-many-requests", "Too many requests", 429),
        ProblemType("internal-error", "The service made a mistake", 500),
        ProblemType("not-ready", "The service is not ready", 503),
        ProblemType("not-available", "The service cannot do this now", 503),
        ProblemType("carrier-unavailable", "The carrier cannot do this now", 503),
    )
}
_BY_STATUS = {
    400: "malformed-request",
    401: "not-authenticated",
    403: "local-only",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    409: "still-running",
    413: "too-large",
    415: "not-json",
    422: "invalid-request",
    429: "too-many-requests",
    503: "not-available",
}


@dataclass(slots=True)
class Problem(Exception):  # noqa: N818 - RFC 9457's own word
    """A problem that a route has found; `errors` point into the body (RFC 6901) or name a query
    parameter, and `extra` are further members of the answer.
    """

    name: str
    detail: str
    errors: list[dict[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)


CAUSES: dict[type[Exception], str] = {
    ExchangeRateNeededError: "exchange-rate-needed",
    KeyReusedError: "idempotency-key-reused",
    NoListsError: "not-available",
    NoSecretError: "not-available",
    NoSnapshotError: "not-ready",
    QuoteExpiredError: "quote-expired",
    TerritoryNotCoveredError: "territory-not-covered",
    UnusableKeyError: "not-available",
    WrongDecisionError: "invalid-request",
    WrongFactError: "invalid-request",
    WrongShipmentError: "invalid-request",
}
"""Exception class of the packages beneath → problem name; its text becomes the detail."""


def not_found(what: str) -> Problem:
    """A 404: there is none, or none for this account."""
    return Problem("not-found", what)


def wrong_query(parameter: str, detail: str) -> Problem:
    """A 422 about one parameter of the query or path."""
    return Problem("invalid-request", detail, [{"detail": detail, "parameter": parameter}])


@contextmanager
def countable() -> Iterator[None]:
    """Turn amounts of more digits than a decimal keeps into a problem of the request."""
    try:
        yield
    except InvalidOperation:
        log.info("an amount is too large in request %s", g.get("request_id", ""), exc_info=True)
        detail = "Prices, quantities and rates make an amount of more digits than can be counted."
        raise Problem("invalid-request", detail) from None


def pointers(messages: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Each of marshmallow's messages with its RFC 6901 pointer.

    >>> list(pointers({"lines": {0: {"a/b": ["No."]}}}))
    [('/lines/0/a~1b', 'No.')]
    """
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            if key == "_schema":
                yield from pointers(inner, at)
            else:
                step = str(key).replace("~", "~0").replace("/", "~1")
                yield from pointers(inner, f"{at}/{step}")
    elif isinstance(messages, list):
        for message in messages:
            yield from pointers(message, at)
    else:
        yield at, str(messages)


def invalid(error: ValidationError) -> Problem:
    """The 422 that a refused body becomes."""
    found = list(pointers(error.messages))
    errors = [{"detail": detail, "pointer": pointer} for pointer, detail in found[:MOST_ERRORS]]
    count = f"{len(found)} errors" if len(found) > 1 else "1 error"
    more = f"; the first {MOST_ERRORS} are given" if len(found) > MOST_ERRORS else ""
    return Problem("invalid-request", f"{count} in the body{more}.", errors)


def respond(problem: Problem) -> Response:
    """A problem as an HTTP answer."""
    kind = PROBLEMS[problem.name]
    body: dict[str, Any] = {
        "type": kind.uri,
        "title": kind.title,
        "status": kind.status,
        "detail": problem.detail,
        "errors": problem.errors,
        **problem.extra,
    }
    answer = Response(write_json(body), kind.status, content_type="application/problem+json")
    answer.headers.update(problem.headers)
    return answer


def problem_of(error: Exception) -> Problem:
    """Which problem an exception is; what nobody foresaw is logged and becomes a 500."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, ValidationError):
        return invalid(error)
    if isinstance(error, HTTPException) and (error.code or 500) < 500:
        return _of_http(error)
    for cause in type(error).__mro__:
        if cause in CAUSES:
            return _of_cause(CAUSES[cause], error)
    request_id = g.get("request_id", "")
    if isinstance(error, OperationalError):  # its text has the SQL in it
        log.error("the database failed in request %s", request_id, exc_info=error)
        return Problem("not-available", "The database does not answer, or is not migrated.")
    log.error("unforeseen error in request %s", request_id, exc_info=error)
    detail = f"It has been logged as {request_id}." if request_id else "It has been logged."
    return Problem("internal-error", detail)


def _of_cause(name: str, error: Exception) -> Problem:
    """What a package beneath refused: with its pointers or its pair of currencies, if any."""
    pair = getattr(error, "pair", None)
    faults = getattr(error, "faults", ((getattr(error, "pointer", None), str(error)),))
    errors = [{"detail": detail, "pointer": pointer} for pointer, detail in faults if pointer]
    return Problem(name, str(error), errors, extra={"pair": pair} if pair else {})


def _of_http(error: HTTPException) -> Problem:
    name = _BY_STATUS.get(error.code or 0, "malformed-request")
    headers = {
        key: text
        for key, text in error.get_headers()
        if key.lower() not in ("content-type", "content-length")
    }
    return Problem(name, error.description or PROBLEMS[name].title, headers=headers)


def handle_problems(app: Flask) -> None:
    """Answer every exception of the app with problem details."""

    def handle(error: Exception) -> Response | HTTPException:
        if isinstance(error, HTTPException) and error.code is not None and error.code < 400:
            return error  # a redirect is no problem
        return respond(problem_of(error))

    app.register_error_handler(Exception, handle)
