"""Which carriers are installed, what can they do, and which of them are broken?

Plug-ins announce themselves by entry points. Their manifests are read when somebody first asks;
an adapter is imported when it is first used. A plug-in that does not work is reported with its
reason and costs nobody else anything. A bridge to other people's adapters announces one callable
that yields a manifest for each of them.
"""

import hmac
import importlib
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from secrets import token_bytes
from threading import Lock
from typing import cast

from carriers.accounts import Account
from carriers.errors import CarrierError, CarrierUnavailable, CredentialsRejected, RequestRejected
from carriers.manifest import Capability, Manifest
from carriers.offers import Silence
from carriers.rates import Carrier, Converses, OverTheWire, Prices, Rates
from carriers.sending import Sender
from carriers.wire import Send

_LOG = logging.getLogger(__name__)

GROUP = "tidewaiter.carriers"
SOURCES = "tidewaiter.carrier_sources"
"""Entry points of callables without arguments that yield manifests."""
_KEPT = 1024  # agents: accounts of all tenants that were used lately

Accounts = Callable[[Manifest], Account | None]
"""The account to ask a carrier with; None where its owner has none."""

MakeSend = Callable[[Manifest, Account], Send]
"""What sends for a carrier's account."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """One entry point: where it comes from, its manifest, and what is wrong with it, if anything.

    `code` is the entry point's name; `manifest` is None when it could not be read.
    """

    code: str
    where_from: str
    manifest: Manifest | None = None
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Agent:
    """A carrier's adapter for one account, with what sends for it."""

    manifest: Manifest
    account: Account
    adapter: object
    sender: Sender


def no_accounts(manifest: Manifest) -> Account | None:
    """Nobody has an account; carriers that need none are asked all the same."""
    return None if manifest.settings else Account(manifest.code)


def over_tls(manifest: Manifest, account: Account) -> Send:
    """Sends to the hosts of the manifest and to no other."""
    from carriers.transport import Transport  # most commands send nothing

    return Transport(manifest.test_hosts if account.test else manifest.hosts).send


class Registry:
    """The carriers of this installation, read once."""

    def __init__(
        self,
        found: Callable[[], Iterable[EntryPoint]] | None = None,
        make_send: MakeSend = over_tls,
    ) -> None:
        self._found = found or _installed
        self._make_send = make_send
        self._lock = Lock()
        self._plugins: dict[str, Plugin] | None = None
        self._agents: OrderedDict[object, Agent] = OrderedDict()
        self._troubles: dict[str, str] = {}

    def plugins(self) -> tuple[Plugin, ...]:
        """Every plug-in by code, the broken ones too, with what is known to be wrong with them."""
        with self._lock:
            plugins = self._read()
        return tuple(
            Plugin(p.code, p.where_from, p.manifest, p.trouble or self._troubles.get(p.code))
            for p in plugins.values()
        )

    def manifest(self, code: str) -> Manifest:
        """What a carrier says about itself. Raises `CarrierError` when there is none."""
        with self._lock:
            return self._manifest(code)

    def agent(self, code: str, capability: Capability, accounts: Accounts = no_accounts) -> Agent:
        """A carrier's adapter for one capability and account. Raises `CarrierError`."""
        with self._lock:
            manifest = self._manifest(code)
        if capability not in manifest.factories:
            raise RequestRejected(f"it does not do this: {capability}", "unsupported", sent=False)
        account = accounts(manifest)
        if account is None:
            raise CredentialsRejected("no credentials are stored for it", sent=False)
        with self._lock:
            return self._agent(manifest, capability, account)

    def rates(
        self,
        codes: Sequence[str] | None = None,
        accounts: Accounts = no_accounts,
        lane: tuple[str, str] | None = None,
    ) -> tuple[tuple[Carrier, ...], tuple[Silence, ...]]:
        """The carriers that price, all or those asked for, and why others cannot be asked.

        A carrier without credentials is silent only when it was asked for by name. One outside
        whose region the lane is (two countries) is not asked.
        """
        carriers: list[Carrier] = []
        silences: list[Silence] = []
        for code in dict.fromkeys(self._pricing(accounts) if codes is None else codes):
            try:
                agent = self.agent(code, "rates", accounts)
                if lane is not None and (outside := agent.manifest.outside(*lane)) is not None:
                    raise RequestRejected(outside, sent=False)
                carriers.append(_pricer(agent))
            except CarrierError as error:
                silences.append(Silence(code, error.reason))
        return tuple(carriers), tuple(silences)

    def _pricing(self, accounts: Accounts) -> list[str]:
        """Whoever can be asked for a price, and those that should and are broken."""
        with self._lock:
            plugins = tuple(self._read().values())
        return [
            plugin.code
            for plugin in plugins
            if plugin.manifest is None
            or ("rates" in plugin.manifest.factories and accounts(plugin.manifest) is not None)
        ]

    def _read(self) -> dict[str, Plugin]:
        if self._plugins is None:
            plugins: dict[str, Plugin] = {}
            for plugin in self._announced():
                if (first := plugins.get(plugin.code)) is not None:
                    _LOG.error("carrier %s of %s is shadowed", plugin.code, plugin.where_from)
                    trouble = f"announced twice: by {first.where_from} and {plugin.where_from}"
                    plugin = Plugin(first.code, first.where_from, first.manifest, trouble)
                plugins[plugin.code] = plugin
            self._plugins = plugins
        return self._plugins

    def _announced(self) -> Iterable[Plugin]:
        points = sorted(self._found(), key=lambda point: (point.name, point.value))
        for point in points:
            if point.group != SOURCES:
                yield _read_manifest(point)
        for point in points:  # after the others: a carrier of its own goes before a bridged one
            if point.group == SOURCES:
                yield from _read_source(point)

    def _manifest(self, code: str) -> Manifest:
        plugin = self._read().get(code)
        if plugin is None:
            raise RequestRejected("no carrier of this code is installed", "unsupported", sent=False)
        trouble = plugin.trouble or self._troubles.get(code)
        if trouble is not None or plugin.manifest is None:
            raise CarrierUnavailable(f"its plug-in is not usable: {trouble}", sent=False)
        return plugin.manifest

    def _agent(self, manifest: Manifest, capability: Capability, account: Account) -> Agent:
        """The agent of an account: capabilities made by one factory share it, and its tokens."""
        path = manifest.factories[capability]
        key = (manifest.code, path, account.test, tuple(sorted(account.settings.items())))
        if (kept := self._agents.get(key)) is not None:
            self._agents.move_to_end(key)
            return kept
        try:
            adapter = _load(manifest, path, account)
        except Exception as error:  # whatever somebody else's module does
            _LOG.exception("carrier %s could not be loaded", manifest.code)
            self._troubles[manifest.code] = _brief(error)
            raise CarrierUnavailable(
                f"its plug-in is not usable: {_brief(error)}", sent=False
            ) from None
        send = self._make_send(manifest, account)
        agent = self._agents[key] = Agent(manifest, account, adapter, Sender(send, adapter))
        if len(self._agents) > _KEPT:
            self._agents.popitem(last=False)
        return agent


def _installed() -> Iterable[EntryPoint]:
    return (*entry_points(group=GROUP), *entry_points(group=SOURCES))


def _where_from(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else point.value


def _read_source(point: EntryPoint) -> Iterable[Plugin]:
    """The carriers of a bridge; the bridge itself, as a broken carrier, when it does not work."""
    where_from = _where_from(point)
    try:
        manifests = tuple(point.load()())
        if not all(isinstance(each, Manifest) for each in manifests):
            raise TypeError(f"{point.value} yields something that is no Manifest")
    except Exception as error:  # whatever somebody else's module does
        _LOG.exception("carriers of %s: their manifests could not be read", point.name)
        return (Plugin(point.name, where_from, trouble=_brief(error)),)
    return tuple(Plugin(each.code, where_from, each) for each in manifests)


def _read_manifest(point: EntryPoint) -> Plugin:
    where_from = _where_from(point)
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


def _load(manifest: Manifest, path: str, account: Account) -> object:
    module, _, name = path.partition(":")
    adapter = getattr(importlib.import_module(module), name)(account)
    code = getattr(adapter, "code", None)
    if code != manifest.code:
        raise ValueError(f"{path}() made the carrier {code}")
    for capability, factory in manifest.factories.items():
        if (
            factory == path
            and capability == "rates"
            and not isinstance(adapter, Prices | Rates | Converses | OverTheWire)
        ):
            raise TypeError(f"{path}() made no carrier that prices")
    return adapter


_prices_itself: dict[type, bool] = {}


def _pricer(agent: Agent) -> Carrier:
    kind = type(agent.adapter)
    if kind not in _prices_itself:  # looking at a protocol's members takes long; once is enough
        _prices_itself[kind] = isinstance(agent.adapter, Prices | OverTheWire)
    if _prices_itself[kind]:
        return cast(Carrier, agent.adapter)
    assert isinstance(agent.adapter, Rates | Converses)  # noqa: S101 (seen when it was loaded)
    manifest = agent.manifest
    return OverTheWire(
        agent.adapter,
        agent.sender.send,
        account_key(agent.account),
        manifest.version,
        manifest.hourly_quota,
    )


_PROCESS_KEY = token_bytes(32)


def account_key(account: Account) -> str:
    """What tells an account from another within this process; nothing can be read from it."""
    parts = sorted([*account.settings.items(), ("test", str(account.test))])
    return hmac.digest(_PROCESS_KEY, repr(parts).encode(), "sha256").hex()


def _brief(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
