"""What does a carrier's plug-in say about itself before any of it is loaded?

A distribution declares ``[project.entry-points."tidewaiter.carriers"]`` with one line for each
carrier, ``acme = "tidewaiter_acme:MANIFEST"``. The module of the manifest must import fast: what
prices and books is named by a path and imported on first use.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, get_args

from carriers.accounts import Account
from carriers.booking import Reconcile

Capability = Literal["rates", "books", "tracks", "duties", "points", "documents"]
Tier = Literal["demonstration", "card", "bridged", "bronze", "silver", "gold", "platinum"]

API_VERSION = 1
"""The version of this package that a plug-in was written for."""

_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")
_FACTORY = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
_COUNTRY = re.compile(r"[A-Z]{2}")
_HOST = re.compile(r"[a-z0-9.-]+(:\d+)?")


class ManifestError(ValueError):
    """A manifest says something that cannot be used."""


class SettingsRefusedError(ValueError):
    """Credentials lack something or have something that the carrier does not know.

    `faults` maps each wrong name to what is wrong with it; no value is in it.
    """

    def __init__(self, carrier: str, faults: Mapping[str, str]) -> None:
        super().__init__(f"{carrier}: " + "; ".join(f"{n}: {f}" for n, f in faults.items()))
        self.faults = dict(faults)


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that an account with the carrier must say. Secret ones are never shown again."""

    name: str
    title: str
    secret: bool = False
    required: bool = True
    choices: tuple[str, ...] = ()


def _no_exemptions() -> Mapping[int, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Manifest:
    """One carrier's name and abilities.

    `factories` maps a capability to ``module:callable``; the callable takes the `Account` and
    returns the carrier's adapter for it (one class may serve several). `settings` are what an
    account must say, none for a carrier that needs no account. `hosts` and `test_hosts` are all
    that may be spoken to. `tier` says how far the conformance kit vouches for it, or that it is a
    rate card or a demonstration; `exemptions` names checks of the kit that cannot hold, with the
    reason. `hourly_quota` is how many calls the carrier allows an account in an hour, where that is
    few; `countries_from` and `countries_to` are where a regional carrier carries from and to.
    Raises `ManifestError`.
    """

    code: str
    name: str
    version: str
    factories: Mapping[Capability, str]
    tier: Tier = "bronze"
    api_version: int = API_VERSION
    note: str | None = None
    homepage: str | None = None
    settings: tuple[Setting, ...] = ()
    hosts: tuple[str, ...] = ()
    test_hosts: tuple[str, ...] = ()
    reconcile: Reconcile = "none"
    exemptions: Mapping[int, str] = field(default_factory=_no_exemptions)
    hourly_quota: int | None = None
    countries_from: tuple[str, ...] = ()
    countries_to: tuple[str, ...] = ()

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
        self._refuse_unknown_words()
        object.__setattr__(self, "factories", MappingProxyType(dict(self.factories)))
        object.__setattr__(self, "exemptions", MappingProxyType(dict(self.exemptions)))

    def _refuse_unknown_words(self) -> None:
        if self.tier not in get_args(Tier):
            raise ManifestError(f"{self.code}: unknown tier {self.tier!r}")
        if self.reconcile not in get_args(Reconcile):
            raise ManifestError(f"{self.code}: unknown way to reconcile {self.reconcile!r}")
        if not self.factories:
            raise ManifestError(f"{self.code}: no capability")
        for capability, path in self.factories.items():
            if capability not in get_args(Capability):
                raise ManifestError(f"{self.code}: unknown capability {capability!r}")
            if not _FACTORY.fullmatch(path):
                raise ManifestError(f"{self.code}: {path!r} is not module:callable")
        self._refuse_impossible_reach()

    def _refuse_impossible_reach(self) -> None:
        for host in (*self.hosts, *self.test_hosts):
            if not _HOST.fullmatch(host):
                raise ManifestError(f"{self.code}: {host!r} is no host")
        for country in (*self.countries_from, *self.countries_to):
            if not _COUNTRY.fullmatch(country):
                raise ManifestError(f"{self.code}: {country!r} is no country")
        if self.hourly_quota is not None and self.hourly_quota < 1:
            raise ManifestError(f"{self.code}: a quota of {self.hourly_quota} calls an hour")

    @property
    def capabilities(self) -> tuple[Capability, ...]:
        """What it can do, in the order of the vocabulary."""
        return tuple(each for each in get_args(Capability) if each in self.factories)

    def outside(self, ship_from: str, ship_to: str) -> str | None:
        """Why a lane is none of the carrier's; None when it may be."""
        for ends, country, way in (
            (self.countries_from, ship_from, "from"),
            (self.countries_to, ship_to, "to"),
        ):
            if ends and country not in ends:
                return f"not asked: it carries nothing {way} {country}"
        return None

    def account(self, given: Mapping[str, str], *, test: bool = False) -> Account:
        """An account from what its owner says. Raises `SettingsRefusedError`."""
        known = {setting.name: setting for setting in self.settings}
        faults = {name: "not a setting of this carrier" for name in given if name not in known}
        for setting in self.settings:
            value = given.get(setting.name, "")
            if not value.strip():
                if setting.required:
                    faults[setting.name] = "missing"
            elif not value.isprintable():
                faults[setting.name] = "has control characters"
            elif setting.choices and value not in setting.choices:
                faults[setting.name] = "must be one of " + ", ".join(setting.choices)
        if test and not self.test_hosts:
            faults["test"] = "this carrier has no sandbox"
        if faults:
            raise SettingsRefusedError(self.code, faults)
        secret = frozenset(name for name, setting in known.items() if setting.secret)
        return Account(self.code, MappingProxyType(dict(given)), secret, test)
