"""Whose number does a border ask for, on which lane, since when?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from customs.identifiers.checking import Document, Identifiers
from data.model.charges import Citation
from data.model.consignment import Consignment
from data.model.dated import Confidence


@dataclass(frozen=True, slots=True)
class Need:
    """One number that a lane asks for: of any of these kinds, of that party."""

    id: str
    party: str
    kinds: tuple[str, ...]
    message: str
    citation: Citation
    confidence: Confidence

    @property
    def alias(self) -> str:
        """The importer is the buyer where nobody else is named."""
        return "buyer" if self.party == "importer" else self.party


def needs_of(consignment: Consignment, known: Identifiers, on: date) -> Iterator[Need]:
    """Every number that the destination asks for on a day."""
    for id_, need in known.needs.items():
        version = _version_on(need["versions"], on)
        if version is not None and _on_lane(need, consignment):
            until = version.get("until")
            yield Need(
                id=id_,
                party=need["party"],
                kinds=tuple(need["kinds"]),
                message=need["message"],
                citation=Citation(
                    known.laws[version["law"]],
                    date.fromisoformat(version["since"]),
                    date.fromisoformat(until) if until else None,
                ),
                confidence=version.get("confidence", "official"),
            )


def _on_lane(need: Document, consignment: Consignment) -> bool:
    sent_from, sent_to = consignment.ship_from.territory, consignment.ship_to.territory
    return (
        sent_to in need["to"]
        and sent_from in need.get("from", (sent_from,))
        and sent_from not in need.get("except_from", ())
        and consignment.buyer.type in need.get("buyers", (consignment.buyer.type,))
    )


def _version_on(versions: list[Document], on: date) -> Document | None:
    day = on.isoformat()
    for version in versions:
        if version["since"] <= day < version.get("until", "9999"):
            return version
    return None
