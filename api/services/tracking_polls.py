"""Whose parcels are to be asked about now? In the background, many numbers at once.

Parcels are taken for two minutes, so that no other process asks about them meanwhile; one that dies
leaves them to the next.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import Engine

from api.services.purchasing import AgentOf
from api.services.tidings import Tidings, ask, tracks
from api.services.tracking_shipments import FirstLook, follow_shipment
from carriers.errors import CarrierError, CarrierUnavailable
from carriers.registry import Agent
from data.store import trackings
from data.store.engines import writing
from data.store.trackings import StoredTracking

Clock = Callable[[], datetime]

_SECONDS = 6.0  # for one question
_TURN = timedelta(seconds=8)  # after which a turn begins no more questions
_TAKEN_FOR = timedelta(seconds=120)
_MOST = 200  # parcels in a turn


@dataclass(frozen=True, slots=True)
class Polls:
    """Asks carriers about the parcels that are followed."""

    engine: Callable[[], Engine]
    agent: AgentOf
    tidings: Tidings
    first_look: FirstLook

    def follow_due(self, clock: Clock) -> int:
        """Ask about the parcels whose time has come. How many there were."""
        now = clock()
        with writing(self.engine()) as connection:
            due = trackings.take_due(connection, now, now + _TAKEN_FOR, _MOST)
            for account, shipment in {(t.account_id, t.shipment_id) for t in due}:
                if shipment is not None:  # labels that came later have numbers of their own
                    follow_shipment(connection, account, shipment, self.first_look)
        ends = now + _TURN
        for _, group in groupby(sorted(due, key=_asked_with), _asked_with):
            self._ask_about(list(group), clock, ends)
        return len(due)

    def _ask_about(self, group: Sequence[StoredTracking], clock: Clock, ends: datetime) -> None:
        """Ask one carrier with one account, as many numbers at once as it takes."""
        account, carrier = _asked_with(group[0])
        try:
            agent = self.agent(account, carrier, "tracks")
            batch = max(1, tracks(agent).batch)
        except CarrierError as error:
            self.tidings.failed(group, error, clock())
            return
        for start in range(0, len(group), batch):
            if clock() >= ends:
                self._later(group[start:], clock())
                return
            try:
                self._ask(agent, group[start : start + batch], clock)
            except CarrierUnavailable as error:  # the others would wait in vain
                self.tidings.failed(group[start:], error, clock())
                return

    def _ask(self, agent: Agent, chunk: Sequence[StoredTracking], clock: Clock) -> None:
        try:
            found = ask(agent, tuple(each.number for each in chunk), _SECONDS)
        except CarrierUnavailable:
            raise
        except CarrierError as error:
            if error.code == "not_found":
                self.tidings.answered(chunk, (), clock())
            elif len(chunk) > 1 and error.code == "validation":
                for each in chunk:  # one wrong number must not hide the others
                    self._ask(agent, [each], clock)
            else:
                self.tidings.failed(chunk, error, clock())
        else:
            self.tidings.answered(chunk, found, clock())

    def _later(self, group: Sequence[StoredTracking], now: datetime) -> None:
        """The turn is over: these come first in the next one."""
        with writing(self.engine()) as connection:
            for each in group:
                trackings.change(connection, each.id, next_at=now)


def _asked_with(tracking: StoredTracking) -> tuple[str, str]:
    return tracking.account_id, tracking.carrier
