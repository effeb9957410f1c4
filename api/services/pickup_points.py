"""Where near a place can a parcel be picked up or handed over, with any carrier that knows?

Every carrier is asked at once, for a few seconds at most; one that does not answer costs its own
points and nobody else's.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from decimal import Decimal

from carriers.errors import CarrierError
from carriers.offers import Silence
from carriers.points import PickupPoint, PickupPoints, PointsRequest
from carriers.registry import Accounts, Registry

SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Found:
    """A point, and whose it is."""

    carrier: str
    point: PickupPoint


def find_points(
    registry: Registry, accounts: Accounts, codes: Sequence[str] | None, request: PointsRequest
) -> tuple[list[Found], list[Silence]]:
    """Points of the carriers named, or of all that know some: the nearest first, and who is silent.

    Points whose distance is not known come last.
    """
    asked = list(dict.fromkeys(_knowing(registry, accounts) if codes is None else codes))
    if not asked:
        return [], []
    pool = ThreadPoolExecutor(len(asked), thread_name_prefix="points")
    futures = {code: pool.submit(_ask(registry, accounts, code, request)) for code in asked}
    done, _ = wait(futures.values(), timeout=SECONDS)
    pool.shutdown(wait=False, cancel_futures=True)
    found: list[Found] = []
    silences: list[Silence] = []
    for code, future in futures.items():
        if future not in done:
            silences.append(Silence(code, f"timeout: no answer within {SECONDS:g} s"))
            continue
        try:
            found += [Found(code, point) for point in future.result()]
        except CarrierError as error:
            silences.append(Silence(code, error.reason))
    found.sort(key=lambda each: (each.point.distance is None, each.point.distance or Decimal(0)))
    return found, silences


def _knowing(registry: Registry, accounts: Accounts) -> list[str]:
    manifests = [plugin.manifest for plugin in registry.plugins() if plugin.trouble is None]
    return [
        manifest.code
        for manifest in manifests
        if manifest is not None
        and "points" in manifest.factories
        and accounts(manifest) is not None
    ]


def _ask(
    registry: Registry, accounts: Accounts, code: str, request: PointsRequest
) -> Callable[[], tuple[PickupPoint, ...]]:
    def ask() -> tuple[PickupPoint, ...]:
        agent = registry.agent(code, "points", accounts)
        adapter = agent.adapter
        if not isinstance(adapter, PickupPoints):
            raise TypeError(f"{code} has no pickup points")
        answer = agent.sender.send(adapter.ask_points(request), SECONDS)
        return adapter.read_points(request, answer)

    return ask
