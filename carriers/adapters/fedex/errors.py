"""What does FedEx refuse, and which of our fields does it mean?

FedEx writes `errors` of a code, a message and sometimes the parameters that it means, under
whatever status; its tracking has an `error` in each result. The table beside this module says what
a code means to us.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, cast

from carriers import Answer, CarrierError, Fault, bad_reply, many, read_json, refused
from carriers.errors import Code

BOOKED: Mapping[str, str] = MappingProxyType(
    {"from": "/consignor", "to": "/consignee", "service": "/service"}
)
PRICED: Mapping[str, str] = MappingProxyType(
    {"from": "/ship_from", "to": "/ship_to", "service": "/mode"}
)
"""Where FedEx's two parties stand in our requests: to book, to price."""

_FIELDS = {
    "postalcode": "postal_code",
    "city": "city",
    "stateorprovincecode": "region",
    "countrycode": "country",
    "streetlines": "street/0",
    "personname": "name",
    "companyname": "company",
    "phonenumber": "phone",
    "emailaddress": "email",
}
_OF_ITEMS = {
    "harmonizedcode": "hs_code",
    "countryofmanufacture": "country_of_origin",
    "description": "description",
    "quantity": "quantity",
    "customsvalue": "unit_price",
    "unitprice": "unit_price",
}
_OF_PARCELS = {"weight": "weight", "dimensions": "dimensions"}
_WHERE = re.compile(r"(commodities|requestedpackagelineitems)\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Row:
    """What one of FedEx's codes means: our code, and the field as a pattern of `{to}/city`."""

    code: Code
    field: str


def read(answer: Answer, places: Mapping[str, str] = BOOKED) -> Mapping[str, Any]:
    """The JSON object of an answer that is no refusal. Raises `CarrierError`."""
    body = read_json(answer)
    errors = many(body.get("errors")) if isinstance(body, Mapping) else []
    if errors or answer.status >= 400:
        raise refusal(answer, errors, places)
    if not isinstance(body, Mapping):
        raise bad_reply("no object")
    return body


def output(answer: Answer, places: Mapping[str, str] = BOOKED) -> Mapping[str, Any]:
    """The `output` of an answer that is no refusal. Raises `CarrierError`."""
    found = read(answer, places).get("output")
    if not isinstance(found, Mapping):
        raise bad_reply("no output")
    return found


def refusal(answer: Answer, errors: list[Any], places: Mapping[str, str] = BOOKED) -> CarrierError:
    """The refusal that some errors of FedEx are: its words, its first code, our fields."""
    known = [each for each in errors if isinstance(each, Mapping)]
    codes = [str(each.get("code") or "") for each in known]
    words = [str(each.get("message") or "") for each in known]
    faults = tuple(
        fault
        for each, code in zip(known, codes, strict=True)
        for fault in _faults(each, code, places)
    )
    row = rows().get(codes[0]) if codes else None
    by_code = row.code if row and answer.status not in (401, 403, 429) else None
    reason = "; ".join(dict.fromkeys(filter(None, words)))
    return refused(answer, reason, next(iter(codes), None) or None, faults, by_code)


def pointer_of(parameter: str, places: Mapping[str, str] = BOOKED) -> str | None:
    """Our field for a parameter of FedEx; None for one that we do not have.

    >>> pointer_of("requestedShipment.recipients[0].address.postalCode")
    '/consignee/postal_code'
    """
    path = parameter.lower()
    names = [re.sub(r"\[\d+\]", "", name) for name in path.split(".")]
    where = {kind: number for kind, number in _WHERE.findall(path)}
    if "commodities" in names and names[-1] in _OF_ITEMS:
        return f"/items/{where.get('commodities', 0)}/{_OF_ITEMS[names[-1]]}"
    for name in names if "requestedpackagelineitems" in names else ():
        if name in _OF_PARCELS:
            return f"/parcels/{where.get('requestedpackagelineitems', 0)}/{_OF_PARCELS[name]}"
    if names[-1] == "servicetype":
        return places["service"]
    party = "from" if "shipper" in names else "to" if {"recipient", "recipients"} & {*names} else ""
    return f"{places[party]}/{_FIELDS[names[-1]]}" if party and names[-1] in _FIELDS else None


def _faults(error: Mapping[str, Any], code: str, places: Mapping[str, str]) -> Iterator[Fault]:
    said = str(error.get("message") or code)
    row = rows().get(code)
    if row and row.field:
        yield Fault(row.field.format(**places), said)
        return
    for parameter in many(error.get("parameterList")):
        if isinstance(parameter, Mapping):
            for text in (parameter.get("value"), parameter.get("key")):
                pointer = pointer_of(str(text), places) if text else None
                if pointer:
                    yield Fault(pointer, said)
                    break


@cache
def rows() -> Mapping[str, Row]:
    """FedEx's error codes that mean more than their HTTP status."""
    with (files("carriers.adapters.fedex") / "errors.csv").open(encoding="utf-8") as file:
        return {
            each["code"]: Row(cast("Code", each["ours"]), each["field"] or "")
            for each in csv.DictReader(file)
        }
