"""Is what is due too small to be collected?"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from customs.border import Border
from customs.rules import Territory, Waiver
from data.model.charges import Charge, Citation


def waive_small(border: Border, charges: tuple[Charge, ...]) -> tuple[Charge, ...]:
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
        why = f"{waiver.name}: {total} in all, {word} {version.spelled()}"
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
