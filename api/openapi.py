"""What does the service offer, in OpenAPI's words?

A route says what it takes and gives with `operation`; the document is made from that and from the
very schemas that read the requests, so it cannot say something else. Nothing of this is on the way
of a request.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Flask
from marshmallow import Schema
from werkzeug.routing import Rule

from api.problems import PROBLEMS
from api.schemas.fields import ReadField

View = TypeVar("View", bound=Callable[..., Any])
_CONVERTER = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")


class UndocumentedRouteError(LookupError):
    """A route has no `operation`."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the path or the query."""

    name: str
    description: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    required: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a route answers with one status; `media` may name several, after commas."""

    description: str
    schema: Schema | Mapping[str, Any] | None = None
    media: str = "application/json"


@dataclass(frozen=True, slots=True)
class Operation:
    """What one route is for, takes and gives."""

    summary: str
    tag: str
    answers: Mapping[int, Answer]
    body: Schema | None = None
    body_media: str = "application/json"
    parameters: tuple[Parameter, ...] = ()
    problems: tuple[str, ...] = ()
    description: str = ""
    public: bool = False
    stores: bool = False
    examples: Mapping[str, Any] = field(default_factory=dict)


def operation(
    summary: str, *, tag: str, answers: Mapping[int, Answer], **details: Any
) -> Callable[[View], View]:
    """Say what a route is for; `details` are the other fields of `Operation`."""
    described = Operation(summary, tag, answers, **details)

    def decorate(view: View) -> View:
        view.operation = described  # type: ignore[attr-defined]
        return view

    return decorate


def operations(app: Flask) -> Iterator[tuple[str, str, Operation, Rule]]:
    """Each path and method of the app with its operation. Raises `UndocumentedRouteError`."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        described = getattr(app.view_functions[rule.endpoint], "operation", None)
        if described is None:
            raise UndocumentedRouteError(rule.rule)
        path = _CONVERTER.sub(r"{\1}", rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield path, method.lower(), described, rule


def openapi_document(app: Flask, version: str) -> dict[str, Any]:
    """The whole OpenAPI 3.0 document of the app."""
    from apispec import APISpec  # slow to import, and needed by nobody who asks for a price
    from apispec.ext.marshmallow import MarshmallowPlugin

    plugin = MarshmallowPlugin()
    spec = APISpec(
        title="Tidewaiter",
        version=version,
        openapi_version="3.0.3",
        info={"description": "What a parcel costs to the door, every cent with its law."},
        plugins=[plugin],
        servers=[{"url": "/"}],
    )
    assert plugin.converter is not None  # noqa: S101 - apispec sets it in init_spec
    plugin.converter.add_attribute_function(_read_field_property)  # type: ignore[no-untyped-call]
    for tag in _TAGS:
        spec.tag({"name": tag})
    spec.components.security_scheme("key", {"type": "http", "scheme": "bearer"})
    spec.components.schema("Problem", _PROBLEM)
    for path, method, described, rule in operations(app):
        spec.path(path=path, operations={method: _written(described, rule, method)})
    return spec.to_dict()


def _read_field_property(self: Any, field: Any, **kwargs: Any) -> dict[str, Any]:
    return field.described() if isinstance(field, ReadField) else {}


def _written(described: Operation, rule: Rule, method: str) -> dict[str, Any]:
    known = {parameter.name: parameter for parameter in described.parameters}
    parameters = [
        _parameter(known.get(name) or Parameter(name, name.replace("_", " ")), "path")
        for name in sorted(rule.arguments)
    ]
    parameters += [
        _parameter(parameter, "query")
        for parameter in described.parameters
        if parameter.name not in rule.arguments
    ]
    if described.stores:
        parameters.append(_IDEMPOTENCY_KEY)
    written: dict[str, Any] = {
        "operationId": f"{method}_{rule.endpoint.replace('.', '_')}",
        "summary": described.summary,
        "tags": [described.tag],
        "parameters": parameters,
        "security": [] if described.public else [{"key": []}],
        "responses": _responses(described),
    }
    if described.description:
        written["description"] = described.description
    if described.body is not None:
        media: dict[str, Any] = {"schema": described.body}
        if described.examples:
            media["examples"] = {
                name: {"value": value} for name, value in described.examples.items()
            }
        written["requestBody"] = {"required": True, "content": {described.body_media: media}}
    return written


def _responses(described: Operation) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, answer in described.answers.items():
        responses[str(status)] = {"description": answer.description}
        if answer.schema is not None:
            responses[str(status)]["content"] = {
                media: {"schema": answer.schema} for media in answer.media.split(", ")
            }
    names = list(described.problems)
    if not described.public:
        names += ["not-authenticated", "local-only"]
    if described.body is not None:
        names += ["malformed-request", "too-large", "not-json", "invalid-request"]
    if described.stores:
        names += ["still-running", "idempotency-key-reused"]
    by_status: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        by_status.setdefault(str(PROBLEMS[name].status), []).append(PROBLEMS[name].title)
    for code, titles in sorted(by_status.items()):
        responses.setdefault(
            code,
            {
                "description": "; or ".join(titles),
                "content": {"application/problem+json": {"schema": "Problem"}},
            },
        )
    responses["default"] = {
        "description": "A problem",
        "content": {"application/problem+json": {"schema": "Problem"}},
    }
    return responses


def _parameter(parameter: Parameter, where: str) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": where,
        "description": parameter.description,
        "required": parameter.required or where == "path",
        "schema": dict(parameter.schema),
    }


_TAGS = (
    "Quotes",
    "Tariff",
    "Carriers",
    "Shipments",
    "Documents",
    "Screening",
    "Batches",
    "Tracking",
    "Webhooks",
    "Operations",
    "Documentation",
)
"""What a reader looks for first stands first."""

_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Send the same key again, and the stored answer comes again.",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem details",
    "required": ["type", "title", "status", "detail", "errors"],
    "properties": {
        "type": {"type": "string", "enum": [kind.uri for kind in PROBLEMS.values()]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "detail": {"type": "string"},
                    "pointer": {"type": "string", "description": "RFC 6901, into the body"},
                    "parameter": {"type": "string", "description": "of the query or path"},
                },
            },
        },
    },
}
