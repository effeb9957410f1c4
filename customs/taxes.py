"""At which rate is a line taxed, and who collects it?

A line's rate is the one its category has: stated as a fact, by its code, by the region it goes to,
or the ordinary one. What the taxes come to together is customs.taxation's question.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from customs.answers import WrongFactError
from customs.rules import Tax, TaxRate
from customs.schemes import SchemeInForce, is_reverse_charge
from data.model.charges import Assumption, BilledTo, CollectedAt
from data.model.consignment import Consignment, GoodsItem
from data.model.dated import Dated, Law, Version
from data.model.records import quick

CATEGORY_FACT = "vat_category"
GIVEN = "given"
_GIVEN_LAW = Law("GIVEN", "As given in the request")
_ALWAYS = date(1, 1, 1)
_UNKNOWN = TaxRate("unknown", Dated(()))
_NOTHING: Version[Decimal] = Version(Decimal(0), _ALWAYS, None, _GIVEN_LAW)


@quick
@dataclass(frozen=True, slots=True)
class TaxedLine:
    """One line as a tax sees it: its category and rate, and whether a lower one might be right.

    `is_open` says that the rate is not known at all and asked for.
    """

    item: GoodsItem
    rate: TaxRate
    version: Version[Decimal]
    lowest: Version[Decimal] | None
    is_open: bool = False


def check_categories(taxes: Sequence[Tax], items: Sequence[GoodsItem]) -> None:
    """Refuse a category that none of the taxes has; raises `WrongFactError`."""
    for index, item in enumerate(items):
        given = item.facts.get(CATEGORY_FACT) if item.facts else None
        if given is not None and taxes and all(given not in tax.rates for tax in taxes):
            names = ", ".join(dict.fromkeys(name for tax in taxes for name in tax.rates))
            why = f"{taxes[0].name} has no rate called {given!r}; it has {names}"
            raise WrongFactError(index, CATEGORY_FACT, why)


def taxed_lines(
    tax: Tax, items: Sequence[GoodsItem], on: date, region: str | None = None, buyer: str = ""
) -> tuple[TaxedLine | None, ...]:
    """The rate of each line, None for a line that does not owe the tax.

    A line of a kind that may have a lower rate, and for which nobody said so, carries the lowest
    rate it might have. Raises `WrongFactError` for a rate given as a fact that is no percentage.
    """
    if tax.buyer is not None and tax.buyer != buyer:
        return (None,) * len(items)
    regional = next(
        (
            rate
            for rate in tax.rates.values()
            if region in rate.regions and rate.buyer in (None, buyer) and rate.percent.on(on)
        ),
        None,
    )
    return tuple([_taxed_line(tax, item, at, on, regional) for at, item in enumerate(items)])


def collection_of(
    tax: Tax, scheme: SchemeInForce | None, consignment: Consignment
) -> tuple[CollectedAt, BilledTo]:
    """Where a tax on what the scheme covers is collected, and whom it is billed to."""
    if scheme is None or tax.id not in scheme.scheme.collects:
        return "border", "importer"
    if is_reverse_charge(scheme, consignment):
        return "border", "buyer"
    return "sale", "seller"


def tax_assumptions(lines: Sequence[TaxedLine | None], name: str) -> list[Assumption]:
    """What about the rates is not read from the law itself."""
    seen = {
        (line.rate.category, line.version.confidence): line
        for line in lines
        if line is not None and line.version.confidence != "official"
    }
    return [
        Assumption(
            f"{name}: {category} rate of {spelled(line.rate, line.version.value)}",
            line.version.confidence,
            line.version.law,
        )
        for (category, _), line in seen.items()
    ]


def spelled(rate: TaxRate, percent: Decimal) -> str:
    """A rate as it is printed.

    >>> spelled(_UNKNOWN, Decimal("8.10"))
    '8.1%'
    """
    return rate.spelled.get(percent) or f"{percent.normalize():f}%"


def _taxed_line(
    tax: Tax, item: GoodsItem, at: int, on: date, regional: TaxRate | None
) -> TaxedLine | None:
    code = item.hs_code or ""
    if tax.goods and not code.startswith(tax.goods):
        return None
    if tax.rate_fact is not None and tax.rate_fact in item.facts:
        return _given(tax.rate_fact, item, at)
    given = item.facts.get(CATEGORY_FACT) if item.facts else None
    rate = tax.rates.get(given) if given is not None else None
    if rate is None:
        rate = next((r for r in tax.rates.values() if r.goods and code.startswith(r.goods)), None)
    version = rate.percent.on(on) if rate is not None else None
    if rate is None or version is None:
        rate = regional or tax.rates.get("standard")
        version = rate.percent.on(on) if rate is not None else None
    if rate is None or version is None:
        if tax.rate_fact is not None:
            return TaxedLine(item, _UNKNOWN, _NOTHING, None, is_open=True)
        if "standard" in tax.rates and tax.scheme is None:
            raise ValueError(f"{tax.id} has no standard rate on {on}")
        return None
    lowest = None
    if (
        given is None
        and (rate is regional or rate.category == "standard")
        and tax.lower_category is not None
        and code.startswith(tax.may_be_lower)
    ):
        lowest = _lowest(tax, version, on)
    return TaxedLine(item, rate, version, lowest)


def _lowest(tax: Tax, version: Version[Decimal], on: date) -> Version[Decimal] | None:
    """The lowest rate that goods which may have a lower one may have."""
    lower = [
        v
        for rate in tax.rates.values()
        if not rate.regions and (v := rate.percent.on(on)) is not None
    ]
    lowest = min(lower, key=lambda v: v.value, default=version)
    return lowest if lowest.value < version.value else None


def _given(fact: str, item: GoodsItem, at: int) -> TaxedLine:
    text = item.facts[fact]
    try:
        percent = Decimal(text.removesuffix("%").strip())
    except InvalidOperation:
        percent = Decimal(-1)
    if not 0 <= percent < 100:
        raise WrongFactError(at, fact, f"{text!r} is not a percentage")
    version = Version(percent, _ALWAYS, None, _GIVEN_LAW, "unconfirmed")
    return TaxedLine(item, TaxRate(GIVEN, Dated((version,))), version, None)
