"""With which keys are quotes checked? ``GET /v1/keys``"""

from flask import Blueprint, Response

from api.jsonio import write_json
from api.openapi import Answer, operation
from api.routes import services
from api.schemas.keys import KEYS
from api.services.signing import published, write_jwk

bp = Blueprint("keys", __name__)


@bp.get("/v1/keys")
@operation(
    "With which keys are quotes checked?",
    tag="Quotes",
    description=(
        "A quote's `proof` is an Ed25519 signature, in base64url, over the RFC 8785 form of the "
        "quote without its `proof`. `key_id` is the `kid` of one of these keys. Ended keys stay: "
        "what they signed while they were in use holds. No key of an account is needed."
    ),
    public=True,
    problems=("not-available",),
    answers={200: Answer("Every key that ever signed a quote", KEYS)},
)
def keys() -> Response:
    """Every public key, as a JSON Web Key Set."""
    found = [write_jwk(published(key)) for key in services().storage.signing_keys()]
    answer = Response(write_json({"keys": found}), content_type="application/json")
    answer.headers["Cache-Control"] = "public, max-age=60"
    return answer
