"""How do health and readiness look in JSON?"""

from marshmallow import Schema, fields


class Health(Schema):
    """The process is alive."""

    status = fields.Str(required=True)


class SnapshotState(Schema):
    """The snapshot that answers, and how old the oldest of its schedules is."""

    loaded = fields.Bool(required=True)
    version = fields.Str()
    schedules = fields.Int()
    oldest_checked_on = fields.Date(allow_none=True)
    oldest_age_days = fields.Int(allow_none=True)


class ReadinessChecks(Schema):
    """What was checked."""

    database = fields.Bool(required=True)
    migrations = fields.Bool(required=True)
    snapshot = fields.Nested(SnapshotState, required=True)


class ReadinessAnswer(Schema):
    """The service may be sent requests."""

    status = fields.Str(required=True)
    checks = fields.Nested(ReadinessChecks, required=True)


HEALTH = Health()
READINESS = ReadinessAnswer()
