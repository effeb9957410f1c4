"""How are tariffs, codes and measures written in JSON?"""

from collections.abc import Callable
from datetime import date
from typing import Any

from marshmallow import Schema, fields

from api.jsonio import write_money
from api.schemas.fields import MoneyField
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


class AgreementAnswer(Schema):
    """An agreement that covers goods of the origin on the day; the duty is lower if it is claimed.

    `proofs` are those it accepts; up to `waiver` it asks for none. `members` empty: any origin.
    """

    id = fields.Str(required=True)
    name = fields.Str(required=True)
    programmes = fields.List(fields.Str(), required=True)
    proofs = fields.List(fields.Str(), required=True)
    waiver = MoneyField(required=True, allow_none=True)
    members = fields.List(fields.Str(), required=True)
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
        metadata={"description": "those that could apply for the origin; none without one"},
    )
    commodities = fields.List(fields.Nested(CommodityAnswer), required=True)
    more = fields.Int(required=True, metadata={"description": "codes beneath that are not shown"})


class FoundCode(Schema):
    """A declarable code with its third-country rate on the day."""

    code = fields.Str(required=True)
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


def write_agreement(agreement: Agreement, period: Period) -> dict[str, Any]:
    """An agreement as it stands in one of its periods."""
    return {
        "id": agreement.id,
        "name": agreement.name,
        "programmes": agreement.programmes,
        "proofs": agreement.proofs,
        "waiver": write_money(*agreement.waiver) if agreement.waiver else None,
        "members": period.members,
        "since": period.since,
        "until": period.until,
        "confidence": period.confidence,
        "law": write_law(period.law),
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
