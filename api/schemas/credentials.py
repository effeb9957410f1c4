"""How are an account's credentials with a carrier sent in JSON? They never come back."""

from marshmallow import Schema, fields

from api.schemas.body import Body
from api.schemas.fields import MapField
from api.schemas.values import text_reader


class CredentialsBody(Body):
    """An account's settings with a carrier, by the names that its plug-in has for them."""

    settings = MapField(
        text_reader(8000, 0), {"type": "string", "maxLength": 8000}, most=50, required=True
    )
    test = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class CredentialsAnswer(Schema):
    """Which settings are stored. Their values are never shown."""

    carrier = fields.Str(required=True)
    names = fields.List(fields.Str(), required=True)
    test = fields.Bool(required=True)
    updated_at = fields.DateTime(required=True)


CREDENTIALS = CredentialsBody()
CREDENTIALS_ANSWER = CredentialsAnswer()
