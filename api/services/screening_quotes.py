"""Are the people named in a quote on a list?

Where no list is held, or nobody is named, nothing is done at all. What is found becomes findings of
the quote; the record is written when the quote is stored.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from api.services.screening import Asked, Screening, facts
from api.services.screening_records import consulted
from customs.screening.matching import Party, Screened, screen_party
from customs.screening.snapshot import HeldLists
from data.model.charges import Citation, Finding, Outcome
from data.model.consignment import Consignment
from data.model.dated import Law
from data.store.engines import writing

MATCH, OLD_LIST = "match", "screening-list-old"
CODES = frozenset({MATCH, OLD_LIST})


class QuoteScreening:
    """The screening of one quote: asked while it is made, kept when it is stored."""

    def __init__(self, screening: Screening, at: datetime) -> None:
        self._screening = screening
        self._at = at
        self._held: HeldLists | None = None
        self._screened: Sequence[Screened] = ()
        self._found: tuple[Finding, ...] | None = None

    def __call__(self, consignment: Consignment) -> tuple[Finding, ...]:
        """What the lists say of the buyer and the seller; asked once, however often it is told."""
        if self._found is None:
            self._found = self._ask(consignment)
        return self._found

    def _ask(self, consignment: Consignment) -> tuple[Finding, ...]:
        named = _named(consignment)
        if not named:
            return ()
        held = self._screening.snapshots.current()
        if held is None:
            return ()
        on, policy = self._at.date(), self._screening.policy
        screened = {who: screen_party(party, held, on, policy) for who, party in named.items()}
        self._held, self._screened = held, tuple(screened.values())
        found = [finding for who, each in screened.items() for finding in _findings(who, each, on)]
        return (*found, *self._old(held, on))

    def keep(self, account: str, actor: Callable[[], str], quote: str) -> None:
        """Write down what was asked for a quote that was stored."""
        if self._held is None:
            return
        asked = Asked(account, actor(), self._at, "quote", quote)
        with writing(self._screening.engine()) as connection:
            self._screening.keep(connection, self._screened, self._held, asked)

    def _old(self, held: HeldLists, on: date) -> tuple[Finding, ...]:
        old = [each for each in consulted(held, facts(), on) if each["old"]]
        if not old:
            return ()
        ages = ", ".join(f"{each['list']} of {each['as_of']}" for each in old)
        refuses = self._screening.policy.old_lists == "refuse"
        outcome: Outcome = "prohibited" if refuses else "warning"
        message = f"Parties were compared with lists that are older than they may be: {ages}"
        return (Finding(code=OLD_LIST, outcome=outcome, message=message),)


def _named(consignment: Consignment) -> dict[str, Party]:
    """Who is named, by their part in the sale. Where they live is shown and takes nothing off."""
    buyer, seller = consignment.buyer, consignment.seller
    named = {}
    if buyer.name:
        named["buyer"] = Party(buyer.name, consignment.ship_to.country)
    if seller.name:
        named["seller"] = Party(seller.name, consignment.ship_from.country)
    return named


def _findings(who: str, screened: Screened, on: date) -> Sequence[Finding]:
    """One finding for a party, however many lists it is on; a person sees all of them."""
    if not screened.matches:
        return ()
    best = screened.matches[0]
    lists = ", ".join(dict.fromkeys(each.entry.list for each in screened.matches))
    message = (
        f"The {who} resembles an entry of {lists} (score {best.score:.2f}); "
        "ownership is not screened"
    )
    outcome: Outcome = "prohibited" if screened.outcome == "refused" else "match"
    known = facts().lists.get(best.entry.list)
    version = known.measures.on(on) if known else None
    citation = Citation(version.law, version.since) if version else None
    return (Finding(MATCH, outcome, message, party=who, citation=citation),)


def write_finding(finding: Finding) -> dict[str, Any]:
    """A finding as plain JSON, for a quote that is computed again: lists have changed since."""
    cited = finding.citation
    return {
        "code": finding.code,
        "outcome": finding.outcome,
        "message": finding.message,
        "party": finding.party,
        "law": [cited.law.id, cited.law.title, cited.law.url] if cited else None,
        "since": cited.since.isoformat() if cited and cited.since else None,
    }


def read_finding(record: Mapping[str, Any]) -> Finding:
    """A finding from its plain JSON."""
    law, since = record["law"], record["since"]
    citation = Citation(Law(*law), date.fromisoformat(since) if since else None) if law else None
    return Finding(
        record["code"],
        record["outcome"],
        record["message"],
        party=record["party"],
        citation=citation,
    )
