"""Where do the concrete parts meet? Here, and nowhere else."""

from dataclasses import dataclass

from api.auth import Gate
from api.metrics import Tally
from api.settings import Settings
from api.storage import Storage
from tariffs.snapshot import Snapshots


@dataclass(frozen=True, slots=True)
class Services:
    """What the routes and commands work with. Nothing in it is open before it is used."""

    settings: Settings
    storage: Storage
    gate: Gate
    snapshots: Snapshots
    tally: Tally


def assemble(settings: Settings) -> Services:
    """The services of this installation."""
    storage = Storage(settings.database_url)
    return Services(
        settings=settings,
        storage=storage,
        gate=Gate(storage.account_of),
        snapshots=Snapshots(settings.snapshot_dir),
        tally=Tally(settings.tally_dir),
    )
