"""How is Royal Mail asked for everything it can do, for one account?"""

from carriers.adapters.royal_mail.booking import Orders
from carriers.adapters.royal_mail.tracking import Mailpieces


class RoyalMail(Orders, Mailpieces):
    """Royal Mail for one account: orders, labels and tracking."""
