"""How is a file of orders handed in, and how does a batch stand, in JSON?"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from api.problems import pointers
from api.schemas.amounts import is_locale
from api.schemas.body import Body
from api.schemas.documents import INLINE, LANGUAGES, read_inline
from api.schemas.fields import DayField, MapField, TextField
from api.schemas.quotes import PURPOSES, TERMS, RegistrationBody
from api.schemas.shipments import PartyBody
from api.schemas.values import text_reader
from api.services.batching.columns import FIELDS, missing
from api.services.batching.desk import Preview, Standing
from api.services.batching.faults import Found
from api.services.batching.sheets import MOST_COLUMNS, as_text, letter
from customs.documents import registry
from data.model.shipment import Shipment
from data.store.batch_mappings import StoredMapping
from data.store.batches import StoredBatch, StoredFile, StoredOrder

Json = dict[str, Any]
KINDS = ("commercial_invoice", "packing_list")
_FIXED = ("consignor", "importer", "terms", "terms_place", "purpose", "registrations", "on")
_TEXT = {"type": "string", "maxLength": 500}


def _check_locale(tag: str) -> None:
    if not is_locale(tag):
        raise ValidationError('Not a language tag such as "de-DE" that amounts are written for.')


def _check_fields(mapping: Mapping[str, str]) -> None:
    if unknown := sorted(set(mapping) - set(FIELDS)):
        raise ValidationError(
            {name: [f"No such field; there are: {', '.join(FIELDS)}."] for name in unknown[:5]}
        )


class WishBody(Body):
    """What is to be made of a file of orders, and what the file itself does not say."""

    kinds = fields.List(
        fields.String(validate=validate.OneOf(registry.names())),
        load_default=lambda: list(KINDS),
        validate=validate.Length(min=1, max=20),
    )
    language = fields.String(load_default="en", validate=validate.OneOf(LANGUAGES))
    options = fields.Dict(
        keys=fields.String(validate=validate.OneOf(registry.names())),
        values=fields.Dict(keys=fields.String()),
        load_default=dict,
        metadata={"description": "for each kind, what only it needs: see /v1/documents/kinds"},
    )
    merge = fields.Boolean(load_default=True, truthy={True}, falsy={False})
    sheet = TextField(100, allow_none=True, load_default=None)
    locale = TextField(35, allow_none=True, load_default=None, validate=_check_locale)
    decimal = fields.String(allow_none=True, load_default=None, validate=validate.OneOf([".", ","]))
    mapping = MapField(
        text_reader(200, 0),
        {"type": "string", "maxLength": 200},
        allow_none=True,
        load_default=None,
        validate=_check_fields,
        metadata={"description": "field: header or letter of its column; others by known names"},
    )
    defaults = MapField(
        text_reader(500),
        _TEXT,
        load_default=dict,
        validate=_check_fields,
        metadata={"description": "field: what it is where the file says nothing"},
    )
    consignor = fields.Nested(PartyBody, required=True)
    importer = fields.Nested(PartyBody, allow_none=True, load_default=None)
    terms = fields.String(load_default="DAP", validate=validate.OneOf(TERMS))
    terms_place = TextField(100, allow_none=True, load_default=None)
    purpose = fields.String(load_default="sale", validate=validate.OneOf(PURPOSES))
    registrations = fields.List(
        fields.Nested(RegistrationBody), load_default=list, validate=validate.Length(max=50)
    )
    on = DayField(allow_none=True, load_default=None)

    @validates_schema
    def _kinds_differ(self, data: Mapping[str, Any], **kwargs: Any) -> None:
        if len(set(data["kinds"])) != len(data["kinds"]):
            raise ValidationError("Each kind once.", "kinds")


class HandInBody(Schema):
    """A form with two parts: the file, and what is wished of it as JSON."""

    file = fields.Raw(
        required=True, metadata={"type": "string", "format": "binary", "description": "CSV, XLSX"}
    )
    wish = fields.Nested(WishBody, required=True)


class MappingBody(Body):
    """What the columns of a header mean."""

    header = fields.List(
        TextField(200, 0), required=True, validate=validate.Length(min=2, max=MOST_COLUMNS)
    )
    mapping = MapField(
        text_reader(200, 0),
        {"type": "string", "maxLength": 200},
        required=True,
        validate=_check_fields,
    )

    @validates_schema
    def _columns_exist(self, data: Mapping[str, Any], **kwargs: Any) -> None:
        known = {"", *data["header"], *(letter(at) for at in range(len(data["header"])))}
        wrong = {
            field: ["There is no such column."]
            for field, name in data["mapping"].items()
            if name not in known
        }
        if wrong:
            raise ValidationError({"mapping": wrong})


WISH, HAND_IN, MAPPING_BODY = WishBody(), HandInBody(), MappingBody()


def read_wish(body: Any) -> Json:
    """A wish as it is kept: only what can be meant. Raises `ValidationError`."""
    read = WISH.load(body)
    plain = ("kinds", "language", "options", "merge", "sheet", "locale", "decimal", "mapping")
    wish: Json = {name: read[name] for name in (*plain, "defaults")}
    wish["shipment"] = {name: body[name] for name in _FIXED if body.get(name) is not None}
    return wish


def read_order(body: Json, today: date) -> Shipment | list[Found]:
    """The shipment of an order's JSON, or everything that is wrong with it."""
    try:
        return read_inline(INLINE.load(body), today)
    except ValidationError as error:
        return [Found(pointer, detail) for pointer, detail in pointers(error.messages)]


def write_batch(batch: StoredBatch) -> Json:
    """A batch as lists have it."""
    return {
        "id": batch.id,
        "name": batch.name,
        "state": batch.state,
        "created_at": batch.created_at.isoformat(),
        "finished_at": batch.finished_at and batch.finished_at.isoformat(),
        "kinds": batch.wish["kinds"],
        "file_sha256": batch.file_hash,
        "failure": batch.failure,
        "href": f"/v1/batches/{batch.id}",
    }


def write_standing(standing: Standing, most: int = 100) -> Json:
    """A batch with its progress, its first errors and its results."""
    batch, counts = standing.batch, standing.counts
    errors = [error for order in standing.faulty for error in _errors(order)]
    layout = batch.wish["layout"]
    return {
        **write_batch(batch),
        "progress": {
            "orders": sum(counts.values()),
            **{state: counts.get(state, 0) for state in ("waiting", "made", "partial", "refused")},
            "files": len(standing.files),
            "files_made": sum(1 for file in standing.files if file.state == "made"),
        },
        "assumptions": list(batch.assumptions),
        "columns": {field: letter(at) for field, at in layout["columns"].items()},
        "errors": errors[:most],
        "more_errors": len(errors) > most or len(standing.faulty) >= most,
        "files": [write_file(batch.id, file) for file in standing.files],
    }


def write_file(batch: str, file: StoredFile) -> Json:
    """A result; it can be had once it is made."""
    made = file.state == "made"
    return {
        "name": file.name,
        "media": file.media,
        "made": made,
        "size": file.size,
        "sha256": file.sha256,
        "href": f"/v1/batches/{batch}/files/{file.name}" if made else None,
    }


def write_order(order: StoredOrder) -> Json:
    """An order of a batch."""
    return {
        "number": order.number,
        "reference": order.reference,
        "rows": list(order.rows),
        "state": order.state,
        "papers": [dict(paper) for paper in order.papers],
        "errors": _errors(order),
    }


def _errors(order: StoredOrder) -> list[Json]:
    return [{**fault, "order": order.reference} for fault in order.faults]


def write_preview(preview: Preview, defaults: Mapping[str, str]) -> Json:
    """How a file would be read."""
    layout = preview.opened.layout
    fields_at: dict[int, list[str]] = {}
    for name, at in layout.mapping.columns.items():
        fields_at.setdefault(at, []).append(name)
    style = layout.style
    return {
        "header": list(layout.header),
        "columns": [
            {
                "column": letter(at),
                "header": name,
                "fields": fields_at.get(at, []),
                "known_from": next(
                    (layout.mapping.known_from[each] for each in fields_at.get(at, [])), None
                ),
            }
            for at, name in enumerate(layout.header)
        ],
        "mapping": {name: layout.header[at] for name, at in layout.mapping.columns.items()},
        "missing": missing(layout.mapping.columns, defaults),
        "numbers": {"decimal": style.decimal, "said": style.said},
        "assumptions": list(preview.opened.assumptions),
        "rows": [
            {"row": row.number, "cells": [as_text(cell)[:200] for cell in row.cells[:MOST_COLUMNS]]}
            for row in preview.rows
        ],
        "errors": [error for order in preview.orders for error in _errors(order)][:100],
    }


def write_mapping(stored: StoredMapping) -> Json:
    """What an account told of a header."""
    return {
        "fingerprint": stored.fingerprint,
        "header": list(stored.header),
        "mapping": dict(stored.mapping),
        "updated_at": stored.updated_at.isoformat(),
    }
