"""Which fees does the border itself ask, per entry, parcel or subheading?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from customs.exchange import Exchange
from customs.relief import Relieved, in_scope, value_on, within
from customs.rounding import rounding
from customs.territories import Fee, Territory
from customs.valuation import LineValue
from data.model.charges import Assumption, Charge, Citation
from data.model.consignment import Consignment, Mode
from data.model.dated import Version
from data.model.money import Money, currency, money
from tariffs.expressions import evaluate, parse


@dataclass(frozen=True, slots=True)
class AssessedFees:
    """The fees of a consignment, and what about them is not certain."""

    charges: tuple[Charge, ...]
    assumptions: tuple[Assumption, ...]


def assess_fees(
    territory: Territory,
    consignment: Consignment,
    values: Sequence[LineValue],
    reliefs: Sequence[Relieved],
    mode: Mode,
    on: date,
    exchange: Exchange,
) -> AssessedFees:
    """Every fee that applies to the consignment on a day, each with its working."""
    charges, assumptions = [], []
    freed = any(relieved.frees("fee") for relieved in reliefs)
    for fee in territory.fees:
        version = fee.expression.on(on)
        if version is None or freed or not in_scope(fee.scope, consignment, mode):
            continue
        value = value_on(fee.scope, values)
        if not _between(fee, value, territory.currency, exchange) or _excused(fee, consignment):
            continue
        charges.append(_charge(territory, fee, version, consignment, value, on, exchange))
        if version.confidence != "official":
            what = f"{fee.name}: {version.value}"
            assumptions.append(Assumption(what, version.confidence, version.law))
    return AssessedFees(tuple(charges), tuple(assumptions))


def _charge(
    territory: Territory,
    fee: Fee,
    version: Version[str],
    consignment: Consignment,
    value: Decimal,
    on: date,
    exchange: Exchange,
) -> Charge:
    expression = parse(version.value)
    unit = version.value.split()[-1] if "%" not in version.value else territory.currency
    outcome = evaluate(
        expression, value=value, currency=unit, quantities={}, facts={}, on=on,
        convert=exchange.customs,
    )  # fmt: skip
    if outcome.amount is None:
        raise ValueError(f"{fee.id}: {version.value!r} cannot be worked out: {outcome.reason}")
    count, counted = _count(fee.per, consignment)
    way = rounding(_rounding_name(territory, on), unit)
    amount = way.apply(outcome.amount * count)
    working = outcome.working if counted is None else f"{outcome.working} × {counted}"
    return Charge(
        kind="fee",
        code=f"{territory.code}.{fee.code}",
        name=fee.name,
        expression=version.value if fee.per == "entry" else f"{version.value} / {fee.per}",
        base=money(way.apply(value), unit)
        if expression.ad_valorem or "%" in version.value
        else None,
        working=working,
        assessed=Money(amount, currency(unit)),
        rounding=way.name,
        citation=Citation(version.law, version.since, version.until),
    )


def _rounding_name(territory: Territory, on: date) -> str:
    rule = territory.rounding.get("fee")
    version = rule.on(on) if rule else None
    return version.value if version else "half up"


def _count(per: str, consignment: Consignment) -> tuple[int, str | None]:
    if per == "entry":
        return 1, None
    if per == "parcel":
        count = len(consignment.parcels or ()) or 1
    elif per == "subheading":
        count = count_subheadings(consignment)
    else:
        raise ValueError(f"no fee is per {per!r}")
    return count, f"{count} {per}{'s' if count > 1 else ''}"


def count_subheadings(consignment: Consignment) -> int:
    """How many different HS subheadings there are; a line without a code counts as its own."""
    return len({item.hs_code[:6] if item.hs_code else item.id for item in consignment.items})


def _between(fee: Fee, value: Decimal, unit: str, exchange: Exchange) -> bool:
    def limit(bound: Money) -> Decimal:
        return exchange.customs(bound.amount, bound.currency.code, unit)

    if fee.over is not None and value <= limit(fee.over):
        return False
    return fee.up_to is None or within(value, limit(fee.up_to), fee.scope)


def _excused(fee: Fee, consignment: Consignment) -> bool:
    """Whether every line claims an agreement whose goods the fee spares."""
    return bool(fee.except_preference) and all(
        item.preference is not None and item.preference.agreement in fee.except_preference
        for item in consignment.items
    )
