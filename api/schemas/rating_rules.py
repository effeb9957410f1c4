"""How are a merchant's rules about carriers' offers written in JSON?

A body says what may be sent; what two fields say together (a mark-up without an amount, a backup
for nothing) is checked here, with the pointer to the fault.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from api.schemas.body import Body
from api.schemas.compiled import compile_loader
from api.schemas.fields import (
    CountryField,
    DayField,
    PositiveDecimalField,
    PriceField,
    TextField,
    WeightField,
)
from carriers.rules import Backup, Rule, Rules, Where

DEEDS = ("exclude", "prefer", "mark_up", "free_above")
MODES = ("post", "express", "air", "sea", "road")
MOST = 200
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "exclude": (),
    "prefer": (),
    "mark_up": ("percent", "amount"),
    "free_above": ("order_value",),
}
_SUMS = ("percent", "amount", "order_value")


def _words(longest: int) -> fields.List[str]:
    return fields.List(
        TextField(longest), load_default=list, validate=validate.Length(min=1, max=MOST)
    )


def _countries() -> fields.List[str]:
    return fields.List(CountryField(), load_default=list, validate=validate.Length(min=1, max=300))


class LaneBody(Body):
    """What something is set down for: where from, where to, how heavy, and from when until when."""

    ship_from = _countries()
    ship_to = _countries()
    weight_over = WeightField(allow_none=True, load_default=None)
    weight_up_to = WeightField(allow_none=True, load_default=None)
    since = DayField(allow_none=True, load_default=None)
    until = DayField(allow_none=True, load_default=None)


class RuleBody(LaneBody):
    """One thing that is to be done with offers."""

    name = TextField(100, required=True)
    do = fields.String(required=True, validate=validate.OneOf(DEEDS))
    carriers = _words(40)
    services = _words(80)
    modes = fields.List(
        fields.String(validate=validate.OneOf(MODES)),
        load_default=list,
        validate=validate.Length(min=1, max=len(MODES)),
    )
    percent = PositiveDecimalField(allow_none=True, load_default=None)
    amount = PriceField(allow_none=True, load_default=None)
    order_value = PriceField(allow_none=True, load_default=None)


class BackupBody(LaneBody):
    """What is offered in the place of a carrier that does not answer."""

    carrier = TextField(40, required=True)
    service = TextField(80, required=True)
    mode = fields.String(required=True, validate=validate.OneOf(MODES))
    price = PriceField(required=True)


class RatingRulesBody(Body):
    """All that a merchant has set down, in place of what was set down before."""

    rules = fields.List(
        fields.Nested(RuleBody), load_default=list, validate=validate.Length(max=MOST)
    )
    backups = fields.List(
        fields.Nested(BackupBody), load_default=list, validate=validate.Length(max=MOST)
    )


class RatingRulesAnswer(Schema):
    """What an account has set down; `set_at` is null when it never set anything."""

    rules = fields.List(fields.Dict(), required=True)
    backups = fields.List(fields.Dict(), required=True)
    set_at = fields.DateTime(required=True, allow_none=True)


RATING_RULES = RatingRulesBody()
RATING_RULES_ANSWER = RatingRulesAnswer()
load_rating_rules = compile_loader(RATING_RULES)


def read_rating_rules(document: object) -> Rules:
    """A document as rules. Raises marshmallow's `ValidationError`."""
    body: Mapping[str, Any] = load_rating_rules(document)
    problems: dict[str, Any] = {}
    if wrong := _wrong_rules(body["rules"]):
        problems["rules"] = wrong
    wrong_backups = {
        index: found
        for index, backup in enumerate(body["backups"])
        if (found := _wrong_backup(backup))
    }
    if wrong_backups:
        problems["backups"] = wrong_backups
    if problems:
        raise ValidationError(problems)
    return Rules(
        tuple(_rule(rule) for rule in body["rules"]),
        tuple(
            Backup(each["carrier"], each["service"], each["mode"], each["price"], _where(each))
            for each in body["backups"]
        ),
    )


def _rule(body: Mapping[str, Any]) -> Rule:
    sums = {name: body[name] for name in _SUMS}
    return Rule(name=body["name"], do=body["do"], where=_where(body), **sums)


def _where(body: Mapping[str, Any]) -> Where:
    return Where(
        carriers=frozenset(body.get("carriers", ())),
        services=frozenset(body.get("services", ())),
        modes=frozenset(body.get("modes", ())),
        ship_from=frozenset(body["ship_from"]),
        ship_to=frozenset(body["ship_to"]),
        over=body["weight_over"],
        up_to=body["weight_up_to"],
        since=body["since"],
        until=body["until"],
    )


def _wrong_rules(bodies: Sequence[Mapping[str, Any]]) -> dict[int, Any]:
    seen: dict[str, int] = {}
    problems: dict[int, Any] = {}
    for index, body in enumerate(bodies):
        found = _wrong_lane(body) | _wrong_sums(body)
        if seen.setdefault(body["name"], index) != index:
            found["name"] = [f"Rule {seen[body['name']]} has this name already."]
        if found:
            problems[index] = found
    return problems


def _wrong_sums(body: Mapping[str, Any]) -> dict[str, list[str]]:
    """Which sums a rule lacks, and which say nothing where they stand."""
    deed = body["do"]
    needed = _NEEDED[deed]
    found = {
        name: [f"A rule that does {deed!r} has none."]
        for name in _SUMS
        if body[name] is not None and name not in needed
    }
    if needed and all(body[name] is None for name in needed):
        found[needed[0]] = [f"A rule that does {deed!r} needs {' or '.join(needed)}."]
    return found


def _wrong_backup(body: Mapping[str, Any]) -> dict[str, list[str]]:
    found = _wrong_lane(body)
    if not body["price"].amount:
        found["price"] = ["Must be more than 0."]
    return found


def _wrong_lane(body: Mapping[str, Any]) -> dict[str, list[str]]:
    over, up_to = body["weight_over"], body["weight_up_to"]
    since, until = body["since"], body["until"]
    found = {}
    if over is not None and up_to is not None and over >= up_to:
        found["weight_up_to"] = ["Must be more than weight_over."]
    if since is not None and until is not None and since >= until:
        found["until"] = ["Must be after since: it is the first day without."]
    return found
