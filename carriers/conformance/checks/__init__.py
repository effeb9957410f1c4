"""What is promised? Forty-two checks in four tiers; each is a sentence that must hold."""

from collections.abc import Callable
from dataclasses import dataclass

from carriers.conformance.subject import Subject
from carriers.manifest import Tier

LADDER: tuple[Tier, ...] = ("bronze", "silver", "gold", "platinum")
"""The tiers that are earned, each with all below it."""


@dataclass(frozen=True, slots=True)
class Check:
    """One promise: its number, tier and sentence, and what is done to see whether it holds."""

    number: int
    tier: Tier
    sentence: str
    run: Callable[[Subject], None]


CHECKS: dict[int, Check] = {}
"""Every check by its number."""


def check(
    number: int, tier: Tier, sentence: str
) -> Callable[[Callable[[Subject], None]], Callable[[Subject], None]]:
    """Make a function a check."""

    def keep(run: Callable[[Subject], None]) -> Callable[[Subject], None]:
        CHECKS[number] = Check(number, tier, sentence, run)
        return run

    return keep


def all_checks() -> tuple[Check, ...]:
    """Every check, by number."""
    from carriers.conformance.checks import (  # noqa: F401 (they announce themselves)
        addresses,
        contents,
        exchanges,
        movement,
        platinum,
        process,
        properties,
        reading,
        refusals,
    )

    return tuple(CHECKS[number] for number in sorted(CHECKS))
