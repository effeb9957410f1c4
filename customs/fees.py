"""Which fees does the border itself ask, per entry, parcel or subheading?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from customs.exchange import Exchange
from customs.relief import Relieved, eligible_lines, in_scope, value_on, within
from customs.rounding import rounding
from customs.rules import ALL_GOODS, Fee, Scope, Territory
from customs.valuation import LineValue
from data.model.charges import Assumption, Charge, Citation, Question
from data.model.consignment import Consignment, Mode
from data.model.dated import Version
from data.model.money import Money, currency, money
from data.model.records import quick
from tariffs.expressions import evaluate, parse


@quick
@dataclass(frozen=True, slots=True)
class AssessedFees:
    """The fees of a consignment, and what about them is not certain.

    `when_due` are asked only where duty or tax is; `in_tax_base` is what taxes count of them, in
    the territory's currency.
    """

    charges: tuple[Charge, ...]
    when_due: tuple[Charge, ...]
    assumptions: tuple[Assumption, ...]
    questions: tuple[Question, ...] = ()
    in_tax_base: Decimal = Decimal(0)


def assess_fees(
    territory: Territory,
    consignment: Consignment,
    values: Sequence[LineValue],
    reliefs: Sequence[Relieved],
    mode: Mode,
    on: date,
    exchange: Exchange,
    replaced: Sequence[str] = (),
) -> AssessedFees:
    """Every fee that applies to the consignment on a day, each with its working.

    `replaced` are the fees that a regime stands in place of.
    """
    charges: list[Charge] = []
    when_due: list[Charge] = []
    assumptions: list[Assumption] = []
    questions: list[Question] = []
    counted = Decimal(0)
    freed = any(relieved.frees("fee") for relieved in reliefs)
    for fee in territory.fees:
        version = fee.expression.on(on)
        if version is None or freed or not in_scope(fee.scope, consignment, mode):
            continue
        if replaced and fee.id in replaced:
            continue
        if not _is_for(territory, fee.scope, consignment):
            continue
        value = value_on(fee.scope, values)
        if not _between(fee, value, territory.currency, exchange) or _excused(fee, consignment):
            continue
        charge = _charge(territory, fee, version, consignment, value, on, exchange)
        (when_due if fee.when_due else charges).append(charge)
        if charge.status == "needs_answer":
            zero = Decimal(0)
            questions.append(Question("unit_weight", None, charge.working, zero, zero, None))
        if fee.in_tax_base:
            unit = charge.assessed.currency.code
            counted += exchange.customs(charge.assessed.amount, unit, territory.currency)
        if version.confidence != "official":
            what = f"{fee.name}: {version.spelled()}"
            assumptions.append(Assumption(what, version.confidence, version.law))
    return AssessedFees(
        tuple(charges), tuple(when_due), tuple(assumptions), tuple(questions), counted
    )


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
    words = version.value.split()
    unit = words[1] if words[2:3] in ([], ["/"]) and len(words) > 1 else territory.currency
    weight = _weight(consignment) if "net_weight_kg" in expression.needs else None
    outcome = evaluate(
        expression,
        value=value,
        currency=unit,
        quantities={} if weight is None else {"kg": weight},
        facts={},
        on=on,
        convert=exchange.customs,
    )
    if outcome.amount is None and "net_weight_kg" not in outcome.needs:
        raise ValueError(f"{fee.id}: {version.value!r} cannot be worked out: {outcome.reason}")
    count, counted = _count(fee.per, consignment)
    way = rounding(_rounding_name(territory, on), unit)
    exact = (outcome.amount or Decimal(0)) * count
    working = outcome.working if counted is None else f"{outcome.working} × {counted}"
    if fee.with_tax is not None:
        percent = _standard_rate(territory, fee.with_tax, on)
        exact += exact * percent / 100
        working = f"{working} + {percent.normalize():f}% {fee.with_tax}"
    amount = way.apply(exact)
    return Charge(
        kind="fee",
        code=f"{territory.code}.{fee.code}",
        name=fee.name,
        expression=version.value if fee.per == "entry" else f"{version.value} / {fee.per}",
        base=money(way.apply(value), unit)
        if expression.ad_valorem or "%" in version.value
        else None,
        working=working if outcome.amount is not None else f"{fee.name} is charged by weight",
        assessed=Money(amount, currency(unit)),
        rounding=way.name,
        status="applies" if outcome.amount is not None else "needs_answer",
        citation=Citation(version.law, version.since, version.until),
    )


def _is_for(territory: Territory, scope: Scope, consignment: Consignment) -> bool:
    """Whether any line is of the goods that a fee is for."""
    if scope.goods is ALL_GOODS and not scope.except_excise:
        return True
    return any(eligible_lines(territory, scope, consignment))


def _weight(consignment: Consignment) -> Decimal | None:
    """Kilograms of the consignment: its parcels', else its goods'; None where one is missing."""
    if consignment.parcels:
        return sum([parcel.weight for parcel in consignment.parcels], Decimal(0))
    weights = [item.net_weight for item in consignment.items]
    known = [weight for weight in weights if weight is not None]
    return sum(known, Decimal(0)) if len(known) == len(weights) else None


def _standard_rate(territory: Territory, tax_id: str, on: date) -> Decimal:
    tax = next(tax for tax in territory.taxes if tax.id == tax_id)
    version = tax.rates["standard"].percent.on(on)
    return version.value if version else Decimal(0)


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
