"""What does USPS refuse, and which of our fields does it mean?

USPS writes `error` with a message and a list of `errors`, each with a detail, mostly a code, and
the parameter of its own that it means; its token service writes `error` and `error_description`.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from carriers import Answer, CarrierError, Fault, bad_reply, many, read_json, refused
from carriers.errors import Code

BOOKED: Mapping[str, str] = MappingProxyType({"from": "/consignor", "to": "/consignee"})
PRICED: Mapping[str, str] = MappingProxyType({"from": "/ship_from", "to": "/ship_to"})
"""Where USPS's two addresses stand in our requests: to book, to price."""

NO_LABEL, LABEL_CANCELLED = "160412", "160979"
"""No label under an idempotency key; one that was cancelled."""

_CODES: Mapping[str, Code] = MappingProxyType(
    {
        "030031": "not_serviceable",  # duties cannot be prepaid to this country
        NO_LABEL: "not_found",
        LABEL_CANCELLED: "not_found",
        "160981": "conflict",  # the label is there, and is not printed again after its day
        "160021": "validation",  # the contents weigh more than the parcel
    }
)
_FIELDS = {
    "streetaddress": "street/0",
    "secondaryaddress": "street/1",
    "city": "city",
    "destinationcity": "city",
    "state": "region",
    "province": "region",
    "destinationstate": "region",
    "zipcode": "postal_code",
    "zipplus4": "postal_code",
    "postalcode": "postal_code",
    "foreignpostalcode": "postal_code",
    "originzipcode": "postal_code",
    "country": "country",
    "countryisoalpha2code": "country",
    "destinationcountrycode": "country",
    "firstname": "name",
    "lastname": "name",
    "firm": "company",
    "phone": "phone",
    "email": "email",
}
_OF_ITEMS = {
    "hstariffnumber": "hs_code",
    "countryoforigin": "country_of_origin",
    "itemdescription": "description",
    "itemquantity": "quantity",
    "itemvalue": "unit_price",
    "itemtotalvalue": "unit_price",
    "itemweight": "unit_weight",
    "itemtotalweight": "unit_weight",
}
_OF_PARCELS = {
    "weight": "weight",
    "length": "dimensions",
    "width": "dimensions",
    "height": "dimensions",
    "girth": "dimensions",
}
_OTHERS = {"mailclass": "/service", "rateindicator": "/service", "mailingdate": "/on"}
_GENERAL = ("bad request", "unauthorized", "forbidden", "not found", "too many requests")
_NUMBERED = re.compile(r"(?:contents|items)[\[./](\d+)")


def read(answer: Answer, places: Mapping[str, str] = BOOKED) -> Mapping[str, Any]:
    """The JSON object of an answer that is no refusal. Raises `CarrierError`."""
    body = read_json(answer)
    if answer.status >= 400 or (isinstance(body, Mapping) and body.get("error")):
        raise refusal(answer, body, places)
    if not isinstance(body, Mapping):
        raise bad_reply("no object")
    return body


def refusal(answer: Answer, body: object, places: Mapping[str, str] = BOOKED) -> CarrierError:
    """The refusal that a body of USPS is: its words, its first code, our fields."""
    error = body.get("error") if isinstance(body, Mapping) else None
    if isinstance(body, Mapping) and isinstance(error, str):
        return refused(answer, str(body.get("error_description") or error), error)
    if not isinstance(error, Mapping):
        return refused(answer, "")
    each = [one for one in many(error.get("errors")) if isinstance(one, Mapping)]
    details = [str(one.get("detail") or one.get("title") or "") for one in each]
    message = str(error.get("message") or "")
    if not any(details) or message.lower() not in _GENERAL:
        details = [message, *details]
    codes = [str(one["code"]) for one in each if one.get("code")]
    code = next(iter(codes), None) or (str(error["code"]) if error.get("code") else None)
    faults = tuple(filter(None, (_fault(one, places) for one in each)))
    ours = _CODES.get(code or "") if answer.status <= 400 else None
    return refused(answer, "; ".join(dict.fromkeys(filter(None, details))), code, faults, ours)


def pointer_of(parameter: str, places: Mapping[str, str] = BOOKED) -> str | None:
    """Our field for a parameter of USPS; None for one that we do not have.

    >>> pointer_of("toAddress.postalCode"), pointer_of("customsForm.contents[1].HSTariffNumber")
    ('/consignee/postal_code', '/items/1/hs_code')
    """
    path, name = parameter.lower(), re.split(r"[./]", parameter.strip("[]"))[-1].lower()
    if name in _OF_ITEMS:
        number = _NUMBERED.search(path)
        return f"/items/{number[1] if number else 0}/{_OF_ITEMS[name]}"
    if name in _FIELDS:
        ours = path.startswith(("fromaddress", "senderaddress", "origin"))
        return f"{places['from' if ours else 'to']}/{_FIELDS[name]}"
    if name in _OF_PARCELS:
        return f"/parcels/0/{_OF_PARCELS[name]}"
    return _OTHERS.get(name)


def _fault(error: Mapping[str, Any], places: Mapping[str, str]) -> Fault | None:
    source = error.get("source")
    parameter = source.get("parameter") if isinstance(source, Mapping) else None
    pointer = pointer_of(str(parameter), places) if parameter else None
    return Fault(pointer, str(error.get("detail") or error.get("title"))) if pointer else None
