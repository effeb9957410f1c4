"""How is a classification answered?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["classified", "ask", "abstain"]
Source = Literal["confirmed", "known_phrase", "resemblance"]


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A code that the account confirmed for a description, word for word or nearly."""

    hs_code: str
    description: str
    exact: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be classified: a description, and what else is known of the goods."""

    description: str
    category: str | None = None
    material: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    hs_code: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A known phrase that speaks for a code: how like it is, and the words both have."""

    phrase: str
    likeness: float
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A code above a candidate, in our own words."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A code that comes into question; `confidence` is how often such a code was right."""

    hs_code: str
    label: str
    path: tuple[Step, ...]
    confidence: float
    source: Source
    why: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What would decide: the fact that is missing, and the codes that each answer leaves."""

    fact: str
    ask: str
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """A shortlist with reasons, what would decide, and what contradicts a code that was given."""

    outcome: Outcome
    candidates: tuple[Candidate, ...]
    question: Question | None
    contradiction: str | None
    model: str
    reason: str | None = None
