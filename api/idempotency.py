"""Has this very request been made before?

A POST that stores something takes an `Idempotency-Key` (the IETF draft of that name). The first
request with a key runs; the same one again gets the stored answer, byte for byte, with
`Idempotency-Replayed: true`; another body under the same key is 422; a first request that has not
ended is 409. A request that fails is forgotten, so that it may be sent again.
"""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Protocol, TypeVar

from flask import Response, request

from api.auth import current_account
from api.problems import Problem
from data.store.idempotency import Begun, StoredAnswer

View = TypeVar("View", bound=Callable[..., Response])
HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LONGEST = 255
_KEPT_HEADERS = ("Content-Type", "Location")


class Records(Protocol):
    """Remembers requests by account, key and route."""

    def begin(self, account: str, key: str, route: str, body_hash: str) -> Begun:
        """Claim a key, or say what became of the request that claimed it."""
        ...

    def finish(self, account: str, key: str, route: str, answer: StoredAnswer) -> None:
        """Keep the answer."""
        ...

    def abandon(self, account: str, key: str, route: str) -> None:
        """Forget a request that failed."""
        ...


def idempotent(records: Callable[[], Records], *, required: bool = False) -> Callable[[View], View]:
    """Honour (or require) an Idempotency-Key on a route; `records` finds the store."""

    def decorate(view: View) -> View:
        @wraps(view)
        def once(*args: object, **kwargs: object) -> Response:
            key = required_key() if required else given_key()
            if key is None:
                return view(*args, **kwargs)
            return _once(records(), key, lambda: view(*args, **kwargs))

        return once  # type: ignore[return-value]

    return decorate


def given_key() -> str | None:
    """The request's Idempotency-Key, None where it has none."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not 1 <= len(key) <= LONGEST or not key.isascii() or not key.isprintable():
        raise Problem("malformed-request", f"{HEADER}: 1 to {LONGEST} printable characters")
    return key


def required_key() -> str:
    """The Idempotency-Key of a request that may not be made without one."""
    key = given_key()
    if key is None:
        detail = f"Send {HEADER}: a string that you use for this request only."
        raise Problem("idempotency-key-required", detail)
    return key


def _once(records: Records, key: str, run: Callable[[], Response]) -> Response:
    claim = (current_account(), key, f"{request.method} {request.path}")
    asked = sha256(request.query_string + b"\n" + request.get_data()).hexdigest()
    begun = records.begin(*claim, asked)
    if isinstance(begun, StoredAnswer):
        replay = Response(begun.body, begun.status, dict(begun.headers))
        replay.headers[REPLAYED] = "true"
        return replay
    if begun == "running":
        detail = f"The first request with this {HEADER} has not ended; try again shortly."
        raise Problem("still-running", detail, headers={"Retry-After": "1"})
    if begun == "other-body":
        raise Problem("idempotency-key-reused", f"Use another {HEADER} for another request.")
    try:
        answer = run()
    except BaseException:
        records.abandon(*claim)
        raise
    if answer.status_code >= 400:
        records.abandon(*claim)
        return answer
    headers = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
    records.finish(*claim, StoredAnswer(answer.status_code, headers, answer.get_data()))
    return answer
