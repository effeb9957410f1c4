"""How far does a carrier keep its promises? Every check is run, and the tier is what it earns."""

from dataclasses import dataclass
from typing import Literal, get_args

from carriers.conformance.checks import LADDER, Check, all_checks
from carriers.conformance.recordings import RecordingError
from carriers.conformance.subject import BrokenPromiseError, NotApplicableError, Subject
from carriers.manifest import Capability, Manifest, Tier

Outcome = Literal["passed", "failed", "exempt", "not applicable"]

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

OFF_THE_LADDER: tuple[Tier, ...] = ("demonstration", "card", "bridged")
"""Tiers that say what a carrier is, not how far it is vouched for."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one check; `detail` says what was expected and found, or why it was left."""

    check: Check
    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Every result of one carrier, by number."""

    code: str
    name: str
    capabilities: tuple[Capability, ...]
    claimed: Tier
    results: tuple[Result, ...]

    @property
    def earned(self) -> Tier | None:
        """The highest tier whose checks, and all below it, hold; None when bronze does not."""
        earned: Tier | None = None
        for tier in LADDER:
            of_tier = [each for each in self.results if each.check.tier == tier]
            if not of_tier or any(each.outcome == "failed" for each in of_tier):
                break
            earned = tier
        if earned is not None and self.claimed in OFF_THE_LADDER:
            return self.claimed
        return earned

    @property
    def claims_more(self) -> bool:
        """Whether the manifest claims a tier that is not earned."""
        if self.earned is None or self.claimed in OFF_THE_LADDER:
            return self.earned is None
        return LADDER.index(self.claimed) > LADDER.index(self.earned)

    def count(self, outcome: Outcome) -> int:
        """How many checks came out like this."""
        return sum(each.outcome == outcome for each in self.results)


def checks_up_to(tier: Tier) -> tuple[Check, ...]:
    """The checks of a tier and of all below it; a carrier off the ladder is asked for gold's."""
    last = "gold" if tier in OFF_THE_LADDER else tier
    kept = LADDER[: LADDER.index(last) + 1]
    return tuple(check for check in all_checks() if check.tier in kept)


def run(manifest: Manifest, up_to: Tier = "platinum") -> Report:
    """Run every check up to a tier; a check that breaks has failed, and the others are run."""
    subject = Subject(manifest)
    results = tuple(run_check(check, subject) for check in checks_up_to(up_to))
    return Report(manifest.code, manifest.name, manifest.capabilities, manifest.tier, results)


def run_check(check: Check, subject: Subject) -> Result:
    """Run one check. An exemption counts only where the check does not hold."""
    try:
        check.run(subject)
    except NotApplicableError as why:
        return Result(check, "not applicable", str(why))
    except (BrokenPromiseError, RecordingError) as error:
        detail = str(error)
    except Exception as error:  # whatever somebody else's adapter does
        detail = f"{type(error).__name__}: {error}"
    else:
        return Result(check, "passed")
    if (reason := subject.manifest.exemptions.get(check.number)) is not None:
        return Result(check, "exempt", reason)
    return Result(check, "failed", detail)
