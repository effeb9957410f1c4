"""Checks 1 to 7: is the plug-in a good neighbour in the process that it is loaded into?"""

import ast
import logging
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.metadata import entry_points
from os import environ, pathsep
from typing import NoReturn
from unittest.mock import patch

from carriers.booking import Books
from carriers.conformance.checks import check
from carriers.conformance.recordings import Recording, folder_of, home_of
from carriers.conformance.subject import BrokenPromiseError, Subject, must
from carriers.documents import UploadsDocuments
from carriers.duties import Duties
from carriers.errors import CarrierError
from carriers.manifest import API_VERSION, SettingsRefusedError
from carriers.points import PickupPoints
from carriers.rates import Converses, OverTheWire, Prices, Rates
from carriers.tracking import Tracks

_PROTOCOLS: dict[str, tuple[type, ...]] = {
    "rates": (Rates, Prices, Converses, OverTheWire),
    "books": (Books,),
    "tracks": (Tracks,),
    "duties": (Duties,),
    "points": (PickupPoints,),
    "documents": (UploadsDocuments,),
}
_GROUP = "tidewaiter.carriers"
_FASTEST_IMPORT = 0.3  # seconds of processor time
_SECRET_WORDS = frozenset({"secret", "password", "key", "apikey", "token", "pin"})
_IMPURE = {
    "now": ("datetime",),
    "utcnow": ("datetime",),
    "today": ("date", "datetime"),
    "time": ("time",),
    "uuid1": ("uuid", ""),
    "uuid4": ("uuid", ""),
    "random": ("random", ""),
    "randint": ("random", ""),
    "choice": ("random", "secrets"),
    "token_hex": ("secrets", ""),
    "token_urlsafe": ("secrets", ""),
    "urandom": ("os", ""),
}
"""Calls that make a request differ from one moment to the next: the name, and on what."""

_NEIGHBOUR = """
import locale, logging, os, socket, ssl, sys, time, warnings, importlib
import carriers, carriers.transport, carriers.rate_cards
def state():
    root = logging.getLogger()
    return {
        "TLS": (ssl._create_default_https_context, ssl.create_default_context, ssl.SSLContext),
        "socket": (socket.getdefaulttimeout(), socket.socket, socket.getaddrinfo),
        "logging": (root.level, tuple(root.handlers), logging.getLogger("carriers").level),
        "environment": dict(os.environ),
        "locale": locale.setlocale(locale.LC_ALL),
        "warnings": tuple(warnings.filters),
        "recursion limit": sys.getrecursionlimit(),
    }
socket.socket.connect = socket.create_connection = lambda *a, **k: sys.exit("it opens a connection")
before, begun = state(), time.process_time()
importlib.import_module(sys.argv[1])
took = time.process_time() - begun
for name in sys.argv[2:]:
    importlib.import_module(name)
after = state()
changed = [name for name in before if before[name] != after[name]]
sys.exit(f"it changes {', '.join(changed)}" if changed else f"took {took:.3f}")
"""


@check(1, "bronze", "The manifest is valid, its code nobody else's, its hosts are named")
def _manifest(subject: Subject) -> None:
    manifest = subject.manifest
    must(manifest.api_version == API_VERSION, f"api_version {manifest.api_version}")
    announced = [point.value for point in entry_points(group=_GROUP) if point.name == manifest.code]
    must(len(announced) <= 1, f"{manifest.code} is announced by {' and '.join(announced)}")
    if not subject.in_process:
        must(manifest.hosts, "no hosts, and everything it asks goes to one")
    for recording in subject.recordings:
        for ask in recording.asks:
            host = ask["url"].split("/")[2]
            known = {*manifest.hosts, *manifest.test_hosts}
            must(host in known, f"{recording.title} asks {host}: no host of the manifest")


@check(2, "bronze", "Its import takes under 300 ms, opens nothing and changes nothing elsewhere")
def _imports(subject: Subject) -> None:
    modules = [path.partition(":")[0] for path in subject.manifest.factories.values()]
    package = folder_of(subject.manifest)
    first = modules[0].rpartition(".")[0] if package.is_dir() else modules[0]
    run = subprocess.run(  # noqa: S603 (our own program, with names of modules)
        [sys.executable, "-c", _NEIGHBOUR, first, *modules],
        capture_output=True,
        text=True,
        timeout=60,
        env={**environ, "PYTHONPATH": pathsep.join(filter(None, sys.path))},
    )
    said = run.stderr.strip().splitlines()[-1] if run.stderr.strip() else "nothing"
    must(said.startswith("took "), f"expected a quiet import: {said}")
    must(float(said[5:]) < _FASTEST_IMPORT, f"{first} takes {said[5:]} s, expected 0.3 s")


@check(3, "bronze", "It sends, waits and starts nothing by itself")
def _no_io(subject: Subject) -> None:
    subject.needs_the_wire()
    with _nothing_leaves():
        for recording in subject.recordings:
            for step in _steps(subject, recording):
                with suppress(CarrierError):
                    step(recording)


@check(4, "bronze", "What it declares it can do; what it does not declare it does not have")
def _capabilities(subject: Subject) -> None:
    declared = subject.manifest.capabilities
    for capability in declared:
        adapter = subject.adapter(capability)
        kinds = _PROTOCOLS[capability]
        named = " or ".join(kind.__name__ for kind in kinds)
        must(isinstance(adapter, kinds), f"{capability}: {type(adapter).__name__} is no {named}")
        must(adapter.code == subject.manifest.code, f"{capability}: of the carrier {adapter.code}")
    for name, kinds in _PROTOCOLS.items():
        if name not in declared:
            has = [a for a in subject.adapters() if isinstance(a, kinds)]
            must(not has, f"{name} is there and not declared")


@check(5, "bronze", "An account that lacks a setting or has another is refused; secrets are marked")
def _settings(subject: Subject) -> None:
    manifest = subject.manifest
    given = dict(subject.account.settings)
    wrong = [given | {"no_such_setting": "x"}]
    wrong += [
        {n: v for n, v in given.items() if n != s.name} for s in manifest.settings if s.required
    ]
    for settings in wrong:
        try:
            manifest.account(settings)
        except SettingsRefusedError:
            continue
        raise BrokenPromiseError(f"an account of {sorted(settings)} is accepted")
    for setting in manifest.settings:
        secret = not _SECRET_WORDS.isdisjoint(setting.name.lower().split("_"))
        must(setting.secret or not secret, f"{setting.name} is not marked secret")
        must(setting.title, f"{setting.name} has no title")


@check(6, "bronze", "Its secrets are in no error, log, recording or repr")
def _secrets(subject: Subject) -> None:
    secrets = subject.account.secrets
    shown: list[tuple[str, str]] = [("repr of the adapter", repr(a)) for a in subject.adapters()]
    shown.append(("repr of the manifest", repr(subject.manifest)))
    with _heard() as log:
        for recording in subject.recordings:
            shown += _shown(subject, recording)
    shown += [("the log", line) for line in log]
    for where, text in shown:
        found = [secret for secret in secrets if secret in text]
        must(not found, f"{where} shows {', '.join(found)}")
    for recording in subject.recordings:
        for ask in recording.asks:
            for name, value in ask.get("headers", {}).items():
                secretive = name.lower() in ("authorization", "x-api-key", "apikey")
                must("canary" in value or not secretive, f"{recording.title}: a true {name}")


def _shown(subject: Subject, recording: Recording) -> Iterator[tuple[str, str]]:
    for step in _steps(subject, recording):
        try:
            yield f"{recording.title}: repr", repr(step(recording))
        except CarrierError as error:
            said = (error.reason, error.carrier_code, error.faults, error, error.__cause__)
            yield f"{recording.title}: the error", " ".join(map(repr, said))


def _steps(subject: Subject, recording: Recording) -> tuple[Callable[[Recording], object], ...]:
    """Asking, and reading where something was answered: some requests are refused before that."""
    return (subject.asks, subject.reads) if recording.answers else (subject.asks,)


@check(7, "bronze", "The same request is asked the same way every time, whatever the clock says")
def _pure(subject: Subject) -> None:
    subject.needs_the_wire()
    for recording in subject.recordings:
        capability = next(iter(subject.manifest.capabilities))
        try:
            once, again = subject.asks(recording), Subject(subject.manifest).asks(recording)
        except CarrierError:
            continue
        must(once == again, f"{recording.title}: asked in two ways by {capability}")
    for file, tree in _sources(subject):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and (called := _impure(node.func)):
                raise BrokenPromiseError(f"{file}:{node.lineno} calls {called}()")


def _sources(subject: Subject) -> Iterator[tuple[str, ast.Module]]:
    """The modules of the adapter's package."""
    for file in home_of(subject.manifest).iterdir():
        if file.name.endswith(".py"):
            yield file.name, ast.parse(file.read_text("utf-8"))


def _impure(called: ast.expr) -> str | None:
    if isinstance(called, ast.Name):
        return called.id if "" in _IMPURE.get(called.id, ()) else None
    if isinstance(called, ast.Attribute) and called.attr in _IMPURE:
        on = called.value
        name = on.id if isinstance(on, ast.Name) else getattr(on, "attr", "")
        return f"{name}.{called.attr}" if name in _IMPURE[called.attr] else None
    return None


@contextmanager
def _nothing_leaves() -> Iterator[None]:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise BrokenPromiseError("it opens a connection, waits or starts a process by itself")

    with ExitStack() as stack:
        for owner, name in (
            (socket.socket, "connect"),
            (socket, "getaddrinfo"),
            (socket, "create_connection"),
            (subprocess, "Popen"),
            (time, "sleep"),
        ):
            stack.enter_context(patch.object(owner, name, refuse))
        yield


@contextmanager
def _heard() -> Iterator[list[str]]:
    lines: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    ear, root = Ear(), logging.getLogger()
    level = root.level
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.removeHandler(ear)
        root.setLevel(level)
