"""How is the vocabulary written in JSON?"""

from marshmallow import Schema, fields


class FactWord(Schema):
    """A fact that a line may state, and who asks for it."""

    name = fields.Str(required=True)
    type = fields.Str(required=True)
    unit = fields.Str(required=True, allow_none=True)
    description = fields.Str(required=True, allow_none=True)
    answers = fields.List(fields.Str())
    asked_by = fields.List(fields.Str(), required=True)


class SchemeWord(Schema):
    """A scheme that a seller may be registered for."""

    scheme = fields.Str(required=True)
    territory = fields.Str(required=True)
    name = fields.Str(required=True)
    registration_needed = fields.Bool(required=True)


class AgreementWord(Schema):
    """An agreement that a line may claim a preference under."""

    agreement = fields.Str(required=True)
    territory = fields.Str(required=True)
    name = fields.Str(required=True)
    programmes = fields.List(fields.Str(), required=True)
    proofs = fields.List(fields.Str(), required=True)


class ChargeWord(Schema):
    """A charge's code."""

    code = fields.Str(required=True)
    kind = fields.Str(required=True)
    name = fields.Str(required=True)


class FindingWord(Schema):
    """A finding's code."""

    code = fields.Str(required=True)
    meaning = fields.Str(required=True)


class IdentifierWord(Schema):
    """A kind of number of a party."""

    kind = fields.Str(required=True)
    name = fields.Str(required=True)


class ReasonWord(Schema):
    """Why a parcel is not simply on its way."""

    reason = fields.Str(required=True)
    family = fields.Str(required=True)
    meaning = fields.Str(required=True)


class VocabularyAnswer(Schema):
    """Every word."""

    facts_version = fields.Str(required=True)
    facts = fields.List(fields.Nested(FactWord), required=True)
    schemes = fields.List(fields.Nested(SchemeWord), required=True)
    agreements = fields.List(fields.Nested(AgreementWord), required=True)
    charge_codes = fields.List(fields.Nested(ChargeWord), required=True)
    finding_codes = fields.List(fields.Nested(FindingWord), required=True)
    identifier_kinds = fields.List(fields.Nested(IdentifierWord), required=True)
    purposes = fields.List(fields.Str(), required=True)
    terms = fields.List(fields.Str(), required=True)
    modes = fields.List(fields.Str(), required=True)
    buyer_types = fields.List(fields.Str(), required=True)
    charge_kinds = fields.List(fields.Str(), required=True)
    charge_statuses = fields.List(fields.Str(), required=True)
    collected_at = fields.List(fields.Str(), required=True)
    finding_outcomes = fields.List(fields.Str(), required=True)
    verdicts = fields.List(fields.Str(), required=True)
    quote_statuses = fields.List(fields.Str(), required=True)
    tracking_statuses = fields.List(fields.Str(), required=True)
    tracking_stages = fields.List(fields.Str(), required=True)
    tracking_actors = fields.List(fields.Str(), required=True)
    tracking_reasons = fields.List(fields.Nested(ReasonWord), required=True)
    programmes = fields.List(fields.Str(), required=True)
    confidences = fields.List(fields.Str(), required=True)


VOCABULARY = VocabularyAnswer()
