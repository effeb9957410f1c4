"""What does somebody do who wants to know a code without the service?"""

from typing import TYPE_CHECKING

from api.services.classifying import Classification, classifier, national_codes
from tariffs.classification.answers import Asked

if TYPE_CHECKING:
    from api.assembly import Services

LISTED = ("code", "confidence", "what it is", "because of")


def classified(
    services: "Services", description: str, material: str | None, destination: str | None
) -> tuple[list[tuple[str, ...]], list[str]]:
    """The shortlist as rows, and what else is to be said."""
    answer = classifier().classify(Asked(description, material=material))
    found = Classification(answer)
    if answer.candidates and destination is not None:
        snapshot = services.snapshots.current()
        beneath = national_codes(snapshot, destination, answer.candidates[0].hs_code)
        found = Classification(answer, beneath)
    rows: list[tuple[str, ...]] = [
        (
            candidate.hs_code,
            f"{candidate.confidence:.2f}",
            candidate.label,
            "; ".join(each.phrase for each in candidate.why[:2]),
        )
        for candidate in answer.candidates
    ]
    return rows, _said(found, destination)


def _said(found: Classification, destination: str | None) -> list[str]:
    answer = found.answer
    lines = [f"{answer.outcome}. {answer.reason}." if answer.reason else f"{answer.outcome}."]
    if found.commodity_codes:
        lines.append(f"In {destination}: {' '.join(found.commodity_codes)}")
    if answer.question is not None:
        lines.append(answer.question.ask)
        for word, codes in answer.question.answers.items():
            lines.append(f"  {word}: {' '.join(codes)}")
    return lines
