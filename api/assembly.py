"""Where do the concrete parts meet? Here, and nowhere else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from api.auth import Gate
from api.idempotency import Records
from api.metrics import Tally
from api.services.quotes import QuoteRequest
from api.services.signing import Signer
from api.settings import Settings
from api.storage import Storage
from carriers.offers import Offer, RateRequest, Silence
from carriers.rating import rate_all
from carriers.registry import Registry
from customs.rulebook import Rulebook
from tariffs.snapshot import Snapshots


@dataclass(frozen=True, slots=True)
class Services:
    """What the routes and commands work with. Nothing in it is open before it is used."""

    settings: Settings
    storage: Storage
    gate: Gate
    snapshots: Snapshots
    carriers: Registry
    tally: Tally
    signer: Signer | None = None

    @property
    def idempotency(self) -> Records:
        """Requests that were made before."""
        return self.storage

    @property
    def quotes(self) -> Storage:
        """Quotes that were made before."""
        return self.storage

    def rate(
        self, parcels: RateRequest, request: QuoteRequest
    ) -> tuple[Sequence[Offer], Sequence[Silence]]:
        """Ask the carriers, all or those named: their offers, and who gave none and why."""
        carriers, unusable = self.carriers.rates(request.carriers)
        offers, silent = rate_all(carriers, parcels, request.max_wait_ms)
        return offers, (*unusable, *silent)

    @property
    def sign(self) -> Callable[[bytes], Mapping[str, str] | None] | None:
        """Makes the proof of an answer; None where signing is not configured."""
        return None if self.signer is None else self.signer.sign

    def rulebook(self) -> Rulebook:
        """The rules of the newest facts. Raises `NoSnapshotError`."""
        snapshot = self.snapshots.current()
        return snapshot.memo.get("rulebook", lambda: Rulebook(snapshot))

    def rulebook_of(self, version: str) -> Rulebook:
        """The rules of an older version of the facts. Raises `NoSnapshotError`."""
        snapshot = self.snapshots.version(version)
        return snapshot.memo.get("rulebook", lambda: Rulebook(snapshot))


def assemble(settings: Settings) -> Services:
    """The services of this installation."""
    storage = Storage(settings.database_url)
    secret = settings.secret_key
    return Services(
        settings=settings,
        storage=storage,
        gate=Gate(storage.account_of),
        snapshots=Snapshots(settings.snapshot_dir),
        carriers=Registry(),
        tally=Tally(settings.tally_dir),
        signer=Signer(storage.signing_key, secret) if secret else None,
    )
