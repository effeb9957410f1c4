"""Is a tax collected at the sale, by the seller, instead of at the border?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from customs.exchange import Exchange
from customs.relief import in_scope, is_excise, value_on, within
from customs.territories import Scheme, Territory
from customs.valuation import LineValue
from data.model.consignment import Consignment, Mode
from data.model.dated import Version
from data.model.money import Money


@dataclass(frozen=True, slots=True)
class SchemeInForce:
    """A scheme that covers a consignment, and the version of its law."""

    scheme: Scheme
    version: Version[Money]


def scheme_of(
    territory: Territory,
    consignment: Consignment,
    values: Sequence[LineValue],
    mode: Mode,
    on: date,
    exchange: Exchange,
) -> SchemeInForce | None:
    """The scheme under which the consignment's tax is collected at sale, or None: at the border.

    A scheme covers a consignment as a whole: over the limit, or with excise goods in it, or
    without the seller's registration where one is needed, it does not.
    """
    for scheme in territory.schemes:
        version = scheme.limit.on(on)
        if version is None or not in_scope(scheme.scope, consignment, mode):
            continue
        if scheme.registration and scheme.registration not in consignment.seller.registrations:
            continue
        excise = any(is_excise(territory, item) for item in consignment.items)
        if scheme.scope.except_excise and excise:
            continue
        limit = version.value
        ceiling = exchange.customs(limit.amount, limit.currency.code, territory.currency)
        if within(value_on(scheme.scope, values), ceiling, scheme.scope):
            return SchemeInForce(scheme, version)
    return None


def is_reverse_charge(scheme: SchemeInForce | None, consignment: Consignment) -> bool:
    """Whether a business buyer accounts for the tax itself, having given its tax number."""
    buyer = consignment.buyer
    return (
        scheme is not None
        and scheme.scheme.reverse_charge
        and buyer.type == "business"
        and bool(buyer.tax_id)
    )
