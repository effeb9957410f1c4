"""From which score on does somebody look, and from which is it refused?"""

from dataclasses import dataclass, fields
from typing import Literal

ALGORITHM, ALGORITHM_VERSION = "tidewaiter-names", "1"
OldLists = Literal["flag", "refuse"]


def read_old_lists(text: str) -> OldLists:
    """What old lists do, as a setting says it. Raises `ValueError`."""
    known: dict[str, OldLists] = {"flag": "flag", "refuse": "refuse"}
    if text not in known:
        raise ValueError(f"old lists are a flag or refuse, not {text!r}")
    return known[text]


@dataclass(frozen=True, slots=True)
class Policy:
    """What a screening is set to. Every record of a screening says it.

    `cutoff` is the score from which a candidate is written down; `review` that from which a person
    looks at it; `block` that from which nothing is sent until two people have cleared it.
    `contained` is the score of a whole listed name within a longer text, such as a line for
    somebody's attention. `extra_asked` and `extra_listed` are how much words weigh that only one
    side has. `old_lists` says whether lists that are older than their limit only raise a flag.
    """

    cutoff: float = 0.5
    review: float = 0.70
    block: float = 0.95
    extra_asked: float = 0.8
    extra_listed: float = 0.2
    contained: float = 0.72
    weak_alias: float = 0.8
    other_kind: float = 0.9
    birth_year_differs: float = 0.25
    birth_day_differs: float = 0.15
    old_lists: OldLists = "flag"

    def __post_init__(self) -> None:
        """Refuse limits that contradict each other."""
        if not 0 <= self.cutoff <= self.review <= self.block <= 1:
            raise ValueError("a screening's limits are cutoff <= review <= block, from 0 to 1")

    def described(self) -> dict[str, float | str]:
        """The settings as a record keeps them."""
        return {field.name: getattr(self, field.name) for field in fields(self)}
