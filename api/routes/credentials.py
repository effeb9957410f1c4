"""With which credentials is a carrier asked? ``/v1/carriers/{code}/credentials``"""

from flask import Blueprint, Response, request

from api.auth import current_account
from api.clock import now
from api.jsonio import read_json, write_json
from api.openapi import Answer, operation
from api.problems import Problem, not_found
from api.routes import services
from api.schemas.credentials import CREDENTIALS, CREDENTIALS_ANSWER
from api.services.carrier_accounts import CarrierAccounts, NoSecretError
from carriers.errors import RequestRejected
from carriers.manifest import Manifest, SettingsRefusedError
from data.store.credentials import StoredCredentials

bp = Blueprint("credentials", __name__)
PATH = "/v1/carriers/<code>/credentials"


@bp.put(PATH)
@operation(
    "Store the account's credentials with a carrier",
    tag="Carriers",
    description=(
        "Sealed with AES-256-GCM under TIDEWAITER_SECRET_KEY, and never shown again. Other "
        "processes of the service use them within ten seconds."
    ),
    body=CREDENTIALS,
    problems=("not-found", "not-available"),
    answers={200: Answer("Which settings are stored", CREDENTIALS_ANSWER)},
)
def put(code: str) -> Response:
    """Seal them, in place of those before."""
    manifest, kept = _manifest(code), _kept()
    body = CREDENTIALS.load(read_json(request))
    given = {name: value for name, value in body["settings"].items() if value != ""}
    try:
        manifest.account(given, test=body["test"])
    except SettingsRefusedError as error:
        raise _wrong(code, error) from None
    account = current_account()
    stored = StoredCredentials(
        account_id=account,
        carrier=code,
        key_id=kept.vault.key_id,
        sealed=kept.vault.seal(given, account, code),
        names=sorted(given),
        test=body["test"],
        updated_at=now(),
    )
    services().storage.put_credentials(stored)
    kept.forget(account)
    return _shown(stored)


@bp.get(PATH)
@operation(
    "Which of the account's settings with a carrier are stored?",
    tag="Carriers",
    problems=("not-found",),
    answers={200: Answer("Their names", CREDENTIALS_ANSWER)},
)
def read(code: str) -> Response:
    """Their names, and nothing of their values."""
    for stored in services().storage.credentials(current_account()):
        if stored.carrier == code:
            return _shown(stored)
    raise not_found(f"No credentials with {code} are stored.")


@bp.delete(PATH)
@operation(
    "Forget the account's credentials with a carrier",
    tag="Carriers",
    problems=("not-found",),
    answers={204: Answer("They are forgotten")},
)
def delete(code: str) -> Response:
    """Forget them."""
    account = current_account()
    if not services().storage.remove_credentials(account, code):
        raise not_found(f"No credentials with {code} are stored.")
    if (kept := services().carrier_accounts) is not None:
        kept.forget(account)
    return Response(status=204)


def _manifest(code: str) -> Manifest:
    try:
        return services().carriers.manifest(code)
    except RequestRejected:
        raise not_found(f"There is no carrier {code}.") from None


def _kept() -> CarrierAccounts:
    kept = services().carrier_accounts
    if kept is None:
        raise NoSecretError
    _ = kept.vault  # there is a secret, or nothing is read any further
    return kept


def _wrong(code: str, error: SettingsRefusedError) -> Problem:
    errors = [
        {
            "detail": detail,
            "pointer": "/test"
            if name == "test"
            else "/settings/" + name.replace("~", "~0").replace("/", "~1"),
        }
        for name, detail in error.faults.items()
    ]
    return Problem("invalid-request", f"The credentials are not what {code} asks for.", errors)


def _shown(stored: StoredCredentials) -> Response:
    answer = {
        "carrier": stored.carrier,
        "names": list(stored.names),
        "test": stored.test,
        "updated_at": stored.updated_at.isoformat(timespec="seconds"),
    }
    return Response(write_json(answer), content_type="application/json")
