"""What does a batch answer look like, in the words of the API document?"""

from marshmallow import Schema, fields, validate


class ErrorAnswer(Schema):
    """What keeps papers of an order from being made, in which cell, and what to do."""

    order = fields.Str(required=True)
    row = fields.Int(required=True)
    column = fields.Str(required=True, allow_none=True)
    header = fields.Str(required=True, allow_none=True)
    field = fields.Str(required=True, allow_none=True)
    pointer = fields.Str(required=True)
    code = fields.Str(required=True)
    detail = fields.Str(required=True)
    remedy = fields.Str(required=True)
    kinds = fields.List(fields.Str(), required=True)


class FailureAnswer(Schema):
    """Why a whole file could not be read."""

    code = fields.Str(required=True)
    detail = fields.Str(required=True)
    remedy = fields.Str(required=True)
    row = fields.Int(required=True, allow_none=True)


class BatchAnswer(Schema):
    """A file of orders."""

    id = fields.Str(required=True)
    name = fields.Str(required=True)
    state = fields.Str(
        required=True,
        validate=validate.OneOf(
            ["received", "making", "collecting", "done", "failed", "cancelled"]
        ),
    )
    created_at = fields.Str(required=True)
    finished_at = fields.Str(required=True, allow_none=True)
    kinds = fields.List(fields.Str(), required=True)
    file_sha256 = fields.Str(required=True)
    failure = fields.Nested(FailureAnswer, required=True, allow_none=True)
    href = fields.Str(required=True)


class BatchesAnswer(Schema):
    """Batches of an account, newest first."""

    items = fields.List(fields.Nested(BatchAnswer), required=True)
    next = fields.Str(required=True, allow_none=True)


class ProgressAnswer(Schema):
    """How far a batch is."""

    orders = fields.Int(required=True)
    waiting = fields.Int(required=True)
    made = fields.Int(required=True)
    partial = fields.Int(required=True)  # type: ignore[assignment]  # a field's name
    refused = fields.Int(required=True)
    files = fields.Int(required=True)
    files_made = fields.Int(required=True)


class FileAnswer(Schema):
    """A result of a batch."""

    name = fields.Str(required=True)
    media = fields.Str(required=True)
    made = fields.Bool(required=True)
    size = fields.Int(required=True, allow_none=True)
    sha256 = fields.Str(required=True, allow_none=True)
    href = fields.Str(required=True, allow_none=True)


class StandingAnswer(BatchAnswer):
    """A batch with its progress, its first errors and its results."""

    progress = fields.Nested(ProgressAnswer, required=True)
    assumptions = fields.List(fields.Str(), required=True)
    columns = fields.Dict(keys=fields.Str(), values=fields.Str(), required=True)
    errors = fields.List(fields.Nested(ErrorAnswer), required=True)
    more_errors = fields.Bool(required=True)
    files = fields.List(fields.Nested(FileAnswer), required=True)


class BatchPaperAnswer(Schema):
    """A paper of an order."""

    kind = fields.Str(required=True)
    name = fields.Str(required=True)
    size = fields.Int(required=True)
    sha256 = fields.Str(required=True)


class BatchOrderAnswer(Schema):
    """An order of a batch."""

    number = fields.Int(required=True)
    reference = fields.Str(required=True)
    rows = fields.List(fields.Int(), required=True)
    state = fields.Str(required=True)
    papers = fields.List(fields.Nested(BatchPaperAnswer), required=True)
    errors = fields.List(fields.Nested(ErrorAnswer), required=True)


class BatchOrdersAnswer(Schema):
    """Orders of a batch, as the file has them."""

    items = fields.List(fields.Nested(BatchOrderAnswer), required=True)
    next = fields.Str(required=True, allow_none=True)


class ColumnAnswer(Schema):
    """A column, and what is read from it."""

    column = fields.Str(required=True)
    header = fields.Str(required=True)
    fields_ = fields.List(fields.Str(), required=True, data_key="fields")
    known_from = fields.Str(required=True, allow_none=True)


class NumbersAnswer(Schema):
    """How numbers are read, and whether somebody said so."""

    decimal = fields.Str(required=True)
    said = fields.Bool(required=True)


class PreviewRowAnswer(Schema):
    """A row as it stands in the file."""

    row = fields.Int(required=True)
    cells = fields.List(fields.Str(), required=True)


class PreviewAnswer(Schema):
    """How a file would be read."""

    header = fields.List(fields.Str(), required=True)
    columns = fields.List(fields.Nested(ColumnAnswer), required=True)
    mapping = fields.Dict(keys=fields.Str(), values=fields.Str(), required=True)
    missing = fields.List(fields.Str(), required=True)
    numbers = fields.Nested(NumbersAnswer, required=True)
    assumptions = fields.List(fields.Str(), required=True)
    rows = fields.List(fields.Nested(PreviewRowAnswer), required=True)
    errors = fields.List(fields.Nested(ErrorAnswer), required=True)


class MappingAnswer(Schema):
    """What an account told of a header."""

    fingerprint = fields.Str(required=True)
    header = fields.List(fields.Str(), required=True)
    mapping = fields.Dict(keys=fields.Str(), values=fields.Str(), required=True)
    updated_at = fields.Str(required=True)


class MappingsAnswer(Schema):
    """Everything an account told of headers."""

    items = fields.List(fields.Nested(MappingAnswer), required=True)
    next = fields.Str(required=True, allow_none=True)


BATCHES, STANDING, ORDERS = BatchesAnswer(), StandingAnswer(), BatchOrdersAnswer()
PREVIEW, MAPPING, MAPPINGS = PreviewAnswer(), MappingAnswer(), MappingsAnswer()
