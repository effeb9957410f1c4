"""DHL Express: all that it can do, for one account."""

from carriers.adapters.dhl_express.booking import BuysLabels
from carriers.adapters.dhl_express.documents import UploadsPapers
from carriers.adapters.dhl_express.duties import EstimatesDuties
from carriers.adapters.dhl_express.points import KnowsPoints
from carriers.adapters.dhl_express.rates import AsksRates
from carriers.adapters.dhl_express.tracking import Follows


class DhlExpress(AsksRates, EstimatesDuties, BuysLabels, UploadsPapers, Follows, KnowsPoints):
    """The adapter of one account: pure functions that ask and read."""
