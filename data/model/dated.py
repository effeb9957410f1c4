"""When does a rule apply?

A rule has versions. A version runs from `since` (its first day) until the day before the next
version starts, or until `until` (the first day it no longer applies), whichever is earlier.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, Literal, TypeVar

from data.model.money import Money, spell_amount

T = TypeVar("T")

Confidence = Literal["official", "secondary", "unconfirmed"]


class OverlapError(ValueError):
    """Two versions of one rule start on the same day."""


@dataclass(frozen=True, slots=True)
class Law:
    """Where a rule is written: a short id, the title of the text, and where to read it."""

    id: str
    title: str
    url: str | None = None

    def __hash__(self) -> int:
        """A law's id tells nearly all laws apart, and every charge that is printed is looked up."""
        return hash(self.id)


@dataclass(frozen=True, slots=True)
class Version(Generic[T]):
    """One version of a rule, with the law that made it and how sure we are of it."""

    value: T
    since: date
    until: date | None
    law: Law
    confidence: Confidence = "official"

    def applies(self, on: date) -> bool:
        """Whether this version is the law on that day."""
        return self.since <= on and (self.until is None or on < self.until)

    def spelled(self) -> str:
        """What the rule says, as an assumption or a working prints it: ``1000 AUD``, ``20``."""
        value = self.value
        return spell_amount(value) if isinstance(value, Money) else f"{value}"


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """A rule through time: its versions, oldest first, never two on one day."""

    versions: tuple[Version[T], ...]

    @classmethod
    def of(cls, versions: Iterable[Version[T]]) -> "Dated[T]":
        """Put versions in order and end each one where the next begins."""
        ordered = sorted(versions, key=lambda version: version.since)
        closed: list[Version[T]] = []
        for version, following in zip(ordered, [*ordered[1:], None], strict=True):
            until = version.until
            if following is not None:
                if following.since == version.since:
                    raise OverlapError(f"two versions start on {version.since}")
                until = following.since if until is None else min(until, following.since)
            closed.append(
                Version(version.value, version.since, until, version.law, version.confidence)
            )
        return cls(tuple(closed))

    def on(self, day: date) -> Version[T] | None:
        """The version that is the law on that day, or None when there is no rule."""
        for version in reversed(self.versions):
            if version.since <= day:
                return version if version.applies(day) else None
        return None
