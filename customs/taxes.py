"""Which tax is due on the import, at which rate, on what base, and who collects it?

Lines of one rate are taxed together and rounded once, as a declaration does; the working names the
parts of the base.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from customs.answers import WrongFactError
from customs.relief import Relieved
from customs.rounding import Rounding
from customs.schemes import SchemeInForce, is_reverse_charge
from customs.territories import Tax, TaxRate, Territory
from customs.valuation import LineValue
from data.model.charges import Assumption, BilledTo, Charge, Citation, CollectedAt
from data.model.consignment import Consignment, GoodsItem
from data.model.dated import Version
from data.model.money import Money, currency

CATEGORY_FACT = "vat_category"


@dataclass(frozen=True, slots=True)
class TaxedLine:
    """One line as a tax sees it: its category and rate, and whether a lower one might be right."""

    item: GoodsItem
    rate: TaxRate
    version: Version[Decimal]
    lowest: Version[Decimal] | None


def taxed_lines(tax: Tax, items: Sequence[GoodsItem], on: date) -> tuple[TaxedLine, ...]:
    """The rate of each line: of the category given as a fact, else the code's, else standard.

    A line of a kind that may have a lower rate, and for which nobody said so, carries the lowest
    rate it might have. Raises `WrongFactError` for a category that the tax does not have.
    """
    lines = []
    for index, item in enumerate(items):
        given = item.facts.get(CATEGORY_FACT)
        if given is not None and given not in tax.rates:
            why = f"{tax.name} has no rate called {given!r}; it has {', '.join(tax.rates)}"
            raise WrongFactError(index, CATEGORY_FACT, why)
        lines.append(_taxed_line(tax, item, on))
    return tuple(lines)


def assess_taxes(
    territory: Territory,
    tax: Tax,
    lines: Sequence[TaxedLine],
    bases: Sequence[Decimal],
    parts: str,
    collection: tuple[CollectedAt, BilledTo],
    rounding: Rounding,
    *,
    recoverable: bool,
) -> tuple[Charge, ...]:
    """One charge for each rate that the lines have. `parts` says what the bases are made of."""
    charges = []
    unit = territory.currency
    for category, indexes in _groups(lines).items():
        first = lines[indexes[0]]
        base = sum((bases[index] for index in indexes), Decimal(0))
        percent = first.version.value
        amount = rounding.apply(base * percent / 100)
        charges.append(
            Charge(
                kind="tax",
                code=f"{territory.code}.{tax.id.lower()}.{category}",
                name=tax.name,
                line=first.item.id if len(indexes) == 1 else None,
                expression=f"{percent.normalize():f}%",
                base=Money(rounding.apply(base), currency(unit)),
                working=f"{percent.normalize():f}% × {rounding.apply(base)} {unit} ({parts})",
                assessed=Money(amount, currency(unit)),
                rounding=rounding.name,
                billed_to=collection[1],
                collected_at=collection[0],
                recoverable=recoverable,
                citation=Citation(first.version.law, first.version.since, first.version.until),
            )
        )
    return tuple(charges)


def tax_total(
    lines: Sequence[TaxedLine], bases: Sequence[Decimal], rounding: Rounding, *, lowest: bool
) -> Decimal:
    """What the tax comes to on other bases, or with the lowest rate each line might have."""
    sums: dict[Decimal, Decimal] = {}
    for line, base in zip(lines, bases, strict=True):
        version = line.lowest if lowest and line.lowest else line.version
        sums[version.value] = sums.get(version.value, Decimal(0)) + base
    return sum((rounding.apply(base * rate / 100) for rate, base in sums.items()), Decimal(0))


def taxable_bases(
    tax: Tax,
    values: Sequence[LineValue],
    duties: Sequence[Decimal],
    reliefs: Sequence[Relieved],
) -> list[Decimal]:
    """What each line is taxed on: the components that the law names, less what a relief frees."""
    bases = []
    for index, (value, duty) in enumerate(zip(values, duties, strict=True)):
        components: Mapping[str, Decimal] = {
            "customs_value": value.customs_value,
            "duty": duty,
            "excise": Decimal(0),
            "freight": value.freight,
            "insurance": value.insurance,
            "onward_transport": Decimal(0),
        }
        base = sum((components[name] for name in tax.base), Decimal(0))
        for relieved in reliefs:
            if relieved.frees("tax"):
                base *= 1 - relieved.shares[index]
        bases.append(base)
    return bases


def collection_of(
    tax: Tax, scheme: SchemeInForce | None, consignment: Consignment
) -> tuple[CollectedAt, BilledTo]:
    """Where a tax is collected and whom it is billed to."""
    if scheme is None or tax.id not in scheme.scheme.collects:
        return "border", "importer"
    if is_reverse_charge(scheme, consignment):
        return "border", "buyer"
    return "sale", "seller"


def tax_assumptions(lines: Sequence[TaxedLine], name: str) -> list[Assumption]:
    """What about the rates is not read from the law itself."""
    seen = {
        (line.rate.category, line.version.confidence): line
        for line in lines
        if line.version.confidence != "official"
    }
    return [
        Assumption(
            f"{name}: {category} rate of {line.version.value.normalize():f}%",
            line.version.confidence,
            line.version.law,
        )
        for (category, _), line in seen.items()
    ]


def _taxed_line(tax: Tax, item: GoodsItem, on: date) -> TaxedLine:
    given = item.facts.get(CATEGORY_FACT)
    code = item.hs_code or ""
    category = given if given in tax.rates else None
    if category is None:
        by_code = [
            rate for rate in tax.rates.values() if rate.goods and code.startswith(rate.goods)
        ]
        category = by_code[0].category if by_code else "standard"
    version = tax.rates[category].percent.on(on)
    if version is None:
        category = "standard"
        version = tax.rates[category].percent.on(on)
    if version is None:
        raise ValueError(f"{tax.id} has no {category} rate on {on}")
    lowest = None
    if given is None and category == "standard" and code.startswith(tax.may_be_lower or ("-",)):
        lower = [v for rate in tax.rates.values() if (v := rate.percent.on(on)) is not None]
        lowest = min(lower, key=lambda v: v.value)
        if lowest.value >= version.value:
            lowest = None
    return TaxedLine(item, tax.rates[category], version, lowest)


def _groups(lines: Sequence[TaxedLine]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for index, line in enumerate(lines):
        groups.setdefault(line.rate.category, []).append(index)
    return groups
