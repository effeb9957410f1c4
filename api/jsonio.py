"""How does JSON come in and go out?

orjson reads and writes: it refuses NaN, infinities, invalid UTF-8, lone surrogates and nesting
deeper than 254. Two members of one name are refused too: which of them was meant, nobody knows.
"""

import json
from decimal import Decimal
from typing import Any, cast

import orjson
from flask import Request, Response
from flask.json.provider import JSONProvider
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from data.model.money import Money, minor_digits, round_half_up


class MalformedJsonError(BadRequest):
    """The body is not JSON, or not unambiguous JSON."""


def write_json(answer: Any) -> bytes:
    """An answer as UTF-8 JSON; decimals become strings, money an amount and a currency."""
    return orjson.dumps(answer, default=_write_other)


def write_money(amount: Decimal, code: str) -> dict[str, str]:
    """A final amount: rounded half up to its currency's ISO 4217 decimals.

    >>> write_money(Decimal("12.345"), "EUR"), write_money(Decimal("12.5"), "JPY")
    ({'amount': '12.35', 'currency': 'EUR'}, {'amount': '13', 'currency': 'JPY'})
    """
    text = str(amount)
    digits = minor_digits(code)
    point = text.find(".")
    decimals = len(text) - point - 1 if point >= 0 else 0
    if decimals != digits or "E" in text or text[0] == "-":
        rounded = round_half_up(amount, code)
        text = f"{rounded if rounded else abs(rounded):f}"
    return {"amount": text, "currency": code}


def read_json(request: Request) -> Any:
    """A request's body as Python values.

    Raises `UnsupportedMediaType` (415), `MalformedJsonError` (400), and what Werkzeug raises for a
    body that is too large (413).
    """
    kind = request.mimetype
    if kind != "application/json" and not (
        kind.startswith("application/") and kind.endswith("+json")
    ):
        raise UnsupportedMediaType("Send JSON with Content-Type: application/json.")
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8"):
        raise UnsupportedMediaType("JSON is sent in UTF-8.")
    return parse_json(request.get_data())


def parse_json(body: bytes) -> Any:
    """Python values of a JSON text. Raises `MalformedJsonError`."""
    try:
        value = orjson.loads(body)
        again = orjson.dumps(value)
    except orjson.JSONDecodeError as error:
        raise MalformedJsonError(str(error)) from None
    except orjson.JSONEncodeError:  # what is read may nest deeper than what is written
        raise MalformedJsonError("nested too deeply") from None
    # Writing the value again loses the twin of a name, and with it at least one colon. Colons in
    # strings count the same on both sides, unless they were sent escaped.
    if b"\\u003" in body or body.count(b":") != again.count(b":"):
        json.loads(body, object_pairs_hook=_refuse_twins)
    return value


def _refuse_twins(pairs: list[tuple[str, Any]]) -> None:
    seen = set()
    for name, _ in pairs:
        if name in seen:
            raise MalformedJsonError(f"two members are called {name[:80]!r}")
        seen.add(name)


def _write_other(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Money):
        return {"amount": f"{value.amount:f}", "currency": value.currency.code}
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


class OrjsonProvider(JSONProvider):
    """Flask's JSON, by orjson: keys in the order given, letters as they are."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """JSON text."""
        return write_json(obj).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Python values."""
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Any:
        """A JSON response, as `flask.jsonify` makes it."""
        body = write_json(self._prepare_response_obj(cast(Any, args), kwargs))
        return Response(body, mimetype="application/json")
