"""Where is a parcel, and who is told? ``/v1/tracking``, calls of carriers, ``/v1/notices``"""

from flask import Blueprint, Response, request

from api.auth import current_account
from api.clock import now
from api.jsonio import read_json, write_json
from api.openapi import Answer, Parameter, operation
from api.problems import Problem, not_found
from api.routes import services
from api.schemas.tracking import (
    CARRIER_HOOK,
    HEARD,
    NOTICES,
    NOTICES_BODY,
    TRACKING,
    write_notices,
    write_tracking,
)
from carriers.errors import CarrierError, CarrierUnavailable, CredentialsRejected
from data.store.notices import Wish
from data.store.trackings import StoredTracking

bp = Blueprint("tracking", __name__)

_LONGEST = 64


@bp.get("/v1/tracking/<carrier>/<number>")
@operation(
    "Where is a parcel?",
    tag="Tracking",
    description=(
        "The first time that a number is asked for, its carrier is asked, for three seconds at "
        "most; after that the parcel is followed in the background, and the answer is what is "
        "known. Blanks in the number are left out. Events have the carrier's own codes and words."
    ),
    parameters=(Parameter("carrier", "Its code"), Parameter("number", "The tracking number")),
    problems=("not-found", "carrier-refused", "carrier-unavailable"),
    answers={200: Answer("The parcel as it is known", TRACKING)},
)
def tracking(carrier: str, number: str) -> Response:
    """A parcel as it is known."""
    following = services().following
    number = "".join(number.split())
    if not (number.isascii() and number.isprintable() and 0 < len(number) <= _LONGEST):
        raise not_found("No carrier gives such numbers.")
    services().storage.ensure(current_account())
    try:
        found = following.look(current_account(), carrier, number, now)
    except CarrierError as error:
        raise _problem(carrier, error) from None
    if found is None:
        raise not_found(f"{carrier} knows no parcel {number}.")
    written = write_tracking(found, following.pieces(found), page_of(found), now())
    return _json(written)


@bp.get("/v1/carriers/<code>/webhook")
@operation(
    "Which address is a carrier to call?",
    tag="Tracking",
    description=(
        "For carriers that call when something happens. The address has a token in it that says "
        "whose parcels are meant; a call is believed when the carrier has signed it with the "
        "secret that is stored with the account's credentials."
    ),
    problems=("not-found", "not-available"),
    answers={200: Answer("The address", CARRIER_HOOK)},
)
def hook(code: str) -> Response:
    """The account's address for the calls of a carrier."""
    calls = services().carrier_calls
    try:
        calls.can_call(current_account(), code)
    except CarrierError as error:
        raise not_found(f"{code}: {error.reason}.") from None
    token = calls.token(current_account(), code)
    if token is None:
        raise Problem("not-available", "TIDEWAITER_SECRET_KEY is not set: tokens are made with it.")
    return _json({"url": f"{base_url()}/v1/carriers/{code}/webhook/{token}"})


@bp.post("/v1/carriers/<code>/webhook/<token>")
@operation(
    "A carrier calls",
    tag="Tracking",
    description=(
        "The body is the carrier's own. It is kept when the carrier has signed it, and taken into "
        "account in the background; a number that nobody follows is no error."
    ),
    public=True,
    problems=("not-found", "not-authenticated", "invalid-request", "too-large"),
    answers={202: Answer("Kept", HEARD)},
)
def heard(code: str, token: str) -> Response:
    """Keep a call of a carrier, verified on the bytes as they came."""
    calls, body = services().carrier_calls, request.get_data()
    account = calls.account_of(token, code)
    if account is None:
        raise not_found("There is no such address.")
    headers = {name.lower(): value for name, value in request.headers}
    try:
        calls.can_call(account, code)
    except CarrierError:
        raise not_found("There is no such address.") from None
    try:
        new = calls.hear(account, code, headers, body, now())
    except CredentialsRejected as error:
        raise Problem("not-authenticated", f"{error.reason}.") from None
    except CarrierError as error:
        raise Problem("invalid-request", f"{error.reason}.") from None
    return _json({"new": new}, 202)


@bp.get("/v1/notices")
@operation(
    "Which messages do those get who wait for parcels?",
    tag="Tracking",
    answers={200: Answer("What is set", NOTICES)},
)
def notices() -> Response:
    """What the account has set."""
    return _notices()


@bp.put("/v1/notices")
@operation(
    "Send messages to those who wait for parcels, or no more",
    tag="Tracking",
    description=(
        "By e-mail, to the address of the shipment's consignee, in the language of the quote. "
        "Once for each shipment and kind."
    ),
    body=NOTICES_BODY,
    answers={200: Answer("What is set", NOTICES)},
)
def set_notices() -> Response:
    """Set what the account wants."""
    body = NOTICES_BODY.load(read_json(request))
    account = current_account()
    services().storage.ensure(account)
    kinds = tuple(dict.fromkeys(body["kinds"]))
    wish = Wish(account, body["enabled"], kinds, body["from_name"], body["reply_to"], now())
    services().notices.put_wish(wish)
    return _notices()


def page_of(found: StoredTracking) -> str:
    """The address of a parcel's public page."""
    return f"{base_url()}/track/{found.page}"


def base_url() -> str:
    """Where the service is reached from outside, as far as it knows."""
    return services().settings.public_url or request.host_url.rstrip("/")


def _problem(carrier: str, error: CarrierError) -> Problem:
    """Why a carrier could not be asked: there is none, it cannot now, or it will not."""
    if carrier not in {plugin.code for plugin in services().carriers.plugins()}:
        return not_found(f"There is no carrier {carrier}.")
    later = isinstance(error, CarrierUnavailable)
    kind = "carrier-unavailable" if later else "carrier-refused"
    return Problem(kind, f"{carrier}: {error.reason}.")


def _notices() -> Response:
    found = services().notices
    return _json(write_notices(found.wish(current_account()), available=found.mailer is not None))


def _json(answer: object, status: int = 200) -> Response:
    return Response(write_json(answer), status, content_type="application/json")
