"""What does the border ask for this consignment, sent this way, on this day?

The straight line: value → reliefs and schemes → duties → fees → taxes → the range over whatever is
not known. One call for one price of freight and one mode; who pays what under which terms of sale
is customs.incoterms' question.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from customs.excise import AssessedExcise, assess_excise
from customs.fees import assess_fees
from customs.import_duties import Border, Duties, LineDuty, assess_duties, rounding_of
from customs.regimes import regime_of
from customs.relief import Relieved, in_scope, is_excise, reliefs_of
from customs.rules import Territory
from customs.schemes import scheme_of
from customs.taxation import Assessed, Taxation, is_waived, rates_of, waivers_of
from customs.taxes import CATEGORY_FACT, tax_assumptions
from customs.valuation import LineValue, customs_values
from data.model.charges import Assumption, Charge, Citation, Considered, Finding, Question
from data.model.consignment import Consignment, Mode
from data.model.money import Money
from data.model.places import Place
from tariffs.duties import Missed


@dataclass(frozen=True, slots=True)
class Effect:
    """An open question and how far its answers move the landed cost, in the border's currency."""

    question: Question
    low: Decimal
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """How the border sees a line: its commodity code and customs value (unrounded)."""

    id: str
    hs_code: str | None
    commodity_code: str | None
    customs_value: Decimal


NO_EXCISE = AssessedExcise(())


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
    taxation, elsewhere = _taxations(border, assessed, duties.lines)
    owed = [line.in_tax_base for line in duties.lines]
    measured = _Range(
        border, duties.lines, taxation, elsewhere, (*excise.questions, *fees.questions)
    )
    low, high = measured.bounds()
    charges = (
        *(charge for line in duties.lines for charge in line.charges),
        *duties.flat,
        *excise.charges,
        *fees.charges,
        *taxation.charges(owed),
    )
    if territory.waivers:
        charges = _waive_small(border, charges)
    if fees.when_due and any(charge.assessed.amount for charge in charges):
        charges = (*charges, *fees.when_due)
    assumptions = [
        *assumed,
        *(assumption for line in duties.lines for assumption in line.assumptions),
        *duties.assumptions,
        *(_tax_reliefs(reliefs) if reliefs else ()),
        *(scheme.assumptions() if scheme else ()),
        *excise.assumptions,
        *fees.assumptions,
        *(a for tax, lines in taxation.charged_lines() for a in tax_assumptions(lines, tax.name)),
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
        considered=tuple(entry for line in duties.lines for entry in line.considered),
        missed=tuple(
            (item.id, missed)
            for item, line in zip(consignment.items, duties.lines, strict=True)
            for missed in line.missed
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
    values = customs_values(
        consignment, freight, basis.value, territory.currency, border.exchange, part
    )
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
    way = rounding_of(territory, "tax", border.on)
    return assess_excise(territory, consignment.items, values, way, border.exchange, relieved=freed)


def _taxations(
    border: Border, assessed: Assessed, duties: Sequence[LineDuty]
) -> tuple[Taxation, tuple[Taxation, ...]]:
    """The taxes as they are charged, and in every other region the goods may be going to.

    Where nobody said which region it is, the dearest one is charged.
    """
    way = rounding_of(border.territory, "tax", border.on)
    territory, consignment = border.territory, assessed.consignment

    def to(region: str | None) -> Taxation:
        rates = border.once(
            ("tax rates", region), lambda: rates_of(territory, consignment, border.on, region)
        )
        return Taxation(assessed, way, rates)

    if not territory.regions:
        return to(None), ()
    region = region_of(territory, consignment.ship_to)
    if region is not None:
        return to(region), ()
    owed = [line.in_tax_base for line in duties]
    by_region = [to(region) for region in territory.regions]
    dearest = max(by_region, key=lambda each: each.total(owed, lowest=False))
    return dearest, tuple(each for each in by_region if each is not dearest)


def region_of(territory: Territory, place: Place) -> str | None:
    """The region that a place is in, as it says or by its postal code; None when not known."""
    region = (place.region or "").upper()
    if region in territory.regions:
        return region
    postal_code = (place.postal_code or "").upper().replace(" ", "").replace("-", "")
    found = [one for prefix, one in territory.postal_regions if postal_code.startswith(prefix)]
    return found[0] if found and postal_code else None


def _waive_small(border: Border, charges: tuple[Charge, ...]) -> tuple[Charge, ...]:
    """The charges without those that are too small to be collected at the border."""
    for waiver, limit in waivers_of(border.territory, border.on):
        small = [
            charge
            for charge in charges
            if charge.kind in waiver.waives and charge.collected_at == "border"
        ]
        total = sum([charge.assessed.amount for charge in small], Decimal(0))
        version = waiver.limit.on(border.on)
        if version is None or not is_waived(waiver, limit, total):
            continue
        word = "up to" if waiver.inclusive else "below"
        why = f"{waiver.name}: {total} in all, {word} {version.value}"
        citation = Citation(version.law, version.since, version.until)
        charges = tuple(
            replace(
                charge,
                assessed=charge.assessed * 0,
                working=f"{charge.working}; {why}",
                status="waived",
                citation=citation,
            )
            if charge in small
            else charge
            for charge in charges
        )
    return charges


@dataclass(frozen=True, slots=True)
class _Range:
    """How far duty and tax together move when the duty of a line, a rate or the region does."""

    border: Border
    duties: Sequence[LineDuty]
    taxation: Taxation
    elsewhere: Sequence[Taxation]
    asked: Sequence[Question]

    def bounds(self) -> tuple[Decimal, Decimal | None]:
        """How much less and how much more it may come to; more is None when it cannot be said."""
        spared = Decimal(0)
        bounded = not self.taxation.is_open
        for question in self.asked:
            spared += question.likely - question.low
            bounded = bounded and question.high is not None
        if not self._is_open():
            return -spared, Decimal(0) if bounded else None
        everywhere = (self.taxation, *self.elsewhere)
        likely = self._likely()
        lows = [line.low for line in self.duties]
        low = min([each.total(lows, lowest=True) for each in everywhere]) - likely - spared
        highs = [line.high for line in self.duties if line.high is not None]
        if not bounded or len(highs) < len(self.duties):
            return low, None
        return low, max([each.total(highs, lowest=False) for each in everywhere]) - likely

    def effects(self) -> tuple[Effect, ...]:
        """Each open question with its own effect, the widest first."""
        found = []
        amounts = [line.amount for line in self.duties]
        for index, line in enumerate(self.duties):
            for question in line.questions:
                low = self._moved(amounts, index, question.low - question.likely)
                high = (
                    None
                    if question.high is None
                    else self._moved(amounts, index, question.high - question.likely)
                )
                found.append(Effect(question, low, high))
        for question in self.asked:
            high = None if question.high is None else question.high - question.likely
            found.append(Effect(question, question.low - question.likely, high))
        found += self._tax_effects()
        return tuple(sorted(found, key=_width, reverse=True))

    def _tax_effects(self) -> list[Effect]:
        found = []
        owed = [line.in_tax_base for line in self.duties]
        for tax, line, low, likely in self.taxation.lower_lines(owed):
            why = f"{tax.name}: these goods may have a lower rate"
            question = Question(CATEGORY_FACT, line.item.id, why, low, likely, likely)
            found.append(Effect(question, low - likely, Decimal(0)))
        for group in self.taxation.groups:
            fact = group.tax.rate_fact
            if group.first.is_open and fact is not None:
                zero = Decimal(0)
                why = f"{group.tax.name}: its rate depends on the goods and is not held"
                only = group.first.item.id if len(group.indexes) == 1 else None
                found.append(Effect(Question(fact, only, why, zero, zero, None), zero, None))
        if self.elsewhere:
            likely = self.taxation.total(owed, lowest=False)
            cheapest = min(each.total(owed, lowest=False) for each in self.elsewhere)
            if cheapest < likely:
                why = "The tax depends on the region the goods go to; taken as the dearest"
                question = Question("ship_to.region", None, why, cheapest, likely, likely)
                found.append(Effect(question, cheapest - likely, Decimal(0)))
        return found

    def _is_open(self) -> bool:
        if self.elsewhere or self.taxation.may_be_lower:
            return True
        return any([line.low != line.amount or line.high != line.amount for line in self.duties])

    def _likely(self) -> Decimal:
        return self.taxation.total([line.amount for line in self.duties], lowest=False)

    def _moved(self, amounts: Sequence[Decimal], index: int, by: Decimal) -> Decimal:
        moved = [amount + by if at == index else amount for at, amount in enumerate(amounts)]
        total = self.taxation.total
        return total(moved, lowest=False) - total(amounts, lowest=False)


def _width(effect: Effect) -> Decimal:
    """How wide a question is; one whose upper end is unknown is wider than any other."""
    return Decimal("Infinity") if effect.high is None else effect.high - effect.low


def _outcomes(
    consignment: Consignment, values: Sequence[LineValue], duties: Sequence[LineDuty]
) -> tuple[LineOutcome, ...]:
    return tuple(
        LineOutcome(item.id, item.hs_code, duty.commodity_code, value.customs_value)
        for item, value, duty in zip(consignment.items, values, duties, strict=True)
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
        Assumption(f"{r.relief.name}: {r.version.value}", r.version.confidence, r.version.law)
        for r in reliefs
        if r.frees("tax") and r.version.confidence != "official"
    ]


def _excise_findings(
    border: Border, consignment: Consignment, excise: AssessedExcise
) -> tuple[Finding, ...]:
    """Alcohol and tobacco owe excise, whose rates are not held: said so, with no upper end."""
    return tuple(
        Finding(
            code="excise-not-covered",
            outcome="warning",
            message="Excise is due on these goods; its rates are not held, it is not in the total",
            line=item.id,
        )
        for item in consignment.items
        if is_excise(border.territory, item) and item.id not in excise.covered
    )
