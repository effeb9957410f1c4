"""What does one commodity document of the UK tariff say, in plain nested form?

The API answers in JSON:API: `data` is the commodity, `included` a flat list that its relationships
name by type and id. A flattened form, in which related things stand inside one another, is what
the API's own clients keep. Both become the same dictionaries here. Numbers stay exact: a JSON
number becomes a `Decimal`.
"""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, BinaryIO

Resource = dict[str, Any]

_NOT_NEEDED = frozenset(
    "footnotes section chapter heading ancestors export_measures import_trade_summary".split()
)


class DocumentError(ValueError):
    """A document is not a commodity of the UK tariff, or something in it is missing."""


def read_commodity(file: BinaryIO) -> Resource:
    """The commodity with its import measures nested inside it. Raises `DocumentError`."""
    document = _load(file)
    if not isinstance(document, dict):
        raise DocumentError("not a JSON object")
    if "errors" in document:
        raise DocumentError(f"the service answered with errors: {document['errors']}")
    commodity = _unfold(document) if "data" in document else document
    if not isinstance(commodity.get("import_measures"), list):
        raise DocumentError("no import measures")
    code = commodity.get("goods_nomenclature_item_id")
    if not (isinstance(code, str) and len(code) == 10 and code.isdigit()):
        raise DocumentError(f"{code!r} is no commodity code")
    if commodity.get("declarable") is not True:
        raise DocumentError(f"{code} is not declarable")
    return commodity


def read_areas(file: BinaryIO) -> dict[str, tuple[str, ...]]:
    """Which countries each geographical area has: area → codes. Either form of the API's list."""
    document = _load(file)
    if isinstance(document, dict) and "data" in document:
        included = _by_identity(document)
        listed = [_resource(area, included, depth=2) for area in document["data"]]
    else:
        listed = document if isinstance(document, list) else [document]
    areas = {}
    for area in listed:
        if not isinstance(area, dict) or "children_geographical_areas" not in area:
            raise DocumentError("not a list of geographical areas")
        areas[area_id(area)] = tuple(member_ids(area))
    return areas


def area_id(area: Mapping[str, Any]) -> str:
    """The id of a geographical area: two letters for a country, four characters for a group."""
    found = area.get("geographical_area_id") or area.get("id")
    if not isinstance(found, str) or not found:
        raise DocumentError("a geographical area without an id")
    return found


def member_ids(area: Mapping[str, Any]) -> Iterator[str]:
    """The ids of the areas within an area, as far as the document says."""
    for child in area.get("children_geographical_areas") or ():
        yield area_id(child)


def _load(file: BinaryIO) -> Any:
    try:
        return json.load(file, parse_float=Decimal)
    except ValueError as error:
        raise DocumentError(f"broken JSON: {error}") from error


def _unfold(document: Mapping[str, Any]) -> Resource:
    data = document["data"]
    if not isinstance(data, dict) or data.get("type") != "commodity":
        raise DocumentError("`data` is no commodity")
    return _resource(data, _by_identity(document), depth=4)


def _by_identity(document: Mapping[str, Any]) -> dict[tuple[str, str], Resource]:
    return {(item["type"], str(item["id"])): item for item in document.get("included") or ()}


def _resource(item: Resource, included: Mapping[tuple[str, str], Resource], depth: int) -> Resource:
    flat: Resource = {"id": item["id"], **(item.get("attributes") or {})}
    for name, relation in (item.get("relationships") or {}).items():
        if name in _NOT_NEEDED or depth == 0:
            continue
        target = relation.get("data") if isinstance(relation, dict) else None
        if isinstance(target, list):
            flat[name] = [_related(one, included, depth - 1) for one in target]
        else:
            flat[name] = None if target is None else _related(target, included, depth - 1)
    return flat


def _related(
    target: Mapping[str, Any], included: Mapping[tuple[str, str], Resource], depth: int
) -> Resource:
    identity = (target["type"], str(target["id"]))
    if identity in included:
        return _resource(included[identity], included, depth)
    if target["type"] == "geographical_area":  # a country is all in its id
        return {"id": target["id"]}
    raise DocumentError(f"{target['type']} {target['id']} is named but not included")
