"""How are the keys that sign quotes written in JSON? As a JSON Web Key Set (RFC 7517, RFC 8037)."""

from marshmallow import Schema, fields


class KeyAnswer(Schema):
    """One public key. It signs from `since` until `until`; what a revoked key signed is void."""

    kty = fields.Str(required=True, metadata={"enum": ["OKP"]})
    crv = fields.Str(required=True, metadata={"enum": ["Ed25519"]})
    alg = fields.Str(required=True, metadata={"enum": ["EdDSA"]})
    use = fields.Str(required=True, metadata={"enum": ["sig"]})
    kid = fields.Str(required=True, metadata={"description": "RFC 7638 thumbprint"})
    x = fields.Str(required=True, metadata={"description": "the public key, base64url"})
    since = fields.DateTime(required=True)
    until = fields.DateTime(required=True, allow_none=True)
    revoked_at = fields.DateTime(required=True, allow_none=True)


class KeysAnswer(Schema):
    """Every key that ever signed a quote, oldest first."""

    keys = fields.List(fields.Nested(KeyAnswer), required=True)


KEYS = KeysAnswer()
