"""What does the border ask for this consignment, sent this way, on this day?

The straight line: value → reliefs and schemes → duties → fees → taxes → the range over whatever is
not known. One call for one price of freight and one mode; who pays what under which terms of sale
is customs.incoterms' question.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from customs.border import Border, rounding_of
from customs.excise import AssessedExcise, assess_excise
from customs.fees import assess_fees
from customs.import_duties import assess_duties
from customs.line_duties import Duties, LineDuty
from customs.purposes import of_purpose
from customs.ranges import Effect, Range
from customs.regimes import regime_of
from customs.regions import taxations_of
from customs.relief import Relieved, in_scope, is_excise, reliefs_of, spelled_limit
from customs.rules import Territory
from customs.schemes import scheme_of
from customs.tax_groups import Assessed
from customs.taxes import tax_assumptions
from customs.valuation import LineValue, customs_values, prices_of
from customs.waivers import waive_small
from data.model.charges import Assumption, Charge, Considered, Finding
from data.model.consignment import Consignment, Mode
from data.model.money import Money
from data.model.records import quick
from tariffs.duties import Missed

__all__ = ["BorderCost", "Effect", "LineOutcome", "border_cost", "counts_freight"]


@quick
@dataclass(frozen=True, slots=True)
class LineOutcome:
    """How the border sees a line: its commodity code and customs value (unrounded)."""

    id: str
    hs_code: str | None
    commodity_code: str | None
    customs_value: Decimal


NO_EXCISE = AssessedExcise(())


@quick
@dataclass(frozen=True, slots=True)
class BorderCost:
    """Everything the border asks, with what it rests on.

    `low` and `high` are how far the sum may move from the charges, in `currency` (`high` None: it
    cannot be said).
    """

    currency: str
    charges: tuple[Charge, ...]
    lines: tuple[LineOutcome, ...]
    effects: tuple[Effect, ...] = ()
    low: Decimal = Decimal(0)
    high: Decimal | None = Decimal(0)
    assumptions: tuple[Assumption, ...] = ()
    findings: tuple[Finding, ...] = ()
    considered: tuple[Considered, ...] = ()
    missed: tuple[tuple[str, Missed], ...] = ()


def border_cost(
    border: Border, consignment: Consignment, freight: Money, mode: Mode, *, explain: bool = False
) -> BorderCost:
    """What the border asks for a consignment, at a price of freight and by a mode of transport."""
    cost = _border_cost(border, consignment, freight, mode, explain=explain)
    if consignment.purpose == "sale":
        return cost
    return of_purpose(
        border,
        consignment,
        mode,
        cost,
        lambda claimed: _border_cost(border, claimed, freight, mode),
    )


def _border_cost(
    border: Border, consignment: Consignment, freight: Money, mode: Mode, *, explain: bool = False
) -> BorderCost:
    territory, on, exchange = border.territory, border.on, border.exchange
    values, assumed = _valued(border, consignment, freight)
    reliefs = reliefs_of(territory, consignment, values, mode, on, exchange)
    scheme = scheme_of(territory, consignment, values, mode, on, exchange)
    regime = None
    if territory.regimes:
        way = rounding_of(territory, "duty", on)
        regime = regime_of(territory, consignment, values, reliefs, scheme, mode, on, exchange, way)
    duties = assess_duties(
        border, consignment, values, reliefs, scheme, mode, explain=explain, regime=regime
    )
    excise = _excise(border, consignment, values, reliefs)
    replaced = regime.replaced() if regime else ()
    spared = replaced[0] if replaced and all(replaced) else ()
    fees = assess_fees(territory, consignment, values, reliefs, mode, on, exchange, spared)
    assessed = Assessed(
        territory, consignment, values, reliefs, scheme, on, excise.amounts, fees.in_tax_base,
        replaced,
    )  # fmt: skip
    taxation, elsewhere = taxations_of(border, assessed, duties.lines)
    owed = [line.in_tax_base for line in duties.lines]
    measured = Range(duties.lines, taxation, elsewhere, (*excise.questions, *fees.questions))
    low, high = measured.bounds()
    charges = (
        *[charge for line in duties.lines for charge in line.charges],
        *duties.flat,
        *excise.charges,
        *fees.charges,
        *taxation.charges(owed),
    )
    if territory.waivers:
        charges = waive_small(border, charges)
    if fees.when_due and any(charge.assessed.amount for charge in charges):
        charges = (*charges, *fees.when_due)
    assumptions = [
        *assumed,
        *[assumption for line in duties.lines for assumption in line.assumptions],
        *duties.assumptions,
        *(_tax_reliefs(reliefs) if reliefs else ()),
        *(scheme.assumptions() if scheme else ()),
        *excise.assumptions,
        *fees.assumptions,
        *[a for tax, lines in taxation.charged_lines() for a in tax_assumptions(lines, tax.name)],
        *_flat_duty_in_base(border, duties),
    ]
    findings = [finding for line in duties.lines for finding in line.findings]
    unpriced = _excise_findings(border, consignment, excise)
    return BorderCost(
        currency=territory.currency,
        charges=charges,
        lines=_outcomes(consignment, values, duties.lines),
        effects=measured.effects(),
        low=low,
        high=None if unpriced else high,
        assumptions=tuple(dict.fromkeys(assumptions)),
        findings=(*findings, *unpriced),
        considered=tuple([entry for line in duties.lines for entry in line.considered]),
        missed=tuple(
            [
                (item.id, missed)
                for item, line in zip(consignment.items, duties.lines, strict=True)
                for missed in line.missed
            ]
        ),
    )


def counts_freight(territory: Territory, on: date) -> bool:
    """Whether the price of freight changes what the border asks."""
    basis = territory.customs_value.on(on)
    return bool(territory.taxes) or basis is None or basis.value != "FOB"


def _valued(
    border: Border, consignment: Consignment, freight: Money
) -> tuple[tuple[LineValue, ...], list[Assumption]]:
    """The customs value of every line, and what about its rule is not certain."""
    territory, on = border.territory, border.on
    basis = territory.customs_value.on(on)
    if basis is None:
        raise ValueError(f"{territory.code} has no rule for the customs value on {on}")
    assumed = []
    if basis.confidence != "official":
        what = f"Customs value: {basis.value}"
        assumed.append(Assumption(what, basis.confidence, basis.law))
    part = None
    personal = territory.personal_value
    if personal is not None and in_scope(personal.scope, consignment, "express"):
        version = personal.percent.on(on)
        if version is not None:
            part = version.value
            what = f"Customs value of goods for the buyer's own use: {part:f}% of the price"
            if version.confidence != "official":
                assumed.append(Assumption(what, version.confidence, version.law))
    unit, exchange = territory.currency, border.exchange
    prices = border.once("prices", lambda: prices_of(consignment, unit, exchange))
    values = customs_values(consignment, freight, basis.value, unit, exchange, part, prices)
    return values, assumed


def _excise(
    border: Border,
    consignment: Consignment,
    values: Sequence[LineValue],
    reliefs: Sequence[Relieved],
) -> AssessedExcise:
    territory = border.territory
    if not territory.excise:
        return NO_EXCISE
    freed = [
        any(r.frees("excise") and r.shares[index] == 1 for r in reliefs)
        for index in range(len(values))
    ]
    way = rounding_of(territory, "excise" if "excise" in territory.rounding else "tax", border.on)
    return assess_excise(territory, consignment.items, values, way, border.exchange, relieved=freed)


def _outcomes(
    consignment: Consignment, values: Sequence[LineValue], duties: Sequence[LineDuty]
) -> tuple[LineOutcome, ...]:
    return tuple(
        [
            LineOutcome(item.id, item.hs_code, duty.commodity_code, value.customs_value)
            for item, value, duty in zip(consignment.items, values, duties, strict=True)
        ]
    )


def _flat_duty_in_base(border: Border, duties: Duties) -> list[Assumption]:
    if not duties.flat:
        return []
    versions = [
        version
        for tax in border.territory.taxes
        if tax.flat_duty_in_base and (version := tax.flat_duty_in_base.on(border.on))
    ]
    return [
        Assumption("The flat duty is part of the taxable amount", v.confidence, v.law)
        for v in versions
        if v.confidence != "official"
    ]


def _tax_reliefs(reliefs: Sequence[Relieved]) -> list[Assumption]:
    """Reliefs from tax that were not read in an official text; from duty, the duties say it."""
    return [
        Assumption(spelled_limit(r.relief.name, r.version), r.version.confidence, r.version.law)
        for r in reliefs
        if r.frees("tax") and r.version.confidence != "official"
    ]


def _excise_findings(
    border: Border, consignment: Consignment, excise: AssessedExcise
) -> tuple[Finding, ...]:
    """Alcohol and tobacco owe excise, whose rates are not held: said so, with no upper end."""
    owing = [item.id for item in consignment.items if is_excise(border.territory, item)]
    return tuple(
        [
            Finding(
                code="excise-not-covered",
                outcome="warning",
                message="Excise is due on these goods; its rates are not held, "
                "it is not in the total",
                line=line,
            )
            for line in owing
            if line not in excise.covered
        ]
    )
