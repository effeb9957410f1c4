"""How does a file of orders become papers? ``/v1/batches``

A file is a part of a form, beside a part of JSON that says what is wished. The work is done by
others; what stands in the answer stands in the database.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request, send_file
from marshmallow import ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from api.auth import current_account
from api.clock import now, today
from api.idempotency import REPLAYED, required_key
from api.jsonio import parse_json, read_json, write_json
from api.openapi import Answer, Parameter, operation
from api.problems import Problem, not_found, wrong_query
from api.routes import services
from api.schemas.batch_answers import BATCHES, MAPPING, MAPPINGS, ORDERS, PREVIEW, STANDING
from api.schemas.batches import (
    HAND_IN,
    MAPPING_BODY,
    read_wish,
    write_batch,
    write_mapping,
    write_order,
    write_preview,
    write_standing,
)
from api.services.batching.desk import Desk, MissingColumnsError, NotDoneError
from api.services.batching.sheets import LARGEST_FILE, FileRefusedError

bp = Blueprint("batches", __name__)
_PAGE, _LARGEST_PAGE = 50, 200
_ENVELOPE = 1 << 20
_AFTER = Parameter("after", "where to go on: `next` of the page before")
_LIMIT = Parameter("limit", "1 to 200", {"type": "integer", "minimum": 1, "maximum": 200})


@bp.post("/v1/batches")
@operation(
    "Hand in a file of orders",
    tag="Batches",
    description="A form with the parts `file` (CSV or XLSX, up to 20 MB, 10,000 orders) and `wish` "
    "(JSON). The same Idempotency-Key with the same file and wish gives the same batch.",
    body=HAND_IN,
    body_media="multipart/form-data",
    stores=True,
    problems=("idempotency-key-required",),
    answers={202: Answer("The batch; it is worked on", STANDING)},
)
def create() -> Response:
    """Remember the file; workers do the rest."""
    key = required_key()
    name, content, wish = _handed_in()
    account = current_account()
    services().storage.ensure(account)
    batch, replayed = _guarded(lambda: _desk().hand_in(account, key, name, content, wish, now()))
    answer = _standing(batch.id, 202)
    answer.headers["Location"] = f"/v1/batches/{batch.id}"
    if replayed:
        answer.headers[REPLAYED] = "true"
    return answer


@bp.post("/v1/batches/preview")
@operation(
    "See how a file of orders would be read",
    tag="Batches",
    description="The first 20 rows, what each column means and from where that is known, what is "
    "missing, and what is wrong in those rows. Nothing is stored.",
    body=HAND_IN,
    body_media="multipart/form-data",
    answers={200: Answer("How it would be read", PREVIEW)},
)
def preview() -> Response:
    """How a file would be read."""
    _, content, wish = _handed_in()
    found = _guarded(lambda: _desk().preview(current_account(), content, wish, today()))
    return _json(write_preview(found, wish["defaults"]))


@bp.get("/v1/batches")
@operation(
    "Which files were handed in?",
    tag="Batches",
    parameters=(_AFTER, _LIMIT),
    problems=("invalid-request",),
    answers={200: Answer("The account's batches, newest first", BATCHES)},
)
def list_() -> Response:
    """The account's batches."""
    found, after = _desk().page(current_account(), _limit(), request.args.get("after"))
    return _json({"items": [write_batch(batch) for batch in found], "next": after})


@bp.get("/v1/batches/<batch_id>")
@operation(
    "How does a batch stand?",
    tag="Batches",
    problems=("not-found",),
    answers={200: Answer("Its progress, its first 100 errors and its results", STANDING)},
)
def read(batch_id: str) -> Response:
    """How a batch stands."""
    return _standing(batch_id)


@bp.get("/v1/batches/<batch_id>/orders")
@operation(
    "The orders of a batch",
    tag="Batches",
    parameters=(_AFTER, _LIMIT),
    problems=("not-found", "invalid-request"),
    answers={200: Answer("Orders with their papers and errors", ORDERS)},
)
def orders(batch_id: str) -> Response:
    """A batch's orders, as the file has them."""
    after = request.args.get("after", "0")
    if not (after.isascii() and after.isdigit()) or len(after) > 9:
        raise wrong_query("after", "after: `next` of the page before.")
    found = _desk().orders(current_account(), batch_id, int(after), _limit())
    if found is None:
        raise not_found(f"There is no batch {batch_id}.")
    page, more = found
    following = None if more is None else str(more)
    return _json({"items": [write_order(order) for order in page], "next": following})


@bp.post("/v1/batches/<batch_id>/cancel")
@operation(
    "Stop a batch",
    tag="Batches",
    description="What was made is thrown away. A batch that has ended stays as it is.",
    problems=("not-found",),
    answers={200: Answer("The batch", STANDING)},
)
def cancel(batch_id: str) -> Response:
    """Stop a batch."""
    if _desk().cancel(current_account(), batch_id, now()) is None:
        raise not_found(f"There is no batch {batch_id}.")
    return _standing(batch_id)


@bp.get("/v1/batches/<batch_id>/files/<name>")
@operation(
    "A result of a batch",
    tag="Batches",
    description="`orders.zip` (a folder for each order), one PDF of each kind with bookmarks, "
    "`manifest.csv` and `errors.csv`.",
    problems=("not-found",),
    answers={
        200: Answer(
            "The file",
            {"type": "string", "format": "binary"},
            "application/zip, application/pdf, text/csv; charset=utf-8",
        )
    },
)
def result(batch_id: str, name: str) -> Response:
    """A result, from the disk as it lies."""
    try:
        found = _desk().result(current_account(), batch_id, name)
    except NotDoneError as error:
        raise not_found(str(error)) from None
    if found is None:
        raise not_found(f"There is no file {name} of a batch {batch_id}.")
    file, path = found
    return send_file(
        path.absolute(),
        mimetype=file.media,
        as_attachment=True,
        download_name=name,
        etag=file.sha256 or False,
        conditional=False,
    )


@bp.get("/v1/batches/mappings")
@operation(
    "Which columns were told before?",
    tag="Batches",
    answers={200: Answer("What the account told of headers", MAPPINGS)},
)
def mappings() -> Response:
    """What an account told of headers."""
    found = _desk().mappings(current_account())
    return _json({"items": [write_mapping(each) for each in found], "next": None})


@bp.put("/v1/batches/mappings")
@operation(
    "Remember what columns mean",
    tag="Batches",
    description="Files with the same header are read so from now on, unless they say otherwise.",
    body=MAPPING_BODY,
    answers={200: Answer("What is remembered", MAPPING)},
)
def remember() -> Response:
    """Remember what the columns of a header mean."""
    body = MAPPING_BODY.load(read_json(request))
    account = current_account()
    services().storage.ensure(account)
    stored = _desk().remember(account, body["header"], body["mapping"], now())
    return _json(write_mapping(stored))


def _handed_in() -> tuple[str, bytes, dict[str, Any]]:
    """The parts of the form: the file's name, the file, and the wish."""
    request.max_content_length = LARGEST_FILE + _ENVELOPE
    request.max_form_memory_size = _ENVELOPE
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType("Send a form: multipart/form-data with file and wish.")
    file = request.files.get("file")
    if file is None:
        raise _wrong("Send the orders as the part `file`.", "/file")
    said = request.form.get("wish")
    if said is None and "wish" in request.files:  # a part with a name of its own
        said = request.files["wish"].read(_ENVELOPE).decode("utf-8", "replace")
    if said is None:
        raise _wrong("Say what is wished as the part `wish`, in JSON.", "/wish")
    body = parse_json(said.encode("utf-8", "surrogatepass"))
    try:
        wish = read_wish(body)
    except ValidationError as error:
        raise ValidationError({"wish": error.messages}) from None
    name = " ".join("".join(c if c.isprintable() else " " for c in file.filename or "").split())
    return name[:200] or "orders", file.read(), wish


def _guarded(run: Callable[[], Any]) -> Any:
    """Say what is wrong with a file as with any request."""
    try:
        return run()
    except FileRefusedError as error:
        extra = {"code": error.code, "remedy": error.remedy, "row": error.row}
        errors = [{"detail": str(error), "pointer": "/file"}]
        raise Problem("invalid-request", str(error), errors, extra=extra) from None
    except MissingColumnsError as error:
        errors = [
            {"detail": f"No column and no default says {name}.", "pointer": f"/wish/mapping/{name}"}
            for name in error.missing
        ]
        raise Problem("invalid-request", str(error), errors) from None


def _wrong(detail: str, pointer: str) -> Problem:
    return Problem("invalid-request", detail, [{"detail": detail, "pointer": pointer}])


def _standing(batch_id: str, status: int = 200) -> Response:
    found = _desk().standing(current_account(), batch_id)
    if found is None:
        raise not_found(f"There is no batch {batch_id}.")
    return _json(write_standing(found), status)


def _limit() -> int:
    said = request.args.get("limit", str(_PAGE))
    if not (said.isascii() and said.isdigit() and 1 <= int(said[:9]) <= _LARGEST_PAGE):
        raise wrong_query("limit", f"limit: 1 to {_LARGEST_PAGE}.")
    return int(said)


def _desk() -> Desk:
    return services().batch_desk


def _json(answer: Any, status: int = 200) -> Response:
    return Response(write_json(answer), status, content_type="application/json")
