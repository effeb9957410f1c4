"""What does UPS refuse, and which of our fields does it mean?

UPS writes `errors` of a code and a message, bare or within `response`, under whatever status. The
table beside this module says what a code means to us and which field it names.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, cast

from carriers import Answer, CarrierError, Fault, bad_reply, many, member, read_json, refused
from carriers.errors import Code

FORWARD: Mapping[str, str] = MappingProxyType(
    {"shipper": "/consignor", "ship_from": "/consignor", "ship_to": "/consignee"}
)
RETURN: Mapping[str, str] = MappingProxyType(
    {"shipper": "/consignee", "ship_from": "/consignor", "ship_to": "/consignee"}
)
PRICED: Mapping[str, str] = MappingProxyType(
    {"shipper": "/ship_from", "ship_from": "/ship_from", "ship_to": "/ship_to"}
)
"""Where UPS's parties stand in our requests: to book, to book a return, to price."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one of UPS's codes means: our code, and the field as a pattern of `{ship_to}/city`."""

    code: Code
    field: str


def read(answer: Answer, places: Mapping[str, str] = FORWARD) -> Mapping[str, Any]:
    """The JSON object of an answer that is no refusal. Raises `CarrierError`."""
    body = read_json(answer)
    errors = errors_in(body)
    if errors or answer.status >= 400:
        raise refusal(answer, errors, places)
    if not isinstance(body, Mapping):
        raise bad_reply("no object")
    return body


def part(found: object, *names: str) -> Mapping[str, Any]:
    """The object that stands under these names. Raises `bad_reply` where there is none."""
    value = member(found, *names) if names else found
    if not isinstance(value, Mapping):
        raise bad_reply(f"no object {'.'.join(names)}")
    return value


def errors_in(body: object) -> tuple[Mapping[str, Any], ...]:
    """The errors in a body, wherever UPS put them."""
    if not isinstance(body, Mapping):
        return ()
    for holder in (body.get("response"), body):
        if isinstance(holder, Mapping) and holder.get("errors"):
            return tuple(each for each in many(holder["errors"]) if isinstance(each, Mapping))
    return ()


def refusal(
    answer: Answer, errors: tuple[Mapping[str, Any], ...], places: Mapping[str, str] = FORWARD
) -> CarrierError:
    """The refusal that some errors of UPS are: its words, its first code, our fields."""
    codes = [str(each.get("code") or "") for each in errors]
    words = [str(each.get("message") or each.get("description") or "") for each in errors]
    faults = tuple(
        Fault(row.field.format(**places), word)
        for row, word in zip((rows().get(code) for code in codes), words, strict=True)
        if row and row.field
    )
    known = rows().get(codes[0]) if codes else None
    reason = "; ".join(filter(None, words))
    code = known.code if known and answer.status not in (401, 429) else None
    return refused(answer, reason, next(iter(codes), None) or None, faults, code)


def refuse_warnings(answer: Answer, shipments: list[Any]) -> None:
    """Raise for the warnings that stand in a tracking answer where packages should."""
    warnings = tuple(
        each
        for shipment in shipments
        if isinstance(shipment, Mapping)
        for each in many(shipment.get("warnings"))
        if isinstance(each, Mapping)
    )
    if warnings:
        raise refusal(answer, warnings)


def not_there(error: CarrierError) -> bool:
    """Whether a refusal only says that there is no such thing."""
    return error.code == "not_found"


@cache
def rows() -> Mapping[str, Row]:
    """UPS's error codes that mean more than their HTTP status."""
    with (files("carriers.adapters.ups") / "errors.csv").open(encoding="utf-8") as file:
        return {
            each["code"]: Row(cast("Code", each["ours"]), each["field"] or "")
            for each in csv.DictReader(file)
        }
