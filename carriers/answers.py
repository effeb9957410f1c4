"""What does a carrier's answer say? Read strictly, whatever it turns out to be.

Numbers in JSON are read as `Decimal`, digit for digit. What cannot be read is `bad_reply`, never a
traceback; what the carrier refuses is the error of its HTTP status, with the carrier's own words.
"""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from time import time
from typing import Any

from carriers.errors import (
    CarrierError,
    CarrierUnavailable,
    Code,
    CredentialsRejected,
    Fault,
    RequestRejected,
)
from carriers.offers import OfferPart
from carriers.sending import retry_after
from carriers.wire import Answer
from data.model.money import Money, money, quantum

_LONGEST_REASON = 300


def read_json(answer: Answer) -> Any:
    """The JSON of an answer, whatever its status. Raises `CarrierUnavailable` (`bad_reply`)."""
    try:
        text = answer.body.decode("utf-8-sig")
        return json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        kind = answer.headers.get("content-type", "no content type").partition(";")[0]
        reason = f"an answer that is no JSON (HTTP {answer.status}, {kind})"
        if answer.status in (401, 403, 429) or answer.status >= 500:
            raise refused(answer, reason) from None
        raise CarrierUnavailable(reason, "bad_reply") from None


def refused(
    answer: Answer,
    reason: str,
    carrier_code: str | None = None,
    faults: tuple[Fault, ...] = (),
    code: Code | None = None,
) -> CarrierError:
    """The error for a carrier's refusal, by its HTTP status unless the adapter knows a `code`."""
    found = code or _code(answer.status, faults)
    kind: type[CarrierError] = RequestRejected
    if found in ("credentials", "account"):
        kind = CredentialsRejected
    elif found in ("quota", "carrier_down", "timeout_sent", "timeout_not_sent", "bad_reply"):
        kind = CarrierUnavailable
    return kind(
        one_line(reason) or f"HTTP {answer.status} without a reason",
        found,
        carrier_code=carrier_code,
        faults=faults,
        retry_after=retry_after(answer, time()),
    )


def one_line(text: str) -> str:
    """A carrier's words on one line, without control characters, and not endless."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return plain if len(plain) <= _LONGEST_REASON else plain[: _LONGEST_REASON - 1] + "…"


def bad_reply(what: str) -> CarrierUnavailable:
    """An answer that can be parsed and still not be read: it lacks or garbles something."""
    return CarrierUnavailable(f"an answer that cannot be read: {what}", "bad_reply")


def member(found: object, *names: str) -> Any:
    """What stands under these names, one in the other. Raises `bad_reply`."""
    for name in names:
        if not isinstance(found, Mapping) or name not in found:
            raise bad_reply(f"no {'.'.join(names)}")
        found = found[name]
    return found


def many(found: object) -> list[Any]:
    """A list: carriers write one thing as the thing itself, and none as nothing."""
    if found is None:
        return []
    return list(found) if isinstance(found, list | tuple) else [found]


def exact_money(amount: object, currency: object) -> Money:
    """An amount as the carrier wrote it, in its own currency. Raises `bad_reply`.

    More decimals than the currency has are refused unless they are zeros: nothing is rounded here.
    """
    try:
        value = Decimal(str(amount).strip())
        code = str(currency).strip().upper()
        places = value.quantize(quantum(code))
        if not value.is_finite() or places != value:
            raise bad_reply(f"the amount {amount} {currency}")
        return money(places, code)
    except (InvalidOperation, ValueError, LookupError):
        raise bad_reply(f"the amount {amount} {currency}") from None


def itemised(price: Money, parts: Iterable[OfferPart]) -> tuple[OfferPart, ...]:
    """The parts of a price; what they leave open, or say too much, is a part of its own."""
    kept = tuple(parts)
    left = price.amount - sum((part.amount.amount for part in kept), Decimal(0))
    if left == 0 and kept:
        return kept
    unit = price.currency.code
    rest = OfferPart(
        "unitemised", "Not itemised by the carrier", money(left, unit), "total − parts"
    )
    return (*kept, rest)


def _code(status: int, faults: tuple[Fault, ...]) -> Code:
    by_status: dict[int, Code] = {
        401: "credentials",
        403: "account",
        404: "not_found",
        409: "conflict",
        429: "quota",
    }
    if status in by_status:
        return by_status[status]
    if status >= 500:
        return "carrier_down"
    return "validation" if faults or status in (400, 422) else "not_serviceable"


def _no_number(text: str) -> Decimal:
    raise ValueError(f"{text} is no number")
