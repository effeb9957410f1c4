"""Is a party somebody on a list? Every candidate, with the features that make its score.

A country, wherever the goods go or the party lives, never takes anything off: it is shown. A day of
birth takes off where both sides have one, and never so much that nobody looks at the same name. The
same number of a document or register is a hit whatever the name.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from customs.screening.normalise import NormalName, normal_number, normalise
from customs.screening.policy import Policy
from customs.screening.scoring import NameScore, score_names
from customs.screening.snapshot import HeldLists
from data.model.listed_parties import Identifier, ListedName, ListedParty, PartyKind

Level = Literal["block", "review", "below"]
Outcome = Literal["clear", "review", "refused"]

_SHORTEST_NUMBER = 5
_SIGNIFICANT = 4
_JUST_BELOW = 0.01
_OUTCOMES: dict[Level, Outcome] = {"block": "refused", "review": "review", "below": "clear"}


@dataclass(frozen=True, slots=True)
class Party:
    """Whom to look for, with what is known of them."""

    name: str
    country: str | None = None
    address: str | None = None
    date_of_birth: date | None = None
    identifiers: tuple[Identifier, ...] = ()
    kind: PartyKind | None = None


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing that was compared. `effect` is what it adds to the score, 0 where it is shown
    only; for a name it is the score itself.
    """

    name: str
    effect: float
    detail: str
    asked: str = ""
    listed: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that a party may be, by its most alike name."""

    score: float
    level: Level
    entry: ListedParty
    name: ListedName
    features: tuple[Feature, ...]


@dataclass(frozen=True, slots=True)
class Screened:
    """What was found of one party: candidates from the cutoff on, the most alike first."""

    party: Party
    normalised: NormalName
    candidates: tuple[Candidate, ...] = field(default=())

    @property
    def matches(self) -> tuple[Candidate, ...]:
        """The candidates that somebody must look at."""
        return tuple(each for each in self.candidates if each.level != "below")

    @property
    def outcome(self) -> Outcome:
        """What becomes of the party."""
        if any(each.level == "block" for each in self.candidates):
            return "refused"
        return "review" if self.matches else "clear"


def screen_party(party: Party, held: HeldLists, on: date, policy: Policy) -> Screened:
    """Compare a party with all lists, as of a day."""
    normal = normalise(party.name, held.forms)
    best: dict[int, tuple[float, int, NameScore]] = {}
    for at in held.index.near(normal):
        found = score_names(normal.words, held.index.name(at), held.index.weight, policy)
        if found.score >= policy.cutoff:
            entry, ordinal = held.index.owner(at)
            if entry not in best or found.score > best[entry][0]:
                best[entry] = (found.score, ordinal, found)
    numbered = {
        entry: number
        for number in party.identifiers
        for entry in held.index.numbered(number.number)
    }
    candidates = []
    for number in best.keys() | numbered.keys():
        name = best.get(number)
        candidate = _candidate(party, held.entry(number), name, on, policy)
        if candidate is not None:
            candidates.append(candidate)
    candidates.sort(key=lambda each: (-each.score, each.entry.list, each.entry.id))
    return Screened(party, normal, tuple(candidates))


def _candidate(
    party: Party,
    entry: ListedParty,
    found: tuple[float, int, NameScore] | None,
    on: date,
    policy: Policy,
) -> Candidate | None:
    features: list[Feature] = []
    score, name = 0.0, entry.names[0]
    if found is not None:
        name = entry.names[found[1]]
        features.append(_name_feature(party, name, found[2]))
        score = found[0]
        for feature in _name_limits(party, entry, name, score, policy):
            features.append(feature)
            score += feature.effect
        score += _born(party, entry, features, policy)
    same_number = _same_number(party.identifiers, entry)
    if same_number is not None:
        features.append(same_number)
        score = 1.0
    if score < policy.cutoff:
        return None
    features += _shown(party, entry)
    score = round(min(1.0, max(0.0, score)), 4)
    if entry.until is not None and entry.until <= on:
        ended = f"the list says that the measure ended on {entry.until}"
        limited = min(score, policy.block - _JUST_BELOW)
        features.append(Feature("ended", round(limited - score, 4), ended))
        score = limited
    return Candidate(score, _level(score, policy), entry, name, tuple(features))


def _level(score: float, policy: Policy) -> Level:
    if score >= policy.block:
        return "block"
    return "review" if score >= policy.review else "below"


def _name_feature(party: Party, name: ListedName, found: NameScore) -> Feature:
    parts = [
        f"{pair.asked} = {pair.listed} ({pair.how} {pair.likeness:.2f})" for pair in found.pairs
    ]
    if found.extra_asked:
        parts.append(f"only asked for: {' '.join(found.extra_asked)}")
    if found.extra_listed:
        parts.append(f"only listed: {' '.join(found.extra_listed)}")
    return Feature("name", round(found.score, 4), "; ".join(parts), party.name, name.text)


def _name_limits(
    party: Party, entry: ListedParty, name: ListedName, score: float, policy: Policy
) -> list[Feature]:
    """What makes the same name less telling: a weak alias, a ship's or another kind of party's."""
    limits = []
    if name.kind == "weak":
        off = score * (1 - policy.weak_alias)
        limits.append(Feature("weak_alias", -round(off, 4), "the publisher calls this name weak"))
        score -= off
    differs = party.kind not in (None, entry.kind)
    if differs or (party.kind is None and entry.kind in ("vessel", "aircraft")):
        off = score * (1 - policy.other_kind)
        detail = f"the entry is of the kind {entry.kind}"
        limits.append(Feature("kind", -round(off, 4), detail, party.kind or "", entry.kind))
    return limits


def _born(party: Party, entry: ListedParty, features: list[Feature], policy: Policy) -> float:
    """What a day of birth takes off; nothing where either side has none."""
    born = party.date_of_birth
    if born is None or not entry.births:
        return 0.0
    listed = " or ".join(_days(each.first, each.last) for each in entry.births)
    if any(each.first <= born <= each.last for each in entry.births):
        effect, detail = 0.0, "the day of birth agrees"
    elif any(each.first.year <= born.year <= each.last.year for each in entry.births):
        effect, detail = -policy.birth_day_differs, "another day of the same year"
    else:
        effect, detail = -policy.birth_year_differs, "another year of birth"
    features.append(Feature("date_of_birth", effect, detail, born.isoformat(), listed))
    return effect


def _days(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first} to {last}"


def _same_number(asked: Sequence[Identifier], entry: ListedParty) -> Feature | None:
    """The same number, and not of two countries."""
    for one in asked:
        number = normal_number(one.number)
        for other in entry.identifiers:
            countries = {one.country, other.country} - {None}
            coded = all(len(country or "") == 2 for country in countries)
            if normal_number(other.number) != number or len(number) < _SHORTEST_NUMBER:
                continue
            if len(countries) < 2 or not coded:
                detail = f"the same number: {other.kind}"
                return Feature("identifier", 1.0, detail, one.number, other.number)
    return None


def _shown(party: Party, entry: ListedParty) -> list[Feature]:
    """What a person who looks at it wants to see, and what changes nothing."""
    shown = []
    if party.country and entry.countries:
        agrees = party.country in entry.countries
        detail = "the country agrees" if agrees else "another country, which takes nothing off"
        shown.append(Feature("country", 0.0, detail, party.country, " ".join(entry.countries)))
    if party.address and entry.addresses:
        asked = {word for word in _words(party.address)}
        for address in entry.addresses:
            shared = sorted(asked & set(_words(address)))
            if len(shared) > 1:
                detail = f"in both addresses: {' '.join(shared)}"
                shown.append(Feature("address", 0.0, detail, party.address, address))
                break
    return shown


def _words(text: str) -> list[str]:
    return [word.text for word in normalise(text, {}).words if len(word.text) >= _SIGNIFICANT]
