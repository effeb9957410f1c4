"""What do all taxes on a consignment come to, one on the other, and what if a duty were another?

Lines of one rate that are collected at one place are taxed together and rounded once, as a
declaration does. A tax may count an earlier one in its base (a cascade), or itself ("por dentro").
Amounts that a law calls too small to collect are waived at the end.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, cast

from customs.relief import Relieved
from customs.rounding import Rounding, rounding
from customs.rules import Tax, Territory, Waiver
from customs.schemes import SchemeInForce
from customs.taxes import TaxedLine, check_categories, collection_of, spelled, taxed_lines
from customs.valuation import LineValue
from data.model.charges import BilledTo, Charge, ChargeKind, Citation, CollectedAt
from data.model.consignment import Consignment
from data.model.money import Money, currency

NONE = Decimal(0)
ALL = Decimal(100)
_PARTS = {
    "customs_value": "customs value", "intrinsic": "price", "duty": "duty",
    "excise": "excise", "freight": "freight", "insurance": "insurance", "fees": "fees",
}  # fmt: skip


_OF_VALUE = ("customs_value", "intrinsic", "freight", "insurance")


class Assessed(NamedTuple):
    """What taxes are assessed on beside duty: values, excise, fees, and who is spared.

    `fees` are those that taxes count; `replaced` says, line by line, which taxes a regime stands
    in place of.
    """

    territory: Territory
    consignment: Consignment
    values: Sequence[LineValue]
    reliefs: Sequence[Relieved]
    scheme: SchemeInForce | None
    on: date
    excise: Sequence[Decimal] = ()
    fees: Decimal = NONE
    replaced: Sequence[tuple[str, ...]] = ()


class Group(NamedTuple):
    """The lines of one tax that have one rate and one place of collection.

    `fixed` is what of each line's base no duty changes, `parts` the share that is not relieved.
    """

    tax: Tax
    first: TaxedLine
    indexes: tuple[int, ...]
    fixed: tuple[Decimal, ...]
    parts: tuple[Decimal, ...]
    lines: tuple[TaxedLine, ...]
    collected_at: CollectedAt
    billed_to: BilledTo
    share: Decimal
    relief: Relieved | None
    counts_duty: bool


class Rates(NamedTuple):
    """Every tax of a territory, in order, with the rate that each line has.

    `counted` are the taxes that a later one counts in its base.
    """

    taxes: tuple[tuple[Tax, tuple[TaxedLine | None, ...]], ...]
    counted: frozenset[str]


def rates_of(territory: Territory, consignment: Consignment, on: date, region: str | None) -> Rates:
    """The rates of all taxes on all lines, for a consignment to a region of the territory.

    Raises `WrongFactError` for a category or a rate, given as a fact, that cannot be meant.
    """
    buyer, items, taxes = consignment.buyer.type, consignment.items, territory.taxes
    check_categories(taxes, items)
    named = {name for tax in taxes for name in tax.base}
    return Rates(
        tuple([(tax, taxed_lines(tax, items, on, region, buyer)) for tax in taxes]),
        frozenset([tax.id for tax in taxes if tax.id in named]),
    )


class Taxation:
    """The taxes of a consignment to one region, for any duties on its lines."""

    __slots__ = ("_base_ways", "_counted", "_way", "assessed", "groups")

    def __init__(self, assessed: Assessed, way: Rounding, rates: Rates) -> None:
        self.assessed = assessed
        self._way = way
        self._counted = rates.counted
        self._base_ways: dict[str, Callable[[Decimal], Decimal]] = {}
        self.groups = [group for tax, lines in rates.taxes for group in self._groups(tax, lines)]

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

    def _groups(self, tax: Tax, lines: Sequence[TaxedLine | None]) -> list[Group]:
        found = self.assessed
        scheme = found.scheme
        at_sale = collection_of(tax, scheme, found.consignment)
        members: dict[tuple[str, Decimal, bool], list[int]] = {}
        for index, line in enumerate(lines):
            covered = scheme is not None and scheme.covers[index]
            if line is None or (found.replaced and tax.id in found.replaced[index]):
                continue
            if tax.scheme is not None and not (
                covered and scheme is not None and tax.scheme == scheme.scheme.id
            ):
                continue
            if covered and scheme is not None and tax.id in scheme.scheme.in_place_of:
                continue
            key = (line.rate.category, line.version.value, covered and at_sale[0] == "sale")
            members.setdefault(key, []).append(index)
        fixed = self._fixed(tax) if members else []
        groups = []
        for (_, _, sold), indexes in members.items():
            own = tuple([cast(TaxedLine, lines[index]) for index in indexes])
            covered = scheme is not None and scheme.covers[indexes[0]]
            where, whom = at_sale if covered else ("border", "importer")
            relief, parts = self._relieved(indexes, sold=sold)
            groups.append(
                Group(
                    tax,
                    own[0],
                    tuple(indexes),
                    tuple([fixed[index] for index in indexes]),
                    parts,
                    own,
                    where,
                    whom,
                    scheme.share if scheme is not None and sold else ALL,
                    relief,
                    "duty" in tax.base,
                )
            )
        return groups

    def _relieved(
        self, indexes: Sequence[int], *, sold: bool
    ) -> tuple[Relieved | None, tuple[Decimal, ...]]:
        """What is left to be taxed of each line; what a seller collects no relief spares."""
        relief, parts = None, [Decimal(1)] * len(indexes)
        for relieved in self.assessed.reliefs:
            if relieved.frees("tax") and not sold:
                relief = relieved
                parts = [
                    part * (1 - relieved.shares[index])
                    for part, index in zip(parts, indexes, strict=True)
                ]
        return relief, tuple(parts)

    def _fixed(self, tax: Tax) -> list[Decimal]:
        """What of each line's base depends on no duty and no other tax."""
        found = self.assessed
        uplift = tax.uplift.percent.on(found.on) if tax.uplift is not None else None
        fees = NONE
        if "fees" in tax.base and found.fees:
            fees = found.fees / (sum([v.customs_value for v in found.values], NONE) or 1)
        bases = []
        for index, value in enumerate(found.values):
            base = sum([getattr(value, name) for name in tax.base if name in _OF_VALUE], NONE)
            if found.excise and "excise" in tax.base:
                base += found.excise[index]
            if fees:
                base += fees * value.customs_value
            if uplift is not None and tax.uplift is not None:
                item = found.consignment.items[index]
                origin = item.country_of_origin or found.consignment.ship_from.country
                if origin not in tax.uplift.except_origins:
                    base += value.customs_value * uplift.value / 100
            bases.append(base)
        return bases

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
            working = f"{group.relief.relief.name}, up to {group.relief.version.value}"
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


def waivers_of(territory: Territory, on: date) -> list[tuple[Waiver, Decimal]]:
    """The waivers of small amounts in force on a day, with their limits."""
    return [
        (waiver, version.value.amount)
        for waiver in territory.waivers
        if (version := waiver.limit.on(on)) is not None
    ]


def is_waived(waiver: Waiver, limit: Decimal, amount: Decimal) -> bool:
    """Whether an amount of duty or tax is too small to be collected."""
    return amount > 0 and (amount <= limit if waiver.inclusive else amount < limit)


def _exactly(amount: Decimal) -> Decimal:
    return amount
