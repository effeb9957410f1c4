"""Who pays which charge, and when?

DDP: the seller pays what the border asks. DAP: the buyer does. What a law always bills to one side
is that side's under both terms.
"""

from functools import cache
from typing import Literal

from data.model.charges import BilledTo, CollectedAt
from data.model.consignment import Terms

Payer = Literal["seller", "buyer"]
TERMS: tuple[Terms, ...] = ("DDP", "DAP")


def payer(billed_to: BilledTo, terms: Terms) -> Payer:
    """Whom the authority or the carrier bills under these terms of sale."""
    if billed_to == "importer":
        return "seller" if terms == "DDP" else "buyer"
    return billed_to


@cache
def terms_at_the_door(billed_to: BilledTo, collected_at: CollectedAt) -> tuple[Terms, ...]:
    """The terms of sale under which the buyer pays at the door rather than at the checkout."""
    if collected_at == "sale":
        return ()
    return tuple(terms for terms in TERMS if payer(billed_to, terms) == "buyer")
