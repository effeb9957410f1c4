"""How is it asked and answered which code goods have?"""

from typing import Any

from marshmallow import Schema, fields, validate

from api.schemas.body import Body
from api.schemas.compiled import compile_loader
from api.schemas.fields import CountryField, HsCodeField, MapField, TextField
from api.services.classifying import Classification
from tariffs.classification.answers import Candidate, Question

LONGEST_DESCRIPTION = 1000
_LENGTHS = frozenset(range(6, 14))
CONTRADICTS = "code-contradicts-description"


class ClassificationBody(Body):
    """Goods in words, and what else is known of them.

    `facts` answer earlier questions; `hs_code` is checked against the description.
    """

    description = TextField(LONGEST_DESCRIPTION, required=True)
    category = TextField(200, allow_none=True, load_default=None)
    material = TextField(200, allow_none=True, load_default=None)
    destination = CountryField(allow_none=True, load_default=None)
    facts = MapField(load_default=dict)
    hs_code = HsCodeField(allow_none=True, load_default=None)


class ConfirmationBody(Body):
    """The code that goods of a description have, as the account decided."""

    description = TextField(LONGEST_DESCRIPTION, required=True)
    hs_code = HsCodeField(required=True, lengths=_LENGTHS)


class StepAnswer(Schema):
    """A chapter or heading above a code."""

    code = fields.Str(required=True)
    label = fields.Str(required=True)


class WhyAnswer(Schema):
    """A known phrase that speaks for a code."""

    phrase = fields.Str(required=True)
    likeness = fields.Float(required=True)
    shared = fields.List(fields.Str(), required=True)


class CandidateAnswer(Schema):
    """A code that comes into question; `confidence` is how often such a code was right."""

    hs_code = fields.Str(required=True)
    commodity_code = fields.Str(required=True, allow_none=True)
    label = fields.Str(required=True)
    path = fields.List(fields.Nested(StepAnswer), required=True)
    confidence = fields.Float(required=True)
    source = fields.Str(
        required=True, validate=validate.OneOf(["confirmed", "known_phrase", "resemblance"])
    )
    why = fields.List(fields.Nested(WhyAnswer), required=True)


class QuestionAnswer(Schema):
    """What would decide: send the fact with one of the answers, and ask again."""

    fact = fields.Str(required=True)
    ask = fields.Str(required=True)
    answers = fields.Dict(keys=fields.Str(), values=fields.List(fields.Str()), required=True)


class ClassificationFinding(Schema):
    """What is wrong with a code that was given."""

    code = fields.Str(required=True)
    outcome = fields.Str(required=True)
    message = fields.Str(required=True)


class ClassificationAnswer(Schema):
    """A shortlist with reasons, or what is to be asked."""

    outcome = fields.Str(required=True, validate=validate.OneOf(["classified", "ask", "abstain"]))
    reason = fields.Str(required=True, allow_none=True)
    candidates = fields.List(fields.Nested(CandidateAnswer), required=True)
    question = fields.Nested(QuestionAnswer, required=True, allow_none=True)
    findings = fields.List(fields.Nested(ClassificationFinding), required=True)
    model = fields.Str(required=True)


class ConfirmationAnswer(Schema):
    """What is remembered."""

    description = fields.Str(required=True)
    hs_code = fields.Str(required=True)
    confirmed_at = fields.DateTime(required=True)


CLASSIFICATION = ClassificationBody()
CONFIRMATION = ConfirmationBody()
CLASSIFICATION_ANSWER = ClassificationAnswer()
CONFIRMATION_ANSWER = ConfirmationAnswer()
load_classification_body = compile_loader(CLASSIFICATION)
load_confirmation = compile_loader(CONFIRMATION)


def write_classification(found: Classification, given: str | None) -> dict[str, Any]:
    """A classification as it is answered."""
    answer = found.answer
    return {
        "outcome": answer.outcome,
        "reason": answer.reason,
        "candidates": [
            _candidate(each, found.commodity_codes if place == 0 else ())
            for place, each in enumerate(answer.candidates)
        ],
        "question": _question(answer.question),
        "findings": [_contradiction(answer.contradiction, given)] if answer.contradiction else [],
        "model": answer.model,
    }


def _candidate(candidate: Candidate, beneath: tuple[str, ...]) -> dict[str, Any]:
    national = candidate.hs_code if len(candidate.hs_code) > 6 else None
    return {
        "hs_code": candidate.hs_code[:6],
        "commodity_code": beneath[0] if len(beneath) == 1 else national,
        "label": candidate.label,
        "path": [{"code": step.code, "label": step.label} for step in candidate.path],
        "confidence": candidate.confidence,
        "source": candidate.source,
        "why": [
            {"phrase": each.phrase, "likeness": each.likeness, "shared": list(each.shared)}
            for each in candidate.why
        ],
    }


def _question(question: Question | None) -> dict[str, Any] | None:
    if question is None:
        return None
    answers = {answer: list(codes) for answer, codes in question.answers.items()}
    return {"fact": question.fact, "ask": question.ask, "answers": answers}


def _contradiction(found: str, given: str | None) -> dict[str, str]:
    return {
        "code": CONTRADICTS,
        "outcome": "warning",
        "message": f"The description speaks for {found[:6]}, the code given is {given}",
    }
