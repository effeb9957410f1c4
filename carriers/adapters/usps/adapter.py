"""How is USPS asked for everything it can do, for one account?"""

from carriers.adapters.usps.booking import Labels
from carriers.adapters.usps.duties import DutyQuotes
from carriers.adapters.usps.points import PostOffices
from carriers.adapters.usps.rates import Prices
from carriers.adapters.usps.tracking import Tracking


class Usps(Prices, DutyQuotes, Labels, Tracking, PostOffices):
    """USPS for one account: every capability, sharing its tokens."""
