"""How often is a right code called a contradiction, and how often is a wrong one found?

By cross-validation on the two thirds: each description with its own code (every alarm is false),
and with the code of the next description of another chapter.
"""

from data.loading.classification import load_terms, spelled
from tariffs.classification.checking import contradicts
from tariffs.classification.index import Index
from tariffs.classification.shortlist import shortlist
from tests.classification_bench.measuring import folds


def alarms() -> tuple[int, int, int]:
    """False alarms, wrong codes found, and of how many."""
    false, found, of = 0, 0, 0
    for learned, tried in folds(load_terms()):
        index = Index(learned)
        for at, term in enumerate(tried):
            others = [each.code for each in tried[at:] + tried if each.code[:2] != term.code[:2]]
            scores = index.scores(spelled(term.phrase))
            best = shortlist(index, scores, 1)[0]
            false += contradicts(index, scores, best, term.code)
            found += contradicts(index, scores, best, others[0])
            of += 1
    return false, found, of


if __name__ == "__main__":
    false, found, of = alarms()
    print(f"false alarms {false} of {of} ({false / of:.2%}), wrong found {found} of {of}")
