"""What happened, to which request, and how long did it take?

Every answer carries `X-Request-Id` (the caller's own, if it is a sane one), is counted, and leaves
one line of JSON on the log ``tidewaiter.access``. Neither bodies nor queries are logged: they hold
names, addresses and prices.
"""

import logging
import re
import sys
import time
from datetime import UTC, datetime
from secrets import token_hex

from flask import Flask, Response, g, request

from api.jsonio import write_json
from api.metrics import Tally

access = logging.getLogger("tidewaiter.access")
REQUEST_ID = "X-Request-Id"
NO_SNIFFING = ("X-Content-Type-Options", "nosniff")
_SANE_ID = re.compile(r"[A-Za-z0-9._:-]{1,80}").fullmatch
_METHODS = frozenset("GET HEAD POST PUT PATCH DELETE OPTIONS".split())


class JsonLines(logging.Formatter):
    """Log records as one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return write_json(line).decode()


def log_as_json() -> None:
    """Send every log of this process to standard error, one JSON object a line."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    logging.logThreads = logging.logMultiprocessing = False  # the process is gunicorn's to print
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it announces each of its plug-ins


def observe(app: Flask, tally: Tally) -> None:
    """Give each request an id, count it, and log its end."""

    def begin() -> None:
        g.began = time.perf_counter()
        given = request.environ.get("HTTP_X_REQUEST_ID", "")
        g.request_id = given if _SANE_ID(given) else token_hex(8)

    def end(answer: Response) -> Response:
        seconds = time.perf_counter() - g.began
        request_id = g.request_id
        answer.headers.extend(((REQUEST_ID, request_id), NO_SNIFFING))
        rule, environ = request.url_rule, request.environ
        # An unknown path or method must not become a label: there are too many of them.
        route = "(none)" if rule is None else rule.rule
        method = environ["REQUEST_METHOD"]
        if method not in _METHODS:
            method = "(other)"
        tally.count((method, route, str(answer.status_code)), seconds)
        if access.isEnabledFor(logging.INFO):
            fields = {
                "request_id": request_id,
                "method": method,
                "path": request.path,
                "status": answer.status_code,
                "ms": round(seconds * 1000, 2),
                "account": g.get("account"),
            }
            # Made by hand: nobody needs to know which line of this module logs.
            record = logging.LogRecord(access.name, logging.INFO, "", 0, "request", None, None)
            record.fields = fields
            access.handle(record)
        return answer

    app.before_request(begin)
    app.after_request(end)
