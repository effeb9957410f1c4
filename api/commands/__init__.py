"""What do the commands of ``flask tariff`` and ``flask facts`` say? Rows and lines, no printing."""

from api.services.importing import UnknownSourceError
from data.importing.ecb_rates import EcbRatesError
from data.importing.reports import ImportRefusedError
from data.loading.documents import FactsError
from tariffs.nomenclature import CommodityCodeError
from tariffs.snapshot import NoSnapshotError, SnapshotError

REFUSALS = (
    CommodityCodeError,
    EcbRatesError,
    FactsError,
    ImportRefusedError,
    NoSnapshotError,
    SnapshotError,
    UnknownSourceError,
)
