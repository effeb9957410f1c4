"""Which rules has an account set down about carriers' offers?

They are read from the database once in a while: a quote asks no database.
"""

import logging
import time
from collections.abc import Callable
from threading import Lock

from sqlalchemy.exc import SQLAlchemyError

from carriers.rules import NO_RULES, Rules

_LOG = logging.getLogger(__name__)
REMEMBERED_SECONDS = 5.0
MOST_REMEMBERED = 10_000


class MerchantRules:
    """Every account's rules.

    What is changed here is seen here at once, in other processes after `REMEMBERED_SECONDS`.
    """

    def __init__(
        self, read: Callable[[str], Rules | None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._read = read
        self._clock = clock
        self._lock = Lock()
        self._known: dict[str, tuple[Rules, float]] = {}

    def of(self, account: str) -> Rules:
        """The rules of an account; the last known (or none) while the database does not answer."""
        known, now = self._known.get(account), self._clock()
        if known is not None and known[1] > now:
            return known[0]
        try:
            rules = self._read(account) or NO_RULES
        except SQLAlchemyError as error:
            _LOG.warning("rating rules cannot be read: %s", type(error).__name__)
            rules = known[0] if known else NO_RULES
        with self._lock:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[account] = (rules, now + REMEMBERED_SECONDS)
        return rules

    def forget(self, account: str) -> None:
        """An account's rules have changed."""
        with self._lock:
            self._known.pop(account, None)


def no_rules() -> MerchantRules:
    """Nobody has set down anything."""
    return MerchantRules(lambda _: None)
