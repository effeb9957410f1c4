"""What do the commands of ``flask tariff`` and ``flask facts`` say? Rows and lines, no printing."""

from api.services.importing import UnknownSourceError
from api.services.screening import NoListsError
from api.services.screening_lists import UnknownListError
from data.importing.locations import UnreachableSourceError
from data.importing.reports import ImportRefusedError
from tariffs.snapshot import NoSnapshotError

REFUSALS = (
    ImportRefusedError,
    NoListsError,
    NoSnapshotError,
    UnknownListError,
    UnknownSourceError,
    UnreachableSourceError,
    ValueError,  # what facts, codes and snapshots are refused with
)
