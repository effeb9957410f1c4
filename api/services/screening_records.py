"""What is written down of a comparison with the lists, so that it can be explained years later?

The request as it was sent and as it was compared, every list with its day and digest, the settings,
and every candidate from the cutoff on with the features of its score. Nothing is left out because
it was harmless.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from api.services.canonical import canonical_json
from customs.screening.matching import Candidate, Party, Screened
from customs.screening.policy import ALGORITHM, ALGORITHM_VERSION, Policy
from customs.screening.snapshot import HeldLists, ListVersion
from data.loading.screening import ScreeningFacts
from data.model.listed_parties import Identifier

Record = dict[str, Any]


def outcome_of(screened: Sequence[Screened], lists: Sequence[Record], policy: Policy) -> str:
    """What becomes of all parties together; old lists refuse where they are set to."""
    outcomes = {each.outcome for each in screened}
    if policy.old_lists == "refuse" and any(each["old"] for each in lists):
        outcomes.add("refused")
    return next((word for word in ("refused", "review") if word in outcomes), "clear")


def consulted(held: HeldLists, facts: ScreeningFacts, on: date) -> list[Record]:
    """The lists that were asked, with their days and ages."""
    return [_list(each, facts, on) for each in held.lists]


def _list(held: ListVersion, facts: ScreeningFacts, on: date) -> Record:
    known = facts.lists.get(held.list)
    limit = known.age_days.on(on) if known else None
    law = known.measures.on(on) if known else None
    age = (on - held.as_of).days
    return {
        "list": held.list,
        "publisher": held.publisher,
        "title": held.title,
        "as_of": held.as_of.isoformat(),
        "sha256": held.sha256,
        "fetched_at": held.fetched_at.isoformat(timespec="seconds"),
        "entries": held.entries,
        "age_days": age,
        "age_limit_days": limit.value if limit else None,
        "old": limit is not None and age > limit.value,
        "law": _law(law.law.id, law.law.title, law.law.url) if law else None,
    }


def not_held(held: HeldLists, facts: ScreeningFacts) -> list[str]:
    """Lists that are known and not held here, so that a clear answer says what it rests on."""
    return sorted(facts.lists.keys() - {each.list for each in held.lists})


def not_screened(facts: ScreeningFacts, on: date) -> list[Record]:
    """What binds and is found by no comparison of names."""
    return [
        {
            "id": note.id,
            "text": note.text,
            "since": note.since.isoformat(),
            "confidence": note.confidence,
            "law": _law(note.law.id, note.law.title, note.law.url),
        }
        for note in facts.not_screened
        if note.since <= on
    ]


def algorithm(policy: Policy) -> Record:
    """How names were compared, and with which settings."""
    return {"name": ALGORITHM, "version": ALGORITHM_VERSION, "settings": policy.described()}


def write_screened(index: int, screened: Screened, review: str | None) -> Record:
    """One party with all its candidates."""
    return {
        "index": index,
        "party": write_party(screened.party),
        "normalised": screened.normalised.text,
        "legal_forms": list(screened.normalised.forms),
        "outcome": screened.outcome,
        "matches": [_candidate(each) for each in screened.candidates if each.level != "below"],
        "below_threshold": [
            _candidate(each) for each in screened.candidates if each.level == "below"
        ],
        "review": review,
    }


def _candidate(candidate: Candidate) -> Record:
    entry = candidate.entry
    return {
        "score": candidate.score,
        "level": candidate.level,
        "list": entry.list,
        "entry": entry.id,
        "kind": entry.kind,
        "name": candidate.name.text,
        "name_kind": candidate.name.kind,
        "primary_name": entry.primary,
        "programmes": list(entry.programmes),
        "countries": list(entry.countries),
        "births": [[each.first.isoformat(), each.last.isoformat()] for each in entry.births],
        "listed_on": entry.listed_on.isoformat() if entry.listed_on else None,
        "until": entry.until.isoformat() if entry.until else None,
        "parts": [
            {
                "feature": feature.name,
                "effect": feature.effect,
                "detail": feature.detail,
                "asked": feature.asked,
                "listed": feature.listed,
            }
            for feature in candidate.features
        ],
    }


def write_party(party: Party) -> Record:
    """A party as it was sent."""
    return {
        "name": party.name,
        "kind": party.kind,
        "country": party.country,
        "address": party.address,
        "date_of_birth": party.date_of_birth.isoformat() if party.date_of_birth else None,
        "identifiers": [
            {"type": each.kind, "number": each.number, "country": each.country}
            for each in party.identifiers
        ],
    }


def read_party(record: Mapping[str, Any]) -> Party:
    """A party as it was written down."""
    born = record["date_of_birth"]
    return Party(
        name=record["name"],
        kind=record["kind"],
        country=record["country"],
        address=record["address"],
        date_of_birth=date.fromisoformat(born) if born else None,
        identifiers=tuple(
            Identifier(each["type"], each["number"], each["country"])
            for each in record["identifiers"]
        ),
    )


def party_key(party: Party) -> str:
    """What tells a party of an account from its others."""
    return hashlib.sha256(canonical_json(write_party(party))).hexdigest()


def moment(at: datetime) -> str:
    """A moment, to the second."""
    return at.isoformat(timespec="seconds")


def _law(key: str, title: str, url: str | None) -> Record:
    return {"id": key, "title": title, "url": url}
