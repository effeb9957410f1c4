"""What can happen to an answer on its way? Each injury is a pure function from one to another."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from carriers.wire import Answer, ask_json

Injury = Callable[[Answer], Answer]

_TWO_MEGABYTES = 2 * 1024 * 1024
_MOST = 150  # single changes tried in one answer: big answers repeat themselves


def json_of(answer: Answer) -> Any:
    """The JSON of an answer; None where it has another form."""
    try:
        return json.loads(answer.body, parse_float=Decimal, parse_int=Decimal)
    except ValueError:
        return None


def with_json(answer: Answer, found: object) -> Answer:
    """The answer with another JSON body."""
    return replace(answer, body=ask_json("POST", "", found).body or b"")


def _body(body: bytes, kind: str = "text/html") -> Injury:
    return lambda answer: replace(
        answer, body=body, headers={**answer.headers, "content-type": kind}
    )


def _halved(answer: Answer) -> Answer:
    return replace(answer, body=answer.body[: len(answer.body) // 2])


def _in_another_charset(answer: Answer) -> Answer:
    return replace(answer, body=answer.body.decode("utf-8", "replace").encode("utf-16"))


UNREADABLE: Mapping[str, Injury] = {
    "an HTML page": _body(b"<!doctype html><title>Maintenance</title><h1>Back soon</h1>"),
    "an empty body": _body(b""),
    "half of the body": _halved,
    "another charset": _in_another_charset,
    "bytes that are no text": _body(b"\xff\xfe\x00\xd8\x80", "application/json"),
    "2 MB of HTML": _body(b"<p>" + b"x" * _TWO_MEGABYTES),
    "endless brackets": _body(b"[" * 100_000, "application/json"),
}
"""What cannot be the carrier's answer."""

HOLLOW: Mapping[str, Injury] = {
    text: _body(text.encode(), "application/json")
    for text in ("{}", "[]", "null", '"text"', "0", "[null]", "[{}]")
}
"""What can be parsed, and says nothing."""


def with_unknown_fields(answer: Answer) -> Answer:
    """The answer with something new in every object, as carriers add it without notice."""

    def grown(found: Any) -> Any:
        if isinstance(found, dict):
            return {"xUnknown": {"xList": ["1"]}} | {k: grown(v) for k, v in found.items()}
        return [grown(each) for each in found] if isinstance(found, list) else found

    found = json_of(answer)
    return answer if found is None else with_json(answer, grown(found))


def with_words(answer: Answer, words: Mapping[str, str]) -> Answer:
    """The answer with whole values replaced, quoted in JSON or between tags in XML."""
    body = answer.body
    for old, new in words.items():
        body = body.replace(f'"{old}"'.encode(), f'"{new}"'.encode())
        body = body.replace(f">{old}<".encode(), f">{new}<".encode())
    return replace(answer, body=body)


def with_amount(answer: Answer, old: Decimal, new: str) -> Answer:
    """The answer with every number of this value replaced, written as a number or as a text."""

    def swapped(found: Any) -> Any:
        if isinstance(found, dict):
            return {name: swapped(each) for name, each in found.items()}
        if isinstance(found, list):
            return [swapped(each) for each in found]
        if isinstance(found, Decimal):
            return Decimal(new) if found == old else found
        return new if isinstance(found, str) and _is(found, old) else found

    found = json_of(answer)
    return answer if found is None else with_json(answer, swapped(found))


def _is(text: str, number: Decimal) -> bool:
    try:
        return Decimal(text) == number
    except ArithmeticError:
        return False


def turned(answer: Answer) -> Answer:
    """The answer with every list backwards."""

    def back(found: Any) -> Any:
        if isinstance(found, dict):
            return {name: back(each) for name, each in found.items()}
        return [back(each) for each in reversed(found)] if isinstance(found, list) else found

    found = json_of(answer)
    return answer if found is None else with_json(answer, back(found))


def single_things(answer: Answer) -> Iterator[tuple[str, Answer]]:
    """The answer with one list of one thing written as the thing itself; each such list in turn."""
    yield from _each_change(answer, lambda v: v[0] if isinstance(v, list) and len(v) == 1 else v)


def listed_things(answer: Answer) -> Iterator[tuple[str, Answer]]:
    """The answer with one object written as a list of it; each object in turn."""
    yield from _each_change(answer, lambda v: [v] if isinstance(v, dict) else v)


def _each_change(answer: Answer, change: Callable[[Any], Any]) -> Iterator[tuple[str, Answer]]:
    found = json_of(answer)
    for count, (place, path) in enumerate(_places(found)):
        if count > _MOST:
            return
        if (new := change(place)) is not place:
            pointer = "".join(f"/{step}" for step in path)
            yield pointer or "/", with_json(answer, _put(found, path, new))


def _places(found: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    if isinstance(found, dict | list):
        yield found, path
        pairs = found.items() if isinstance(found, dict) else enumerate(found)
        for step, each in pairs:
            yield from _places(each, (*path, step))


def _put(found: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    step, *rest = path
    if isinstance(found, dict):
        return found | {step: _put(found[step], tuple(rest), new)}
    return [*found[:step], _put(found[step], tuple(rest), new), *found[step + 1 :]]
