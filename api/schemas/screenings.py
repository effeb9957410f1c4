"""How are parties sent to be screened, and decisions about matches?"""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from api.schemas.body import Body
from api.schemas.compiled import compile_loader
from api.schemas.fields import CountryField, DayField, TextField
from api.services.screening_reviews import CLEARING, CONFIRMING, STATES
from customs.screening.matching import Party
from data.model.listed_parties import Identifier

MOST_PARTIES, MOST_IDENTIFIERS = 50, 20
KINDS = ("person", "entity", "vessel", "aircraft")
OUTCOMES = ("clear", "review", "refused")


class IdentifierBody(Body):
    """A number of a document or register."""

    type = TextField(60, load_default="document")
    number = TextField(80, required=True)
    country = CountryField(allow_none=True, load_default=None)


class ScreenedPartyBody(Body):
    """Whom to look for. A country or an address never makes a match less."""

    name = TextField(300, required=True)
    kind = fields.String(allow_none=True, load_default=None, validate=validate.OneOf(KINDS))
    country = CountryField(allow_none=True, load_default=None)
    address = TextField(500, allow_none=True, load_default=None)
    date_of_birth = DayField(allow_none=True, load_default=None)
    identifiers = fields.List(
        fields.Nested(IdentifierBody),
        load_default=list,
        validate=validate.Length(max=MOST_IDENTIFIERS),
    )


class ScreeningBody(Body):
    """Parties to compare with the lists; `subject` is what it is for, such as an order."""

    parties = fields.List(
        fields.Nested(ScreenedPartyBody),
        required=True,
        validate=validate.Length(min=1, max=MOST_PARTIES),
    )
    subject = TextField(64, allow_none=True, load_default=None)


class DecisionBody(Body):
    """What a person makes of a match."""

    decision = fields.String(required=True, validate=validate.OneOf(("clear", "confirm")))
    reason = fields.String(required=True, validate=validate.OneOf((*CLEARING, *CONFIRMING)))
    note = TextField(2000, 0, load_default="")


class ListLawAnswer(Schema):
    """A law that is cited."""

    id = fields.Str(required=True)
    title = fields.Str(required=True)
    url = fields.Str(required=True, allow_none=True)


class PartAnswer(Schema):
    """One thing that was compared: what it added to the score (a name: the score itself)."""

    feature = fields.Str(required=True)
    effect = fields.Float(required=True)
    detail = fields.Str(required=True)
    asked = fields.Str(required=True)
    listed = fields.Str(required=True)


class MatchAnswer(Schema):
    """An entry of a list that a party may be."""

    score = fields.Float(required=True)
    level = fields.Str(required=True, validate=validate.OneOf(("block", "review", "below")))
    list = fields.Str(required=True)
    entry = fields.Str(required=True)
    kind = fields.Str(required=True, validate=validate.OneOf(KINDS))
    name = fields.Str(required=True)
    name_kind = fields.Str(required=True)
    primary_name = fields.Str(required=True)
    programmes = fields.List(fields.Str(), required=True)
    countries = fields.List(fields.Str(), required=True)
    births = fields.List(fields.List(fields.Str()), required=True)
    listed_on = fields.Str(required=True, allow_none=True)
    until = fields.Str(required=True, allow_none=True)
    parts = fields.List(fields.Nested(PartAnswer), required=True)


class ScreenedAnswer(Schema):
    """One party, and everything that came near it."""

    index = fields.Int(required=True)
    party = fields.Dict(required=True)
    normalised = fields.Str(required=True)
    legal_forms = fields.List(fields.Str(), required=True)
    outcome = fields.Str(required=True, validate=validate.OneOf(OUTCOMES))
    matches = fields.List(fields.Nested(MatchAnswer), required=True)
    below_threshold = fields.List(fields.Nested(MatchAnswer), required=True)
    review = fields.Str(required=True, allow_none=True)


class ListAnswer(Schema):
    """A list that was consulted: its day, its file, its age."""

    list = fields.Str(required=True)
    publisher = fields.Str(required=True)
    title = fields.Str(required=True)
    as_of = fields.Str(required=True)
    sha256 = fields.Str(required=True)
    fetched_at = fields.Str(required=True)
    entries = fields.Int(required=True)
    age_days = fields.Int(required=True)
    age_limit_days = fields.Int(required=True, allow_none=True)
    old = fields.Bool(required=True)
    law = fields.Nested(ListLawAnswer, required=True, allow_none=True)


class NoteAnswer(Schema):
    """Something that binds and that no comparison of names finds."""

    id = fields.Str(required=True)
    text = fields.Str(required=True)
    since = fields.Str(required=True)
    confidence = fields.Str(required=True)
    law = fields.Nested(ListLawAnswer, required=True)


class ScreeningAnswer(Schema):
    """A comparison as it was written down."""

    id = fields.Str(required=True)
    created_at = fields.Str(required=True)
    kind = fields.Str(required=True)
    subject = fields.Str(required=True, allow_none=True)
    actor = fields.Str(required=True)
    outcome = fields.Str(required=True, validate=validate.OneOf(OUTCOMES))
    parties = fields.List(fields.Nested(ScreenedAnswer), required=True)
    lists = fields.List(fields.Nested(ListAnswer), required=True)
    lists_version = fields.Str(required=True)
    not_held = fields.List(fields.Str(), required=True)
    not_screened = fields.List(fields.Nested(NoteAnswer), required=True)
    algorithm = fields.Dict(required=True)
    triggered_by = fields.List(fields.Dict(), required=True)


class StoredScreeningAnswer(ScreeningAnswer):
    """The same with its place in the account's chain, and its reviews."""

    chain = fields.Dict(required=True)
    reviews = fields.List(fields.Dict(), required=True)


class DecisionAnswer(Schema):
    """What one person decided."""

    actor = fields.Str(required=True)
    decision = fields.Str(required=True)
    reason = fields.Str(required=True)
    note = fields.Str(required=True)
    at = fields.Str(required=True)


class ReviewAnswer(Schema):
    """The matches of one party, and what people made of them."""

    id = fields.Str(required=True)
    screening = fields.Str(required=True)
    subject = fields.Str(required=True, allow_none=True)
    state = fields.Str(required=True, validate=validate.OneOf(STATES))
    needs_two = fields.Bool(required=True)
    opened_at = fields.Str(required=True)
    closed_at = fields.Str(required=True, allow_none=True)
    party = fields.Dict(required=True, allow_none=True)
    matches = fields.List(fields.Nested(MatchAnswer), required=True)
    decisions = fields.List(fields.Nested(DecisionAnswer), required=True)


class ReviewsAnswer(Schema):
    """Matches that people look at, oldest first."""

    items = fields.List(fields.Nested(ReviewAnswer), required=True)
    next = fields.Str(required=True, allow_none=True)


SCREENING, DECISION = ScreeningBody(), DecisionBody()
SCREENING_ANSWER, STORED_SCREENING = ScreeningAnswer(), StoredScreeningAnswer()
REVIEW, REVIEWS = ReviewAnswer(), ReviewsAnswer()
load_screening_body = compile_loader(SCREENING)
load_decision = compile_loader(DECISION)


def read_parties(body: Mapping[str, Any]) -> list[Party]:
    """The parties of a request."""
    return [
        Party(
            name=each["name"],
            kind=each["kind"],
            country=each["country"],
            address=each["address"],
            date_of_birth=each["date_of_birth"],
            identifiers=tuple(
                Identifier(number["type"], number["number"], number["country"])
                for number in each["identifiers"]
            ),
        )
        for each in body["parties"]
    ]
