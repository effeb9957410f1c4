"""Who pays which charge, and when?

DDP: the seller pays what the border asks. DAP: the buyer does. What a law always bills to one side
is that side's under both terms.
"""

from typing import Literal

from data.model.charges import Charge
from data.model.consignment import Terms

Payer = Literal["seller", "buyer"]


def payer(charge: Charge, terms: Terms) -> Payer:
    """Whom the authority or the carrier bills under these terms of sale."""
    if charge.billed_to == "importer":
        return "seller" if terms == "DDP" else "buyer"
    return charge.billed_to


def is_due_on_delivery(charge: Charge, terms: Terms) -> bool:
    """Whether the buyer pays it at the door rather than at the checkout."""
    return charge.collected_at != "sale" and payer(charge, terms) == "buyer"
