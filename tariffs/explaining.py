"""What was looked at for a line, and why was it charged or not?

For who asks for an explanation: every charge, every additional measure that was set aside with the
reason, every one that is not for these goods' origin or day, and every alternative for the base
duty with what it would save.
"""

from collections.abc import Iterator
from decimal import Decimal

from data.model.charges import Considered
from tariffs.base_duty import CLAIMED_BY, Option, is_claimed, is_preferred
from tariffs.ledger import DutyContext, DutyLine
from tariffs.origin import Grant
from tariffs.pricing import Choice, Price, price, scope_of


def explain_duty(
    line: DutyLine, context: DutyContext, likely: Price, possible: tuple[Grant, ...]
) -> tuple[Considered, ...]:
    """Everything considered for a line. `possible` are preferences that could be claimed."""
    return (
        *_charged(likely),
        *_set_aside(line, context, likely),
        *_alternatives(line, context, likely, possible),
    )


def _charged(likely: Price) -> Iterator[Considered]:
    for charge in likely.charges:
        law = charge.citation.law if charge.citation else None
        yield Considered(
            charge.code,
            charge.expression,
            "needs_answer" if charge.status == "needs_answer" else "applies",
            charge.working,
            charge.line or "",
            law,
        )


def _set_aside(line: DutyLine, context: DutyContext, likely: Price) -> Iterator[Considered]:
    for one in likely.stack.rejected:
        yield Considered(
            f"{context.territory}.{one.measure.heading}",
            one.measure.expression,
            "needs_answer" if one.doubtful else "excluded",
            one.because,
            line.id,
            one.measure.law,
        )
    weighed = {id(measure) for measure in likely.selection.measures}
    for measure in likely.commodity.measures:
        if id(measure) not in weighed:
            in_force = measure.applies(context.on)
            yield Considered(
                f"{context.territory}.{measure.heading}",
                measure.expression,
                "not_applicable",
                f"not for goods of {likely.origin}" if in_force else "not in force on that day",
                line.id,
                measure.law,
            )


def _alternatives(
    line: DutyLine, context: DutyContext, likely: Price, possible: tuple[Grant, ...]
) -> Iterator[Considered]:
    """The alternatives for the base duty that were not charged."""
    rates = scope_of(likely.commodity, likely.origin, context).rates
    charged = {(charge.code, charge.expression) for charge in likely.charges}
    for option in rates.ordinary:
        if (option.entry.code, option.entry.text) not in charged:
            yield _alternative(line, option, "another alternative is charged")
    for option in rates.claimable:
        fact = CLAIMED_BY[option.rate.programme]
        if not is_claimed(option.rate, line.facts):
            claimed = {**line.facts, fact: "true"}
            other = price(line, context, likely.commodity, likely.origin, claimed)
            saving = _saving(likely, other)
            yield _alternative(line, option, f"not claimed ({fact}); it would save {saving}")
    for grant in possible:
        agreement = grant.agreement
        if agreement is None or agreement is likely.grant.agreement:
            continue
        for option in rates.preferences:
            if is_preferred(option.rate, agreement, likely.origin):
                choice = Choice(grant=grant)
                other = price(line, context, likely.commodity, likely.origin, line.facts, choice)
                saving = _saving(likely, other)
                because = f"{agreement.name} is not claimed; it would save {saving}"
                yield _alternative(line, option, because)


def _saving(likely: Price, other: Price) -> Decimal:
    return max(Decimal(0), likely.total - other.total)


def _alternative(line: DutyLine, option: Option, because: str) -> Considered:
    entry = option.entry
    return Considered(entry.code, entry.text, "excluded", because, line.id, option.rate.law)
