"""Is the process alive, may it be sent requests, and what has it counted?

The three need no key. `/ready` asks the database and the snapshot; a load balancer that gets 503
from it sends requests elsewhere. Facts do not make a service unready by growing old: their age is
in the answer, for people and for alarms.
"""

from flask import Blueprint, Response

from api.clock import today
from api.jsonio import write_json
from api.metrics import exposition
from api.openapi import Answer, operation
from api.problems import Problem
from api.routes import services
from api.schemas.health import HEALTH, READINESS
from api.services.readiness import readiness

bp = Blueprint("health", __name__)


@bp.get("/health")
@operation(
    "Is the process alive?", tag="Operations", public=True, answers={200: Answer("It is", HEALTH)}
)
def health() -> Response:
    """Answer without asking anything else."""
    return Response(b'{"status":"ok"}', content_type="application/json")


@bp.get("/ready")
@operation(
    "May requests be sent here?",
    tag="Operations",
    public=True,
    problems=("not-ready",),
    answers={200: Answer("They may", READINESS)},
)
def ready() -> Response:
    """Database reachable, migrations applied, snapshot loaded and the newest there is."""
    state = readiness(services().storage, services().snapshots, today())
    if not state.ready:
        raise Problem("not-ready", "; ".join(state.faults), extra={"checks": state.checks})
    return Response(
        write_json({"status": "ready", "checks": state.checks}), content_type="application/json"
    )


@bp.get("/metrics")
@operation(
    "Requests and how long they took",
    tag="Operations",
    public=True,
    answers={200: Answer("Prometheus' text format", {"type": "string"}, "text/plain")},
)
def metrics() -> Response:
    """The counts of every worker of this machine."""
    text = exposition(services().tally.totals())
    return Response(text, content_type="text/plain; version=0.0.4; charset=utf-8")
