"""How does the fake carrier misbehave?

As the seller's own reference says (``fake:lost`` anywhere in it), or at random by a seed: the same
seed does the same to the same reference, in whatever order the requests come.
"""

from dataclasses import dataclass, field
from random import Random
from threading import Lock

BUYING = (
    "reject",  # 422 with two faults
    "error_500",  # 500, nothing was bought
    "quota",  # 429 with Retry-After
    "slow",  # bought, and answered after the buyer has left
    "reset",  # the connection breaks off, nothing was bought
    "half_body",  # bought, and half of the answer
    "empty_list",  # bought, and 200 without labels
    "garbage",  # bought, and a page of HTML
    "lost",  # bought, and the connection breaks off
    "lost_500",  # bought, and 500
    "duplicate",  # bought, and 409: it was bought before
    "late",  # bought long after the buyer has left
)
LOOKING = ("error_500", "quota", "reset", "garbage", "slow", "hidden")
"""`hidden`: what was sold is not shown yet."""
_MARK = "fake:"


@dataclass(slots=True)
class Chances:
    """What happens at random, and what has happened so far.

    `buying` and `looking` are the shares of requests that meet a fault, of `buying_kinds` and
    `looking_kinds`; `late` is drawn only where it is named. Without `scripts` a reference says
    nothing.
    """

    seed: int = 0
    buying: float = 0.0
    looking: float = 0.0
    buying_kinds: tuple[str, ...] = tuple(kind for kind in BUYING if kind != "late")
    looking_kinds: tuple[str, ...] = LOOKING
    scripts: bool = True
    counts: dict[str, int] = field(default_factory=dict)
    _asked: dict[tuple[str, str], int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def buy(self, reference: str) -> str | None:
        """What is to go wrong with a purchase, for the seller's reference."""
        told = scripted(reference) if self.scripts else None
        return self._count("buy", told or self._draw("buy", reference, self.buying_kinds))

    def look(self, reference: str) -> str | None:
        """What is to go wrong with anything that may be asked again."""
        return self._count("look", self._draw("look", reference, self.looking_kinds))

    def _draw(self, what: str, reference: str, kinds: tuple[str, ...]) -> str | None:
        share = self.buying if what == "buy" else self.looking
        if not share:
            return None
        with self._lock:
            nth = self._asked[what, reference] = self._asked.get((what, reference), 0) + 1
        # a seed that others should be able to repeat, not a secret
        drawn = Random(f"{self.seed}:{what}:{reference}:{nth}")  # noqa: S311
        return drawn.choice(kinds) if drawn.random() < share else None

    def _count(self, what: str, fault: str | None) -> str | None:
        if fault is not None:
            with self._lock:
                name = f"{what}:{fault}"
                self.counts[name] = self.counts.get(name, 0) + 1
        return fault


def scripted(reference: str) -> str | None:
    """The fault that a reference asks for.

    >>> scripted("order 7 fake:lost"), scripted("order 8")
    ('lost', None)
    """
    _, mark, rest = reference.partition(_MARK)
    word = rest.split()[0] if mark and rest.split() else ""
    return word if word in BUYING else None
