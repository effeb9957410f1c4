"""How far may the border's sum move while something is not known?"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from customs.line_duties import LineDuty
from customs.taxation import Taxation
from customs.taxes import CATEGORY_FACT
from data.model.charges import Question
from data.model.records import quick

NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Effect:
    """An open question and how far its answers move the landed cost, in the border's currency."""

    question: Question
    low: Decimal
    high: Decimal | None


@quick
@dataclass(frozen=True, slots=True)
class Range:
    """How far duty and tax together move when the duty of a line, a rate or the region does."""

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
        return tuple(sorted(_merged(found), key=width, reverse=True)) if found else ()

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


def _merged(effects: Sequence[Effect]) -> list[Effect]:
    """One question for each fact of a line, whichever charges depend on it (a duty, an excise)."""
    found: dict[tuple[str, str | None], Effect] = {}
    for effect in effects:
        key = (effect.question.fact, effect.question.line)
        known = found.get(key)
        if known is not None:
            open_ended = known.high is None or effect.high is None
            high = None if open_ended else (known.high or NONE) + (effect.high or NONE)
            effect = Effect(known.question, known.low + effect.low, high)
        found[key] = effect
    return list(found.values())


def width(effect: Effect) -> Decimal:
    """How wide a question is; one whose upper end is unknown is wider than any other."""
    return Decimal("Infinity") if effect.high is None else effect.high - effect.low
