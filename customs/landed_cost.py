"""What does the border ask for this consignment, sent this way, on this day?

The straight line: value → reliefs and schemes → duties → fees → taxes → the range over whatever is
not known. One call for one price of freight and one mode; who pays what under which terms of sale
is customs.incoterms' question.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from customs.fees import assess_fees
from customs.import_duties import Border, Duties, LineDuty, assess_duties, rounding_of
from customs.relief import Relieved, is_excise, reliefs_of
from customs.schemes import SchemeInForce, scheme_of
from customs.taxes import (
    CATEGORY_FACT,
    TaxedLine,
    assess_taxes,
    collection_of,
    tax_assumptions,
    tax_total,
    taxable_bases,
    taxed_lines,
)
from customs.territories import Tax, Territory
from customs.valuation import LineValue, customs_values
from data.model.charges import Assumption, Charge, Considered, Finding, Question
from data.model.consignment import Consignment, Mode
from data.model.money import Money
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


@dataclass(frozen=True, slots=True)
class _Taxation:
    """One tax of one consignment: what its total depends on."""

    tax: Tax
    lines: tuple[TaxedLine, ...]


def border_cost(
    border: Border, consignment: Consignment, freight: Money, mode: Mode, *, explain: bool = False
) -> BorderCost:
    """What the border asks for a consignment, at a price of freight and by a mode of transport."""
    territory, on, exchange = border.territory, border.on, border.exchange
    basis = territory.customs_value.on(on)
    if basis is None:
        raise ValueError(f"{territory.code} has no rule for the customs value on {on}")
    values = customs_values(consignment, freight, basis.value, territory.currency, exchange)
    reliefs = reliefs_of(territory, consignment, values, mode, on, exchange)
    scheme = scheme_of(territory, consignment, values, mode, on, exchange)
    duties = assess_duties(border, consignment, values, reliefs, scheme, mode, explain=explain)
    fees = assess_fees(territory, consignment, values, reliefs, mode, on, exchange)
    taxations = border.once("taxed lines", lambda: _taxations(border, consignment))
    taxes = _taxes(border, consignment, values, reliefs, scheme, duties, taxations)
    measured = _Range(border, values, reliefs, duties.lines, taxations)
    assumptions = [
        *(assumption for line in duties.lines for assumption in line.assumptions),
        *duties.assumptions,
        *fees.assumptions,
        *(a for t in taxations for a in tax_assumptions(t.lines, t.tax.name)),
        *_flat_duty_in_base(border, duties),
    ]
    findings = [finding for line in duties.lines for finding in line.findings]
    excise = _excise_findings(border, consignment)
    return BorderCost(
        currency=territory.currency,
        charges=(
            *(charge for line in duties.lines for charge in line.charges),
            *duties.flat,
            *fees.charges,
            *taxes,
        ),
        lines=_outcomes(consignment, values, duties.lines),
        effects=measured.effects(),
        low=measured.low(),
        high=None if excise else measured.high(),
        assumptions=tuple(dict.fromkeys(assumptions)),
        findings=(*findings, *excise),
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


def _taxations(border: Border, consignment: Consignment) -> list[_Taxation]:
    return [
        _Taxation(tax, taxed_lines(tax, consignment.items, border.on))
        for tax in border.territory.taxes
    ]


def _taxes(
    border: Border,
    consignment: Consignment,
    values: Sequence[LineValue],
    reliefs: Sequence[Relieved],
    scheme: SchemeInForce | None,
    duties: Duties,
    taxations: Sequence[_Taxation],
) -> list[Charge]:
    way = rounding_of(border.territory, "tax", border.on)
    owed = [line.in_tax_base for line in duties.lines]
    charges: list[Charge] = []
    for taxation in taxations:
        bases = taxable_bases(taxation.tax, values, owed, reliefs)
        charges += assess_taxes(
            border.territory,
            taxation.tax,
            taxation.lines,
            bases,
            "customs value + duty" if any(owed) else "customs value",
            collection_of(taxation.tax, scheme, consignment),
            way,
            recoverable=consignment.buyer.type == "business",
        )
    return charges


@dataclass(frozen=True, slots=True)
class _Range:
    """How far duty and tax together move when the duty of a line does."""

    border: Border
    values: Sequence[LineValue]
    reliefs: Sequence[Relieved]
    duties: Sequence[LineDuty]
    taxations: Sequence[_Taxation]

    def low(self) -> Decimal:
        """How much less it may come to."""
        if not self._is_open():
            return Decimal(0)
        return self._sum([line.low for line in self.duties], lowest=True) - self._likely()

    def high(self) -> Decimal | None:
        """How much more it may come to, None when it cannot be said."""
        highs = [line.high for line in self.duties]
        if None in highs:
            return None
        if not self._is_open():
            return Decimal(0)
        return self._sum([high or Decimal(0) for high in highs], lowest=False) - self._likely()

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
        found += self._tax_effects()
        return tuple(sorted(found, key=_width, reverse=True))

    def _tax_effects(self) -> list[Effect]:
        way = rounding_of(self.border.territory, "tax", self.border.on)
        found = []
        for taxation in self.taxations:
            if not any(line.lowest for line in taxation.lines):
                continue
            owed = [line.in_tax_base for line in self.duties]
            bases = taxable_bases(taxation.tax, self.values, owed, self.reliefs)
            for line, base in zip(taxation.lines, bases, strict=True):
                if line.lowest is None:
                    continue
                likely = way.apply(base * line.version.value / 100)
                low = way.apply(base * line.lowest.value / 100)
                why = f"{taxation.tax.name}: these goods may have a lower rate"
                question = Question(CATEGORY_FACT, line.item.id, why, low, likely, likely)
                found.append(Effect(question, low - likely, Decimal(0)))
        return found

    def _is_open(self) -> bool:
        return any(line.low != line.amount or line.high != line.amount for line in self.duties) or (
            any(line.lowest for taxation in self.taxations for line in taxation.lines)
        )

    def _likely(self) -> Decimal:
        return self._sum([line.amount for line in self.duties], lowest=False)

    def _moved(self, amounts: Sequence[Decimal], index: int, by: Decimal) -> Decimal:
        moved = [amount + by if at == index else amount for at, amount in enumerate(amounts)]
        return self._sum(moved, lowest=False) - self._sum(amounts, lowest=False)

    def _sum(self, duties: Sequence[Decimal], *, lowest: bool) -> Decimal:
        way = rounding_of(self.border.territory, "tax", self.border.on)
        total = sum(duties, Decimal(0))
        for taxation in self.taxations:
            bases = taxable_bases(taxation.tax, self.values, duties, self.reliefs)
            total += tax_total(taxation.lines, bases, way, lowest=lowest)
        return total


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


def _excise_findings(border: Border, consignment: Consignment) -> tuple[Finding, ...]:
    """Alcohol and tobacco owe excise, whose rates are not held: said so, with no upper end."""
    return tuple(
        Finding(
            code="excise-not-covered",
            outcome="warning",
            message="Excise is due on these goods; its rates are not held, it is not in the total",
            line=item.id,
        )
        for item in consignment.items
        if is_excise(border.territory, item)
    )
