"""What do all taxes on a consignment come to, one on the other, and what if a duty were another?

Lines of one rate that are collected at one place are taxed together and rounded once, as a
declaration does. A tax may count an earlier one in its base (a cascade), or itself ("por dentro").
Amounts that a law calls too small to collect are waived at the end.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import cast

from customs.rounding import Rounding, rounding
from customs.rules import Tax
from customs.tax_groups import ALL, NONE, Assessed, Group, Rates, groups_of
from customs.taxes import TaxedLine, spelled
from customs.waivers import is_waived, waivers_of
from data.model.charges import Charge, ChargeKind, Citation
from data.model.money import Money, currency

_PARTS = {
    "customs_value": "customs value", "intrinsic": "price", "duty": "duty",
    "excise": "excise", "freight": "freight", "insurance": "insurance", "fees": "fees",
}  # fmt: skip


class Taxation:
    """The taxes of a consignment to one region, for any duties on its lines."""

    __slots__ = ("_base_ways", "_counted", "_way", "assessed", "groups")

    def __init__(self, assessed: Assessed, way: Rounding, rates: Rates) -> None:
        self.assessed = assessed
        self._way = way
        self._counted = rates.counted
        self._base_ways: dict[str, Callable[[Decimal], Decimal]] = {}
        self.groups = [
            group for tax, lines in rates.taxes for group in groups_of(assessed, tax, lines)
        ]

    @property
    def is_open(self) -> bool:
        """Whether a rate is not known at all."""
        return any([group.first.is_open for group in self.groups])

    @property
    def may_be_lower(self) -> bool:
        """Whether a line may have a lower rate than it is charged."""
        return any([line.lowest for group in self.groups for line in group.lines])

    def charged_lines(self) -> list[tuple[Tax, list[TaxedLine]]]:
        """The lines that each tax is charged on."""
        return [(group.tax, list(group.lines)) for group in self.groups if any(group.parts)]

    def charges(self, duties: Sequence[Decimal]) -> list[Charge]:
        """One charge for each rate of each tax, on these duties line by line."""
        return [
            self._charge(group, base, amount, duties)
            for group, base, amount in self._assess(duties, lowest=False)
        ]

    def total(self, duties: Sequence[Decimal], *, lowest: bool) -> Decimal:
        """What duty and tax come to, or would with the lowest rate that each line might have."""
        duty, border, sale = sum(duties, NONE), NONE, NONE
        for group, _, amount in self._assess(duties, lowest=lowest):
            if group.collected_at == "sale":
                sale += amount
            else:
                border += amount
        for waiver, limit in waivers_of(self.assessed.territory, self.assessed.on):
            counted = (duty if "duty" in waiver.waives else NONE) + (
                border if "tax" in waiver.waives else NONE
            )
            if is_waived(waiver, limit, counted):
                duty = NONE if "duty" in waiver.waives else duty
                border = NONE if "tax" in waiver.waives else border
        return duty + border + sale

    def lower_lines(
        self, duties: Sequence[Decimal]
    ) -> Iterator[tuple[Tax, TaxedLine, Decimal, Decimal]]:
        """Each line that may have a lower rate, with its tax at that rate and as it is charged."""
        for group in self.groups:
            if not any(line.lowest for line in group.lines):
                continue
            for at, line in enumerate(group.lines):
                if line.lowest is not None:
                    base = (group.fixed[at] + self._duty(group, duties, at)) * group.parts[at]
                    low = self._amount(group, base, line.lowest.value)
                    yield group.tax, line, low, self._amount(group, base, line.version.value)

    def _assess(
        self, duties: Sequence[Decimal], *, lowest: bool
    ) -> Iterator[tuple[Group, Decimal, Decimal]]:
        earlier: dict[str, list[Decimal]] = {}
        for group in self.groups:
            bases = self._bases(group, duties, earlier)
            base = self._base_way(group.tax)(sum(bases, NONE))
            if lowest and any(line.lowest for line in group.lines):
                amount = self._lowest(group, bases)
            else:
                amount = self._amount(group, base, group.first.version.value)
            if group.tax.id in self._counted:
                by_line = earlier.setdefault(group.tax.id, [NONE] * len(duties))
                whole = sum(bases, NONE)
                counted = self._unshared(group, base, amount)
                for index, part in zip(group.indexes, bases, strict=True):
                    by_line[index] += counted * part / whole if whole else NONE
            yield group, base, amount

    def _bases(
        self, group: Group, duties: Sequence[Decimal], earlier: Mapping[str, list[Decimal]]
    ) -> list[Decimal]:
        bases = list(group.fixed)
        if group.counts_duty:
            bases = [b + duties[index] for b, index in zip(bases, group.indexes, strict=True)]
        for name in group.tax.base if earlier else ():
            if name in earlier:
                by_line = earlier[name]
                bases = [b + by_line[index] for b, index in zip(bases, group.indexes, strict=True)]
        if group.relief is not None:
            bases = [b * part for b, part in zip(bases, group.parts, strict=True)]
        return bases

    def _duty(self, group: Group, duties: Sequence[Decimal], at: int) -> Decimal:
        return duties[group.indexes[at]] if group.counts_duty else NONE

    def _amount(self, group: Group, base: Decimal, percent: Decimal) -> Decimal:
        whole = ALL - percent if group.tax.gross_up else ALL
        amount = base * percent / whole
        return self._way.apply(amount if group.share == ALL else amount * group.share / ALL)

    def _unshared(self, group: Group, base: Decimal, amount: Decimal) -> Decimal:
        """What a later tax counts of this one: all of it, whatever share is collected."""
        if group.share == ALL:
            return amount
        return self._amount(group._replace(share=ALL), base, group.first.version.value)

    def _lowest(self, group: Group, bases: Sequence[Decimal]) -> Decimal:
        sums: dict[Decimal, Decimal] = {}
        for line, base in zip(group.lines, bases, strict=True):
            percent = (line.lowest or line.version).value
            sums[percent] = sums.get(percent, NONE) + base
        return sum((self._amount(group, base, rate) for rate, base in sums.items()), NONE)

    def _base_way(self, tax: Tax) -> Callable[[Decimal], Decimal]:
        known = self._base_ways.get(tax.id)
        if known is None:
            version = tax.base_rounding.on(self.assessed.on) if tax.base_rounding else None
            unit = self.assessed.territory.currency
            known = rounding(version.value, unit).apply if version else _exactly
            self._base_ways[tax.id] = known
        return known

    def _charge(
        self, group: Group, base: Decimal, amount: Decimal, duties: Sequence[Decimal]
    ) -> Charge:
        unit = currency(self.assessed.territory.currency)
        tax, first = group.tax, group.first
        percent = first.version.value
        rate = spelled(first.rate, percent)
        shown = self._base_way(tax)(base) if tax.base_rounding else self._shown(base)
        working = f"{rate} × {shown} {unit.code} ({self._parts(tax, duties)})"
        if tax.gross_up:
            working = f"{working} ÷ (100% − {rate})"
        if group.share != ALL:
            working = f"{working} × {group.share.normalize():f}%"
        relieved = group.relief is not None and not any(group.parts)
        version = group.relief.version if relieved and group.relief else first.version
        if relieved and group.relief is not None:
            working = group.relief.named()
        if first.is_open:
            working = f"depends on {tax.rate_fact}"
        return Charge(
            kind=cast(ChargeKind, tax.kind),
            code=f"{self.assessed.territory.code}.{tax.id.lower()}.{first.rate.category}",
            name=first.rate.name or tax.name,
            line=first.item.id if len(group.indexes) == 1 else None,
            expression=None if first.is_open else rate,
            base=Money(shown, unit),
            working=working,
            assessed=Money(amount, unit),
            rounding=self._way.name,
            billed_to=group.billed_to,
            collected_at=group.collected_at,
            recoverable=self.assessed.consignment.buyer.type == "business" and tax.kind == "tax",
            status="needs_answer" if first.is_open else "waived" if relieved else "applies",
            citation=None if first.is_open else Citation(version.law, version.since, version.until),
        )

    def _shown(self, base: Decimal) -> Decimal:
        return rounding("half up", self.assessed.territory.currency).apply(base)

    def _is_there(self, name: str, duties: Sequence[Decimal]) -> bool:
        """Whether a part of a base, or a tax that it counts, is more than nothing."""
        found = self.assessed
        if name in ("customs_value", "intrinsic"):
            return True
        if name == "duty":
            return any(duties)
        if name == "excise":
            return any(found.excise)
        if name == "fees":
            return bool(found.fees)
        if name in ("freight", "insurance"):
            return any([getattr(value, name) for value in found.values])
        return any(group.tax.id == name for group in self.groups)

    def _parts(self, tax: Tax, duties: Sequence[Decimal]) -> str:
        """What the base is made of, in words: only what is there."""
        words = [_PARTS.get(name, name) for name in tax.base if self._is_there(name, duties)]
        if tax.uplift is not None:
            words.append("uplift")
        return " + ".join(words)


def _exactly(amount: Decimal) -> Decimal:
    return amount
