"""How are changes of the law written in JSON?"""

from typing import Any

from marshmallow import Schema, fields

from api.schemas.tariffs import LawAnswer, write_law
from api.services.dated_rules import RuleVersion
from api.services.law_changes import Change
from tariffs.schedule import Measure, Rate

MOST_CODES = 100


class StateAnswer(Schema):
    """What is the law on one side of the day: the expression or value, its days, its source."""

    value = fields.Str(required=True, metadata={"description": "duty expression, rate or limit"})
    origins = fields.List(fields.Str(), required=True)
    excluded_origins = fields.List(fields.Str(), required=True)
    requires = fields.List(
        fields.Str(), required=True, metadata={"description": "a measure's conditions"}
    )
    since = fields.Date(required=True)
    until = fields.Date(required=True, allow_none=True)
    confidence = fields.Str(
        required=True, metadata={"enum": ["official", "secondary", "unconfirmed"]}
    )
    law = fields.Nested(LawAnswer, required=True)


class ChangeAnswer(Schema):
    """What is different on a day from the day before."""

    day = fields.Date(required=True)
    change = fields.Str(required=True, metadata={"enum": ["starts", "ends", "changes"]})
    kind = fields.Str(required=True, metadata={"enum": ["rule", "measure", "rate"]})
    what = fields.Str(
        required=True,
        metadata={"description": "the rate's programme, the measure's heading, the rule's place"},
    )
    name = fields.Str(required=True, allow_none=True)
    before = fields.Nested(StateAnswer, required=True, allow_none=True)
    after = fields.Nested(StateAnswer, required=True, allow_none=True)
    codes = fields.List(
        fields.Str(),
        required=True,
        metadata={"description": "a rate's declarable codes, a measure's goods (empty: all)"},
    )
    more_codes = fields.Int(required=True, metadata={"description": "codes that are not shown"})


class ChangesAnswer(Schema):
    """Changes in the order of their days."""

    territory = fields.Str(required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True, allow_none=True)
    version = fields.Str(required=True, metadata={"description": "the version of the facts"})
    items = fields.List(fields.Nested(ChangeAnswer), required=True)
    next = fields.Str(required=True, allow_none=True)


CHANGES = ChangesAnswer()


def write_change(change: Change) -> dict[str, Any]:
    """A change, with as many codes as can be shown."""
    return {
        "day": change.day,
        "change": _kind_of(change),
        "kind": change.kind,
        "what": change.what,
        "name": change.name,
        "before": _state(change.before),
        "after": _state(change.after),
        "codes": change.codes[:MOST_CODES],
        "more_codes": max(0, len(change.codes) - MOST_CODES),
    }


def _kind_of(change: Change) -> str:
    if change.before is None:
        return "starts"
    return "ends" if change.after is None else "changes"


def _state(one: Rate | Measure | RuleVersion | None) -> dict[str, Any] | None:
    if one is None:
        return None
    origins: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    if not isinstance(one, RuleVersion):
        origins = one.origins
        excluded = one.excluded_origins if isinstance(one, Rate) else one.except_origins
    return {
        "value": one.value if isinstance(one, RuleVersion) else one.expression,
        "origins": origins,
        "excluded_origins": excluded,
        "requires": one.requires if isinstance(one, Measure) else (),
        "since": one.since,
        "until": one.until,
        "confidence": one.confidence,
        "law": write_law(one.law),
    }
