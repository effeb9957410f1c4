"""Who looks at a match, and what must they say?

A match that was high enough to refuse is cleared by two people, each under a key of their own. One
who confirms it is enough. Decisions are written into the same chained book as the comparisons.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

import orjson
from sqlalchemy import Connection, Engine

from api.services.canonical import canonical_json
from api.services.screening_records import Record, moment
from data.store import screening_records, screening_reviews
from data.store.engines import reading, writing
from data.store.screening_records import ScreeningLine
from data.store.screening_reviews import OPEN, Decided, Decision, Review, State

CLEARING = (
    "different_name",
    "different_date_of_birth",
    "different_identifier",
    "different_address",
    "different_kind",
    "no_longer_listed",
    "licensed",
)
CONFIRMING = ("same_party", "cannot_tell")
STATES: tuple[State, ...] = ("waiting", "seconding", "cleared", "confirmed")


class WrongDecisionError(ValueError):
    """A decision that may not be taken: closed already, the same person twice, a reason that
    does not go with it. `pointer` is where in the request.
    """

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(detail)
        self.pointer = pointer


@dataclass(frozen=True, slots=True)
class Reviews:
    """The queue of an account's matches."""

    engine: Callable[[], Engine]

    def page(
        self,
        account: str,
        states: Sequence[State] = OPEN,
        limit: int = 50,
        after: str | None = None,
    ) -> tuple[list[Record], str | None]:
        """Matches to look at, oldest first, and the id to go on after."""
        with reading(self.engine()) as connection:
            found, following = screening_reviews.page(connection, account, states, limit, after)
            return [_written(connection, each) for each in found], following

    def decide(
        self,
        account: str,
        key: str,
        decision: Decision,
        reason: str,
        note: str,
        actor: str,
        at: datetime,
    ) -> Record | None:
        """Take a decision; the review as it is now, None where there is none.

        Raises `WrongDecisionError`.
        """
        with writing(self.engine(), durable=True) as connection:
            review = screening_reviews.get(connection, account, key, lock=True)
            if review is None:
                return None
            before = screening_reviews.decisions(connection, key)
            state = _next_state(review, before, decision, reason, actor)
            closed = at if state in ("cleared", "confirmed") else None
            decided = Decided(actor, decision, reason, note, at)
            screening_reviews.decide(connection, key, decided, state, closed)
            screening_records.add(connection, _line(review, decided, state))
            now = screening_reviews.get(connection, account, key)
            return _written(connection, now or review)


def _next_state(
    review: Review, before: Sequence[Decided], decision: Decision, reason: str, actor: str
) -> State:
    reasons = CLEARING if decision == "clear" else CONFIRMING
    if reason not in reasons:
        raise WrongDecisionError("/reason", f"Must be one of: {', '.join(reasons)}.")
    if review.state not in OPEN:
        raise WrongDecisionError("/decision", f"The review is {review.state} already.")
    if decision == "confirm":
        return "confirmed"
    if any(each.actor == actor for each in before):
        raise WrongDecisionError(
            "/decision", "Another person, with another key, must clear it too."
        )
    return "seconding" if review.needs_two and not before else "cleared"


def _line(review: Review, decided: Decided, state: State) -> ScreeningLine:
    record = {
        "review": review.id,
        "screening": review.screening_id,
        "party": review.party,
        "decision": decided.decision,
        "reason": decided.reason,
        "note": decided.note,
        "actor": decided.actor,
        "at": moment(decided.at),
        "state": state,
    }
    return ScreeningLine(
        id=f"dec_{token_hex(12)}",
        account_id=review.account_id,
        kind="decision",
        subject=review.id,
        actor=decided.actor,
        at=decided.at,
        outcome=state,
        record=canonical_json(record),
    )


def _written(connection: Connection, review: Review) -> Record:
    found = screening_records.get(connection, review.account_id, review.screening_id)
    screened: Record = orjson.loads(found.line.record)["parties"][review.party] if found else {}
    decisions = screening_reviews.decisions(connection, review.id)
    return {
        "id": review.id,
        "screening": review.screening_id,
        "subject": found.line.subject if found else None,
        "state": review.state,
        "needs_two": review.needs_two,
        "opened_at": moment(review.opened_at),
        "closed_at": moment(review.closed_at) if review.closed_at else None,
        "party": screened.get("party"),
        "matches": screened.get("matches", []),
        "decisions": [
            {
                "actor": each.actor,
                "decision": each.decision,
                "reason": each.reason,
                "note": each.note,
                "at": moment(each.at),
            }
            for each in decisions
        ],
    }
