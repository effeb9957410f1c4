"""Which papers go with the goods? ``/v1/documents``"""

from typing import Any

from flask import Blueprint, Response, request

from api.auth import current_account
from api.clock import today
from api.jsonio import read_json, write_json
from api.openapi import Answer, Parameter, operation
from api.problems import Problem, not_found, wrong_query
from api.routes import services
from api.schemas.documents import (
    DOCUMENT,
    KINDS_ANSWER,
    LANGUAGES,
    POSSIBLES_ANSWER,
    errors_of,
    read_inline,
    write_kind,
)
from api.services.documenting import make_document, possible_documents
from customs.documents import registry
from customs.documents.faults import RefusedError
from customs.documents.kinds import MEDIA
from data.model.shipment import Shipment
from data.model.shipment_records import read_shipment

bp = Blueprint("documents", __name__)

_MADE = {
    200: Answer(
        "The paper or message", {"type": "string", "format": "binary"}, ", ".join(MEDIA.values())
    )
}
EXAMPLE = {
    "kind": "commercial_invoice",
    "format": "pdf",
    "language": "de",
    "shipment": {
        "reference": "cart-1042",
        "on": "2026-11-20",
        "consignor": {
            "name": "Li Wei",
            "company": "Harbour Cotton Co., Ltd.",
            "street": ["88 Fuhua Road"],
            "city": "Shenzhen",
            "country": "CN",
        },
        "consignee": {
            "name": "Erika Mustermann",
            "street": ["Invalidenstraße 1"],
            "city": "Berlin",
            "postal_code": "10115",
            "country": "DE",
        },
        "lines": [
            {
                "sku": "TEE-01",
                "description": "Men's cotton T-shirt",
                "quantity": 2,
                "unit_price": {"amount": "25.00", "currency": "EUR"},
                "hs_code": "6109.10",
                "country_of_origin": "CN",
                "unit_weight": {"value": "0.2", "unit": "kg"},
                "facts": {"manufacturer_id": "HC-TS-26-M"},
            }
        ],
        "parcels": [{"weight": {"value": "0.5", "unit": "kg"}}],
        "freight": {"amount": "12.00", "currency": "EUR"},
        "terms": "DAP",
        "terms_place": "Berlin",
        "invoice_number": "HC-2026-1042",
    },
}


@bp.post("/v1/documents")
@operation(
    "Make a paper or message of a shipment",
    tag="Documents",
    description="Nothing is stored: the same shipment gives the same bytes. What is missing or "
    "does not agree is told all at once, with pointers, and then nothing is made.",
    body=DOCUMENT,
    answers=_MADE,
    examples={"invoice": EXAMPLE},
)
def create() -> Response:
    """The bytes of a paper."""
    body = DOCUMENT.load(read_json(request))
    shipment = body["shipment"]
    if isinstance(shipment, str):
        found = _stored(shipment)
        if found is None:
            detail = f"There is no shipment {shipment}."
            raise Problem("invalid-request", detail, [{"detail": detail, "pointer": "/shipment"}])
    else:
        found = read_inline(shipment, today(), "shipment")
    options = dict(body["options"] or {})
    if body["size"] is not None:
        options["size"] = body["size"]
    return _made(body["kind"], found, body["format"], body["language"], options)


@bp.get("/v1/documents/kinds")
@operation(
    "Every kind of paper and message",
    tag="Documents",
    answers={200: Answer("What there is", KINDS_ANSWER)},
)
def kinds() -> Response:
    """Every kind, with its formats, languages, sizes and options."""
    answer = {"items": [write_kind(kind) for kind in registry.kinds()]}
    return Response(write_json(answer), content_type="application/json")


@bp.get("/v1/shipments/<shipment_id>/documents")
@operation(
    "Which papers a shipment can have",
    tag="Documents",
    problems=("not-found",),
    answers={200: Answer("Each kind, and what keeps it from being made", POSSIBLES_ANSWER)},
)
def of_shipment(shipment_id: str) -> Response:
    """Each kind, ready or with what is missing."""
    shipment = _found(shipment_id)
    items = [
        {
            **write_kind(each.kind),
            "ready": not each.faults,
            "errors": errors_of(each.faults, ""),
            "href": f"/v1/shipments/{shipment_id}/documents/{each.kind.name}",
        }
        for each in possible_documents(services().rulebook, shipment)
    ]
    return Response(write_json({"items": items}), content_type="application/json")


@bp.get("/v1/shipments/<shipment_id>/documents/<kind>")
@operation(
    "A paper of a shipment that was bought",
    tag="Documents",
    description="For kinds that need options of their own, `POST /v1/documents` takes them.",
    parameters=(
        Parameter("format", "otherwise the kind's first", {"type": "string", "enum": list(MEDIA)}),
        Parameter("language", "otherwise English", {"type": "string", "enum": list(LANGUAGES)}),
        Parameter("size", "otherwise the kind's first"),
    ),
    problems=("not-found", "invalid-request"),
    answers=_MADE,
)
def one(shipment_id: str, kind: str) -> Response:
    """The bytes of a paper of a stored shipment."""
    shipment = _found(shipment_id)
    if kind not in registry.names():
        raise not_found(f"There is no kind of paper {kind}.")
    form: Any = request.args.get("format", registry.kind(kind).formats[0])
    if form not in MEDIA:
        raise wrong_query("format", f"format: one of {', '.join(MEDIA)}.")
    size = request.args.get("size")
    options = {} if size is None else {"size": size}
    return _made(kind, shipment, form, request.args.get("language", "en"), options, within="")


def _made(
    kind: str,
    shipment: Shipment,
    form: Any,
    language: str,
    options: dict[str, Any],
    within: str = "/shipment",
) -> Response:
    try:
        made = make_document(services().rulebook, kind, shipment, form, language, options)
    except RefusedError as error:
        errors = errors_of(error.faults, within)
        count = f"{len(errors)} reasons" if len(errors) > 1 else "1 reason"
        raise Problem("invalid-request", f"No {kind} is made, for {count}.", errors) from None
    answer = Response(made.content, content_type=made.media)
    answer.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return answer


def _stored(shipment_id: str) -> Shipment | None:
    order = services().shipping.get(current_account(), shipment_id)
    return None if order is None else read_shipment(dict(order.shipment.record))


def _found(shipment_id: str) -> Shipment:
    shipment = _stored(shipment_id)
    if shipment is None:
        raise not_found(f"There is no shipment {shipment_id}.")
    return shipment
