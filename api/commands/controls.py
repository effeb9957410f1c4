"""What does somebody do who checks goods without the service?"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from marshmallow import ValidationError

from api.clock import today
from api.problems import pointers
from api.schemas.controls import load_controls_body, read_controls_request, read_numbers
from api.services.controlling import check_fully
from customs.controls import CLEARANCE

if TYPE_CHECKING:
    from api.assembly import Services

FOUND = ("outcome", "code", "line", "message", "law")
PACKS = ("pack", "checked on", "rules")


def checked(
    services: "Services", file: Path
) -> Iterator[tuple[str, tuple[str, ...], list[tuple[str, ...]]]]:
    """What is found about the goods in a file, and what was consulted. Raises `ValueError`."""
    rulebook = services.rulebook()
    try:
        body = load_controls_body(json.loads(file.read_text("utf-8")))
        asked, priced = read_controls_request(body, today())
        numbers = read_numbers(body["identifiers"], rulebook.identifiers, asked.on)
    except ValidationError as error:
        lines = [f"  {pointer}: {detail}" for pointer, detail in pointers(error.messages)]
        raise ValueError("\n".join([f"{file.name} cannot be checked:", *lines])) from None
    found = check_fully(asked, rulebook, numbers, priced=priced)
    rows: list[tuple[str, ...]] = [
        (
            finding.outcome,
            finding.code,
            finding.line or finding.party or "",
            finding.message,
            finding.citation.law.id if finding.citation else "",
        )
        for finding in found.findings
    ]
    yield f"{found.on}: {found.outcome}", FOUND, rows
    packs: list[tuple[str, ...]] = [
        (p.name, p.checked_on.isoformat(), str(p.rules)) for p in found.checked.packs
    ]
    yield CLEARANCE, PACKS, packs
