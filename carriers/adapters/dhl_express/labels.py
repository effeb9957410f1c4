"""Which labels does DHL Express print, and which papers are in its answer?"""

import base64
from binascii import Error as NotBase64
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from carriers.answers import bad_reply, many
from carriers.booking import BookingRequest, Label, LabelFormat, Paper
from carriers.errors import Fault, RequestRejected

_TEMPLATES: Mapping[tuple[str, str], str] = {
    ("4x6in", "pdf"): "ECOM26_64_001",
    ("4x6in", "zpl"): "ECOM26_64_001",
    ("A6", "pdf"): "ECOM26_A6_002",
    ("A6", "zpl"): "ECOM26_A6_002",
    ("A4", "pdf"): "ECOM26_84_A4_001",
}
"""DHL's templates of transport labels by size and format."""


def output_of(request: BookingRequest, *, over_border: bool) -> dict[str, Any]:
    """The pictures that DHL shall make. Raises `RequestRejected` for a label it does not print."""
    template = _TEMPLATES.get((request.label_size, request.label_format))
    if template is None:
        formats = any(known == request.label_format for _, known in _TEMPLATES)
        pointer = "/label_size" if formats else "/label_format"
        known = ", ".join(f"{size} {form}" for size, form in _TEMPLATES)
        raise RequestRejected(
            f"DHL Express prints no label of {request.label_size} as {request.label_format}",
            "unsupported",
            faults=(Fault(pointer, f"DHL Express prints {known}"),),
            sent=False,
        )
    images: list[dict[str, Any]] = [
        {"typeCode": "label", "templateName": template, "isRequested": True},
        {"typeCode": "waybillDoc", "isRequested": False},
    ]
    if over_border and not request.papers:  # then DHL writes the invoice from the declaration
        images.append(
            {
                "typeCode": "invoice",
                "templateName": "COMMERCIAL_INVOICE_P_10",
                "invoiceType": "commercial" if _is_sale(request) else "proforma",
                "isRequested": True,
            }
        )
    return {
        "encodingFormat": request.label_format,
        "imageOptions": images,
        "splitTransportAndWaybillDocLabels": True,
        "splitDocumentsByPages": True,
    }


def documents_of(
    request: BookingRequest, found: Mapping[str, Any], number: str
) -> tuple[tuple[Label, ...], tuple[Paper, ...], tuple[str, ...]]:
    """Labels by parcel, other papers, and what must be said about them."""
    documents = [each for each in many(found.get("documents")) if isinstance(each, Mapping)]
    pictures = [each for each in documents if each.get("typeCode") == "label"]
    numbers = dict(_numbers(found))
    parcels = len(request.shipment.parcels)
    labels: dict[int, Label] = {}
    rest: list[Mapping[str, Any]] = []
    for place, each in enumerate(pictures, 1):
        parcel = _whole(each.get("packageReferenceNumber"), place)
        if parcel in labels or not 1 <= parcel <= parcels:
            rest.append(each)  # DHL's own copy of the waybill comes as a label too
        else:
            tracked = numbers.get(parcel, number)
            labels[parcel] = Label(parcel, tracked, _format(each, request), _bytes(each))
    if not labels:
        raise bad_reply("no label")
    others = (*rest, *(each for each in documents if each.get("typeCode") != "label"))
    papers = tuple(
        _paper(each, request) for each in others if str(each.get("imageFormat")).upper() == "PDF"
    )
    warnings: tuple[str, ...] = ()
    if len(labels) < parcels:
        warnings = ("One file holds the labels of several parcels: print it once",)
        whole = labels[min(labels)]
        for parcel in range(1, parcels + 1):
            named = replace(whole, parcel=parcel, tracking_number=numbers.get(parcel, number))
            labels.setdefault(parcel, named)
    return tuple(labels[each] for each in sorted(labels)), papers, warnings


def _numbers(found: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    for place, each in enumerate(many(found.get("packages")), 1):
        if isinstance(each, Mapping) and each.get("trackingNumber"):
            yield _whole(each.get("referenceNumber"), place), str(each["trackingNumber"])


def _whole(found: object, otherwise: int) -> int:
    if found in (None, ""):
        return otherwise
    if not str(found).isdigit():
        raise bad_reply(f"a parcel's number {found}")
    return int(str(found))


def _paper(document: Mapping[str, Any], request: BookingRequest) -> Paper:
    content = _bytes(document)
    if document.get("typeCode") != "invoice":
        return Paper("other", "pdf", content)
    return Paper("commercial_invoice" if _is_sale(request) else "proforma", "pdf", content)


def _is_sale(request: BookingRequest) -> bool:
    return request.shipment.purpose == "sale"


def _format(document: Mapping[str, Any], request: BookingRequest) -> LabelFormat:
    said = str(document.get("imageFormat", "")).lower()
    if said == "pdf":
        return "pdf"
    if said == "zpl":
        return "zpl"
    raise bad_reply(f"a label as {said or 'nothing'}, not {request.label_format}")


def _bytes(document: Mapping[str, Any]) -> bytes:
    try:
        return base64.b64decode(str(document.get("content") or ""), validate=True)
    except NotBase64:
        raise bad_reply("a document that is not base64") from None
