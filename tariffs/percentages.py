"""Which lines owe nothing but percentages, the same ones whatever they are worth?

Most lines have one commodity, a known origin, no facts and no claim, and the law charges them so
many percent of their value. Which percentages those are depends on the commodity, the origin, the
day and the mode: it is found out once, by pricing such a line the long way, and kept with the scope
of the commodity. Every other line goes the long way each time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from data.model.charges import Assumption, Charge
from data.model.consignment import NO_FACTS, Mode
from data.model.money import Money, currency
from data.model.records import quick
from tariffs.ledger import NONE, DutyContext, DutyLine, Entry
from tariffs.pricing import Price, Scope, entry_of, price, scope_of, unread_of
from tariffs.schedule import Commodity, Role
from tariffs.stacking import WHOLE

_NO_QUANTITIES: Mapping[str, Decimal] = {}


@dataclass(frozen=True, slots=True)
class Percentages:
    """What is charged, in order, each with the share of the value that it is charged on.

    `example` is the price of the goods that they were found out by, `assumptions` what of it was
    not read in an official text.
    """

    parts: tuple[tuple[Entry, Decimal], ...]
    example: Price
    assumptions: tuple[Assumption, ...]


@quick
@dataclass(frozen=True, slots=True)
class Sum:
    """What percentages come to for one line, rounded as the law rounds, and `exact`: before."""

    charges: tuple[Charge, ...]
    total: Decimal
    exact: Decimal


def percentages_of(commodity: Commodity, origin: str, context: DutyContext) -> Percentages | None:
    """The percentages that such goods owe, None where their duty takes more than multiplying."""
    scope = scope_of(commodity, origin, context)
    kept: dict[Mode | None, Percentages | None] = scope.percentages
    if context.mode not in kept:
        kept[context.mode] = _find(origin, context, scope)
    return kept[context.mode]


def multiply_out(percentages: Percentages, line: str, value: Decimal, context: DutyContext) -> Sum:
    """The charges of a line of this value that owes these percentages, as the long way has them."""
    unit = currency(context.currency)
    base = Money(value, unit)
    total = exact = NONE
    charges = []
    for said, share in percentages.parts:
        part, on = value, base
        if share is not WHOLE:
            part = value * share
            on = Money(part, unit)
        _, amount, working, _, _ = said.expression.run(
            part, context.currency, _NO_QUANTITIES, NO_FACTS, context.on, context.convert
        )
        assert amount is not None  # noqa: S101 - a percentage always has an amount
        rounded = context.round_duty(amount)
        total += rounded
        exact += amount
        charges.append(
            Charge(
                "duty",
                said.code,
                said.name,
                working,
                Money(rounded, unit),
                line,
                said.text,
                on,
                context.rounding,
                "importer",
                "border",
                False,  # noqa: FBT003  # positional: this runs for every charge of every offer
                "applies",
                said.citation,
            )
        )
    return Sum(tuple(charges), total, exact)


class _NotOnlyPercentagesError(ValueError):
    """A rate of exchange is needed, as no percentage does."""


def _refuse(amount: Decimal, source: str, target: str) -> Decimal:
    raise _NotOnlyPercentagesError(f"{amount} {source} in {target}")


def _find(origin: str, context: DutyContext, scope: Scope) -> Percentages | None:
    """Price goods of no quantity the long way, and see whether all others would be priced alike."""
    goods = DutyLine("", (scope.commodity,), origin, origin, WHOLE, _NO_QUANTITIES, NO_FACTS)
    apart = replace(context, convert=_refuse)  # what is kept must not rest on one quote's rates
    try:
        example = price(goods, apart, scope.commodity, origin, NO_FACTS, written=True)
    except _NotOnlyPercentagesError:
        return None
    stack, rates = example.stack, scope.rates
    if (
        example.missing
        or len(rates.ordinary) != 1
        or rates.added
        or stack.open_facts
        or stack.replacing is not None
        or stack.prohibited
        or stack.doubtful
        or any(one.measure.role in (Role.TOP_UP, Role.EXEMPT) for one in stack.charged)
    ):
        return None
    said = [(rates.ordinary[0].entry, WHOLE)]
    for one in stack.charged:
        measure = one.measure
        said.append((entry_of(context.territory, scope, measure, measure.heading), one.share))
    if any(entry.expression.ad_valorem is None for entry, _ in said):
        return None
    return Percentages(tuple(said), replace(example, charges=()), unread_of(example))
