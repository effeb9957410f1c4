"""Which question would decide between codes, and which codes do known facts rule out?"""

from collections.abc import Callable, Collection, Mapping, Sequence

from data.loading.classification import DecidingQuestion
from tariffs.classification.answers import Question

_LEAST_SPLIT = 0.02


def ruled_out(
    questions: Sequence[DecidingQuestion], facts: Mapping[str, str]
) -> Callable[[str], bool] | None:
    """Whether the given answers leave no room for a code; None where no question is answered.

    A code that two answers share stays with either.
    """
    gone = [
        (
            question.answers[facts[question.fact]],
            tuple(
                prefix
                for answer, prefixes in question.answers.items()
                if answer != facts[question.fact]
                for prefix in prefixes
            ),
        )
        for question in questions
        if facts.get(question.fact) in question.answers
    ]
    if not gone:
        return None
    return lambda code: any(
        code.startswith(others) and not code.startswith(own) for own, others in gone
    )


def answers_of(questions: Sequence[DecidingQuestion], words: Collection[str]) -> dict[str, str]:
    """The questions that the words of a material answer, each with one answer and no other."""
    given = {}
    for question in questions:
        fitting = [answer for answer, found in question.words.items() if found & set(words)]
        if len(fitting) == 1:
            given[question.fact] = fitting[0]
    return given


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
        answered = facts.get(question.fact) in question.answers
        if answered or any(found & set(words) for found in question.words.values()):
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
