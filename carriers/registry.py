"""Which carriers are installed, what can they do, and which of them are broken?

Plug-ins announce themselves by entry points. Their manifests are read when somebody first asks;
an adapter is imported when it is first used. A plug-in that does not work is reported with its
reason and costs nobody else anything.
"""

import importlib
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from threading import Lock

from carriers.manifest import Manifest
from carriers.offers import Silence
from carriers.rating import Carrier, OverTheWire, Rates

_LOG = logging.getLogger(__name__)

GROUP = "tidewaiter.carriers"


@dataclass(frozen=True, slots=True)
class Plugin:
    """One entry point: where it comes from, its manifest, and what is wrong with it, if anything.

    `code` is the entry point's name; `manifest` is None when it could not be read.
    """

    code: str
    where_from: str
    manifest: Manifest | None = None
    trouble: str | None = None


class Registry:
    """The carriers of this installation, read once."""

    def __init__(self, found: Callable[[], Iterable[EntryPoint]] | None = None) -> None:
        self._found = found or _installed
        self._lock = Lock()
        self._plugins: tuple[Plugin, ...] | None = None
        self._carriers: dict[str, Carrier] = {}
        self._troubles: dict[str, str] = {}

    def plugins(self) -> tuple[Plugin, ...]:
        """Every plug-in by code, the broken ones too, with what is known to be wrong with them."""
        with self._lock:
            plugins = self._read()
        return tuple(
            Plugin(p.code, p.where_from, p.manifest, p.trouble or self._troubles.get(p.code))
            for p in plugins
        )

    def rates(
        self, codes: Sequence[str] | None = None
    ) -> tuple[tuple[Carrier, ...], tuple[Silence, ...]]:
        """The carriers that price, all or those asked for, and why others cannot be asked."""
        with self._lock:
            known = {plugin.code: plugin for plugin in self._read()}
            carriers: list[Carrier] = []
            silences: list[Silence] = []
            for code in dict.fromkeys(known if codes is None else codes):
                plugin = known.get(code)
                if codes is None and plugin and plugin.manifest and not _prices(plugin.manifest):
                    continue  # a carrier that only tracks was not asked for a price
                outcome = self._carrier(code, plugin)
                if isinstance(outcome, Silence):
                    silences.append(outcome)
                else:
                    carriers.append(outcome)
            return tuple(carriers), tuple(silences)

    def _read(self) -> tuple[Plugin, ...]:
        if self._plugins is None:
            plugins: dict[str, Plugin] = {}
            for point in sorted(self._found(), key=lambda point: (point.name, point.value)):
                plugin = _read_manifest(point)
                if (first := plugins.get(plugin.code)) is not None:
                    _LOG.error("carrier %s of %s is shadowed", plugin.code, plugin.where_from)
                    trouble = f"announced twice: by {first.where_from} and {plugin.where_from}"
                    plugin = Plugin(first.code, first.where_from, first.manifest, trouble)
                plugins[plugin.code] = plugin
            self._plugins = tuple(plugins.values())
        return self._plugins

    def _carrier(self, code: str, plugin: Plugin | None) -> Carrier | Silence:
        if code in self._carriers:
            return self._carriers[code]
        if plugin is None:
            return Silence(code, "no carrier of this code is installed")
        trouble = plugin.trouble or self._troubles.get(code)
        if trouble is not None or plugin.manifest is None:
            return Silence(code, f"its plug-in is not usable: {trouble}")
        if not _prices(plugin.manifest):
            return Silence(code, "it does not price")
        try:
            carrier = _load(plugin.manifest)
        except Exception as error:
            _LOG.exception("carrier %s could not be loaded", code)
            self._troubles[code] = _brief(error)
            return Silence(code, f"its plug-in is not usable: {_brief(error)}")
        self._carriers[code] = carrier
        return carrier


def _installed() -> Iterable[EntryPoint]:
    return entry_points(group=GROUP)


def _read_manifest(point: EntryPoint) -> Plugin:
    where_from = f"{point.dist.name} {point.dist.version}" if point.dist else point.value
    try:
        manifest = point.load()
        if not isinstance(manifest, Manifest):
            raise TypeError(f"{point.value} is not a Manifest")
        if manifest.code != point.name:
            raise ValueError(f"the entry point is {point.name}, the manifest {manifest.code}")
    except Exception as error:  # whatever somebody else's module does
        _LOG.exception("carrier %s: the manifest could not be read", point.name)
        return Plugin(point.name, where_from, trouble=_brief(error))
    return Plugin(point.name, where_from, manifest)


def _prices(manifest: Manifest) -> bool:
    return "rates" in manifest.factories


def _load(manifest: Manifest) -> Carrier:
    module, _, name = manifest.factories["rates"].partition(":")
    carrier = getattr(importlib.import_module(module), name)()
    if not isinstance(carrier, Rates | OverTheWire):
        raise TypeError(f"{manifest.factories['rates']}() made no carrier that prices")
    if carrier.code != manifest.code:
        raise ValueError(f"{manifest.factories['rates']}() made the carrier {carrier.code}")
    return carrier


def _brief(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
