"""Which karrio connectors are installed, and what does each need? Read from their source.

A connector's settings are the fields of its `Settings` class, its hosts the addresses in the
properties of it that end in ``_url``. What a reader of source cannot know (how the parcels go, from
where) is in `known.csv`, for connectors that were looked at.
"""

import ast
import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from carriers import Manifest, Setting
from data.model.consignment import Mode

GROUP = "karrio.plugins"
PREFIX = "karrio_"
_FACTORY = "carriers.adapters.karrio_bridge.bridge:KarrioBridge"
_OURS = ("id", "test_mode", "carrier_id", "metadata", "config")
_SECRET = ("password", "secret", "key", "token")
_DEMO_SHEET = "rating_mixin", "RatingMixin", "universal.mappers.rating"
_EXEMPTIONS = {
    8: "what it asks is the connector's: only answers are recorded, and judged by tests of ours",
    13: "refusals are told by the HTTP status: recorded for the bridge, not for each connector",
    26: "some connectors round inches to the nearest hundredth, which may be down",
    38: "no session with a sandbox is recorded",
}


@dataclass(frozen=True, slots=True)
class Connector:
    """One installed connector, as its source says."""

    name: str
    version: str
    settings: tuple[Setting, ...]
    hosts: tuple[str, ...]
    test_hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a connector that was looked at."""

    name: str = ""
    mode: Mode = "express"
    countries_from: tuple[str, ...] = ()
    caution: str = "nobody has looked at this connector"


@dataclass(slots=True)
class _Hosts:
    """Hosts in an expression that may depend on `test_mode`."""

    live: list[str] = field(default_factory=list)
    test: list[str] = field(default_factory=list)

    def read(self, node: ast.AST, *, live: bool = True, test: bool = True) -> None:
        if isinstance(node, ast.IfExp | ast.If) and _asks_for_test(node.test):
            first, second = _branches(node)
            for part in first:
                self.read(part, live=False, test=test)
            for part in second:
                self.read(part, live=live, test=False)
            return
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            host = urlsplit(node.value).netloc if node.value.startswith("https://") else ""
            self.live += [host] if host and live else []
            self.test += [host] if host and test else []
        for part in ast.iter_child_nodes(node):
            self.read(part, live=live, test=test)


def installed() -> Iterator[Connector]:
    """Every connector that asks its carrier for prices, by name."""
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        connector = _read(point)
        if connector is not None:
            yield connector


def manifest_of(connector: Connector) -> Manifest:
    """What a bridged carrier says about itself."""
    known = known_connectors().get(connector.name, Known())
    note = "By a connector of karrio"
    return Manifest(
        code=PREFIX + connector.name,
        name=f"{known.name or connector.name} (karrio)",
        version=connector.version,
        factories={"rates": _FACTORY},
        tier="bridged",
        note=f"{note}: {known.caution}" if known.caution else note,
        homepage="https://karrio.io",
        settings=connector.settings,
        hosts=connector.hosts,
        test_hosts=connector.test_hosts,
        exemptions=_EXEMPTIONS,
        countries_from=known.countries_from,
    )


@cache
def known_connectors() -> dict[str, Known]:
    """What is known of connectors, by name."""
    text = (files(__package__ or "") / "known.csv").read_text("utf-8")
    return {
        row["connector"]: Known(
            row["name"],
            cast(Mode, row["mode"]),
            tuple(row["countries_from"].split()),
            row["caution"],
        )
        for row in csv.DictReader(text.splitlines())
    }


def _read(point: EntryPoint) -> Connector | None:
    mapper = _source("mappers", point.name, "proxy")
    if "def get_rates" not in mapper or any(word in mapper for word in _DEMO_SHEET):
        return None  # it asks for no prices, or gives those of karrio's own demonstration sheet
    hosts = _Hosts()
    for function in _functions(_source("providers", point.name, "utils")):
        if function.name.endswith("_url") and "tracking" not in function.name:
            hosts.read(function)
    return Connector(
        point.name,
        point.dist.version if point.dist else "unknown",
        tuple(_settings(_source("mappers", point.name, "settings"))),
        tuple(sorted(set(hosts.live))),
        tuple(sorted(set(hosts.test))),
    )


def _source(kind: str, name: str, module: str) -> str:
    spec = find_spec("karrio")  # the package of all connectors; nothing of it is imported
    for folder in (spec and spec.submodule_search_locations) or ():
        file = Path(folder) / kind / name / f"{module}.py"
        if file.is_file():
            return file.read_text("utf-8")
    return ""


def _functions(source: str) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef))


def _settings(source: str) -> Iterator[Setting]:
    """The fields of the class `Settings`: those without a default are required."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.ClassDef) and node.name == "Settings"):
            continue
        for each in node.body:
            if not (isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)):
                continue
            name, kind = each.target.id, ast.unparse(each.annotation)
            if name in _OURS or any(word in kind for word in ("List", "dict", "Dict", "bool")):
                continue
            yield Setting(
                name,
                name.replace("_", " ").capitalize(),
                secret="sensitive" in (ast.unparse(each.value) if each.value else "")
                or any(word in name for word in _SECRET),
                required=not _has_default(each.value),
            )


def _has_default(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Call):  # attr.ib(default=…, metadata=…)
        return any(keyword.arg in ("default", "factory") for keyword in value.keywords)
    return value is not None


def _asks_for_test(node: ast.expr) -> bool:
    return "test_mode" in ast.unparse(node) and "not " not in ast.unparse(node)


def _branches(node: ast.IfExp | ast.If) -> tuple[list[ast.AST], list[ast.AST]]:
    if isinstance(node, ast.If):
        return list(node.body), list(node.orelse)
    return [node.body], [node.orelse]
