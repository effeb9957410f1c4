"""What does somebody do who wants a paper without the service?"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from marshmallow import ValidationError

from api.clock import today
from api.problems import pointers
from api.schemas.documents import INLINE, errors_of, read_inline
from api.services.documenting import Made, make_document
from customs.documents import registry
from customs.documents.faults import RefusedError
from customs.documents.kinds import Format
from customs.documents.samples import sample
from data.model.shipment import Shipment

if TYPE_CHECKING:
    from api.assembly import Services

LISTED = ("kind", "title", "formats", "languages", "sizes", "options")


def listed() -> list[tuple[str, ...]]:
    """Every kind, with what it can be."""
    return [
        (
            kind.name,
            kind.title,
            " ".join(kind.formats),
            " ".join(kind.languages),
            " ".join(kind.sizes),
            " ".join(kind.options),
        )
        for kind in registry.kinds()
    ]


def made(
    services: "Services",
    kind: str,
    file: Path | None,
    form: str | None,
    language: str,
    options: Mapping[str, Any],
) -> Made:
    """A paper of the shipment in a file, or of the sample. Raises `ValueError`."""
    if kind not in registry.names():
        raise ValueError(f"there is no kind {kind}: {', '.join(registry.names())}")
    shipment, own = sample(kind) if file is None else (_read(file), {})
    wanted = cast("Format", form or registry.kind(kind).formats[0])
    try:
        return make_document(
            services.rulebook, kind, shipment, wanted, language, {**own, **options}
        )
    except RefusedError as error:
        lines = [f"  {each['pointer']}: {each['detail']}" for each in errors_of(error.faults, "")]
        raise ValueError("\n".join([f"no {kind} is made:", *lines])) from None


def _read(file: Path) -> Shipment:
    """The shipment in a file, as ``POST /v1/documents`` takes one."""
    try:
        return read_inline(INLINE.load(json.loads(file.read_text("utf-8"))), today())
    except ValidationError as error:
        lines = [f"  {pointer}: {detail}" for pointer, detail in pointers(error.messages)]
        raise ValueError("\n".join([f"{file.name} is no shipment:", *lines])) from None
