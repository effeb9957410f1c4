"""Shipments to try the papers with. Invented people, and numbers of no post and no authority."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from data.model.shipment import Shipment
from data.model.shipment_records import read_shipment

DEFAULT = "tshirts"


def sample(kind: str) -> tuple[Shipment, dict[str, Any]]:
    """A shipment that has a paper of this kind, and the options for it."""
    chosen = _read("kinds").get(kind, {})
    return shipment_named(chosen.get("shipment", DEFAULT)), dict(chosen.get("options", {}))


def shipment_named(name: str) -> Shipment:
    """One of the shipments by the name of its file."""
    return read_shipment(_read(name))


@cache
def _read(name: str) -> dict[str, Any]:
    text = (files("customs.documents.samples") / f"{name}.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
