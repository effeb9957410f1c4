"""What does DHL refuse, in its own words, and which field of ours does it mean?

DHL answers problems: ``{instance, detail, title, message, status | code, additionalDetails}``. The
status is a text, sometimes named code, and it may stand in an answer that HTTP calls a success.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from carriers.answers import bad_reply, many, read_json, refused
from carriers.errors import CarrierError, Code, Fault
from carriers.wire import Answer

Asked = Literal["rates", "shipment"]
"""How our request names its parties: prices have places, shipments have people."""

_CODE = re.compile(r"\s*(\d{3,6}):\s")
_POINTER = re.compile(r"#?/((?:[A-Za-z]+|\d+)(?:/(?:[A-Za-z]+|number:\d+|\d+))+)")
_MISSING = re.compile(r"required key \[(\w+)\]")

_NOT_SERVED = frozenset({"996", "1001", "1004", "7008", "410135"})
"""DHL's codes for a product or service that there is not between these places on this day."""

_PARTIES: Mapping[Asked, Mapping[str, str]] = {
    "rates": {"shipperdetails": "ship_from", "receiverdetails": "ship_to"},
    "shipment": {
        "shipperdetails": "consignor",
        "receiverdetails": "consignee",
        "importerdetails": "importer",
    },
}
_OF_PARTY = {
    "postalcode": "/postal_code",
    "cityname": "/city",
    "countrycode": "/country",
    "provincecode": "/region",
    "addressline1": "/street/0",
    "addressline2": "/street/1",
    "addressline3": "/street/2",
    "phone": "/phone",
    "email": "/email",
    "companyname": "/company",
    "fullname": "/name",
    "registrationnumbers": "/tax_ids",
}
_OF_ITEM = {
    "commoditycodes": "/hs_code",
    "commoditycode": "/hs_code",
    "description": "/description",
    "name": "/description",
    "price": "/unit_price",
    "unitprice": "/unit_price",
    "quantity": "/quantity",
    "manufacturercountry": "/country_of_origin",
    "weight": "/unit_weight",
}
_ALONE = {
    "invoice/number": "/invoice_number",
    "invoice/date": "/invoice_day",
    "content/incoterm": "/terms",
    "placeofincoterm": "/terms_place",
    "plannedshippingdateandtime": "/on",
    "productcode": "/service",
    "valueaddedservices": "/service",
    "customerreferences": "/reference",
    "documentimages": "/papers",
}


def content(answer: Answer, asked: Asked, *wanted: str, lines: tuple[int, ...] = ()) -> Any:
    """The answer, if it has what is wanted. Raises the `CarrierError` that it is otherwise.

    `lines` says which item of ours each line of the request stands for.
    """
    found = read_json(answer)
    if not isinstance(found, Mapping):
        raise refused(answer, "") if answer.status >= 400 else bad_reply("not an object")
    said = str(found.get("status") or found.get("code") or "")
    if answer.status < 400 and said.isdigit() and 400 <= int(said) < 600:
        answer = replace(answer, status=int(said))  # a problem that HTTP calls a success
    if answer.status >= 400:
        raise _problem(answer, found, asked, lines)
    if not any(name in found for name in wanted):
        raise bad_reply(f"no {' or '.join(wanted)}: {'; '.join(words(found))}".rstrip(": "))
    return found


def _problem(
    answer: Answer, found: Mapping[str, Any], asked: Asked, lines: tuple[int, ...]
) -> CarrierError:
    said = list(words(found))
    codes = [code.group(1) for code in map(_CODE.match, said) if code]
    faults = tuple(fault for each in said for fault in _faults(each, asked, lines))
    status = str(found.get("status") or found.get("code") or "") or None
    return refused(
        answer, "; ".join(said), codes[0] if codes else status, faults, _kind(answer, said, codes)
    )


def words(found: Mapping[str, Any]) -> Iterator[str]:
    """DHL's own words: every detail, else what the gateway before it says, else the one."""
    details = [str(each) for each in many(found.get("additionalDetails"))]
    gateway = [
        str(each["msg"])
        for each in many(found.get("reasons"))
        if isinstance(each, Mapping) and each.get("msg")
    ]
    one = found.get("detail") or found.get("message") or found.get("title")
    yield from details or gateway or [str(one or "")]


def _kind(answer: Answer, said: list[str], codes: list[str]) -> Code | None:
    """What the HTTP status alone does not say; None where it says enough."""
    if answer.status not in (400, 404, 422):
        return None
    if any("account number" in each.lower() and "invalid" in each.lower() for each in said):
        return "account"
    return "not_serviceable" if codes and set(codes) <= _NOT_SERVED else None


def _faults(said: str, asked: Asked, lines: tuple[int, ...]) -> Iterator[Fault]:
    missing = _MISSING.search(said)
    for found in _POINTER.finditer(said):
        path = found.group(1) + (f"/{missing.group(1)}" if missing else "")
        pointer = _ours(path, asked, lines)
        if pointer is not None:
            yield Fault(pointer, said.strip())
            return


def _ours(path: str, asked: Asked, lines: tuple[int, ...]) -> str | None:
    """Our name for DHL's path.

    >>> _ours("customerDetails/receiverDetails/postalAddress/cityName", "shipment", ())
    '/consignee/city'
    >>> _ours("content/exportDeclaration/lineItems/1/price", "shipment", (0, 0, 1))
    '/items/0/unit_price'
    """
    names = path.lower().split("/")
    for dhl, ours in _PARTIES[asked].items():
        if dhl in names:
            return f"/{ours}" + _last(names, _OF_PARTY)
    for name, first in (("lineitems", "lineItems" not in path), ("items", False)):
        if name in names:
            place = _place(names, name, lines, from_one=first)
            return "/items" if place is None else f"/items/{place}" + _last(names, _OF_ITEM)
    if "packages" in names:
        place = _place(names, "packages", (), from_one=False)
        part = next((each for each in ("weight", "dimensions") if each in names), None)
        return (
            "/parcels" + (f"/{place}" if place is not None else "") + (f"/{part}" if part else "")
        )
    joined = "/".join(names)
    return next((ours for dhl, ours in _ALONE.items() if dhl in joined), None)


def _last(names: list[str], known: Mapping[str, str]) -> str:
    return next((known[each] for each in reversed(names) if each in known), "")


def _place(names: list[str], name: str, lines: tuple[int, ...], *, from_one: bool) -> int | None:
    """The index behind a list's name; DHL's rules count lines from one, its schema from zero."""
    following = names[names.index(name) + 1 :][:1]
    if not following:
        return None
    text = following[0]
    if text.startswith("number:"):
        text, from_one = text.removeprefix("number:"), True
    if not text.isdigit():
        return None
    place = int(text) - from_one
    return lines[place] if 0 <= place < len(lines) else place
