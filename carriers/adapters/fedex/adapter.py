"""How is FedEx asked for everything it can do, for one account?"""

from carriers.adapters.fedex.booking import Shipping
from carriers.adapters.fedex.documents import Documents
from carriers.adapters.fedex.finding import Finding
from carriers.adapters.fedex.rates import Rating
from carriers.adapters.fedex.tracking import Tracking


class Fedex(Rating, Shipping, Finding, Tracking, Documents):
    """FedEx for one account: every capability, sharing its token."""
