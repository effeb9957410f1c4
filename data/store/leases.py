"""Who of several processes does what only one should do?"""

from datetime import datetime

from sqlalchemy import Connection, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from data.store.tables import LEASES

_FIRST = {
    name: dialect.insert(LEASES).on_conflict_do_nothing()
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def give_back(connection: Connection, name: str, holder: str, now: datetime) -> None:
    """End a lease that somebody holds, so that the next one need not wait for its end."""
    mine = update(LEASES).where(LEASES.c.name == name, LEASES.c.holder == holder)
    connection.execute(mine.values(until=now))


def take(connection: Connection, name: str, holder: str, now: datetime, until: datetime) -> bool:
    """Take a lease or renew it; False while somebody else holds it."""
    mine_or_ended = or_(LEASES.c.holder == holder, LEASES.c.until <= now)
    taken = update(LEASES).where(LEASES.c.name == name, mine_or_ended)
    if connection.execute(taken.values(holder=holder, until=until)).rowcount == 1:
        return True
    values = {"name": name, "holder": holder, "until": until}
    connection.execute(_FIRST[connection.dialect.name], values)
    found = connection.execute(select(LEASES.c.holder).where(LEASES.c.name == name))
    return bool(found.scalar_one() == holder)
