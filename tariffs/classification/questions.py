"""Which question would decide between codes, and which codes do known facts rule out?"""

from collections.abc import Collection, Mapping, Sequence

from data.loading.classification import DecidingQuestion
from tariffs.classification.answers import Question

_LEAST_SPLIT = 0.02


def ruled_out(
    questions: Sequence[DecidingQuestion], facts: Mapping[str, str]
) -> tuple[tuple[str, ...], ...]:
    """The beginnings of codes that the given answers leave no room for."""
    gone = []
    for question in questions:
        given = facts.get(question.fact)
        if given in question.answers:
            gone.append(
                tuple(
                    prefix
                    for answer, prefixes in question.answers.items()
                    if answer != given
                    for prefix in prefixes
                )
            )
    return tuple(gone)


def deciding(
    questions: Sequence[DecidingQuestion],
    weights: Mapping[str, float],
    words: Collection[str],
    facts: Mapping[str, str],
) -> Question | None:
    """The question that splits a shortlist (code to weight) best; None where none splits it.

    A question that the description's own words answer is not asked.
    """
    best: tuple[float, Question] | None = None
    for question in questions:
        if question.fact in facts or any(found & set(words) for found in question.words.values()):
            continue
        split = _split(question, weights)
        shares = sorted(sum(weights[code] for code in codes) for codes in split.values())
        gain = sum(shares[:-1])
        if gain >= _LEAST_SPLIT and (best is None or gain > best[0]):
            best = gain, Question(question.fact, question.ask, split)
    return best[1] if best else None


def _split(question: DecidingQuestion, weights: Mapping[str, float]) -> dict[str, tuple[str, ...]]:
    """The codes of a shortlist that each answer leaves, for answers that leave any."""
    found = {
        answer: tuple(code for code in weights if code.startswith(prefixes))
        for answer, prefixes in question.answers.items()
    }
    return {answer: codes for answer, codes in found.items() if codes}
