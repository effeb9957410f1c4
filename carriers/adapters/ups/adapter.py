"""How is UPS asked for everything it can do, for one account?"""

from carriers.adapters.ups.booking import Shipping
from carriers.adapters.ups.documents import Documents
from carriers.adapters.ups.duties import LandedCosts
from carriers.adapters.ups.finding import Finding
from carriers.adapters.ups.points import Points
from carriers.adapters.ups.rates import Rating
from carriers.adapters.ups.tracking import Tracking


class Ups(Rating, LandedCosts, Shipping, Finding, Tracking, Points, Documents):
    """UPS for one account: every capability, sharing its tokens."""
