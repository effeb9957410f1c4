"""Who hears of what happened? Everybody who asked to, once it is committed.

Each event is taken over by all who hear (`data.store.outbox.Hears`) in the transaction that marks
it as dispatched: whoever has to wait for somebody outside writes itself a row and waits later.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Engine

from data.store import outbox
from data.store.engines import reading, writing
from data.store.outbox import Hears

_BATCH = 100


def dispatch(engine: Engine, hearers: Sequence[Hears], clock: Callable[[], datetime]) -> int:
    """Pass the waiting events on, oldest first. Says how many there were."""
    with reading(engine) as connection:
        if not outbox.take(connection, 1):
            return 0
    with writing(engine) as connection:
        events = outbox.take(connection, _BATCH)
        for event in events:
            for hearer in hearers:
                hearer.hear(connection, event)
            outbox.dispatched(connection, event.id, clock())
    return len(events)
