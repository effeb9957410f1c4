"""What does a carrier's plug-in say about itself before any of it is loaded?

A distribution declares ``[project.entry-points."tidewaiter.carriers"]`` with one line for each
carrier, ``acme = "tidewaiter_acme:MANIFEST"``. The module of the manifest must import fast: what
prices and books is named by a path and imported on first use.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

Capability = Literal["rates", "books", "tracks", "duties", "points", "documents"]
Tier = Literal["demonstration", "card", "bridged", "bronze", "silver", "gold", "platinum"]

API_VERSION = 1
"""The version of this package that a plug-in was written for."""

_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")
_FACTORY = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


class ManifestError(ValueError):
    """A manifest says something that cannot be used."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """One carrier's name and abilities.

    `factories` maps a capability to ``module:callable``; the callable takes nothing and returns
    the carrier's adapter for it. `tier` says how far the conformance kit vouches for it, or that
    it is a rate card or a demonstration. Raises `ManifestError`.
    """

    code: str
    name: str
    version: str
    factories: Mapping[Capability, str]
    tier: Tier = "bronze"
    api_version: int = API_VERSION
    note: str | None = None
    homepage: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no registry could use."""
        if not _CODE.fullmatch(self.code):
            raise ManifestError(f"{self.code!r} is no code: lower case letters, digits, _")
        if not self.name or not self.version:
            raise ManifestError(f"{self.code}: a carrier needs a name and a version")
        if self.api_version != API_VERSION:
            raise ManifestError(
                f"{self.code}: written for version {self.api_version} of the plug-in interface;"
                f" this is {API_VERSION}"
            )
        if self.tier not in get_args(Tier):
            raise ManifestError(f"{self.code}: unknown tier {self.tier!r}")
        if not self.factories:
            raise ManifestError(f"{self.code}: no capability")
        for capability, path in self.factories.items():
            if capability not in get_args(Capability):
                raise ManifestError(f"{self.code}: unknown capability {capability!r}")
            if not _FACTORY.fullmatch(path):
                raise ManifestError(f"{self.code}: {path!r} is not module:callable")
        object.__setattr__(self, "factories", MappingProxyType(dict(self.factories)))

    @property
    def capabilities(self) -> tuple[Capability, ...]:
        """What it can do, in the order of the vocabulary."""
        return tuple(each for each in get_args(Capability) if each in self.factories)
