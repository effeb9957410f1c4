"""Is a tax collected at the sale, by the seller, instead of at the border?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from customs.exchange import Exchange
from customs.relief import eligible_lines, in_scope, items_within
from customs.rules import Scheme, Territory
from customs.valuation import LineValue
from data.model.charges import Assumption
from data.model.consignment import Consignment, Mode
from data.model.dated import Version
from data.model.money import Money


@dataclass(frozen=True, slots=True)
class SchemeInForce:
    """A scheme that covers a consignment or some of its lines, and the version of its law.

    `share` is the percentage of the tax that is due under it.
    """

    scheme: Scheme
    version: Version[Money | None]
    covers: tuple[bool, ...]
    share: Decimal = Decimal(100)

    def assumptions(self) -> tuple[Assumption, ...]:
        """What about the scheme is not certain."""
        found = []
        if self.version.confidence != "official":
            limit = self.version.value
            what = f"{self.scheme.name}: {limit or 'no limit'}"
            found.append(Assumption(what, self.version.confidence, self.version.law))
        if self.scheme.assumes:
            found.append(Assumption(self.scheme.assumes, "unconfirmed", self.version.law))
        return tuple(found)


def scheme_of(
    territory: Territory,
    consignment: Consignment,
    values: Sequence[LineValue],
    mode: Mode,
    on: date,
    exchange: Exchange,
) -> SchemeInForce | None:
    """The scheme under which the consignment's tax is collected at sale, or None: at the border.

    A scheme with a limit per item covers the lines inside it. One with a limit per consignment
    covers it as a whole: over the limit, or with excise goods in it, it does not. None does
    without the seller's registration where one is needed.
    """
    for scheme in territory.schemes:
        version = scheme.limit.on(on)
        if version is None or not in_scope(scheme.scope, consignment, mode):
            continue
        covers = _covers(territory, scheme, version, consignment, values, exchange)
        if any(covers):
            share = scheme.share.on(on) if scheme.share else None
            return SchemeInForce(
                scheme, version, covers, share.value if share is not None else Decimal(100)
            )
    return None


def _covers(
    territory: Territory,
    scheme: Scheme,
    version: Version[Money | None],
    consignment: Consignment,
    values: Sequence[LineValue],
    exchange: Exchange,
) -> tuple[bool, ...]:
    scope, limit = scheme.scope, version.value
    eligible = eligible_lines(territory, scope, consignment)
    inside: tuple[bool, ...] = (True,) * len(values)
    if limit is not None:
        ceiling = exchange.customs(limit.amount, limit.currency.code, territory.currency)
        inside = items_within(scope, consignment, values, ceiling)
    covers = tuple(fit and within for fit, within in zip(eligible, inside, strict=True))
    return covers if scope.per == "item" or all(covers) else (False,) * len(values)


def is_reverse_charge(scheme: SchemeInForce | None, consignment: Consignment) -> bool:
    """Whether a business buyer accounts for the tax itself, having given its tax number."""
    buyer = consignment.buyer
    return (
        scheme is not None
        and scheme.scheme.reverse_charge
        and buyer.type == "business"
        and bool(buyer.tax_id)
    )
