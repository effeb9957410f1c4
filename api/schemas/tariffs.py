"""How are tariffs, codes and measures written in JSON?"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from marshmallow import Schema, fields

from api.jsonio import write_money
from api.schemas.fields import MoneyField
from data.importing.origin_rules import OriginRule
from data.model.dated import Law
from tariffs.origin import Agreement, Period
from tariffs.schedule import Commodity, Measure, Rate, ScheduleStatus


class LawAnswer(Schema):
    """Where a rule is written."""

    id = fields.Str(required=True)
    title = fields.Str(required=True)
    url = fields.Str(required=True, allow_none=True)


class TariffAnswer(Schema):
    """What the schedule of a territory is made of."""

    territory = fields.Str(required=True)
    version = fields.Str(required=True)
    source = fields.Str(required=True)
    publisher = fields.Str(required=True)
    licence = fields.Str(required=True)
    as_of = fields.Date(required=True)
    checked_on = fields.Date(required=True)
    rows = fields.Int(required=True)
    codes = fields.Int(required=True)
    completeness = fields.Str(required=True, metadata={"enum": ["full", "dated", "rules"]})
    note = fields.Str(required=True, allow_none=True)


class TariffsAnswer(Schema):
    """Every territory whose tariff is held."""

    items = fields.List(fields.Nested(TariffAnswer), required=True)
    next = fields.Str(required=True, allow_none=True)


class RateAnswer(Schema):
    """One rate of a code. `applies` says whether it is in force on the day asked about."""

    programme = fields.Str(required=True)
    expression = fields.Str(required=True)
    origins = fields.List(fields.Str(), required=True)
    excluded_origins = fields.List(fields.Str(), required=True)
    unit = fields.Str(required=True, allow_none=True)
    order_number = fields.Str(required=True, allow_none=True)
    additional_code = fields.Str(required=True, allow_none=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True, allow_none=True)
    applies = fields.Bool(required=True)
    confidence = fields.Str(required=True)
    law = fields.Nested(LawAnswer, required=True)


class MeasureAnswer(Schema):
    """An additional measure whose law names these goods."""

    heading = fields.Str(required=True)
    name = fields.Str(required=True)
    programme = fields.Str(required=True)
    role = fields.Str(required=True)
    expression = fields.Str(required=True)
    origins = fields.List(fields.Str(), required=True)
    excluded_origins = fields.List(fields.Str(), required=True)
    requires = fields.List(fields.Str(), required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True, allow_none=True)
    applies = fields.Bool(required=True)
    confidence = fields.Str(required=True)
    law = fields.Nested(LawAnswer, required=True)


class CommodityAnswer(Schema):
    """One declarable code."""

    code = fields.Str(required=True)
    ancestors = fields.List(fields.Str(), required=True)
    rates = fields.List(fields.Nested(RateAnswer), required=True)
    measures = fields.List(fields.Nested(MeasureAnswer), required=True)


class OriginRuleAnswer(Schema):
    """One way for goods of a range of codes to originate under an agreement.

    `in_part`: only some goods of the range are meant. Rules of one `entry` belong together; an
    `alternative` may be met in place of those before it. `classes` are kinds of rule (WO wholly
    obtained, CTH change of heading, MAXNOM, RVC…), `percents` what its text states, in its order.
    The agreement's own text decides.
    """

    first = fields.Str(required=True)
    last = fields.Str(required=True)
    entry = fields.Int(required=True)
    in_part = fields.Bool(required=True)
    classes = fields.List(fields.Str(), required=True)
    percents = fields.List(fields.Str(), required=True)
    alternative = fields.Bool(required=True)
    within_quota = fields.Bool(required=True)


class AgreementAnswer(Schema):
    """An agreement that covers goods of the origin on the day; the duty is lower if it is claimed.

    `proofs` are those it accepts; up to `waiver` it asks for none. `members` empty: any origin.
    `rules_of_origin` are those of the code, narrowest range first, as published on `rules_as_of`;
    null where they were not imported here, or the source has none for it.
    """

    id = fields.Str(required=True)
    name = fields.Str(required=True)
    programmes = fields.List(fields.Str(), required=True)
    proofs = fields.List(fields.Str(), required=True)
    waiver = MoneyField(required=True, allow_none=True)
    members = fields.List(fields.Str(), required=True)
    rules_of_origin = fields.List(fields.Nested(OriginRuleAnswer), required=True, allow_none=True)
    rules_as_of = fields.Date(required=True, allow_none=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True, allow_none=True)
    confidence = fields.Str(required=True)
    law = fields.Nested(LawAnswer, required=True)


class CodeAnswer(Schema):
    """What a tariff says of a code, on a day, for an origin."""

    territory = fields.Str(required=True)
    code = fields.Str(required=True)
    on = fields.Date(required=True)
    origin = fields.Str(required=True, allow_none=True)
    version = fields.Str(required=True)
    agreements = fields.List(
        fields.Nested(AgreementAnswer),
        required=True,
        metadata={
            "description": "those that cover goods of the origin on the day, with the proof that "
            "each asks for, up to which value it asks for none, and the rule of origin of the code "
            "where it was imported; none without an origin. The duty is lower only if it is claimed"
        },
    )
    commodities = fields.List(fields.Nested(CommodityAnswer), required=True)
    more = fields.Int(required=True, metadata={"description": "codes beneath that are not shown"})


class FoundCode(Schema):
    """A declarable code with our words for its heading and its third-country rate on the day."""

    code = fields.Str(required=True)
    label = fields.Str(required=True, allow_none=True)
    third_country = fields.Str(required=True, allow_none=True)


class SearchAnswer(Schema):
    """Declarable codes beneath a prefix."""

    territory = fields.Str(required=True)
    items = fields.List(fields.Nested(FoundCode), required=True)
    next = fields.Str(required=True, allow_none=True)


TARIFFS = TariffsAnswer()
CODE = CodeAnswer()
SEARCH = SearchAnswer()


def write_status(status: ScheduleStatus) -> dict[str, Any]:
    """A schedule's make-up."""
    return {name: getattr(status, name) for name in ScheduleStatus.__slots__}


def write_commodity(
    commodity: Commodity, on: date, shown: Callable[[Rate | Measure], bool]
) -> dict[str, Any]:
    """A code with those of its rates and measures that are to be shown."""
    return {
        "code": commodity.code,
        "ancestors": commodity.ancestors,
        "rates": [_rate(rate, on) for rate in commodity.rates if shown(rate)],
        "measures": [_measure(measure, on) for measure in commodity.measures if shown(measure)],
    }


def write_agreement(
    agreement: Agreement,
    period: Period,
    rules: Sequence[OriginRule] | None = None,
    rules_as_of: date | None = None,
) -> dict[str, Any]:
    """An agreement as it stands in one of its periods, with the rules of origin of a code."""
    return {
        "id": agreement.id,
        "name": agreement.name,
        "programmes": agreement.programmes,
        "proofs": agreement.proofs,
        "waiver": write_money(*agreement.waiver) if agreement.waiver else None,
        "members": period.members,
        "rules_of_origin": None if rules is None else [_origin_rule(rule) for rule in rules],
        "rules_as_of": None if rules is None else rules_as_of,
        "since": period.since,
        "until": period.until,
        "confidence": period.confidence,
        "law": write_law(period.law),
    }


def _origin_rule(rule: OriginRule) -> dict[str, Any]:
    return {
        "first": rule.first,
        "last": rule.last,
        "entry": rule.entry,
        "in_part": rule.in_part,
        "classes": rule.classes,
        "percents": [f"{percent:f}" for percent in rule.percents],
        "alternative": rule.alternative,
        "within_quota": rule.within_quota,
    }


def write_law(law: Law) -> dict[str, Any]:
    """Where a rule is written."""
    return {"id": law.id, "title": law.title, "url": law.url}


def _rate(rate: Rate, on: date) -> dict[str, Any]:
    return {
        "programme": rate.programme.value,
        "expression": rate.expression,
        "origins": rate.origins,
        "excluded_origins": rate.excluded_origins,
        "unit": rate.unit,
        "order_number": rate.order_number,
        "additional_code": rate.additional_code,
        "since": rate.since,
        "until": rate.until,
        "applies": rate.applies(on),
        "confidence": rate.confidence,
        "law": write_law(rate.law),
    }


def _measure(measure: Measure, on: date) -> dict[str, Any]:
    return {
        "heading": measure.heading,
        "name": measure.name,
        "programme": measure.programme,
        "role": measure.role.value,
        "expression": measure.expression,
        "origins": measure.origins,
        "excluded_origins": measure.except_origins,
        "requires": measure.requires,
        "since": measure.since,
        "until": measure.until,
        "applies": measure.applies(on),
        "confidence": measure.confidence,
        "law": write_law(measure.law),
    }
