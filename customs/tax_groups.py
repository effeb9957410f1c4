"""Which lines are taxed together, and on what beside the duty?

A group is the lines of one tax that have one rate and one place of collection.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, cast

from customs.relief import Relieved
from customs.rules import Tax, Territory
from customs.schemes import SchemeInForce
from customs.taxes import TaxedLine, check_categories, collection_of, taxed_lines
from customs.valuation import LineValue
from data.model.charges import BilledTo, CollectedAt
from data.model.consignment import Consignment

NONE = Decimal(0)
WHOLE = Decimal(1)
ALL = Decimal(100)


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


def groups_of(found: Assessed, tax: Tax, lines: Sequence[TaxedLine | None]) -> list[Group]:
    """The lines that owe a tax, grouped by rate and by where it is collected."""
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
    fixed = _fixed(found, tax) if members else []
    groups = []
    for (_, _, sold), indexes in members.items():
        own = tuple([cast(TaxedLine, lines[index]) for index in indexes])
        covered = scheme is not None and scheme.covers[indexes[0]]
        where, whom = at_sale if covered else ("border", "importer")
        relief, parts = _relieved(found, indexes, sold=sold)
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
    found: Assessed, indexes: Sequence[int], *, sold: bool
) -> tuple[Relieved | None, tuple[Decimal, ...]]:
    """What is left to be taxed of each line; what a seller collects no relief spares."""
    relief, parts = None, [WHOLE] * len(indexes)
    for relieved in found.reliefs:
        if relieved.frees("tax") and not sold:
            relief = relieved
            parts = [
                part * (1 - relieved.shares[index])
                for part, index in zip(parts, indexes, strict=True)
            ]
    return relief, tuple(parts)


def _fixed(found: Assessed, tax: Tax) -> list[Decimal]:
    """What of each line's base depends on no duty and no other tax."""
    uplift = tax.uplift.percent.on(found.on) if tax.uplift is not None else None
    fees = NONE
    if "fees" in tax.base and found.fees:
        fees = found.fees / (sum([v.customs_value for v in found.values], NONE) or 1)
    bases = []
    names = [name for name in tax.base if name in _OF_VALUE]
    for index, value in enumerate(found.values):
        base = NONE
        for name in names:
            base += getattr(value, name)
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
