"""Which code do these goods have? The use case: gate, memory, shortlist, confidence, question."""

from collections.abc import Callable, Sequence

from data.loading.classification import OWN, ClassificationFacts, Term, spelled
from tariffs.classification.answers import (
    Answer,
    Asked,
    Candidate,
    Confirmed,
    Evidence,
    Question,
    Source,
    Step,
)
from tariffs.classification.checking import contradicts
from tariffs.classification.confidence import FIRST, KNOWN, OTHER, Calibration
from tariffs.classification.index import Index, Scores
from tariffs.classification.questions import answers_of, deciding, ruled_out
from tariffs.classification.shortlist import Ranked, evidence, shortlist
from tariffs.classification.vague import Gate

MOST_CANDIDATES = 5
LONGEST = 500
ACCEPTED = 0.89
_LOOKED_AT = 50
_LEAST_LIKENESS = 0.2
_CONFIRMED = 0.99
_NEARLY_CONFIRMED = 0.95
NOTHING_NEAR = "Nothing that is known resembles the description"
SAY_MORE = Question(
    "description", "What is it, what is it made of, and what is it used for? In a few words"
)


class Classifier:
    """Classifies by what is known: phrases with codes, and what the account confirmed."""

    def __init__(self, facts: ClassificationFacts, terms: Sequence[Term] | None = None) -> None:
        self.index = Index(facts.terms if terms is None else terms)
        self.model = facts.version
        self._labels = facts.labels
        self._typical = _typical(facts.terms)
        self._questions = facts.questions
        self._calibration = Calibration(facts.calibration)
        self._gate = Gate(facts.vague, facts.generic)

    def classify(self, asked: Asked, confirmed: Confirmed | None = None) -> Answer:
        """A shortlist of up to five codes with reasons, or what is to be asked.

        `confirmed` is what the account confirmed for such a description: it wins outright.
        """
        text = spelled(asked.description[:LONGEST])
        if confirmed is not None:
            return self._from_memory(confirmed, asked.hs_code)
        text = _joined(text, asked)
        scores = self.index.scores(text)
        known = self.index.known(text)
        found = self._found(scores, known, asked)
        strength = found[0].strength if found else 0.0
        reason = None if known else self._gate.too_little(text, strength)
        if reason or not found:
            return Answer("ask", (), SAY_MORE, None, self.model, reason)
        if not known and float(scores.likeness.max()) < _LEAST_LIKENESS:
            return Answer("abstain", (), SAY_MORE, None, self.model, NOTHING_NEAR)
        candidates = self._candidates(found, scores, text, known)
        contradiction = None
        if asked.hs_code and contradicts(self.index, scores, found[0], asked.hs_code):
            contradiction = found[0].code
        return self._answer(candidates, text, asked, contradiction)

    def label(self, code: str) -> str:
        """Our words for a code: its heading's, and for a subheading what is typical of it."""
        heading = self._labels.get(code[:4]) or self._labels.get(code[:2]) or code
        typical = self._typical.get(code[:6])
        return f"{heading}: {typical}" if typical else heading

    def _answer(
        self,
        candidates: tuple[Candidate, ...],
        text: str,
        asked: Asked,
        contradiction: str | None,
    ) -> Answer:
        first = candidates[0]
        weights = {candidate.hs_code: candidate.confidence for candidate in candidates}
        question = deciding(self._questions, weights, text.split(), asked.facts)
        codes = self.index.known(text)
        # One code stands beside this very phrase; whether it is the right one was measured too.
        listed = first.source == "known_phrase" and len(codes) == 1
        if listed or first.confidence >= ACCEPTED:
            return Answer("classified", candidates, question, contradiction, self.model)
        return Answer("ask", candidates, question or SAY_MORE, contradiction, self.model)

    def _from_memory(self, confirmed: Confirmed, given: str | None) -> Answer:
        share = _CONFIRMED if confirmed.exact else _NEARLY_CONFIRMED
        code = confirmed.hs_code
        shared = tuple(spelled(confirmed.description).split())
        why = (Evidence(confirmed.description, 1.0 if confirmed.exact else share, shared),)
        candidate = self._candidate(code, share, "confirmed", why)
        contradiction = code if given and given[:6] != code[:6] else None
        return Answer("classified", (candidate,), None, contradiction, self.model)

    def _allowed(self, asked: Asked) -> Callable[[str], bool] | None:
        material = spelled(asked.material[:LONGEST]).split() if asked.material else ()
        facts = {**answers_of(self._questions, material), **asked.facts}
        gone = ruled_out(self._questions, facts)
        return None if gone is None else lambda code: not gone(code)

    def _found(self, scores: Scores, known: frozenset[str], asked: Asked) -> tuple[Ranked, ...]:
        """The best codes; those of a known phrase are always among them."""
        ranked = shortlist(self.index, scores, _LOOKED_AT, self._allowed(asked))
        sure = [each for each in ranked if each.code in known]
        rest = [each for each in ranked if each.code not in known]
        kept = set(sure[:MOST_CANDIDATES] + rest[: max(MOST_CANDIDATES - len(sure), 0)])
        return tuple(each for each in ranked if each in kept)

    def _candidates(
        self, found: Sequence[Ranked], scores: Scores, text: str, known: frozenset[str]
    ) -> tuple[Candidate, ...]:
        words = frozenset(text.split())
        candidates = []
        for place, ranked in enumerate(found):
            share = self._calibration.confidence(OTHER if place else FIRST, ranked.strength)
            source: Source = "resemblance"
            if ranked.code in known:
                source = "known_phrase"
                certain = self._calibration.confidence(KNOWN, 0.0) / len(known)
                share = max(share, certain)
            why = tuple(
                Evidence(phrase, likeness, tuple(sorted(words & set(spelled(phrase).split()))))
                for phrase, likeness in evidence(self.index, scores, ranked.code)
            )
            candidates.append(self._candidate(ranked.code, share, source, why))
        # A known phrase may stand second by resemblance; by confidence it comes first.
        return tuple(sorted(candidates, key=lambda each: -each.confidence))

    def _candidate(
        self, code: str, confidence: float, source: Source, why: tuple[Evidence, ...]
    ) -> Candidate:
        path = tuple(Step(above, self._labels.get(above, above)) for above in (code[:2], code[:4]))
        return Candidate(code, self.label(code), path, round(confidence, 3), source, why)


def _typical(terms: Sequence[Term]) -> dict[str, str]:
    """The first of our own phrases for each code."""
    typical: dict[str, str] = {}
    for term in terms:
        if term.source == OWN:
            typical.setdefault(term.code, term.phrase)
    return typical


def _joined(text: str, asked: Asked) -> str:
    """The description with what else is said of the goods."""
    more = (spelled(part[:LONGEST]) for part in (asked.material, asked.category) if part)
    return " ".join((*more, text)).strip()
