"""How are carriers written in JSON?"""

from typing import Any

from marshmallow import Schema, fields

from carriers.manifest import Setting
from carriers.registry import Plugin


class SettingAnswer(Schema):
    """One thing that an account with a carrier must say. Values are never shown."""

    name = fields.Str(required=True)
    title = fields.Str(required=True)
    secret = fields.Bool(required=True)
    required = fields.Bool(required=True)
    choices = fields.List(fields.Str(), required=True)


class CarrierAnswer(Schema):
    """One installed carrier.

    `tier` is how far it claims that the conformance kit vouches for it, `settings` what an account
    with it must say, `sandbox` whether it has one, `reconcile` how a purchase whose answer was lost
    is found again.
    """

    code = fields.Str(required=True)
    name = fields.Str(required=True)
    version = fields.Str(required=True, allow_none=True)
    capabilities = fields.List(fields.Str(), required=True)
    tier = fields.Str(required=True, allow_none=True)
    where_from = fields.Str(required=True)
    healthy = fields.Bool(required=True)
    trouble = fields.Str(required=True, allow_none=True)
    note = fields.Str(required=True, allow_none=True)
    homepage = fields.Str(required=True, allow_none=True)
    settings = fields.List(fields.Nested(SettingAnswer), required=True)
    sandbox = fields.Bool(required=True)
    reconcile = fields.Str(required=True, allow_none=True)


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
        "homepage": manifest.homepage if manifest else None,
        "settings": [_write_setting(each) for each in manifest.settings] if manifest else [],
        "sandbox": bool(manifest and manifest.test_hosts),
        "reconcile": manifest.reconcile if manifest else None,
    }


def _write_setting(setting: Setting) -> dict[str, Any]:
    return {
        "name": setting.name,
        "title": setting.title,
        "secret": setting.secret,
        "required": setting.required,
        "choices": setting.choices,
    }
