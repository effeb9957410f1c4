"""Which bytes stand for a JSON value, whoever wrote it down? RFC 8785, the JSON Canonicalization
Scheme.

Members in the order of their names' UTF-16 units, no blanks, strings with the fewest escapes, and
numbers as ECMAScript prints them. A value that two programs hold alike has one such form, so a
signature over it survives every rewriting that does not change what is said.
"""

import json
import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

_EXACT_WHOLE = 1 << 53
_LONGEST_WHOLE = 21  # digits that ECMAScript writes without an exponent
_MOST_LEADING_ZEROS = 6


class NotCanonicalError(ValueError):
    """A value has no canonical form: not a number, infinite, half a character, or not JSON."""


def canonical_json(value: Any) -> bytes:
    """The RFC 8785 form of a JSON value, as UTF-8. Raises `NotCanonicalError`.

    >>> canonical_json({"b": [1.0, "e"], "a": None})
    b'{"a":null,"b":[1,"e"]}'
    """
    try:
        return "".join(_parts(value)).encode()
    except UnicodeEncodeError as error:
        raise NotCanonicalError("half of a surrogate pair") from error


def _parts(value: Any) -> Iterator[str]:
    if value is None or value is True or value is False:
        yield {None: "null", True: "true", False: "false"}[value]
    elif isinstance(value, str):
        yield json.dumps(value, ensure_ascii=False)
    elif isinstance(value, int | float):
        yield _number(value)
    elif isinstance(value, list | tuple):
        for index, part in enumerate(value):
            yield "," if index else "["
            yield from _parts(part)
        yield "]" if value else "[]"
    elif isinstance(value, dict):
        for index, name in enumerate(sorted(value, key=_utf16)):
            yield "," if index else "{"
            yield json.dumps(name, ensure_ascii=False) + ":"
            yield from _parts(value[name])
        yield "}" if value else "{}"
    else:
        raise NotCanonicalError(f"{type(value).__name__} is not JSON")


def _utf16(name: str) -> bytes:
    """What names are ordered by: beyond the basic plane it is not the order of code points."""
    if not isinstance(name, str):
        raise NotCanonicalError(f"the name {name!r} is not a string")
    return name.encode("utf-16-be", "surrogatepass")


def _number(number: float) -> str:
    """A number as ECMAScript's Number.prototype.toString prints it."""
    if isinstance(number, int) and abs(number) <= _EXACT_WHOLE:
        return str(number)
    try:
        double = float(number)  # what every JSON reader that keeps to the RFC makes of it
    except OverflowError:
        double = math.inf
    if not math.isfinite(double):
        raise NotCanonicalError(f"{number} is not a JSON number")
    if double == 0:
        return "0"
    sign, figures, exponent = Decimal(repr(double)).normalize().as_tuple()
    digits = "".join(map(str, figures))
    return "-" * sign + _placed(digits, len(digits) + int(exponent))


def _placed(digits: str, point: int) -> str:
    """Digits with the decimal point after the first `point` of them, or with an exponent."""
    if len(digits) <= point <= _LONGEST_WHOLE:
        return digits.ljust(point, "0")
    if 0 < point <= _LONGEST_WHOLE:
        return f"{digits[:point]}.{digits[point:]}"
    if -_MOST_LEADING_ZEROS < point <= 0:
        return f"0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if digits[1:] else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"
