"""How are carriers written in JSON?"""

from typing import Any

from marshmallow import Schema, fields

from carriers.registry import Plugin


class CarrierAnswer(Schema):
    """One installed carrier. `tier` says how far the conformance kit vouches for it."""

    code = fields.Str(required=True)
    name = fields.Str(required=True)
    version = fields.Str(required=True, allow_none=True)
    capabilities = fields.List(fields.Str(), required=True)
    tier = fields.Str(required=True, allow_none=True)
    where_from = fields.Str(required=True)
    healthy = fields.Bool(required=True)
    trouble = fields.Str(required=True, allow_none=True)
    note = fields.Str(required=True, allow_none=True)


class CarriersAnswer(Schema):
    """Every installed carrier."""

    items = fields.List(fields.Nested(CarrierAnswer), required=True)
    next = fields.Str(required=True, allow_none=True)


CARRIERS = CarriersAnswer()


def write_plugin(plugin: Plugin) -> dict[str, Any]:
    """A carrier's plug-in, a broken one with what is wrong with it."""
    manifest = plugin.manifest
    return {
        "code": plugin.code,
        "name": manifest.name if manifest else plugin.code,
        "version": manifest.version if manifest else None,
        "capabilities": manifest.capabilities if manifest else (),
        "tier": manifest.tier if manifest else None,
        "where_from": plugin.where_from,
        "healthy": plugin.trouble is None,
        "trouble": plugin.trouble,
        "note": manifest.note if manifest else None,
    }
