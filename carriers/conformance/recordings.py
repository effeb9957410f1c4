"""What did a carrier answer once, and does the adapter still ask and read it like that?

A recording is one file, ``recordings/<operation>/<name>.json`` beside the adapter: what is asked
for which sample, what the carrier answers in its documented shape, and what that means.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from carriers.conformance.comparing import differences
from carriers.conformance.operations import OPERATIONS
from carriers.conformance.papers import BY_NAME
from carriers.errors import CarrierError
from carriers.manifest import Manifest
from carriers.rates import Converses
from carriers.wire import Answer, Ask, ask_json
from data.model.money import Money

_MEMBERS = ("about", "source", "sample", "numbers", "asks", "answers", "expect")
_MORE = ("booking", "service", "label_format", "label_size", "reference", "token", "now")
_NOT_COMPARED = ("content-type", "accept")  # unless the recording says them


class RecordingError(ValueError):
    """A recording cannot be used; the message says which, where and why."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One exchange with a carrier: what is asked, what is answered, what it means.

    `more` holds what some operations need besides a sample: the service, the label's format, the
    purchase (`booking`), the token's name, the moment (`now`) of a webhook.
    """

    operation: str
    name: str
    about: str
    source: str
    asks: tuple[Mapping[str, Any], ...]
    answers: tuple[Answer, ...]
    expect: Mapping[str, Any]
    sample: str = ""
    numbers: tuple[str, ...] = ()
    more: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def title(self) -> str:
        """Its place below the folder of recordings."""
        return f"{self.operation}/{self.name}"

    @property
    def error(self) -> Mapping[str, Any] | None:
        """The refusal that it expects, if it does."""
        found: Mapping[str, Any] | None = self.expect.get("error")
        return found


def home_of(manifest: Manifest) -> Traversable:
    """The folder of the package that holds the adapter."""
    module = next(iter(manifest.factories.values())).partition(":")[0]
    package = module if _is_package(module) else module.rpartition(".")[0]
    return files(package or module)


def folder_of(manifest: Manifest) -> Traversable:
    """The recordings beside the adapter that the manifest names."""
    return home_of(manifest) / "recordings"


def recordings_of(manifest: Manifest) -> tuple[Recording, ...]:
    """Every recording of a carrier, by operation and name. Raises `RecordingError`."""
    return read_folder(folder_of(manifest))


def read_folder(folder: Traversable) -> tuple[Recording, ...]:
    """Every recording in a folder, strictly. Raises `RecordingError`."""
    if not folder.is_dir():
        return ()
    found: list[Recording] = []
    for operation in sorted(folder.iterdir(), key=lambda each: each.name):
        if not operation.is_dir() or operation.name.startswith(("_", ".")):
            continue
        for file in sorted(operation.iterdir(), key=lambda each: each.name):
            if file.name.endswith(".json"):
                text = file.read_text("utf-8")
                found.append(read_recording(text, operation.name, file.name[: -len(".json")]))
    return tuple(found)


def read_recording(text: str, operation: str, name: str) -> Recording:
    """One recording from its JSON. Raises `RecordingError`: nothing unknown, nothing missing."""
    where = f"{operation}/{name}.json"
    if operation not in OPERATIONS:
        raise RecordingError(f"{where}: no operation {operation}; {', '.join(OPERATIONS)} are")
    try:
        found = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    except ValueError as error:
        raise RecordingError(f"{where}: no JSON: {error}") from None
    if not isinstance(found, dict):
        raise RecordingError(f"{where}: not an object")
    if unknown := sorted(set(found) - {*_MEMBERS, *_MORE}):
        raise RecordingError(f"{where}: unknown members {unknown}")
    for member, kind in (("about", str), ("source", str), ("answers", list), ("expect", dict)):
        if not isinstance(found.get(member), kind) or (kind is str and not found[member]):
            raise RecordingError(f"{where}: {member} is missing or of a wrong kind")
    _check_sample(where, operation, found)
    if set(found["expect"]) not in ({OPERATIONS[operation].word}, {"error"}):
        raise RecordingError(f"{where}: expect has {OPERATIONS[operation].word} or error alone")
    return Recording(
        operation,
        name,
        found["about"],
        found["source"],
        tuple(_checked_ask(where, each) for each in found.get("asks", [])),
        tuple(_answer(where, each) for each in found["answers"]),
        found["expect"],
        found.get("sample", ""),
        tuple(found.get("numbers", ())),
        MappingProxyType({member: found[member] for member in _MORE if member in found}),
    )


def faults_in(recording: Recording, adapter: object) -> list[str]:
    """Where an adapter asks or reads otherwise than a recording says; nothing when it agrees."""
    operation = OPERATIONS[recording.operation]
    for method in operation.needs:
        if not hasattr(adapter, method) and not isinstance(adapter, Converses):
            return [f"{recording.title}: the adapter has no {method}"]
    try:
        asks = operation.asks(adapter, recording)
        found = list(_ask_faults(recording, asks))
        result: object = operation.reads(adapter, recording, recording.answers)
        got = {operation.word: plain(result)}
    except CarrierError as error:
        return [f"{recording.title}: {line}" for line in _error_faults(recording, error)]
    if recording.error is not None:
        found.append(f"expected {recording.error.get('class', 'an error')}, got {got}")
    else:
        found += differences(recording.expect, got)
    return [f"{recording.title}: {line}" for line in found]


def plain(value: object) -> Any:
    """A value as plain JSON: objects without what is empty or as always, money as "12.50 EUR"."""
    if isinstance(value, Money):
        return f"{value.amount} {value.currency.code}"
    if is_dataclass(value) and not isinstance(value, type):
        return {
            each.name: written
            for each in fields(value)
            if not _as_always(each, getattr(value, each.name))
            and (written := plain(getattr(value, each.name))) not in (None, "", [], {})
        }
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, bytes):
        return {"sha256": sha256(value).hexdigest()}
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):  # datetime too
        return value.isoformat()
    return value


def plain_ask(ask: Ask) -> dict[str, Any]:
    """A request as a recording writes it: Basic authentication in the clear, JSON as itself."""
    written: dict[str, Any] = {"method": ask.method, "url": ask.url}
    headers = {name: _clear(value) for name, value in ask.headers.items()}
    if headers:
        written["headers"] = headers
    if ask.body is not None:
        written["body"] = _written_body(ask.body)
    if ask.authorise:
        written["authorise"] = list(ask.authorise)
    return written


def _as_always(each: Any, value: object) -> bool:
    if each.default_factory is not MISSING:
        return bool(value == each.default_factory())
    return bool(value == each.default) if each.default is not MISSING else False


def _written_body(body: bytes) -> Any:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}
    try:
        return json.loads(text, parse_float=Decimal, parse_int=Decimal)
    except ValueError:
        return {"text": text}


def _clear(header: str) -> str:
    """``Basic user:password`` of the base64 that is sent, so that people can read a recording."""
    scheme, _, rest = header.partition(" ")
    if scheme != "Basic" or ":" in rest:
        return header
    try:
        return f"Basic {base64.b64decode(rest, validate=True).decode()}"
    except ValueError:
        return header


def _ask_faults(recording: Recording, asks: tuple[Ask, ...]) -> Iterator[str]:
    if recording.operation == "webhook":
        return
    if len(asks) != len(recording.asks):
        yield f"expected {len(recording.asks)} requests, got {len(asks)}"
    for place, (wanted, ask) in enumerate(zip(recording.asks, asks, strict=False)):
        got = plain_ask(ask)
        want = dict(wanted)
        said = {name.lower(): _clear(value) for name, value in want.get("headers", {}).items()}
        want["headers"] = said
        got["headers"] = {
            name.lower(): value
            for name, value in got.get("headers", {}).items()
            if name.lower() in said or name.lower() not in _NOT_COMPARED
        }
        if "authorise" not in want:
            got.pop("authorise", None)
        if "body" in want:
            want["body"] = _files(want["body"])
        yield from differences(want, got, f"/asks/{place}")


def _error_faults(recording: Recording, error: CarrierError) -> Iterator[str]:
    wanted = recording.error
    if wanted is None:
        yield f"expected {next(iter(recording.expect))}, got {_plain_error(error)}"
        return
    got = _plain_error(error)
    optional = ("reason", "retry_after", "sent")
    seen = {name: value for name, value in got.items() if name in wanted or name not in optional}
    if seen.get("faults") and "faults" in wanted:
        seen["faults"] = [
            {name: each[name] for name in each if name in want}
            for each, want in zip(seen["faults"], wanted["faults"], strict=False)
        ] + seen["faults"][len(wanted["faults"]) :]
    yield from differences({"error": wanted}, {"error": seen})


def _plain_error(error: CarrierError) -> dict[str, Any]:
    said = {
        "class": type(error).__name__,
        "code": error.code,
        "carrier_code": error.carrier_code,
        "faults": [plain(fault) for fault in error.faults],
        "retry_after": error.retry_after,
        "reason": error.reason,
        "sent": error.sent,
    }
    return {name: value for name, value in said.items() if value not in (None, [], "")}


def _check_sample(where: str, operation: str, found: Mapping[str, Any]) -> None:
    known = OPERATIONS[operation].samples
    if known and found.get("sample") not in known:
        raise RecordingError(f"{where}: no sample {found.get('sample')}; {', '.join(known)} are")
    if operation == "tracking" and not found.get("numbers"):
        raise RecordingError(f"{where}: numbers are missing")
    if operation == "webhook" and "now" not in found:
        raise RecordingError(f"{where}: now (a moment) is missing")


def _checked_ask(where: str, found: Any) -> Mapping[str, Any]:
    known = {"method", "url", "headers", "body", "authorise"}
    if not isinstance(found, dict) or not {"method", "url"} <= set(found) <= known:
        raise RecordingError(f"{where}: an ask has method, url, headers, body, authorise")
    return found


def _answer(where: str, found: Any) -> Answer:
    if not isinstance(found, dict) or not set(found) <= {"status", "headers", "body"}:
        raise RecordingError(f"{where}: an answer has status, headers, body")
    body, kind = _body(_files(found.get("body", {"text": ""})))
    headers = {"content-type": kind} | {
        name.lower(): str(value) for name, value in found.get("headers", {}).items()
    }
    return Answer(int(found.get("status", 200)), headers, body)


def _body(found: Any) -> tuple[bytes, str]:
    if isinstance(found, dict) and set(found) == {"text"}:
        return found["text"].encode(), "text/plain"
    if isinstance(found, dict) and set(found) == {"base64"}:
        return base64.b64decode(found["base64"]), "application/octet-stream"
    return ask_json("POST", "", found).body or b"", "application/json"


def _files(found: Any) -> Any:
    """The value with the sample files ``{pdf}``, ``{png}``, ``{zpl}`` as their base64."""
    if isinstance(found, dict):
        return {name: _files(each) for name, each in found.items()}
    if isinstance(found, list):
        return [_files(each) for each in found]
    if isinstance(found, str) and found in BY_NAME:
        return base64.b64encode(BY_NAME[found]).decode()
    return found


def _is_package(module: str) -> bool:
    from importlib.util import find_spec

    spec = find_spec(module)
    return spec is not None and spec.submodule_search_locations is not None
