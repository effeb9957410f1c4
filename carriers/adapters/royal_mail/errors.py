"""What does Royal Mail refuse, and where in our request is it?"""

from collections.abc import Iterator, Mapping
from typing import Any

from carriers import Answer, Fault, bad_reply, many, read_json, refused

_OURS = {
    "recipient.address.fullname": "/consignee/name",
    "recipient.address.companyname": "/consignee/company",
    "recipient.address.addressline1": "/consignee/street/0",
    "recipient.address.addressline2": "/consignee/street/1",
    "recipient.address.addressline3": "/consignee/street/2",
    "recipient.address.city": "/consignee/city",
    "recipient.address.postcode": "/consignee/postal_code",
    "recipient.address.countrycode": "/consignee/country",
    "recipient.phonenumber": "/consignee/phone",
    "recipient.emailaddress": "/consignee/email",
    "postagedetails.servicecode": "/service",
    "postagedetails.iossnumber": "/registrations/ioss",
    "deliveryterm": "/terms",
    "label": "/label_format",
}
"""Royal Mail's names of fields, in lower case, and ours."""

_IN_CONTENTS = {
    "customscode": "hs_code",
    "origincountrycode": "country_of_origin",
    "customsdescription": "description",
    "name": "description",
    "unitvalue": "unit_price",
    "unitweightingrams": "unit_weight",
    "quantity": "quantity",
}


def content(answer: Answer) -> Any:
    """The JSON of an answer that is no refusal. Raises `CarrierError` with Royal Mail's words."""
    found = read_json(answer)
    if answer.status < 300:
        return found
    entries = many(found.get("errors")) if isinstance(found, Mapping) else many(found)
    entry = next((each for each in (*entries, found) if isinstance(each, Mapping)), {})
    words = [str(entry.get(name) or "") for name in ("message", "details", "errorDescription")]
    reason = next((word for word in words if word), "")
    detail = entry.get("details") or entry.get("errorCause")
    if detail and str(detail) != reason:
        reason = f"{reason} ({detail})" if reason else str(detail)
    code = (
        entry.get("code")
        or entry.get("errorCode")
        or (found.get("httpCode") if isinstance(found, Mapping) else None)
    )
    raise refused(answer, reason, None if code is None else str(code))


def refuse_failed(answer: Answer, failed: object) -> None:
    """Raise the refusal of an order that Royal Mail did not create: it comes with HTTP 200."""
    errors = [error for each in many(failed) for error in many(_get(each, "errors"))]
    if not errors:
        raise bad_reply("a failed order without an error")
    faults = tuple(fault for error in errors for fault in _faults(error))
    words = "; ".join(str(_get(error, "errorMessage") or "no reason") for error in errors)
    code = _get(errors[0], "errorCode")
    raise refused(answer, words, None if code is None else str(code), faults, "validation")


def _faults(error: object) -> Iterator[Fault]:
    for field in many(_get(error, "fields")):
        pointer = pointer_of(str(_get(field, "fieldName") or ""))
        if pointer:
            yield Fault(pointer, str(_get(error, "errorMessage") or "refused"))


def pointer_of(name: str) -> str | None:
    """Our field for one of Royal Mail's, if we have such a one.

    >>> pointer_of("Packages[0].Contents[1].CustomsCode")
    '/items/1/hs_code'
    """
    path = name.lower().removeprefix("items[0].")
    if path in _OURS:
        return _OURS[path]
    if path.startswith("packages[") and "]" in path:
        parcel, _, rest = path.removeprefix("packages[").partition("]")
        rest = rest.lstrip(".")
        if rest.startswith("contents["):
            line, _, field = rest.removeprefix("contents[").partition("]")
            ours = _IN_CONTENTS.get(field.lstrip("."))
            return f"/items/{line}/{ours}" if ours else f"/items/{line}"
        return f"/parcels/{parcel}/{'weight' if rest == 'weightingrams' else 'dimensions'}"
    return None


def _get(found: object, name: str) -> Any:
    return found.get(name) if isinstance(found, Mapping) else None
